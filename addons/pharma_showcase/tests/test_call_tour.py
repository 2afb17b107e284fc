# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import HttpCase, freeze_time, tagged

from .report_common import AFTER_THE_CALL, ReportCommon


@tagged("post_install", "-at_install")
@freeze_time(AFTER_THE_CALL)
class TestCallTour(ReportCommon, HttpCase):
    """A representative reports a call on a phone, samples and signature included."""

    browser_size = "390x844"
    touch_enabled = True

    def test_a_representative_reports(self):
        call, lot = self.showcase, self._create_samples(3)
        self.start_tour(
            "/odoo/calls-to-report", "pharma_call_report", login=self.rep_user.login
        )
        report = call.report_ids
        self.assertEqual((call.state, report.state), ("done", "submitted"))
        self.assertEqual(report.submitted_by_id, self.rep_user)
        line = call.line_ids.filtered("is_discussed")
        self.assertEqual((line.interest, line.is_requested), (4, True))
        self.assertEqual(line.questions, "Which dose?")
        self.assertEqual(call.adverse_event_ids.description, "Rash after two days")
        self.assertTrue(report.has_adverse_event)
        self.assertEqual(call.sample_movement_ids.quantity, 1)
        self.assertTrue(call.sample_request_ids.signature)
        self.assertEqual(call.sample_request_ids.signed_by, "Olive Outside")
        self.assertEqual(lot.quantity, 2)
        self.assertEqual(call.value_transfer_ids.amount, 12.5)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields
from odoo.tests import tagged

from .common import NOW, ClinicPaymentCommon, freeze_time


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestPaymentReport(ClinicPaymentCommon):
    """Revenue by doctor, service, site and month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["clinic.payment.report"].with_user(cls.manager)

    def _read(self, *groups):
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.report._read_group(
            [("service_id", "=", self.service.id)],
            list(groups),
            ["paid:sum", "refunded:sum", "net:sum"],
        )
        return {row[:-3] if len(groups) > 1 else row[0]: row[-3:] for row in rows}

    def test_sums(self):
        self._book_paid(10)
        visit = self._book_paid(
            11, patient_id=self.other_patient.id, doctor_id=self.colleague.id
        )
        visit.with_user(self.manager)._request_refund(25, "Test")
        self._send_refunds()
        failed = self._hold(14)
        self._pay(failed, "error")
        found = self._read("doctor_id")
        self.assertEqual(found[self.doctor], (60, 0, 60))
        self.assertEqual(found[self.colleague], (60, 25, 35))
        self.assertEqual(self._read("site_id")[self.site], (120, 25, 95))

    def test_paid_back_by_hand(self):
        self.pm_unknown.support_refund = "none"
        visit = self._book_paid()
        visit.cancel()
        self._send_refunds()
        refund = visit.refund_ids.with_user(self.manager)
        refund._note_by_hand("Cash", fields.Date.to_date("2030-05-31"))
        self.assertEqual(self._read("doctor_id")[self.doctor], (60, 60, 0))
        months = {
            month.month: found for month, found in self._read("date:month").items()
        }
        self.assertEqual(months, {5: (0, 60, -60), 6: (60, 0, 60)})

    def test_month_is_the_sites(self):
        with freeze_time("2030-06-30 23:30:00"):
            # in Paris it is July
            self._book_paid(10, day=30)
        months = self._read("date:month")
        self.assertEqual([month.month for month in months], [7])

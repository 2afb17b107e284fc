# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .common import ClinicCommon
from .waitlist_common import WaitlistMixin


@tagged("post_install", "-at_install")
class TestWaitlistGiver(WaitlistMixin, ClinicCommon):
    """Who gives a time back is not the one to be offered it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_waitlist()
        cls.service.horizon_days = 0
        cls.visit = cls._book(10, patient_id=cls.first.id)
        cls.giver = cls._join(cls.first)

    def _assert_left_out(self, gap):
        self.assertEqual(gap.left_out_ids.entry_id, self.giver)
        self.assertEqual(gap.left_out_ids.explanation, "Gave this time back")

    def test_who_cancels_online_is_left_out(self):
        waiting = self._join(self.second)
        self.visit._cancel_by_patient()
        self._work()
        gap = self._find_gaps()
        self.assertEqual(self._get_offer(gap).entry_id, waiting)
        self._assert_left_out(gap)

    def test_who_moves_away_online_is_left_out(self):
        self.visit._reschedule_by_patient({"start": self._at(11)})
        self._work()
        gap = self._find_gaps()
        self.assertEqual((gap.cause, gap.state), ("moved", "nobody"))
        self._assert_left_out(gap)

    def test_who_asks_reception_to_cancel_is_left_out(self):
        self._cancel_by_reception("patient")
        gap = self._find_gaps()
        self.assertEqual(gap.state, "nobody")
        self._assert_left_out(gap)

    def test_whom_the_practice_cancelled_may_have_it(self):
        self._cancel_by_reception("mistake")
        self.assertEqual(self._get_offer(self._find_gaps()).entry_id, self.giver)

    def _cancel_by_reception(self, cause):
        wizards = self.env["clinic.appointment.cancel"]
        wizard = wizards.create({"appointment_ids": self.visit.ids, "cause": cause})
        wizard.action_cancel()
        self._work()

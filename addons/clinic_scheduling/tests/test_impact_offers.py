# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.fields import Command
from odoo.tests import tagged

from ..exceptions import OutsideAvailability
from .impact_common import ImpactCommon
from .waitlist_common import WaitlistMixin


@tagged("post_install", "-at_install")
class TestImpactOffers(WaitlistMixin, ImpactCommon):
    """Held times whose doctor is made absent before they are booked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_waitlist()
        cls.service.horizon_days = 0

    def _offer_time(self):
        """Return an open offer of 10 o'clock."""
        visit = self._book(10)
        self.entry = self._join(self.first)
        return self._get_offer(self._cancel_and_work(visit))

    def _hold(self, source):
        values = self._vals(10, source=source)
        return self.env["clinic.appointment"].hold(values)

    def _make_absent_unseen(self):
        """Write an absence past the checks, as another transaction would."""
        self.env.cr.execute(
            """INSERT INTO resource_calendar_leaves
                   (name, resource_id, company_id, date_from, date_to, time_type)
               VALUES ('Away', %s, %s, %s, %s, 'leave')""",
            (
                self.doctor.resource_id.id,
                self.env.company.id,
                self._at(8),
                self._at(20),
            ),
        )
        self.env.invalidate_all()

    # ------------------------------------------------------------------
    # Taken back with the hours
    # ------------------------------------------------------------------

    def _assert_taken_back(self, offer, hold, end="away"):
        self.assertEqual((offer.state, hold.state), ("stopped", "cancelled"))
        self.assertEqual(self.entry.state, "waiting")
        self.assertEqual(offer.gap_id.state, "open")
        self._work()
        self.assertEqual(offer.gap_id.state, end)

    def test_an_absence_takes_the_offer_back(self):
        offer = self._offer_time()
        hold = offer.appointment_id
        self._absence().action_apply()
        self._assert_taken_back(offer, hold)

    def test_an_absence_from_anywhere_takes_the_offer_back(self):
        offer = self._offer_time()
        hold = offer.appointment_id
        self._leave(self._at(8), self._at(20))
        self._assert_taken_back(offer, hold)

    def test_hours_that_go_take_the_offer_back(self):
        offer = self._offer_time()
        hold = offer.appointment_id
        self.doctor.availability_ids.write({"hour_from": 12})
        self._assert_taken_back(offer, hold, end="taken")

    def test_an_absence_at_another_time_leaves_the_offer(self):
        offer = self._offer_time()
        self._leave(self._at(8, day=1), self._at(20, day=1))
        self.assertEqual(offer.state, "offered")
        offer._accept()
        self.assertEqual(offer.appointment_id.state, "scheduled")

    def test_a_proposal_of_the_time_ends_on_the_call_list(self):
        visit = self._book(10)
        self._absence().action_propose()
        offer = visit._get_away_offer()
        self.assertEqual(offer.state, "waiting")
        hold = offer.hold_id
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Away",
                "resource_id": hold.doctor_id.resource_id.id,
                "date_from": hold.start,
                "date_to": hold.stop,
            }
        )
        self.assertFalse(hold.exists())
        self.assertEqual((offer.state, offer.call_reason), ("expired", "gone"))
        self.assertTrue(offer.needs_call)

    # ------------------------------------------------------------------
    # Looked at again when confirmed
    # ------------------------------------------------------------------

    def test_no_patient_books_a_held_time_without_its_doctor(self):
        for source in ("portal", "api", "waitlist"):
            with self.subTest(source), self.env.cr.savepoint() as savepoint:
                hold = self._hold(source)
                self._make_absent_unseen()
                with self.assertRaises(OutsideAvailability) as caught:
                    hold.confirm()
                self.assertEqual(caught.exception.context["rule"], "absence")
                self.assertTrue(caught.exception.context["alternatives"])
                self.assertEqual(hold.state, "hold")
                savepoint.rollback()
                self.env.invalidate_all(flush=False)

    def test_a_held_time_that_still_fits_costs_three_queries_more(self):
        hold = self._hold("portal")
        check = self.env["clinic.impact.check"]
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.assertFalse(check._get_causes_of_holds(hold))
        self.assertLessEqual(self.env.cr.sql_log_count - before, 3)
        hold.confirm()
        self.assertEqual(hold.state, "scheduled")

    def test_reception_keeps_what_it_held_by_exception(self):
        reception = self.receptionist
        reception.group_ids = [
            Command.link(self.env.ref("clinic_scheduling.group_clinic_exception").id)
        ]
        hold = (
            self.env["clinic.appointment"]
            .with_user(reception)
            .hold(self._vals(21, exception_reason="An old patient"))
        )
        self.assertTrue(hold.is_outside)
        hold.confirm()
        self.assertEqual(hold.state, "scheduled")

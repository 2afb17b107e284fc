# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.fields import Datetime
from odoo.tests import tagged

from ..exceptions import BookingError, HoldExpired, SlotTaken
from .common import MONDAY
from .impact_common import ImpactCommon


@tagged("post_install", "-at_install")
class TestImpactHolds(ImpactCommon):
    """Proposed times are held in the ledger while somebody decides."""

    def _expire(self, hold):
        """Let the hold's time run out, as the clock would."""
        past = Datetime.now() - timedelta(minutes=1)
        hold.sudo().reservation_ids.expires_at = past
        hold._write_by_door({"hold_expires_at": past})

    def test_proposal_is_held_for_the_minutes_of_the_settings(self):
        self.env.company.clinic_hold_minutes = 7
        self._book(10)
        hold = self._absence().line_ids.hold_id
        self.assertEqual(hold.state, "hold")
        self.assertFalse(hold.patient_id)
        left = hold.hold_expires_at - Datetime.now()
        self.assertLessEqual(left, timedelta(minutes=7))
        self.assertGreater(left, timedelta(minutes=6))
        with self.assertRaises(SlotTaken):
            self._book(
                doctor_id=hold.doctor_id.id,
                start=hold.start,
                patient_id=self.other_patient.id,
            )

    def test_room_and_device_are_held_too(self):
        self.service.room_kind_id = self.room_kind
        self.service.equipment_kind_ids = self.device_kind
        visit = self._book(10)
        impact = self._absence()
        roles = set(impact.line_ids.hold_id.sudo().reservation_ids.mapped("role"))
        self.assertEqual(roles, {"doctor", "room", "equipment"})
        impact.action_apply()
        self.assertEqual(len(visit.reservation_ids), 4)
        self._assert_ledger_agrees()

    def test_holds_go_when_the_decision_changes(self):
        self._book(10)
        impact = self._absence()
        for decide in ("action_keep", "action_cancel"):
            impact.line_ids.action_move()
            self.assertEqual(len(self._holds()), 1)
            getattr(impact.line_ids, decide)()
            self.assertFalse(self._holds())
            self.assertFalse(impact.line_ids.hold_id)

    def test_holds_go_with_discard_back_and_deletion(self):
        self._book(10)
        for leave in ("action_discard", "action_back"):
            impact = self._absence()
            self.assertTrue(self._holds())
            getattr(impact, leave)()
            self.assertFalse(self._holds())
        impact = self._absence()
        impact.line_ids.unlink()
        self.assertFalse(self._holds())
        self.assertFalse(self._leaves())

    def test_another_option_can_be_picked(self):
        visit = self._book(10)
        impact = self._absence()
        line = impact.line_ids
        first, other = line.option_id, line.option_ids[1]
        other.action_choose()
        self.assertEqual(line.option_id, other)
        self.assertEqual(self._holds().start, other.start)
        self.assertFalse(first.hold_id)
        impact.action_apply()
        self.assertEqual((visit.start, visit.doctor_id), (other.start, other.doctor_id))

    def test_picking_a_taken_option_keeps_the_first_hold(self):
        self._book(10)
        line = self._absence().line_ids
        first, other = line.option_id, line.option_ids[1]
        self._book(
            doctor_id=other.doctor_id.id,
            start=other.start,
            patient_id=self.other_patient.id,
        )
        with self.assertRaises(SlotTaken), self.env.cr.savepoint():
            other.action_choose()
        self.assertEqual(line.option_id, first)
        self.assertTrue(line._is_held())

    def test_choice_leaves_out_what_is_held_for_others(self):
        self._book(9)
        self._book(9, 30, patient_id=self.other_patient.id)
        first, second = self._absence(preference="doctor").line_ids
        first.action_choose()
        taken = {(second.hold_id.doctor_id, second.hold_id.start)}
        offered = {(item.doctor_id, item.start) for item in first.option_ids}
        self.assertFalse(taken & offered)
        for option in first.option_ids:
            option.action_choose()
            self.assertTrue(first._is_held())

    def test_options_from_another_day_on(self):
        self._book(10)
        line = self._absence().line_ids
        held = line.option_id
        line.earliest = MONDAY + timedelta(days=14)
        line.action_search()
        self.assertIn(held, line.option_ids)
        self.assertTrue(line._is_held())
        later = line.option_ids - held
        self.assertTrue(later)
        self.assertGreaterEqual(min(later.mapped("start")), self._at(0, day=14))
        later[0].action_choose()
        self.assertEqual(line.hold_id.start, later[0].start)

    def test_work_on_the_list_renews_the_holds(self):
        self._book(9)
        self._book(10, patient_id=self.other_patient.id)
        impact = self._absence()
        hold = impact.line_ids[0].hold_id
        soon = Datetime.now() + timedelta(minutes=1)
        hold.sudo().reservation_ids.expires_at = soon
        hold._write_by_door({"hold_expires_at": soon})
        impact.line_ids[1].action_keep()
        self.assertGreater(hold.hold_expires_at, soon + timedelta(minutes=5))
        self.assertEqual(hold.reservation_ids[0].expires_at, hold.hold_expires_at)

    def test_expired_hold_whose_time_is_free_still_moves(self):
        visit = self._book(10)
        impact = self._absence()
        self._expire(impact.line_ids.hold_id)
        self.env["clinic.reservation"]._release_expired()
        self.assertEqual(impact.line_ids.hold_state, "lost")
        impact.action_apply()
        self.assertEqual(visit.doctor_id, self.colleague)
        self._assert_ledger_agrees()

    def test_expired_hold_whose_time_is_gone_writes_nothing(self):
        visit = self._book(10)
        impact = self._absence()
        option = impact.line_ids.option_id
        self._expire(impact.line_ids.hold_id)
        self._book(
            doctor_id=option.doctor_id.id,
            start=option.start,
            patient_id=self.other_patient.id,
        )
        with self.assertRaises(HoldExpired) as caught:
            impact.action_apply()
        self.assertEqual(caught.exception.context["line_id"], impact.line_ids.id)
        self.assertIn("nothing was saved", str(caught.exception))
        self.assertEqual((visit.doctor_id, visit.start), (self.doctor, self._at(10)))
        self.assertFalse(self._leaves())
        impact.action_move_all()
        self.assertTrue(impact.line_ids._is_held())
        impact.action_apply()
        self.assertNotEqual(visit.doctor_id, self.doctor)
        self._assert_ledger_agrees()

    def test_another_preference_looks_again(self):
        self._book(10)
        impact = self._absence()
        self.assertEqual(self._holds().doctor_id, self.colleague)
        impact.preference = "doctor"
        self.assertEqual(self._holds().doctor_id, self.doctor)
        self.assertEqual(impact.line_ids.hold_id, self._holds())

    def test_no_free_time_says_so(self):
        self._book(10)
        self.colleague.availability_ids.unlink()
        impact = self._absence(self._at(0, day=-30), self._at(0, day=60))
        self.assertEqual(impact.line_ids.decision, "keep")
        self.assertEqual(impact.line_ids.hold_state, "none")
        with self.assertRaises(UserError):
            impact.line_ids.action_move()

    def test_hold_confirmed_by_somebody_is_not_deleted(self):
        self._book(10)
        impact = self._absence()
        hold = impact.line_ids.hold_id
        hold.write({"patient_id": self.other_patient.id})
        hold.confirm()
        impact.action_discard()
        self.assertTrue(hold.exists())
        self.assertEqual(hold.state, "scheduled")

    def test_earlier_than_the_notice_is_not_offered(self):
        """Nobody is asked to come sooner than the service's notice allows."""
        self.service.booking_notice = 24 * 365 * 20
        self._book(10)
        self.colleague.availability_ids.unlink()
        impact = self._absence(self._at(8), self._at(13))
        starts = impact.line_ids.option_ids.mapped("start")
        self.assertTrue(starts)
        self.assertGreaterEqual(min(starts), self._at(10))

    def test_moves_in_a_week_of_clock_change(self):
        """The last Sunday of March 2031: nine o'clock stays nine o'clock."""
        friday = (date(2031, 3, 28) - MONDAY).days
        monday = friday + 3
        self.colleague.availability_ids.unlink()
        visit = self._book(9, day=friday)
        impact = self._absence(
            self._at(0, day=friday), self._at(0, day=monday), preference="doctor"
        )
        line = impact.line_ids
        self.assertEqual(line.appointment_id, visit)
        self.assertEqual(visit.start.hour, 8)
        line.earliest = MONDAY + timedelta(days=monday)
        line.action_search()
        after = line.option_ids - line.option_id
        self.assertEqual(min(after.mapped("start")), self._at(9, day=monday))
        self.assertEqual(min(after.mapped("start")).hour, 7)
        after[0].action_choose()
        impact.action_apply()
        self.assertEqual(visit._localize(visit.start).hour, 9)

    def test_a_hold_that_fails_raises_a_booking_error(self):
        self._book(10)
        line = self._absence().line_ids
        option = line.option_id
        line.action_keep()
        self._book(
            doctor_id=option.doctor_id.id,
            start=option.start,
            patient_id=self.other_patient.id,
        )
        with self.assertRaises(BookingError), self.env.cr.savepoint():
            option.action_choose()
        line.action_move()
        self.assertNotEqual(line.option_id, option)

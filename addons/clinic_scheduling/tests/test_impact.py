# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..exceptions import BookingError
from .impact_common import ImpactCommon


@tagged("post_install", "-at_install")
class TestImpact(ImpactCommon):
    """An absence with bookings inside: shown, decided, written whole."""

    def test_preview_shows_who_is_hit_and_writes_nothing(self):
        visit = self._book(10)
        self._book(10, day=1, patient_id=self.other_patient.id)
        impact = self._absence()
        self.assertEqual(impact.line_ids.appointment_id, visit)
        self.assertEqual(impact.line_ids.cause, "absence")
        self.assertEqual(impact.line_ids.phone, self.patient.phone)
        self.assertFalse(self._leaves())
        self.assertFalse(visit.attention)

    def test_only_visits_that_touch_the_absence_are_hit(self):
        before = self._book(9, 30)
        inside = self._book(10, patient_id=self.other_patient.id)
        after = self._book(11, 30)
        impact = self._absence(self._at(10), self._at(11, 30))
        self.assertEqual(impact.line_ids.appointment_id, inside)
        self.assertFalse((before | after) & impact.line_ids.appointment_id)

    def test_move_to_a_colleague_at_the_same_time(self):
        visit = self._book(10)
        impact = self._absence()
        self.assertEqual(impact.line_ids.decision, "move")
        self.assertEqual(impact.line_ids.option_id.doctor_id, self.colleague)
        self.assertEqual(impact.line_ids.option_id.start, self._at(10))
        impact.action_apply()
        self.assertEqual(visit.doctor_id, self.colleague)
        self.assertEqual(visit.start, self._at(10))
        self.assertEqual((visit.state, visit.attention), ("scheduled", False))
        self.assertEqual(visit.history_ids.from_doctor_id, self.doctor)
        self.assertEqual(len(self._leaves()), 1)
        self.assertFalse(self._holds())
        self._assert_ledger_agrees()

    def test_move_to_the_same_doctor_when_that_is_preferred(self):
        visit = self._book(10)
        impact = self._absence(preference="doctor")
        impact.action_apply()
        self.assertEqual(visit.doctor_id, self.doctor)
        self.assertNotEqual(visit.start.date(), self._at(10).date())

    def test_keep_needs_a_decision_still(self):
        visit = self._book(10)
        impact = self._absence()
        impact.action_keep_all()
        impact.action_apply()
        self.assertEqual(visit.start, self._at(10))
        self.assertEqual(visit.attention, "absence")
        self.assertTrue(visit.is_outside)
        self.assertEqual(impact.kept_count, 1)
        self._assert_ledger_agrees()

    def test_cancel_gives_the_time_back(self):
        visit = self._book(10)
        impact = self._absence()
        impact.action_cancel_all()
        self.assertEqual(visit.state, "scheduled")
        impact.action_apply()
        self.assertEqual(visit.state, "cancelled")
        self.assertNotIn("Ill", visit.cancel_reason)
        self.assertFalse(visit.reservation_ids)

    def test_mixed_decisions_and_summary(self):
        visits = [
            self._book(hour, patient_id=self._patient(hour).id) for hour in (9, 10, 11)
        ]
        impact = self._absence()
        moved, kept, cancelled = impact.line_ids
        kept.action_keep()
        cancelled.action_cancel()
        self.assertEqual(
            (impact.move_count, impact.keep_count, impact.cancel_count), (1, 1, 1)
        )
        impact.action_apply()
        self.assertEqual(impact.state, "done")
        self.assertEqual(
            (impact.moved_count, impact.kept_count, impact.cancelled_count), (1, 1, 1)
        )
        self.assertEqual(
            [visit.state for visit in visits], ["scheduled", "scheduled", "cancelled"]
        )
        self.assertEqual(
            impact.line_ids.mapped("outcome"), ["Moved", "Kept", "Cancelled"]
        )

    def _patient(self, number):
        return self.env["clinic.patient"].create({"name": f"Patient {number}"})

    def test_every_visit_is_offered_another_time(self):
        for hour in (9, 10, 11, 12):
            self._book(hour, patient_id=self._patient(hour).id)
            self._book(hour, doctor_id=self.colleague.id)
        impact = self._absence()
        held = {(hold.doctor_id.id, hold.start) for hold in impact.line_ids.hold_id}
        self.assertEqual(len(held), 4)

    def test_one_patient_is_not_offered_one_time_twice(self):
        self._book(9)
        self._book(9, 30)
        self.colleague.availability_ids.unlink()
        impact = self._absence()
        first, second = impact.line_ids.hold_id
        self.assertFalse(first.start < second.stop and second.start < first.stop)
        impact.action_apply()
        self._assert_ledger_agrees()

    def test_several_doctors_at_once(self):
        self._book(10)
        self._book(10, doctor_id=self.colleague.id, patient_id=self.other_patient.id)
        impact = self._absence(doctors=self.doctor | self.colleague)
        self.assertEqual(len(impact.line_ids), 2)
        # nobody is there that day: both are offered another one
        self.assertFalse(
            [
                start
                for start in impact.line_ids.hold_id.mapped("start")
                if self._at(8) <= start < self._at(20)
            ]
        )
        impact.action_apply()
        self.assertTrue(self._leaves(self.doctor) and self._leaves(self.colleague))

    def test_all_or_nothing(self):
        first = self._book(9)
        second = self._book(10, patient_id=self.other_patient.id)
        impact = self._absence()
        lost = impact.line_ids[1]
        option = lost.option_id
        lost.hold_id.sudo().cancel()
        third = self.env["clinic.patient"].create({"name": "Faster"})
        self._book(
            doctor_id=option.doctor_id.id, start=option.start, patient_id=third.id
        )
        with self.assertRaises(BookingError) as caught:
            impact.action_apply()
        self.assertIn(self.other_patient.name, str(caught.exception))
        self.assertEqual((first.doctor_id, first.start), (self.doctor, self._at(9)))
        self.assertEqual(second.start, self._at(10))
        self.assertFalse(self._leaves())
        self.assertEqual(impact.state, "preview")

    def test_visit_settled_meanwhile_is_left_alone(self):
        visit = self._book(10)
        impact = self._absence()
        visit.cancel()
        impact.action_apply()
        self.assertEqual(visit.state, "cancelled")
        self.assertEqual(impact.moved_count, 0)
        self.assertTrue(impact.line_ids.outcome)
        self.assertFalse(self._holds())

    def test_visit_booked_meanwhile_is_flagged(self):
        self._book(10)
        impact = self._absence()
        late = self._book(14, patient_id=self.other_patient.id)
        impact.action_apply()
        self.assertEqual(late.attention, "absence")
        self.assertEqual(impact.late_count, 1)

    def test_nobody_hit(self):
        impact = self._absence()
        self.assertFalse(impact.line_ids)
        impact.action_apply()
        self.assertEqual(len(self._leaves()), 1)

    def test_second_click_does_nothing(self):
        self._book(10)
        impact = self._absence()
        impact.action_apply()
        impact.action_apply()
        self.assertEqual(len(self._leaves()), 1)

    def test_refuses_nonsense(self):
        with self.assertRaises(ValidationError):
            self._absence(self._at(10), self._at(9))
        with self.assertRaises(ValidationError):
            self._absence(stop=self._at(20), doctors=self.doctor, doctor_ids=False)
        draft = self.env["clinic.impact"].create({})
        with self.assertRaises(UserError):
            draft.action_apply()

    def test_roles(self):
        self._book(10)
        for role, allowed in (
            ("receptionist", True),
            ("manager", True),
            ("nurse", True),
            ("doctor", False),
        ):
            user = getattr(self, role, None)
            if not user or user._name != "res.users":
                user = self._create_user(role)
            with self.subTest(role=role):
                if allowed:
                    impact = self._absence(user=user)
                    self.assertEqual(len(impact.line_ids), 1)
                    impact.action_discard()
                else:
                    with mute_logger("odoo.addons.base.models.ir_model"):
                        with self.assertRaises(AccessError):
                            self._absence(user=user)

    def test_only_the_own_screen(self):
        impact = self._absence()
        with self.assertRaises(AccessError):
            impact.with_user(self.manager).read(["reason"])

    def test_other_sites_are_counted_and_flagged(self):
        self._create_hours(self.doctor, "5", 9, 17, site_id=self.other_site.id)
        here = self._book(10)
        there = self._book(10, day=5, patient_id=self.other_patient.id)
        self.assertEqual(there.site_id, self.other_site)
        self.receptionist.clinic_site_ids = self.site
        impact = self._absence(stop=self._at(20, day=6))
        self.assertEqual(impact.line_ids.appointment_id, here)
        self.assertEqual(impact.hidden_count, 1)
        self.assertEqual(impact.line_ids.option_ids.site_id, self.site)
        impact.action_apply()
        self.assertEqual(there.attention, "absence")
        self.assertEqual((impact.hidden_count, impact.late_count), (1, 0))

    def test_decide_flagged_visits_later(self):
        visit = self._book(10)
        other = self._book(11, patient_id=self.other_patient.id)
        self._leave(self._at(8), self._at(20))
        flagged = (visit | other).with_user(self.receptionist)
        impact = self.env["clinic.impact"].browse(flagged.action_decide()["res_id"])
        impact = impact.with_user(self.receptionist)
        self.assertEqual(impact.line_ids.appointment_id, visit | other)
        impact.line_ids[1].action_keep()
        impact.action_apply()
        self.assertEqual(visit.doctor_id, self.colleague)
        self.assertEqual(other.start, self._at(11))
        self.assertFalse((visit | other).filtered("attention"))
        self.assertTrue(other.is_outside)

    def test_decide_needs_something_to_decide(self):
        with self.assertRaises(UserError):
            self._book(10).action_decide()

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import new_test_user, tagged

from ..models.clinic_impact_guard import SKIP
from .impact_common import ImpactCommon


@tagged("post_install", "-at_install")
class TestLeavesFlagging(ImpactCommon):
    """Absences from anywhere in Odoo: never refused, never unnoticed."""

    def _activities(self, doctor=None):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "clinic.doctor"),
                ("res_id", "=", (doctor or self.doctor).id),
            ]
        )

    def test_leave_flags_and_tells_reception(self):
        visit = self._book(10)
        other = self._book(10, day=1, patient_id=self.other_patient.id)
        self._leave(self._at(8), self._at(20))
        self.assertEqual(visit.attention, "absence")
        self.assertEqual(visit.state, "scheduled")
        self.assertFalse(other.attention)
        activity = self._activities()
        self.assertEqual(len(activity), 1)
        self.assertTrue(
            activity.user_id.has_group("clinic_scheduling.group_clinic_receptionist")
        )

    def test_activity_goes_to_the_reception_of_the_site(self):
        here = new_test_user(
            self.env,
            "reception_north",
            groups="clinic_scheduling.group_clinic_receptionist",
            clinic_site_ids=[(6, 0, self.site.ids)],
        )
        self.receptionist.clinic_site_ids = self.other_site
        self._book(10)
        self._leave(self._at(8), self._at(20))
        self.assertEqual(self._activities().user_id, here)

    def test_one_activity_however_many_visits(self):
        for hour in (9, 10, 11):
            patient = self.env["clinic.patient"].create({"name": f"P{hour}"})
            self._book(hour, patient_id=patient.id)
        self._leave(self._at(8), self._at(10, 30))
        self._leave(self._at(10, 45), self._at(12))
        self.assertEqual(len(self._activities()), 1)

    def test_removing_the_leave_clears_flags(self):
        visit = self._book(10)
        leave = self._leave(self._at(8), self._at(20))
        leave.unlink()
        self.assertFalse(visit.attention)
        self.assertFalse(self._activities())

    def test_changing_the_leave_flags_and_clears(self):
        morning = self._book(9)
        evening = self._book(16, patient_id=self.other_patient.id)
        leave = self._leave(self._at(8), self._at(12))
        self.assertEqual((morning.attention, evening.attention), ("absence", False))
        leave.write({"date_from": self._at(15), "date_to": self._at(20)})
        self.assertEqual((morning.attention, evening.attention), (False, "absence"))
        leave.resource_id = self.colleague.resource_id
        self.assertFalse(evening.attention)

    def test_flag_stays_while_another_absence_holds(self):
        visit = self._book(10)
        first = self._leave(self._at(8), self._at(20))
        second = self._leave(self._at(9), self._at(11))
        first.unlink()
        self.assertEqual(visit.attention, "absence")
        second.unlink()
        self.assertFalse(visit.attention)

    def test_kept_visit_is_inside_again_when_the_leave_goes(self):
        visit = self._book(10)
        impact = self._absence()
        impact.action_keep_all()
        impact.action_apply()
        self.assertTrue(visit.is_outside)
        self._leaves().unlink()
        self.assertFalse(visit.is_outside)
        self.assertFalse(visit.attention)

    def test_decided_visit_is_not_flagged_again(self):
        visit = self._book(10)
        self._leave(self._at(8), self._at(20))
        visit.action_keep()
        self._leave(self._at(9), self._at(11))
        self.env["clinic.impact.check"]._refresh_flags()
        self.assertFalse(visit.attention)

    def test_company_holiday(self):
        visit = self._book(10)
        holiday = self._leave(
            self._at(0), self._at(0, day=1), resource_id=False, calendar_id=False
        )
        self.assertEqual(visit.attention, "absence")
        holiday.unlink()
        self.assertFalse(visit.attention)

    def test_closing_day_of_a_site(self):
        self._create_hours(self.doctor, "5", 9, 17, site_id=self.other_site.id)
        calendar = self.env["resource.calendar"].create({"name": "Closing days"})
        self.other_site.resource_calendar_id = calendar
        there = self._book(10, day=5)
        here = self._book(10, day=4, patient_id=self.other_patient.id)
        self._leave(
            self._at(0, day=4),
            self._at(0, day=6),
            resource_id=False,
            calendar_id=calendar.id,
        )
        self.assertEqual((there.attention, here.attention), ("absence", False))

    def test_closed_room(self):
        self.service.room_kind_id = self.room_kind
        visit = self._book(10)
        self._leave(self._at(8), self._at(20), resource_id=visit.room_id.resource_id.id)
        self.assertEqual(visit.attention, "absence")

    def test_time_off_of_the_same_user(self):
        user = new_test_user(self.env, "ada", groups="base.group_user")
        self.doctor.user_id = user
        employee = self.env["resource.resource"].create(
            {"name": "Employee Ada", "user_id": user.id}
        )
        visit = self._book(10)
        self._leave(self._at(8), self._at(20), resource_id=employee.id)
        self.assertEqual(visit.attention, "absence")

    def test_absence_of_somebody_else_is_not_looked_at(self):
        stranger = self.env["resource.resource"].create({"name": "Stranger"})
        visit = self._book(10)
        leave = self._leave(self._at(8), self._at(20), resource_id=stranger.id)
        self.assertEqual(leave._get_impact_doctors({stranger.id}), [])
        self.assertFalse(visit.attention)

    def test_whoever_enters_it_needs_no_right_in_the_practice(self):
        visit = self._book(10)
        officer = new_test_user(
            self.env, "officer", groups="base.group_user,base.group_system"
        )
        self.doctor.user_id = officer
        leaves = self.env["resource.calendar.leaves"].with_user(officer)
        leaves.create(
            {
                "name": "Away",
                "resource_id": self.doctor.resource_id.id,
                "date_from": self._at(8),
                "date_to": self._at(20),
            }
        )
        self.assertEqual(visit.attention, "absence")

    def test_sweep_finds_what_nobody_saw(self):
        visit = self._book(10)
        self._leave(self._at(8), self._at(20)).with_context(clinic_impact=SKIP)
        visit._write_by_door({"attention": False})
        exception = self._book(
            19,
            patient_id=self.other_patient.id,
            exception_reason="Emergency",
            site_id=self.site.id,
        )
        self.env["clinic.impact.check"]._cron_flag_orphans()
        self.assertEqual(visit.attention, "absence")
        self.assertFalse(exception.attention)

    def test_sweep_closes_activities_that_are_done(self):
        visit = self._book(10)
        self._leave(self._at(8), self._at(20))
        visit.reschedule({"doctor_id": self.colleague.id})
        self.assertTrue(self._activities())
        self.env["clinic.impact.check"]._cron_flag_orphans()
        self.assertFalse(self._activities())

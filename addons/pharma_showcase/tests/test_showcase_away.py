# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Absences over calls: flagged, told to a scheduler, and closed by themselves."""

from datetime import timedelta

from odoo.tests import Form, tagged

from .common import PharmaCommon


@tagged("post_install", "-at_install")
class TestShowcaseAway(PharmaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scheduler = cls._create_pharma_user("scheduler")
        cls.team.member_ids = cls.scheduler
        cls.showcase = cls._propose()

    def _create_leave(self, resource, day=0):
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Away",
                "resource_id": resource.id,
                "date_from": self._at(9, day=day),
                "date_to": self._at(18, day=day),
            }
        )

    def test_a_representative_who_is_away(self):
        self.showcase._answer_accept()
        leave = self._create_leave(self.representative.resource_id)
        self.assertEqual(self.showcase.attention, "representative")
        self.assertEqual(self.showcase.state, "confirmed")
        task = self.showcase.activity_ids
        self.assertEqual(task.user_id, self.scheduler)
        self.assertEqual(task.date_deadline, self._at(12).date())
        self.assertIn(self.representative.name, task.summary)
        # once, however often it is looked at
        self.env["pharma.showcase"]._flag_away()
        self.assertEqual(self.showcase.activity_ids, task)
        leave.unlink()
        self.assertFalse(self.showcase.attention)
        self.assertFalse(self.showcase.activity_ids)

    def test_absences_elsewhere_hit_nobody(self):
        self._create_leave(self.representative.resource_id, day=1)
        self._create_leave(self.other_representative.resource_id)
        self.assertFalse(self.showcase.attention)
        self.assertFalse(self.showcase.activity_ids)

    def test_an_absence_that_moves(self):
        leave = self._create_leave(self.representative.resource_id, day=1)
        leave.write({"date_from": self._at(9), "date_to": self._at(18)})
        self.assertEqual(self.showcase.attention, "representative")
        leave.write({"date_from": self._at(13), "date_to": self._at(18)})
        self.assertFalse(self.showcase.attention)

    def test_a_doctor_who_is_away_and_holidays(self):
        leave = self._create_leave(self.outside.resource_id)
        self.assertEqual(self.showcase.attention, "doctor")
        self.assertIn(self.outside.name, self.showcase.activity_ids.summary)
        leave.unlink()
        self.assertFalse(self.showcase.attention)

    def test_an_employees_absence_is_the_representatives(self):
        same = self.env["resource.resource"].create(
            {"name": "Rita", "user_id": self.representative.user_id.id}
        )
        self._create_leave(same)
        self.assertEqual(self.showcase.attention, "representative")

    def test_another_representative_takes_over(self):
        self.other_representative.territory_ids |= self.territory
        self._create_leave(self.representative.resource_id)
        finder = self.env["pharma.find.time"].with_user(self.scheduler)
        day = self._at(12).date()
        wizard = finder.create(
            {
                "showcase_id": self.showcase.id,
                "doctor_id": self.outside.id,
                "representative_id": self.other_representative.id,
                "date_from": day,
                "date_to": day + timedelta(days=4),
            }
        )
        wizard.action_find()
        wizard.line_ids[0].action_choose()
        self.assertEqual(self.showcase.representative_id, self.other_representative)
        self.assertFalse(self.showcase.attention)
        self.assertFalse(self.showcase.activity_ids)

    def test_what_is_over_is_not_looked_at(self):
        past = self.showcases.create(
            self._showcase_vals(
                start=self._at(12, day=-700), site_id=self.practice.id, state="done"
            )
        )
        self._create_leave(self.representative.resource_id, day=-700)
        self.showcase.cancel()
        self._create_leave(self.representative.resource_id)
        self.assertFalse((past | self.showcase).filtered("attention"))

    def test_what_was_booked_unseen_is_found_later(self):
        leave = self._create_leave(self.representative.resource_id, day=1)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE resource_calendar_leaves SET date_from = %s, date_to = %s"
            " WHERE id = %s",
            (self._at(9), self._at(18), leave.id),
        )
        self.env.invalidate_all()
        self.env["clinic.impact.check"]._cron_flag_orphans()
        self.assertEqual(self.showcase.attention, "representative")

    def test_the_form_offers_both_ways(self):
        self._create_leave(self.representative.resource_id)
        with Form(self.showcase.with_user(self.scheduler)) as form:
            self.assertEqual(form.attention, "representative")

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""When calls suit a doctor: learned from what came of earlier ones."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..models.pharma_plan_rules import get_weekday
from .common import PharmaCommon


@tagged("post_install", "-at_install")
class TestPharmaBestTime(PharmaCommon):
    def _record(self, weekday, hour, state, count, **values):
        """Record past calls on a weekday at an hour of the practice's clock."""
        today = self._at(hour).date()  # a Monday
        monday = fields.Date.today() - timedelta(days=fields.Date.today().weekday())
        weeks = (today - monday).days // 7
        calls = self.showcases
        for number in range(count):
            day = weekday - 7 * (weeks + 2 + number)
            calls |= self.showcases.create(
                self._showcase_vals(
                    hour,
                    day=day,
                    state=state,
                    site_id=self.practice.id,
                    **values,
                )
            )
        return calls

    def _learn(self):
        with self.enter_registry_test_mode():
            cron = self.env.ref("pharma_showcase.ir_cron_learn_best_times")
            cron.method_direct_trigger()
        return self.outside.best_weekday, self.outside.best_hour

    def test_it_is_learned_from_what_was_held(self):
        self._record(1, 12, "done", 5)
        self._record(3, 9, "declined", 5)
        self.assertEqual(self._learn(), ("1", 12))

    def test_little_is_no_lesson_and_lessons_are_unlearned(self):
        self._record(1, 12, "done", 1)
        self.outside.write({"best_weekday": "4", "best_hour": 9})
        self.assertEqual(self._learn(), (False, 0))

    def test_what_we_cancelled_says_nothing_of_the_doctor(self):
        ours = self.env.ref("pharma_showcase.reason_planning")
        theirs = self.env.ref("pharma_showcase.reason_no_time")
        call = self._record(1, 12, "cancelled", 1)
        for reason, count in ((ours, 0), (theirs, 1), (theirs.browse(), 1)):
            with self.subTest(reason=reason.name):
                call._write_by_door({"end_reason_id": reason.id})
                self.assertEqual(len(call._get_best_time_outcomes()), count)

    def test_a_time_that_the_doctor_left_did_not_suit(self):
        call = self._record(1, 12, "done", 1)
        self.env["pharma.showcase.history"].create(
            {
                "showcase_id": call.id,
                "from_start": call.start + timedelta(days=1, hours=-3),
                "to_start": call.start,
                "by_doctor": True,
            }
        )
        found = [
            (item.weekday, item.hour, item.held)
            for item in call._get_best_time_outcomes()
        ]
        self.assertEqual(found, [(2, 9, False), (1, 12, True)])

    def test_the_doctors_own_word_comes_first(self):
        self._record(1, 12, "done", 5)
        self._record(3, 9, "declined", 5)
        self._learn()
        self.assertEqual(get_weekday(self.outside, []), 1)
        self.outside.preferred_weekday = "2"
        self.assertEqual(get_weekday(self.outside, []), 2)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""After a cancellation: freed time is filled, few calls move, none that is agreed."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
class TestPharmaPlanRepair(PlanCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan.date_to = cls.first_day
        cls.representative.max_calls_day = 2
        (cls.outside | cls.second).segment_id = cls.segment.copy(
            {"name": "Test B", "target_calls": 1}
        )
        cls.third = cls._create_outside_doctor("Oda Outside")

    def accept_plan(self):
        """Return the plan with its two calls booked: the third doctor waits."""
        self.third.segment_id.base_value = 1
        plan = self.run_plan()
        plan.with_user(self.scheduler).action_accept()
        self.assertEqual(plan.call_ids.doctor_id, self.outside | self.second)
        return plan

    def fill(self, plan):
        """Return the proposal, made by a scheduler."""
        action = plan.with_user(self.scheduler).action_fill()
        return self.env["pharma.plan"].browse(action["res_id"])

    def test_the_freed_time_goes_to_who_waits(self):
        plan = self.accept_plan()
        with self.assertRaises(UserError):
            plan.action_fill()
        gone = plan.call_ids[0].showcase_id
        kept = plan.call_ids[1].showcase_id
        before = (kept.start, kept.representative_id)
        gone._decline("No time")
        self.assertEqual(plan.freed_count, 1)
        repair = self.fill(plan)
        self.assertEqual((repair.state, repair.freed_ids), ("proposed", gone))
        call = repair.call_ids
        self.assertEqual((call.doctor_id, call.moved_id.id), (self.third, False))
        self.assertEqual(repair.value - repair.value_before, call.value)
        repair.with_user(self.scheduler).action_accept()
        self.assertEqual(call.state, "booked", call.refusal)
        self.assertEqual(call.showcase_id.start, call.start)
        self.assertEqual((kept.start, kept.representative_id), before)

    def test_a_cancelled_showcase_offers_the_same(self):
        plan = self.accept_plan()
        gone = plan.call_ids[0].showcase_id
        with self.assertRaises(UserError):
            gone.action_fill_freed_time()
        gone.cancel()
        action = gone.with_user(self.scheduler).action_fill_freed_time()
        repair = self.env["pharma.plan"].browse(action["res_id"])
        self.assertEqual(repair.date_to, plan.date_to)
        self.assertTrue(repair.call_ids)

    def test_without_a_plan_it_is_the_week_of_the_call(self):
        gone = self._propose()
        gone.cancel()
        action = gone.with_user(self.scheduler).action_fill_freed_time()
        repair = self.env["pharma.plan"].browse(action["res_id"])
        self.assertLessEqual(repair.date_to - repair.date_from, timedelta(days=6))
        self.assertEqual(repair.date_to.weekday(), 6)
        days = set(repair.call_ids.filtered(lambda it: not it.moved_id).mapped("date"))
        self.assertLessEqual(days, {gone.start.date()})

    def make_room_by_moving(self):
        """Free the morning, where only the second doctor's call can go.

        The third doctor receives at the only time at which the second's call is.
        """
        hours = self.second.availability_ids
        hours.write({"hour_from": 10, "hour_to": 13})
        self.third.availability_ids.write({"hour_from": 12, "hour_to": 12.5})
        gone = self._propose(hour=11, doctor_id=self.second.id)
        stays = self._propose(hour=12, doctor_id=self.second.id, day=0, minute=5)
        return gone, stays

    def test_a_call_moves_to_let_another_in(self):
        gone, stays = self.make_room_by_moving()
        gone.cancel()
        self.outside.segment_id = False
        self.third.segment_id.base_value = 40
        action = gone.with_user(self.scheduler).action_fill_freed_time()
        repair = self.env["pharma.plan"].browse(action["res_id"])
        move = repair.call_ids.filtered("moved_id")
        new = repair.call_ids - move
        self.assertEqual((move.moved_id, move.old_start), (stays, stays.start))
        self.assertEqual(new.doctor_id, self.third)
        # the new call needs the move, which comes with it
        new.with_user(self.scheduler).action_accept()
        self.assertEqual(set(repair.call_ids.mapped("state")), {"booked"})
        self.assertEqual(stays.start, move.start)
        self.assertEqual(move.showcase_id, stays)

    def test_a_call_that_was_confirmed_stays(self):
        gone, stays = self.make_room_by_moving()
        gone.cancel()
        stays.confirm()
        self.outside.segment_id = False
        self.third.segment_id.base_value = 40
        action = gone.with_user(self.scheduler).action_fill_freed_time()
        repair = self.env["pharma.plan"].browse(action["res_id"])
        self.assertFalse(repair.call_ids.moved_id)

    def test_what_was_answered_meanwhile_is_said(self):
        gone, stays = self.make_room_by_moving()
        gone.cancel()
        self.outside.segment_id = False
        self.third.segment_id.base_value = 40
        action = gone.with_user(self.scheduler).action_fill_freed_time()
        repair = self.env["pharma.plan"].browse(action["res_id"])
        stays.confirm()
        start = stays.start
        result = repair.with_user(self.scheduler).action_accept()
        self.assertEqual(result["params"]["type"], "warning")
        self.assertEqual(set(repair.call_ids.mapped("state")), {"taken"})
        self.assertTrue(all(repair.call_ids.mapped("refusal")))
        self.assertEqual(stays.start, start)

    def test_representatives_do_not_fill(self):
        gone = self._propose()
        gone.cancel()
        mine = gone.with_user(self.representative.user_id)
        with self.assertRaises(AccessError):
            mine.action_fill_freed_time()

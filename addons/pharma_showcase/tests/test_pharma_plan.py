# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""From records to a plan, and from a plan to booked calls."""

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.clinic_engine import planner
from odoo.addons.clinic_engine.planner_check import check

from ..models import pharma_plan_job
from ..models.pharma_plan_load import PlanLoader
from .plan_common import PlanCommon


@tagged("post_install", "-at_install")
class TestPharmaPlan(PlanCommon):
    def test_a_plan_is_proposed_within_the_hours_of_the_doctors(self):
        plan = self.run_plan()
        self.assertEqual(plan.state, "proposed", plan.error)
        self.assertEqual(plan.progress, 100)
        calls = plan.call_ids.filtered(lambda call: call.doctor_id == self.outside)
        self.assertTrue(calls)
        for call in calls:
            local = self.env["pharma.showcase"].new({"site_id": call.site_id.id})
            begin, end = local._localize(call.start), local._localize(call.stop)
            self.assertGreaterEqual(begin.hour, 12)
            self.assertLessEqual((end.hour, end.minute), (14, 0))
            self.assertEqual(call.representative_id, self.representative)
        self.assertGreaterEqual(plan.value, plan.baseline_value)
        self.assertTrue(plan.plan_hash and plan.problem_hash)

    def test_each_wanted_call_is_planned_or_left_out_for_a_reason(self):
        self.second.no_see = True
        plan = self.run_plan()
        left_out = plan.omission_ids.filtered(lambda it: it.doctor_id == self.second)
        self.assertEqual(set(left_out.mapped("code")), {"no_consent_or_no_see"})
        self.assertNotIn(self.second, plan.call_ids.doctor_id)

    def test_the_same_seed_gives_the_same_plan(self):
        first = self.run_plan().plan_hash
        self.assertEqual(self.run_plan().plan_hash, first)

    def test_accepting_books_through_the_ledger(self):
        plan = self.run_plan()
        plan.with_user(self.scheduler).action_accept()
        self.assertEqual(plan.state, "accepted")
        self.assertEqual(set(plan.call_ids.mapped("state")), {"booked"})
        for call in plan.call_ids:
            showcase = call.showcase_id
            self.assertEqual((showcase.start, showcase.stop), (call.start, call.stop))
            self.assertEqual(showcase.state, "proposed")
            self.assertTrue(showcase.reservation_ids)
            self.assertEqual(showcase.source, "planner")

    def test_what_was_taken_meanwhile_is_said_and_the_rest_is_booked(self):
        plan = self.run_plan()
        self.assertGreater(len(plan.call_ids), 1)
        taken = plan.call_ids[0]
        self.showcases.create(
            {
                "doctor_id": taken.doctor_id.id,
                "representative_id": taken.representative_id.id,
                "start": taken.start,
                "stop": taken.stop,
                "state": "proposed",
            }
        )
        result = plan.action_accept()
        self.assertEqual(result["params"]["type"], "warning")
        self.assertEqual(taken.state, "taken")
        self.assertTrue(taken.refusal)
        self.assertFalse(taken.showcase_id)
        others = plan.call_ids - taken
        self.assertEqual(set(others.mapped("state")), {"booked"})

    def test_some_calls_may_be_accepted(self):
        plan = self.run_plan()
        call = plan.call_ids[0]
        call.action_accept()
        self.assertEqual(call.state, "booked")
        self.assertEqual(plan.open_count, plan.call_count - 1)
        self.assertEqual(plan.state, "proposed")
        with self.assertRaises(UserError):
            plan.action_plan()

    def test_calls_that_stand_are_planned_around(self):
        showcase = self._propose()
        plan = self.run_plan()
        for call in plan.call_ids:
            apart = call.stop <= showcase.start or call.start >= showcase.stop
            self.assertTrue(apart)
        held = plan.call_ids.filtered(lambda call: call.doctor_id == self.outside)
        self.assertNotIn(showcase.start.date(), held.mapped("date"))

    def test_meetings_of_the_representative_are_planned_around(self):
        user = self.representative.user_id
        meeting = self.env["calendar.event"].create(
            {
                "name": "Test Meeting",
                "start": self._at(6),
                "stop": self._at(20),
                "partner_ids": user.partner_id.ids,
                "user_id": user.id,
            }
        )
        plan = self.run_plan()
        self.assertNotIn(meeting.start.date(), plan.call_ids.mapped("date"))

    def test_limits_of_a_practice_bind_the_plan(self):
        self.env["pharma.practice.rule"].create(
            {"site_id": self.practice.id, "max_calls_week": 1}
        )
        plan = self.run_plan()
        here = plan.call_ids.filtered(lambda call: call.site_id == self.practice)
        self.assertEqual(len(here), 1)
        self.assertIn("practice_limit", plan.omission_ids.mapped("code"))
        plan.action_accept()
        self.assertEqual(set(plan.call_ids.mapped("state")), {"booked"})

    def test_another_territory_has_no_eligible_representative(self):
        self.plan.representative_ids = self.other_representative
        plan = self.run_plan()
        self.assertFalse(plan.call_ids)
        self.assertIn("no_eligible_rep", plan.omission_ids.mapped("code"))

    def test_reading_takes_no_more_queries_for_more_doctors(self):
        now = self._at(0) - timedelta(days=1)
        PlanLoader(self.plan, now).load()

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            loaded = PlanLoader(self.plan, now).load()
            self.assertEqual(check(loaded.problem, ()), [])
            return self.env.cr.sql_log_count - before

        few = count()
        for number in range(6):
            self._create_outside_doctor(f"Test {number}")
        self.assertLessEqual(count(), few + 2)

    def test_a_plan_that_fails_says_so_and_others_go_on(self):
        second = self.plan.copy({"name": "Second"})
        self.plan.action_plan()
        second.action_plan()
        whole = pharma_plan_job.planner.plan
        calls = []

        def fail_once(*args, **kwargs):
            calls.append(args)
            if len(calls) == 1:
                raise planner.PlanError([])
            return whole(*args, **kwargs)

        with (
            patch.object(pharma_plan_job.planner, "plan", fail_once),
            mute_logger(pharma_plan_job.__name__),
        ):
            self.run_planner()
        self.assertEqual(self.plan.state, "failed")
        self.assertEqual(self.plan.error, "rule")
        self.assertEqual(second.state, "proposed")

    def test_a_running_plan_can_be_stopped(self):
        self.plan.action_plan()
        self.plan.state = "running"
        with patch.object(type(self.plan), "_is_at_work", lambda plan: True):
            self.plan.action_cancel()
        self.assertTrue(self.plan.cancel_asked)
        self.plan.write({"state": "queued"})
        with patch.object(pharma_plan_job, "REPORT", 0):
            self.run_planner()
        self.assertEqual(self.plan.state, "cancelled")
        self.assertFalse(self.plan.call_ids)

    def test_days_say_what_is_driven_and_waited(self):
        plan = self.run_plan()
        self.assertEqual(sum(plan.day_ids.mapped("call_count")), plan.call_count)
        minutes = sum(plan.day_ids.mapped("travel_minutes"))
        self.assertAlmostEqual(minutes / 60, plan.travel_hours, 2)
        for day, sketch in zip(plan.day_ids, plan.sketch, strict=True):
            # there and back
            self.assertAlmostEqual(day.distance, 2 * 9.9, delta=0.5)
            self.assertEqual(sketch["home"], [48.8, 2.3])
            self.assertEqual(len(sketch["calls"]), day.call_count)
            points = [call["point"] for call in sketch["calls"]]
            self.assertEqual(points, [[48.86, 2.35]] * day.call_count)

    def test_representatives_do_not_plan(self):
        plan = self.run_plan()
        mine = plan.with_user(self.representative.user_id)
        for action in (mine.action_plan, mine.action_accept, mine.action_cancel):
            with self.assertRaises(AccessError):
                action()

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A plan that is mended: few changes, sound, nothing moves that need not."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ..planner import plan
from ..planner_check import check
from ..planner_replan import replan
from . import planner_worlds
from .common import EngineCase, examples


class TestPlannerReplan(EngineCase):
    @examples(50)
    @given(seed=st.integers(0, 10**6), most=st.integers(0, 6))
    def test_a_cancelled_call_changes_few_others(self, seed, most):
        problem = planner_worlds.make(seed)
        calls = plan(problem, seed, 20).calls
        if not calls:
            return
        gone = calls[seed % len(calls)].visit
        refused = replace(problem.visits[gone], refused="no_consent_or_no_see")
        visits = [*problem.visits]
        visits[gone] = refused
        now = replace(problem, visits=tuple(visits))
        found = replan(now, calls, most=most)
        self.assertEqual(check(now, found.calls), [])
        self.assertLessEqual(found.changes, most)
        self.assertEqual([call.visit for call in found.illegal], [gone])
        kept = set(calls) & set(found.calls)
        given_up = len(found.moved) + len(found.dropped)
        self.assertEqual(len(calls) - 1 - given_up, len(kept))

    @examples(30)
    @given(seed=st.integers(0, 10**6))
    def test_a_lost_day_takes_its_calls_and_no_others_out(self, seed):
        problem = planner_worlds.make(seed)
        calls = plan(problem, seed, 20).calls
        if not calls:
            return
        lost = calls[0].rep_day
        day = problem.rep_days[lost]
        days = [*problem.rep_days]
        days[lost] = replace(day, stop=day.start)
        now = replace(problem, rep_days=tuple(days))
        found = replan(now, calls)
        self.assertEqual(check(now, found.calls), [])
        self.assertEqual({call.rep_day for call in found.illegal}, {lost})

    def test_nothing_happens_to_a_plan_that_is_full(self):
        problem = planner_worlds.make(7)
        calls = plan(problem, 1, 200).calls
        told = {call.visit: 1000 for call in calls}
        found = replan(problem, calls, told)
        self.assertEqual((found.dropped, found.moved, found.illegal), ((), (), ()))

    def test_a_change_that_costs_more_than_it_brings_is_not_made(self):
        problem = planner_worlds.make_tiny(3)
        calls = plan(problem, 1, 0).calls
        free = replan(problem, calls, {call.visit: 0 for call in calls})
        dear = replan(problem, calls, {call.visit: 99 for call in calls})
        self.assertGreaterEqual(free.after.objective, dear.after.objective)
        self.assertEqual((dear.dropped, dear.moved), ((), ()))

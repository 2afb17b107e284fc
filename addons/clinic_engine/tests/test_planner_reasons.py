# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Why a visit is left out, and what would let it in."""

from dataclasses import replace

from .. import planner
from ..planner_data import Block, DoctorRule, Locked, PracticeRule, RepDay
from .common import EngineCase
from .test_planner_check import MONDAY, make


class TestPlannerReasons(EngineCase):
    """The first visit of two is left out, for one reason or another."""

    def get_omission(self, problem):
        """Return why the first visit is left out."""
        result = planner.plan(problem, 1, 30)
        found = {omission.visit: omission for omission in result.omissions}
        self.assertIn(0, found)
        return found[0]

    def with_first(self, **fields):
        """Return the problem with another first visit."""
        problem = make()
        first = replace(problem.visits[0], **fields)
        return replace(problem, visits=(first, problem.visits[1]))

    def only_first(self, **fields):
        """Return the problem with the first visit alone, and its first window."""
        problem = make()
        first = problem.visits[0]
        option = replace(first.options[0], **fields)
        return replace(problem, visits=(replace(first, options=(option,)),))

    def test_reasons_that_hold_before_any_plan(self):
        cases = {
            "no_consent_or_no_see": self.with_first(refused="no_consent_or_no_see"),
            "no_eligible_rep": self.with_first(reps=(9,)),
            "no_window_in_horizon": self.with_first(options=()),
            "rule_cap": make(doctors={0: DoctorRule(left=0)}),
            "rule_gap": make(
                locked=(Locked(0, 9, MONDAY - 1, 0),), doctors={0: DoctorRule(30)}
            ),
            "practice_limit": make(practices={7: PracticeRule(per_day=0)}),
        }
        for code, problem in cases.items():
            with self.subTest(code=code):
                omission = self.get_omission(problem)
                self.assertEqual(omission.code, code)
                self.assertIsNone(omission.counterfactual)

    def test_a_rep_who_is_busy_all_day(self):
        problem = self.only_first()
        day = replace(problem.rep_days[0], busy=(Block(0, 300),))
        problem = replace(problem, rep_days=(day,))
        self.assertEqual(self.get_omission(problem).code, "rep_busy")

    def test_too_far_away(self):
        problem = self.only_first(first=0, last=10)
        omission = self.get_omission(problem)
        self.assertEqual(omission.code, "unreachable")

    def test_a_longer_day_or_another_rep_would_do(self):
        problem = self.only_first(first=270, last=275)
        omission = self.get_omission(problem)
        self.assertEqual(omission.counterfactual, ("longer_day", 1, MONDAY, 1200))
        other = RepDay(2, MONDAY, 0, 400, 0, 0)
        problem = replace(problem, rep_days=(*problem.rep_days, other))
        omission = self.get_omission(problem)
        self.assertEqual(omission.counterfactual, ("rep", 2, MONDAY))

    def test_the_call_in_the_way_is_named(self):
        problem = make(practices={})
        first, second = problem.visits
        narrow = tuple(replace(option, first=60, last=62) for option in second.options)
        first = replace(first, options=narrow[:1], value=2)
        second = replace(second, options=narrow[:1], value=9)
        problem = replace(problem, visits=(first, second))
        omission = self.get_omission(problem)
        self.assertEqual(omission.code, "lower_value")
        self.assertEqual([call.visit for call in omission.blockers], [1])

    def test_one_call_less_is_not_enough(self):
        problem = make(practices={})
        visits = []
        for index, (first, value) in enumerate([(60, 8), (40, 9), (90, 9)]):
            base = problem.visits[0]
            option = replace(base.options[0], first=first, last=first, place=1)
            fields = {"key": index, "doctor": index, "value": value}
            visits.append(replace(base, options=(option,), **fields))
        problem = replace(problem, visits=tuple(visits))
        omission = self.get_omission(problem)
        self.assertEqual(omission.code, "no_room")
        self.assertEqual({call.visit for call in omission.blockers}, {1, 2})

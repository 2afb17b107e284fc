# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whatever the problem and the limit: no plan breaks a hard rule.

``PLANNER_INSTANCES=1000`` looks at so many random problems instead of 200.
"""

import os
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from .. import planner
from ..planner_check import check
from ..planner_data import Weights
from ..planner_draft import Draft
from ..planner_greedy import fill
from ..planner_improve import Improver
from ..planner_reasons import CODES
from . import planner_worlds
from .common import EngineCase, examples

SEEDS = st.integers(0, 10**6)
#: So many random problems are planned.
INSTANCES = int(os.environ.get("PLANNER_INSTANCES", "200"))
#: Iterations and seconds: none, few, the clock ends it sooner or later, at once.
LIMITS = [(0, 9), (40, 9), (500, 0.02), (500, 0.1), (40, 0.0)]


class TestPlannerHardRules(EngineCase):
    @examples(60)
    @given(seed=SEEDS)
    def test_greedy_keeps_the_rules(self, seed):
        problem = planner_worlds.make(seed)
        draft = Draft(problem)
        fill(draft)
        self.assertEqual(check(problem, draft.calls()), [])

    @examples(40)
    @given(seed=SEEDS)
    def test_rounds_keep_the_rules_and_do_not_make_it_worse(self, seed):
        problem = planner_worlds.make(seed)
        draft = Draft(problem)
        fill(draft)
        improver = Improver(draft, seed)
        before = sum(improver.rates)
        improver.run(30)
        self.assertEqual(check(problem, draft.calls()), [])
        self.assertGreaterEqual(sum(Improver(draft, 0).rates), before)

    @examples(INSTANCES)
    @given(seed=SEEDS, limit=st.sampled_from(LIMITS), with_solver=st.booleans())
    def test_a_plan_keeps_the_rules_whatever_the_limit(self, seed, limit, with_solver):
        problem = planner_worlds.make(seed)
        if seed % 2:
            weights = Weights(value=100, travel=1, wait=1, hour=1, load=5)
            problem = replace(problem, weights=weights)
        result = planner.plan(problem, seed, *limit, with_solver=with_solver)
        self.assertEqual(check(problem, result.calls), [])
        self.assertGreaterEqual(result.score.objective, result.baseline.objective)

    @examples(60)
    @given(seed=SEEDS)
    def test_calls_start_at_whole_steps(self, seed):
        problem = planner_worlds.make_in_steps(seed)
        result = planner.plan(problem, seed, 40)
        self.assertEqual(check(problem, result.calls), [])
        self.assertEqual([call for call in result.calls if call.start % 5], [])

    def test_the_version_names_the_solver(self):
        problem = planner_worlds.make(1)
        solved = planner.plan(problem, 1, 5)
        alone = planner.plan(problem, 1, 5, with_solver=False)
        self.assertEqual(alone.version, planner.VERSION)
        self.assertEqual(solved.engine == "pyvrp", "pyvrp" in solved.version)

    @examples(40)
    @given(seed=SEEDS)
    def test_each_visit_left_out_has_one_reason(self, seed):
        problem = planner_worlds.make(seed)
        result = planner.plan(problem, seed, 20)
        planned = {call.visit for call in result.calls}
        out = [omission.visit for omission in result.omissions]
        self.assertEqual(sorted([*planned, *out]), list(range(len(problem.visits))))
        for omission in result.omissions:
            self.assertIn(omission.code, CODES)
            self.assertTrue({call.visit for call in omission.blockers} <= planned)

    @examples(40)
    @given(seed=SEEDS)
    def test_taking_a_call_out_and_putting_it_back_changes_nothing(self, seed):
        problem = planner_worlds.make(seed)
        draft = Draft(problem)
        fill(draft)
        calls = draft.calls()
        for visit in sorted(draft.where):
            draft.put(*draft.take(visit))
        self.assertEqual(draft.calls(), calls)

    @examples(40)
    @given(seed=SEEDS)
    def test_a_plan_is_read_as_it_was_written(self, seed):
        problem = planner_worlds.make(seed)
        draft, other = Draft(problem), Draft(problem)
        fill(draft)
        self.assertEqual(other.take_over(draft.calls()), [])
        self.assertEqual(other.calls(), draft.calls())

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Tiny problems against trying everything; reproducibility; the scale of prizes."""

import os
import subprocess
import sys
from itertools import product
from pathlib import Path

from .. import planner
from ..planner_data import Option, Problem, RepDay, Visit, fingerprint
from ..planner_draft import get_score
from ..planner_solver import is_available
from . import planner_worlds
from .common import EngineCase

PACKAGES = Path(__file__).parents[2]
AGAIN = """
import sys
sys.path.insert(0, {path!r})
from clinic_engine import planner
from clinic_engine.planner_data import *
print(planner.plan({problem!r}, 3, 150, 600).plan_hash)
"""


def solve_by_trying(problem):
    """Return the most points that any choice of days and starts brings.

    Written from the rules, for calls with a place on days without anything that
    stands: pairs of calls on a day are apart by call, way and buffer.
    """
    best = 0
    choices = [[None, *_get_choices(problem, visit)] for visit in problem.visits]
    for chosen in product(*choices):
        calls = [
            (visit, *choice)
            for visit, choice in zip(problem.visits, chosen, strict=True)
            if choice
        ]
        value = sum(visit.value for visit, *_rest in calls)
        if value > best and _is_sound(problem, calls):
            best = value
    return best


def _get_choices(problem, visit):
    for option in visit.options:
        for day in problem.rep_days:
            if day.rep in visit.reps and day.day == option.day:
                for start in range(option.first, option.last + 1, 1):
                    yield day, option, start


def _is_sound(problem, calls):
    way = problem.travel
    for i, (visit, day, option, start) in enumerate(calls):
        end = start + option.duration
        if start < day.start + way[day.origin][option.place]:
            return False
        if end + way[option.place][day.destination] > day.stop:
            return False
        if sum(other[1] is day for other in calls) > day.max_calls:
            return False
        for other, other_day, second, begin in calls[i + 1 :]:
            if other.doctor == visit.doctor:
                rule = problem.doctors.get(visit.doctor)
                if abs(day.day - other_day.day) < (rule.min_gap if rule else 1):
                    return False
            if other_day is day:
                between = way[option.place][second.place]
                late = begin < end + between
                if late and start < begin + second.duration + between:
                    return False
    return True


class TestPlannerOracle(EngineCase):
    def test_tiny_problems_are_solved_to_the_best(self):
        for seed in range(12):
            problem = planner_worlds.make_tiny(seed)
            narrow = _narrow(problem)
            with self.subTest(seed=seed):
                best = solve_by_trying(narrow)
                found = planner.plan(narrow, 1, 200, 60)
                self.assertEqual(found.score.value, best)

    def test_the_same_seed_gives_the_same_plan_in_every_process(self):
        problem = planner_worlds.make(7)
        text = AGAIN.format(path=str(PACKAGES), problem=problem)
        found = {planner.plan(problem, 3, 150, 600).plan_hash}
        for hash_seed in ("0", "1", "424242"):
            environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
            done = subprocess.run(
                [sys.executable, "-c", text],
                env=environment,
                check=True,
                capture_output=True,
                text=True,
            )
            found.add(done.stdout.strip())
        self.assertEqual(len(found), 1)

    def test_a_plan_that_the_clock_cut_says_so(self):
        problem = planner_worlds.make(7)
        self.assertTrue(planner.plan(problem, 1, 20, 600).reproducible)
        if is_available():
            self.assertFalse(planner.plan(problem, 1, 10**6, 0.05).reproducible)

    def test_without_the_solver_the_greedy_plan_is_what_there_is(self):
        problem = planner_worlds.make(7)
        result = planner.plan(problem, 1, 100, with_solver=False)
        self.assertEqual(result.engine, "greedy")
        self.assertEqual(result.score, result.baseline)

    def test_more_work_is_never_worse_than_greedy(self):
        for seed in range(8):
            result = planner.plan(planner_worlds.make(seed), seed, 100)
            with self.subTest(seed=seed):
                mine, greedy = result.score, result.baseline
                self.assertGreaterEqual(mine.value, greedy.value)

    def test_progress_ends_with_all_and_a_cancelled_run_has_no_plan(self):
        told = []
        planner.plan(planner_worlds.make(7), 1, 300, 60, told.append)
        self.assertEqual(told, sorted(told))
        self.assertEqual(told[-1], 1.0)
        with self.assertRaises(planner.Cancelled):
            planner.plan(planner_worlds.make(7), 1, 300, 60, None, lambda: True)

    def test_the_hash_of_a_problem_is_of_all_that_it_says(self):
        problem = planner_worlds.make(7)
        self.assertEqual(fingerprint(problem), fingerprint(planner_worlds.make(7)))
        self.assertNotEqual(fingerprint(problem), fingerprint(planner_worlds.make(8)))


class TestPlannerPrizes(EngineCase):
    """A point is worth ten minutes of travel; no call is dropped for less."""

    def make(self, value, minutes):
        """Return a day with one doctor next door and one so many minutes away."""
        way = minutes * 60
        travel = ((0, 0, way), (0, 0, way), (way, way, 0))
        visits = tuple(
            Visit(i, i, points, (Option(1, 0, 30_000, 900, place),), (1,))
            for i, (points, place) in enumerate([(10, 1), (value, 2)])
        )
        return Problem((RepDay(1, 1, 0, 32_400, 0, 0),), visits, travel)

    def test_a_call_is_not_dropped_to_save_five_minutes(self):
        result = planner.plan(self.make(value=3, minutes=5), 1, 100)
        self.assertEqual(result.score.calls, 2)

    def test_a_call_is_not_worth_hours_on_the_road(self):
        result = planner.plan(self.make(value=3, minutes=120), 1, 100)
        self.assertEqual(result.score.calls, 1)
        omission = result.omissions[0]
        self.assertEqual((omission.visit, omission.code), (1, "lower_value"))

    def test_the_solver_finds_calls_at_the_scale_of_the_weights(self):
        if not is_available():
            return
        for seed in range(4):
            problem = planner_worlds.make_tiny(seed)
            calls = planner.plan(problem, 1, 100).calls
            self.assertTrue(calls)
            self.assertGreater(get_score(problem, calls).objective, 0)


def _narrow(problem):
    """Return the problem with starts on a grid coarse enough to try them all."""
    visits = tuple(
        Visit(v.key, v.doctor, v.value, tuple(map(_get_coarse, v.options)), v.reps)
        for v in problem.visits
    )
    return Problem(
        problem.rep_days,
        visits,
        problem.travel,
        doctors=problem.doctors,
        weights=problem.weights,
    )


def _get_coarse(option):
    last = option.first + 3
    return Option(option.day, option.first, last, option.duration, option.place)

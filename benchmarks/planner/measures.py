# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is measured: gaps, gains over greedy, changes of a mended plan."""

import time
from dataclasses import dataclass, replace

from clinic_engine import planner
from clinic_engine.planner_check import check
from clinic_engine.planner_replan import replan

from . import toptw, weeks

#: Seconds of processor time for one plan, its reasons and checks included.
SECONDS = 10.0
#: What a last look at the clock may come late.
RESERVE = 0.2
#: More than fit into the time: the clock ends the search.
ENDLESS = 10**6
#: What a real run does: the iterations decide.
ITERATIONS = planner.ITERATIONS


@dataclass(frozen=True)
class Gap:
    """A case: the greedy score, the one that was found, processor seconds."""

    case: toptw.Case
    greedy: int
    score: int
    seconds: float

    @property
    def gap(self):
        """How far below the best known it is, as a share of that."""
        return 1 - self.score / self.case.best


@dataclass(frozen=True)
class Gain:
    """A week: its plan beside the greedy one."""

    name: str
    seed: int
    total: int
    result: planner.Result
    seconds: float

    @property
    def objective(self):
        """The gain of the objective over greedy."""
        result = self.result
        return result.score.objective / result.baseline.objective - 1

    @property
    def value(self):
        """The gain of the points over greedy."""
        return self.result.score.value / self.result.baseline.value - 1


@dataclass(frozen=True)
class Mend:
    """An event: how many calls changed, what was kept, how long it took."""

    event: str
    changes: int
    kept: float
    seconds: float


def measure_gap(folder, case):
    """Return what the planner finds in a published case."""
    problem = toptw.load(folder, case)
    began = time.process_time()
    result = planner.plan(problem, 1, ENDLESS, SECONDS - RESERVE)
    spent = time.process_time() - began
    sound(problem, result.calls)
    return Gap(case, result.baseline.value, result.score.value, spent)


def measure_week(name, seed, **fields):
    """Return the plan of an invented week, made in the same time."""
    problem = weeks.make(seed, **fields)
    began = time.process_time()
    result = planner.plan(problem, 1, ITERATIONS, SECONDS - RESERVE)
    spent = time.process_time() - began
    sound(problem, result.calls)
    total = sum(visit.value for visit in problem.visits)
    return Gain(name, seed, total, result, spent)


def measure_mending(seed, events):
    """Yield what becomes of a week when calls are cancelled, one in each event."""
    problem = weeks.make(seed)
    calls = planner.plan(problem, 1, ITERATIONS).calls
    for event in range(events):
        gone = calls[event * len(calls) // events]
        yield _mend("cancellation", _without(problem, gone.visit), calls)
    lost = replace(problem.rep_days[0], stop=problem.rep_days[0].start)
    days = (lost, *problem.rep_days[1:])
    yield _mend("lost rep-day", replace(problem, rep_days=days), calls)


def _without(problem, index):
    visits = list(problem.visits)
    visits[index] = replace(visits[index], refused="no_consent_or_no_see")
    return replace(problem, visits=tuple(visits))


def _mend(event, problem, calls):
    """Compare a mended plan with one that is made anew."""
    began = time.process_time()
    found = replan(problem, calls)
    spent = time.process_time() - began
    anew = planner.plan(problem, 1, ITERATIONS)
    kept = found.after.value / anew.score.value
    return Mend(event, found.changes, kept, spent)


def sound(problem, calls):
    """Refuse a plan that breaks a rule.

    :raises AssertionError: names them
    """
    violations = check(problem, calls)
    if violations:
        raise AssertionError(violations)

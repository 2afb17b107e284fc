# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The visit planner: which doctors, which rep, when.

Greedy insertion makes a plan at once. Rounds of ruin and recreate make it better, the
solver looks for quite another one, and more rounds mend what the solver cannot know
and fill what is left. An independent check looks at the result before anybody sees it.

Everything depends on the seed and the number of iterations alone. The seconds are a
net: where they end the work, the plan says that it cannot be made again.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from .planner_check import Violation, check
from .planner_data import (
    Call,
    Omission,
    Problem,
    Score,
    check_problem,
    fingerprint,
)
from .planner_draft import Draft, get_score
from .planner_greedy import fill
from .planner_improve import Improver
from .planner_reasons import explain
from .planner_solver import Limits, get_version, is_available, solve

#: Changes whenever the same problem, seed and iterations give another plan.
VERSION = "3"
ITERATIONS, SECONDS = 4000, 60.0
#: Rounds of ruin and recreate for each iteration of the solver, and how many of them
#: come before it.
ROUNDS, BEFORE = 0.75, 0.3
#: The parts of the seconds by whose end a step ends: rounds, solver, rounds. The rest
#: is for the check and the reasons.
STEPS = (0.05, 0.77, 0.91)


class Cancelled(Exception):
    """Somebody asked for an end before there was a plan."""


class PlanError(Exception):
    """The plan breaks a hard rule; nothing of it may be used."""

    def __init__(self, violations: list[Violation]):
        self.violations = violations
        super().__init__("; ".join(f"{v.rule}: {v.what}" for v in violations[:5]))


@dataclass(frozen=True, slots=True)
class Result:
    """A plan that was checked, beside the greedy one (``baseline``).

    ``engine``: "pyvrp", or "greedy" where the solver is not installed. ``reproducible``
    is False where the seconds ended the work. ``version`` is that of the planner and of
    its solver: with another one, the same seed may give another plan.
    """

    calls: tuple[Call, ...]
    score: Score
    baseline: Score
    omissions: tuple[Omission, ...]
    engine: str
    seed: int
    iterations: int
    reproducible: bool
    problem_hash: str
    plan_hash: str
    version: str = VERSION


def plan(
    problem: Problem,
    seed: int = 0,
    iterations: int = ITERATIONS,
    seconds: float = SECONDS,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    with_solver: bool = True,
) -> Result:
    """Return the best plan that is found.

    :param iterations: of the solver; the other rounds follow from it; 0 is greedy
    :param seconds: of processor time of this thread in all, a net; what would help
        those left out is not looked for after it
    :param progress: is told how far it is, from 0 to 1
    :param cancelled: is asked now and then
    :param with_solver: False plans as if no solver were installed
    :raises Cancelled: when asked for
    :raises PlanError: the plan would break a hard rule
    :raises ValueError: the problem means nothing
    """
    check_problem(problem)
    run = _Run(problem, seed, iterations, seconds, progress, cancelled)
    baseline, calls = run.find_calls(has_solver := with_solver and is_available())
    if violations := check(problem, calls):
        raise PlanError(violations)
    run.tell(1.0)
    return Result(
        calls=calls,
        score=get_score(problem, calls),
        baseline=baseline,
        omissions=explain(problem, calls, run.is_late),
        engine="pyvrp" if has_solver else "greedy",
        seed=seed,
        iterations=iterations,
        reproducible=not run.is_cut,
        problem_hash=fingerprint(problem),
        plan_hash=fingerprint(calls),
        version=f"{VERSION}+pyvrp-{get_version()}" if has_solver else VERSION,
    )


class _Run:
    """The steps of one run, and how far it is."""

    def __init__(self, problem, seed, iterations, seconds, progress, cancelled):
        self.problem, self.seed, self.iterations = problem, seed, iterations
        self.seconds, self.progress, self.cancelled = seconds, progress, cancelled
        self.began = time.thread_time()
        self.done, self.is_cut = 0.0, False

    def find_calls(self, has_solver):
        """Return (score of the greedy plan, calls of the best one)."""
        draft = Draft(self.problem)
        fill(draft, self.cancelled)
        found = [draft.calls()]
        if has_solver:
            self.improve(draft, BEFORE, STEPS[0], self.seed)
            found.append(draft.calls())
            draft = self.solve(draft)
            found.append(draft.calls())
            self.improve(draft, 1 - BEFORE, STEPS[2], self.seed + 1)
            found.append(draft.calls())
        if self.cancelled and self.cancelled():
            raise Cancelled
        # the rounds look at points and travel; waiting and hours count here, too
        scores = [get_score(self.problem, calls) for calls in found]
        best = max(range(len(found)), key=lambda i: scores[i].objective)
        return scores[0], found[best]

    def improve(self, draft: Draft, part: float, until: float, seed: int) -> None:
        """Make a part of the rounds."""
        rounds = round(self.iterations * ROUNDS * part)
        before, width = self.done, until - self.done

        def stop(made: int) -> bool:
            if made % 64 == 0:
                self.tell(before + width * made / rounds)
                self._watch()
            is_over = time.thread_time() - self.began >= self.seconds * until
            self.is_cut = self.is_cut or is_over
            return is_over

        Improver(draft, seed).run(rounds, stop)
        self.done = until

    def solve(self, draft: Draft) -> Draft:
        """Return the better of a plan and of what the solver makes of it."""
        before, width = self.done, STEPS[1] - self.done
        spent = time.thread_time() - self.began
        left = max(0.0, self.seconds * STEPS[1] - spent)
        solved = solve(
            self.problem,
            draft.calls(),
            Limits(self.iterations, left, self.seed),
            lambda part: self.tell(before + width * part),
            self.cancelled,
        )
        self._watch()
        self.is_cut = self.is_cut or not solved.complete
        self.done = STEPS[1]
        other = Draft(self.problem)
        other.take_over(solved.calls)
        fill(other)
        found = (get_score(self.problem, one.calls()) for one in (draft, other))
        mine, theirs = (score.objective for score in found)
        return other if theirs > mine else draft

    def is_late(self) -> bool:
        """Return whether the seconds are over."""
        late = time.thread_time() - self.began >= self.seconds
        self.is_cut = self.is_cut or late
        return late

    def tell(self, part: float) -> None:
        """Say how far it is."""
        if self.progress:
            self.progress(part)

    def _watch(self) -> None:
        if self.cancelled and self.cancelled():
            raise Cancelled

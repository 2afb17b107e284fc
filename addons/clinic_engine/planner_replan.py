# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A plan that people know is mended, not made anew.

What became illegal goes out; then, one step after the other, that is done which brings
most: putting in a visit, or putting one in the place of a call that finds another time
or is given up. Each call that changes costs points, and more than so many do not. Calls
that do not change keep their minute.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from .planner import PlanError
from .planner_check import check
from .planner_data import Call, Option, Problem, Score
from .planner_draft import Draft, Move, get_score

#: At most so many calls change.
MOST = 6
#: So many visits that are left out are tried at each step, the worthiest first.
TRIED = 40


@dataclass(frozen=True, slots=True)
class Replan:
    """The mended plan and how it differs from the one before.

    ``illegal``: calls that had to go; ``added``: visits that had no call; ``dropped``:
    calls given up for others; ``moved``: (before, after) of calls with another time,
    day or rep. ``changes`` counts the last three.
    """

    calls: tuple[Call, ...]
    illegal: tuple[Call, ...]
    added: tuple[Call, ...]
    dropped: tuple[Call, ...]
    moved: tuple[tuple[Call, Call], ...]
    before: Score
    after: Score

    @property
    def changes(self) -> int:
        """How many calls are not what they were."""
        return len(self.added) + len(self.dropped) + len(self.moved)


@dataclass(frozen=True, slots=True)
class _Step:
    """What one step brings: a visit in, perhaps another out, and that in elsewhere."""

    gain: int
    changes: int
    move: Move
    out: int | None = None
    back: Move | None = None


def replan(
    problem: Problem,
    current: Iterable[Call],
    told: Mapping[int, int] | None = None,
    most: int = MOST,
    may_drop: bool = True,
) -> Replan:
    """Return the plan with the fewest changes that serves what it now may.

    :param problem: as it is now; visits that are no longer wanted carry ``refused``
    :param current: the calls that people know
    :param told: points that a change of a visit's call costs, where they are others
        than the weights say (the doctor knows the time)
    :param most: how many calls may change, besides those that became illegal
    :param may_drop: whether calls that people know may be given up for worthier ones
    :raises PlanError: the plan would break a hard rule
    """
    current = tuple(sorted(current))
    pinned, calls = _pin(problem, current)
    draft = Draft(pinned)
    out = set(draft.take_over(calls))
    mender = _Mender(draft, told or {}, most, may_drop)
    mender.run()
    found = tuple(sorted(_unpin(problem, current, draft.calls())))
    violations = check(problem, found)
    if violations:
        raise PlanError(violations)
    before = [call for call in current if call.visit not in out]
    return _compare(problem, current, before, found)


def _pin(problem: Problem, current) -> tuple[Problem, list[Call]]:
    """Give each planned visit one more option, its very minute; return its calls."""
    visits, calls = list(problem.visits), []
    for call in current:
        visit = visits[call.visit]
        option: Option = visit.options[call.option]
        if option.first <= call.start <= option.last:
            still = replace(option, first=call.start, last=call.start)
            calls.append(replace(call, option=len(visit.options)))
            visits[call.visit] = replace(visit, options=(*visit.options, still))
    return replace(problem, visits=tuple(visits)), calls


def _unpin(problem: Problem, current, calls):
    known = {call.visit: call for call in current}
    for call in calls:
        if call.option == len(problem.visits[call.visit].options):
            yield replace(call, option=known[call.visit].option)
        else:
            yield call


def _compare(problem: Problem, current, before, found) -> Replan:
    """Return what changed; illegal calls may have come back at another time."""
    kept = {call.visit for call in before}
    known = {call.visit: call for call in before}
    now = {call.visit: call for call in found}
    moved = tuple(
        (known[visit], call)
        for visit, call in now.items()
        if visit in known and (call.rep_day, call.start) != _get_when(known[visit])
    )
    return Replan(
        found,
        tuple(call for call in current if call.visit not in kept),
        tuple(call for call in found if call.visit not in known),
        tuple(call for call in before if call.visit not in now),
        moved,
        get_score(problem, before),
        get_score(problem, found),
    )


def _get_when(call: Call) -> tuple[int, int]:
    return call.rep_day, call.start


class _Mender:
    """Takes the best step as long as one brings something."""

    def __init__(self, draft: Draft, told: Mapping[int, int], most, may_drop):
        self.draft, self.told, self.left = draft, told, most
        self.may_drop = may_drop
        self.standing = set(draft.where)

    def run(self) -> None:
        """Take steps."""
        visits = self.draft.problem.visits
        while self.left > 0:
            wanted = sorted(
                (i for i in self.draft.left_out if self.draft.days[i]),
                key=lambda i: (-visits[i].value, i),
            )
            steps = [step for i in wanted[:TRIED] for step in self._get_steps(i)]
            best = max(steps, key=lambda step: step.gain, default=None)
            if best is None:
                return
            if best.out is not None:
                self.draft.take(best.out)
                self.standing.discard(best.out)
            self.draft.apply(best.move)
            if best.back is not None:
                self.draft.apply(best.back)
            self.left -= best.changes

    def _get_steps(self, index: int):
        """Yield the steps that bring a visit in and something as a whole."""
        move = self.draft.best(index)
        if move is not None:
            # Whatever else has to give way for it, this is better.
            yield _Step(move.gain, 1, move)
            return
        for rep_day in self.draft.days[index]:
            for other in self.draft.routes[rep_day].visits():
                step = self._eject(index, rep_day, other)
                if step and step.gain > 0 and step.changes <= self.left:
                    yield step

    def _eject(self, index: int, rep_day: int, other: int) -> _Step | None:
        """Return the step that puts a visit into the place of a call."""
        draft, weights = self.draft, self.draft.problem.weights
        route = draft.routes[rep_day]
        travel = route.get_travel()
        taken = draft.take(other)
        visit = draft.problem.visits[other]
        worth = visit.value - visit.options[taken[1].option].malus
        saved = (travel - route.get_travel()) * weights.travel
        lost = worth * weights.value - saved
        known = other in self.standing
        cost = self.told.get(other, weights.change) * weights.value if known else 0
        step = None
        move = draft.best(index, (rep_day,)) if route.holds() else None
        if move is not None:
            draft.apply(move)
            back = draft.best(other)
            gain = move.gain - lost + (back.gain if back else 0) - cost
            if back or not known or self.may_drop:
                step = _Step(gain, 1 + known, move, other, back)
            draft.take(index)
        draft.put(*taken)
        return step

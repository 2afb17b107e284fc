# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Why a visit is left out, in one code, and what would let it in.

The first code that applies is the reason:

====================== ===========================================================
no_consent_or_no_see   the doctor must not be called on
no_eligible_rep        no rep of this plan may make the visit
no_window_in_horizon   the doctor has no window on a day on which such a rep works
rule_cap               the cap or the target is reached, whatever the window
rule_gap               all windows are too near to another call
practice_limit         the practice has no call left in any window
rep_busy               what stands in the reps' days fills every window
unreachable            the way there and back is too long, even alone in the day
lower_value            fits only in the place of a visit that is worth as much
no_room                not even one call less would let it in
====================== ===========================================================

A visit that fits but is worth less than the travel it takes is ``lower_value`` with
no blockers.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice

from .planner_data import Call, Omission, Problem, RepDay
from .planner_draft import Draft

CODES = (
    "no_consent_or_no_see",
    "no_eligible_rep",
    "no_window_in_horizon",
    "rule_cap",
    "rule_gap",
    "practice_limit",
    "rep_busy",
    "unreachable",
    "lower_value",
    "no_room",
)
RULES = ("rule_cap", "rule_gap", "practice_limit")
#: Minutes more of a day, or of a window, that are tried, in seconds.
LONGER = (1200, 2400, 3600)
#: How many calls in the way are named.
NAMED = 3


def explain(
    problem: Problem,
    calls: Iterable[Call],
    is_late: Callable[[], bool] = lambda: False,
) -> tuple[Omission, ...]:
    """Return for each visit that a plan leaves out the reason, one each.

    :param is_late: where it says so, no more is looked for what would help, and one
        call in the way is enough
    """
    draft = Draft(problem)
    calls = tuple(calls)
    draft.take_over(calls)
    empty = Draft(problem)
    at = {call.visit: call for call in calls}
    left_out = (index for index in range(len(problem.visits)) if index not in at)
    return tuple(_explain(draft, empty, index, at, is_late()) for index in left_out)


def _explain(draft: Draft, empty: Draft, index: int, at, is_late: bool) -> Omission:
    """Return the reason of one visit: ``empty`` is the plan without any call."""
    code = _get_static(draft, empty, index)
    if code in RULES or code in CODES[:3]:
        return Omission(index, code)
    hint = None if is_late else get_counterfactual(draft, index)
    if code:
        return Omission(index, code, (), hint)
    if draft.best(index) is not None or any(_get_moves(draft, index)):
        return Omission(index, "lower_value", (), hint)
    found = get_blockers(draft, index, 1 if is_late else None)
    blockers = tuple(at[visit] for visit in found)
    code = "lower_value" if blockers else "no_room"
    return Omission(index, code, blockers or _get_around(draft, index, at), hint)


def _get_static(draft: Draft, empty: Draft, index: int) -> str | None:
    """Return the code that holds whatever else is planned where, or None."""
    problem = draft.problem
    visit = problem.visits[index]
    if visit.refused:
        return visit.refused if visit.refused in CODES else CODES[0]
    if not {day.rep for day in problem.rep_days}.intersection(visit.reps):
        return "no_eligible_rep"
    if not draft.days[index]:
        return "no_window_in_horizon"
    refusals = set()
    for numbers in draft.places[index].values():
        for number in numbers:
            refusals.add(draft.rules.refusal(visit, visit.options[number]))
    if None not in refusals:
        return next(code for code in RULES if code in refusals)
    if any(_get_moves(empty, index)):
        return None
    free = _without_travel(empty.problem)
    return "unreachable" if any(_get_moves(Draft(free), index)) else "rep_busy"


def _without_travel(problem: Problem) -> Problem:
    size = len(problem.travel)
    return replace(problem, travel=[[0] * size for _place in range(size)])


def _get_moves(draft: Draft, index: int) -> Iterator:
    """Yield what puts a visit in, whether it is worth its way or not."""
    for rep_day in draft.days[index]:
        yield from draft.moves(index, rep_day)


def get_blockers(draft: Draft, index: int, most: int | None = None) -> list[int]:
    """Return the calls each of which, left out alone, would let a visit in.

    The one that is worth least comes first.

    :param most: so many are enough, whichever they are
    """
    visits = draft.problem.visits
    found = list(islice(_get_blockers(draft, index), most))
    return sorted(found, key=lambda other: (visits[other].value, other))[:NAMED]


def _get_blockers(draft: Draft, index: int) -> Iterator[int]:
    for rep_day in draft.days[index]:
        for other in draft.routes[rep_day].visits():
            taken = draft.take(other)
            fits = draft.routes[rep_day].holds() and any(
                True for _move in draft.moves(index, rep_day)
            )
            draft.put(*taken)
            if fits:
                yield other


def _get_around(draft: Draft, index: int, at) -> tuple[Call, ...]:
    """Return calls that are made while the visit might be."""
    problem = draft.problem
    found = []
    for rep_day, numbers in sorted(draft.places[index].items()):
        windows = [problem.visits[index].options[number] for number in numbers]
        for other in draft.routes[rep_day].visits():
            call = at[other]
            length = problem.visits[other].options[call.option].duration
            end = call.start + length + problem.buffer
            if any(
                end > window.first
                and call.start < window.last + window.duration + problem.buffer
                for window in windows
            ):
                found.append((problem.visits[other].value, other))
    return tuple(at[other] for _value, other in sorted(found)[:NAMED])


def get_counterfactual(draft: Draft, index: int) -> tuple | None:
    """Return one change that would let a visit in, the smallest that is found."""
    return (
        _try_reps(draft, index) or _try_days(draft, index) or _try_windows(draft, index)
    )


def _try_reps(draft: Draft, index: int) -> tuple | None:
    """Look for a rep who may not make the visit, but would have room for it."""
    problem, visit = draft.problem, draft.problem.visits[index]
    days = {option.day for option in visit.options}
    for rep_day, day in enumerate(problem.rep_days):
        if day.day not in days:
            continue
        for option, stop in zip(visit.options, draft.stops[index], strict=True):
            refused = draft.rules.refusal(visit, option)
            known = day.rep in visit.get_reps(option)
            if option.day == day.day and not refused and not known:
                if next(draft.routes[rep_day].insertions(stop), None):
                    return "rep", day.rep, day.day
    return None


def _try_days(draft: Draft, index: int) -> tuple | None:
    """Look for the day that is too short by the least."""
    for more in LONGER:
        for rep_day in draft.days[index]:
            route = draft.routes[rep_day]
            day: RepDay = route.day
            held = route.until
            route.day = replace(day, stop=day.stop + more)
            route.until = max(held, day.stop + more)
            route.update()
            fits = next(draft.moves(index, rep_day), None)
            route.day, route.until = day, held
            route.update()
            if fits:
                return "longer_day", day.rep, day.day, more
    return None


def _try_windows(draft: Draft, index: int) -> tuple | None:
    """Look for the window that is too narrow by the least, at either end."""
    visit = draft.problem.visits[index]
    for more in LONGER:
        for rep_day in draft.days[index]:
            for number in draft.places[index][rep_day]:
                if draft.rules.refusal(visit, visit.options[number]):
                    continue
                stop = draft.stops[index][number]
                wider = replace(stop, first=stop.first - more, last=stop.last + more)
                if next(draft.routes[rep_day].insertions(wider), None):
                    return "wider_window", visit.options[number].day, more
    return None

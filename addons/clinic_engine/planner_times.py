# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Times for one call, the best first, and why.

Each term is a share from 0 to 1 of what could be wished for, times its weight:

* *preference*: how near the start is to the hour, and whether on the weekday, that the
  doctor likes or usually takes;
* *nearness*: how little travel the call adds to the rep's day;
* *due*: how near the day is to the one on which the next call is due;
* *fragmentation*: how little of the rep's time becomes too short for another call.
"""

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .planner_data import Option, Problem
from .planner_draft import Draft
from .planner_route import DayRoute, Stop, to_stop

TERMS = ("preference", "nearness", "due", "fragmentation")
DAY, HOUR, MINUTE = 86400, 3600, 60
#: So far from the wish, a match is worth half.
HALF_HOURS, HALF_TRAVEL, HALF_DAYS = 2 * HOUR, 20 * MINUTE, 7


@dataclass(frozen=True, slots=True)
class Wishes:
    """What speaks for a time; None is no wish.

    The weekday and the hour that are liked are those of the option (``weekday``,
    ``preferred``); ``due`` is the ordinal of the day on which the next call is due;
    ``shortest`` is the time below which a gap of the rep is of no use (in seconds).
    """

    due: int | None = None
    shortest: int = 30 * MINUTE
    weights: Mapping[str, float] = field(
        default_factory=lambda: dict.fromkeys(TERMS, 1.0)
    )


@dataclass(frozen=True, slots=True)
class Time:
    """A start with its score and the (name, value) terms that add up to it."""

    start: int
    rep_day: int
    option: int
    score: float
    travel: int
    terms: tuple[tuple[str, float], ...]


def rank_times(
    problem: Problem, index: int, wishes: Wishes, n: int, step: int = 15 * MINUTE
) -> list[Time]:
    """Return the n best starts of one visit between the calls that stand.

    Starts are tried at each option's first and at every ``step`` after it. Equal
    scores are in the order of time.
    """
    draft = Draft(problem)
    visit = problem.visits[index]
    found = []
    for rep_day in draft.days[index]:
        route = draft.routes[rep_day]
        for number in draft.places[index][rep_day]:
            option = visit.options[number]
            if draft.rules.refusal(visit, option):
                continue
            for start, travel in _get_starts(problem, route, option, index, step):
                values = _get_values(problem, route, option, start, travel, wishes)
                found.append((-sum(values), start, rep_day, number, travel, values))
    return [
        Time(start, day, number, -score, travel, tuple(zip(TERMS, values, strict=True)))
        for score, start, day, number, travel, values in heapq.nsmallest(n, found)
    ]


def _get_starts(
    problem: Problem, route: DayRoute, option: Option, index: int, step: int
) -> Iterator[tuple[int, int]]:
    """Yield the starts that fit, and the travel that each adds."""
    whole = to_stop(option, problem.buffer, index, 0)
    for start in range(option.first, option.last + 1, step):
        stop = Stop(start, start, whole.length, whole.place, index)
        ways = [item.travel for item in route.insertions(stop)]
        if ways:
            yield start, min(ways)


def _get_values(problem, route, option, start, travel, wishes) -> tuple[float, ...]:
    """Return the weighted values of ``TERMS``."""
    likes = []
    if option.preferred is not None:
        likes.append(_match(abs(start - option.preferred), HALF_HOURS))
    if option.weekday is not None:
        likes.append(float((option.day - 1) % 7 == option.weekday))
    days = 0 if wishes.due is None else abs(option.day - wishes.due)
    lost = _get_lost(route, start, option.duration + problem.buffer, wishes.shortest)
    values = (
        sum(likes) / len(likes) if likes else 0.0,
        _match(max(0, travel), HALF_TRAVEL),
        0.0 if wishes.due is None else _match(days, HALF_DAYS),
        1 - lost / max(1, 2 * wishes.shortest),
    )
    weights = wishes.weights
    return tuple(
        weights.get(name, 0.0) * value
        for name, value in zip(TERMS, values, strict=True)
    )


def _match(distance: float, half: float) -> float:
    return 1 / (1 + distance / half)


def _get_lost(route: DayRoute, start: int, length: int, shortest: int) -> int:
    """Return how much time on either side becomes too short for another call."""
    before, after = route.day.start, route.day.stop
    for stop, begin in zip(route.stops, route.starts, strict=True):
        if begin + stop.length <= start:
            before = max(before, begin + stop.length)
        elif begin >= start + length:
            after = min(after, begin)
    gaps = (start - before, after - start - length)
    return sum(gap for gap in gaps if 0 < gap < shortest)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a plan asks of each rep on each date: calls, their order, driving, waiting."""

from collections.abc import Iterable
from dataclasses import dataclass

from .planner_data import Call, Problem
from .planner_draft import lay, with_nowhere


@dataclass(frozen=True, slots=True)
class Day:
    """One rep-day of a plan, what stands on it included.

    ``travel`` and ``wait`` are times; ``places`` are those that the rep is at one after
    the other, from home to home, without those that nobody knows; ``start`` and
    ``stop`` are of the first and the last call of the plan.
    """

    rep_day: int
    calls: int
    standing: int
    travel: int
    wait: int
    places: tuple[int, ...]
    start: int
    stop: int


def get_days(problem: Problem, calls: Iterable[Call]) -> list[Day]:
    """Return the days on which a plan has calls, in the order of the rep-days."""
    by_day: dict[int, list[Call]] = {}
    for call in sorted(calls):
        by_day.setdefault(call.rep_day, []).append(call)
    matrix = with_nowhere(problem.travel)
    return [_get_day(problem, index, by_day[index], matrix) for index in sorted(by_day)]


def _get_day(problem: Problem, index: int, calls: list[Call], matrix) -> Day:
    route = lay(problem, index, calls, matrix)
    nowhere = len(problem.travel)
    at = [route.origin, *(stop.place for stop in route.stops), route.end]
    ends = [
        call.start + problem.visits[call.visit].options[call.option].duration
        for call in calls
    ]
    return Day(
        index,
        len(calls),
        sum(locked.rep_day == index for locked in problem.locked),
        route.get_travel(),
        route.get_wait(),
        tuple(place for place in at if 0 <= place < nowhere),
        calls[0].start,
        max(ends),
    )

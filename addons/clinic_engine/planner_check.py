# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""An independent look at a plan: each hard rule again, from the calls alone.

Nothing here is shared with what plans, so that a mistake there is found here. No plan
is written that has a violation.

| | rule |
|---|---|
| H1 | a call starts inside one of its windows |
| H2 | a rep is at one place at a time, travel fits, work ends in time |
| H3 | one call a day on a doctor, the least gap in days is kept |
| H4 | neither the cap of unsolicited calls nor the cycle's target is exceeded |
| H5 | the rep may see the doctor |
| H6 | nobody is called on who must not be |
| H7 | the practice's limits are kept |
| H8 | what stands is not touched |
| H9 | a rep-day has no more calls than it may |
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from .planner_data import LUNCH, Call, Problem


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule (H1 to H9), what is wrong, and the visits that break it."""

    rule: str
    what: str
    visits: tuple[int, ...]


def check(problem: Problem, calls: Iterable[Call]) -> list[Violation]:
    """Return every broken rule of a plan, none where it is sound."""
    calls = sorted(calls, key=lambda call: (call.rep_day, call.start, call.visit))
    found = list(_check_calls(problem, calls))
    if found:
        return found
    for index in range(len(problem.rep_days)):
        found += _check_day(problem, index, [c for c in calls if c.rep_day == index])
    found += _check_doctors(problem, calls)
    found += _check_practices(problem, calls)
    return found


def _check_calls(problem: Problem, calls: list[Call]) -> Iterator[Violation]:
    """Look at each call by itself."""
    times = Counter(call.visit for call in calls)
    for call in calls:
        visit, only = problem.visits[call.visit], (call.visit,)
        day = problem.rep_days[call.rep_day]
        if not 0 <= call.option < len(visit.options):
            yield Violation("H1", "there is no such window", only)
            continue
        option = visit.options[call.option]
        if times[call.visit] > 1:
            yield Violation("H3", "the visit is planned twice", only)
        if option.day != day.day or not option.first <= call.start <= option.last:
            yield Violation("H1", "outside of the window", only)
        received = option.reps is None or day.rep in option.reps
        if day.rep not in visit.reps or not received:
            yield Violation("H5", "the rep may not make this visit", only)
        if visit.refused:
            yield Violation("H6", "the doctor must not be called on", only)


def _check_day(problem: Problem, index: int, calls: list[Call]) -> Iterator[Violation]:
    """Walk one day: overlaps, work hours, travel, number of calls."""
    if not calls:
        return
    day = problem.rep_days[index]
    held = sorted(_get_events(problem, index, calls), key=lambda event: event[:2])
    standing = sum(locked.rep_day == index for locked in problem.locked)
    if day.max_calls is not None and len(calls) + standing > day.max_calls:
        yield Violation("H9", "too many calls", tuple(call.visit for call in calls))
    for start, stop, _place, visit in held:
        if visit is not None and not day.start <= start <= stop <= day.stop:
            yield Violation("H2", "outside of the work hours", (visit,))
    for i, (start, stop, _place, visit) in enumerate(held):
        for other_start, other_stop, _other, other in held[i + 1 :]:
            planned = tuple(v for v in (visit, other) if v is not None)
            if planned and start < other_stop and other_start < stop:
                rule = "H2" if len(planned) == 2 else "H8"
                yield Violation(rule, "two things at a time", planned)
    yield from _check_travel(problem, day, held)


def _get_events(problem: Problem, index: int, calls: list[Call]):
    """Return (start, stop with buffer, place, visit or None) of all of a day."""
    day = problem.rep_days[index]
    for block in day.busy:
        start, stop = max(block.start, day.start), min(block.stop, day.stop)
        if start < stop:
            yield start, stop, block.place, None
    for locked in problem.locked:
        if locked.rep_day == index:
            yield locked.start, locked.stop + problem.buffer, locked.place, None
    for call in calls:
        option = problem.visits[call.visit].options[call.option]
        stop = call.start + option.duration + problem.buffer
        yield call.start, stop, option.place, call.visit


def _check_travel(problem: Problem, day, held) -> Iterator[Violation]:
    """Compare the way between two places with the time between them.

    What has no place takes its time on the way. Ways between two things that stand
    are not the plan's doing, unless it put something in between.
    """
    place, left, visits = day.origin, day.start, []
    taken: list[tuple[int, int]] = []
    for start, stop, where, visit in held:
        new = [] if visit is None else [visit]
        if where is None:
            taken.append((start, stop))
            visits = [*visits, *new]
            continue
        mine = [*visits, *new]
        if mine and _get_free(taken, left, start) < _get_way(problem, place, where):
            yield Violation("H2", "the way is longer than the time", tuple(mine))
        place, left, visits = where, max(stop, left), new
    end = max([day.stop, *(stop for _start, stop, _where, _visit in held)])
    way = _get_way(problem, place, day.destination)
    if visits and _get_free(taken, left, end) < way:
        yield Violation("H2", "home too late", tuple(visits))


def _get_free(taken: list[tuple[int, int]], start: int, stop: int) -> int:
    """Return how much time there is that is not taken."""
    free = start
    left = 0
    for begin, end in taken:
        begin, end = max(begin, start), min(end, stop)
        if begin < end:
            left += max(0, begin - free)
            free = max(free, end)
    return left + stop - free


def _get_way(problem: Problem, one: int | None, other: int | None) -> int:
    return 0 if one is None or other is None else problem.travel[one][other]


def _check_doctors(problem: Problem, calls: list[Call]) -> Iterator[Violation]:
    """Count each doctor's calls: per day, gap, rolling year, cycle."""
    for doctor in {problem.visits[call.visit].doctor for call in calls}:
        mine = [call for call in calls if problem.visits[call.visit].doctor == doctor]
        visits = tuple(call.visit for call in mine)
        rule = problem.doctors.get(doctor)
        gap = max(1, rule.min_gap) if rule else 1
        stands = [locked for locked in problem.locked if locked.doctor == doctor]
        days = [problem.rep_days[call.rep_day].day for call in mine]
        others = [locked.day for locked in stands]
        for i, day in enumerate(days):
            if any(abs(day - other) < gap for other in [*days[i + 1 :], *others]):
                yield Violation("H3", "too near to another call", visits)
        if rule and rule.left is not None and len(mine) > rule.left:
            yield Violation("H4", "more calls than the target", visits)
        if rule:
            asked = [problem.visits[visit].solicited for visit in visits]
            new = list(zip(days, asked, strict=True))
            old = [(item.day, item.solicited) for item in stands if item.counts]
            yield from _check_caps(rule.caps, new, old, visits)


def _check_caps(caps, new, old, visits) -> Iterator[Violation]:
    """Count (day, asked for) of calls in each window of months that has a new one."""
    for limit, kinds, what in (
        (caps.calls, (False,), "more calls than the cap"),
        (caps.contacts, (False, True), "more contacts than the cap"),
    ):
        mine = [_get_date(day) for day, asked in new if asked in kinds]
        others = [_get_date(day) for day, asked in old if asked in kinds]
        for last in (*mine, *others):
            first = _get_months_before(last, caps.months)
            recent = sum(first < day <= last for day in mine)
            count = recent + sum(first < day <= last for day in others)
            if limit is not None and recent and count > limit:
                yield Violation("H4", what, visits)


def _get_months_before(day: date, months: int) -> date:
    """Return the same day of an earlier month, or the last one of a shorter month."""
    first = day.replace(day=1)
    for _month in range(months):
        first = (first - timedelta(days=1)).replace(day=1)
    end = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), end)


def _check_practices(problem: Problem, calls: list[Call]) -> Iterator[Violation]:
    """Count each practice's calls: per day, week and month; weeks between lunches."""
    for practice, rule in sorted(problem.practices.items()):
        new = []
        for call in calls:
            option = problem.visits[call.visit].options[call.option]
            if practice in option.practices:
                new.append((option.day, option.kind, call.visit))
        old = [(c.day, c.kind) for c in problem.locked if practice in c.practices]
        days = [day for day, _kind, *_visit in [*new, *old]]
        visits = tuple(visit for _day, _kind, visit in new)
        limits = (
            (rule.per_day, lambda day: day),
            (rule.per_week, _get_monday),
            (rule.per_month, lambda day: _get_date(day).strftime("%Y-%m")),
        )
        for most, period in limits:
            counts = Counter(map(period, days))
            if most is not None and any(counts[period(d)] > most for d, *_x in new):
                yield Violation("H7", "more calls than the practice allows", visits)
        if rule.lunch_weeks is not None:
            yield from _check_lunches(rule.lunch_weeks, new, old)


def _check_lunches(weeks: int, new, old) -> Iterator[Violation]:
    mine = [(day, visit) for day, kind, visit in new if kind == LUNCH]
    others = [day for day, kind in old if kind == LUNCH]
    for i, (day, visit) in enumerate(mine):
        rest = [other for other, _visit in mine[i + 1 :]]
        if any(abs(day - other) < 7 * weeks for other in [*rest, *others]):
            yield Violation("H7", "a lunch too soon", (visit,))


def _get_date(day: int) -> date:
    return date.fromordinal(day)


def _get_monday(day: int) -> date:
    found = _get_date(day)
    return found - timedelta(days=found.weekday())

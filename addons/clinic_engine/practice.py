# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a practice asks of representatives, and which of it a call would break.

Days, weeks (from Monday) and months are those of the practice's wall clock. A limit of
None is no limit; an empty set of what is allowed is None, too.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from .clock import DAY, local_clock

LUNCH = "lunch"

WEEK = 7


@dataclass(frozen=True, slots=True)
class Call:
    """A call that is wanted or stands. Instants are UTC seconds; others are ids."""

    start: int
    stop: int
    modality: str
    company: int
    representative: int


@dataclass(frozen=True, slots=True)
class Rule:
    """One practice's or doctor's wishes. They bind hard.

    ``notice`` and ``horizon`` are seconds from now; ``not_before`` and
    ``not_after`` seconds after the practice's midnight, between which the whole call
    lies; ``lunch_weeks``: one lunch in so many weeks.
    """

    tz: str
    per_day: int | None = None
    per_week: int | None = None
    per_month: int | None = None
    per_month_of_company: int | None = None
    notice: int = 0
    horizon: int | None = None
    not_before: int = 0
    not_after: int = DAY
    weekdays: frozenset[int] = frozenset(range(WEEK))
    lunch_weeks: int | None = None
    modalities: frozenset[str] | None = None
    companies: frozenset[int] | None = None
    representatives: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """When a rule receives calls on one day: instants in UTC seconds.

    A call starts from ``earliest`` to ``latest`` (None: without limit) and lies between
    ``opens`` and ``closes``; ``is_open`` False: not on that weekday.
    """

    is_open: bool
    earliest: int
    latest: int | None
    opens: int
    closes: int


def get_bounds(rule: Rule, day: date, now: int) -> Bounds:
    """Return when a call may take place on a day of the practice's calendar."""
    clock = local_clock(rule.tz)
    return Bounds(
        day.weekday() in rule.weekdays,
        now + rule.notice,
        None if rule.horizon is None else now + rule.horizon,
        clock.epoch(day, rule.not_before),
        clock.epoch(day, rule.not_after),
    )


def broken(rule: Rule, call: Call, others: Sequence[Call], now: int) -> list[str]:
    """Return the codes of what the call would break, gravest first.

    | code | what |
    |---|---|
    | company, representative, modality | who and what is not received |
    | notice, horizon | too soon, too far ahead |
    | weekday, hours | not on that day, not at that time |
    | per_day, per_week, per_month, per_month_of_company | enough calls already |
    | lunch | the last or the next lunch is too near |

    :param others: the calls that stand at that practice, without this one
    """
    return [*_break_who(rule, call), *_break_when(rule, call, now)] + list(
        _break_limits(rule, call, others)
    )


def _break_who(rule: Rule, call: Call) -> Iterator[str]:
    for code, allowed in (
        ("company", rule.companies),
        ("representative", rule.representatives),
        ("modality", rule.modalities),
    ):
        if allowed is not None and getattr(call, code) not in allowed:
            yield code


def _break_when(rule: Rule, call: Call, now: int) -> Iterator[str]:
    bounds = get_bounds(rule, local_clock(rule.tz).day(call.start), now)
    if call.start < bounds.earliest:
        yield "notice"
    if bounds.latest is not None and call.start > bounds.latest:
        yield "horizon"
    if not bounds.is_open:
        yield "weekday"
    if call.start < bounds.opens or call.stop > bounds.closes:
        yield "hours"


def _break_limits(rule: Rule, call: Call, others: Iterable[Call]) -> Iterator[str]:
    clock = local_clock(rule.tz)
    day = clock.day(call.start)
    days = [(clock.day(other.start), other) for other in others]
    week = day.toordinal() - day.weekday()
    month = (day.year, day.month)
    in_month = [other for other_day, other in days if _month(other_day) == month]
    of_company = [other for other in in_month if other.company == call.company]
    in_week = [
        other for other_day, other in days if 0 <= other_day.toordinal() - week < WEEK
    ]
    on_day = [other for other_day, other in days if other_day == day]
    for code, limit, found in (
        ("per_day", rule.per_day, on_day),
        ("per_week", rule.per_week, in_week),
        ("per_month", rule.per_month, in_month),
        ("per_month_of_company", rule.per_month_of_company, of_company),
    ):
        if limit is not None and len(found) >= limit:
            yield code
    if call.modality == LUNCH and rule.lunch_weeks:
        distance = rule.lunch_weeks * WEEK
        lunches = (item for item, other in days if other.modality == LUNCH)
        if any(abs((item - day).days) < distance for item in lunches):
            yield LUNCH


def _month(day):
    return day.year, day.month

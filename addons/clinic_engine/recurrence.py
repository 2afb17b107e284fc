# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The dates on which a rule recurs, without times of day."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import islice

from dateutil.rrule import rrulestr

# 54 years of daily dates: more than any practice plans, and a bound for COUNT rules.
MAX_OCCURRENCES = 20_000
# The first of 400 years, a leap year.
LAST_CALENDAR_CYCLE = 9600
DATE_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
TIME_PARTS = ("BYHOUR", "BYMINUTE", "BYSECOND")


class RecurrenceError(ValueError):
    """An RRULE that does not name dates."""


def weekly_dates(
    weekday: int, every: int, anchor: date | None, first: date, last: date
) -> Iterable[date]:
    """Return the dates of a weekday in every n-th week, from first to last.

    Weeks start on Monday and are counted in days from the anchor's week, so a year's
    end, with or without a week 53, changes nothing.
    """
    day = first + timedelta(days=(weekday - first.weekday()) % 7)
    if every > 1:
        week_zero = anchor - timedelta(days=anchor.weekday())
        weeks = (day - week_zero).days // 7
        day += timedelta(weeks=-weeks % every)
    count = (last - day).days // (7 * every) + 1
    return [day + timedelta(weeks=every * n) for n in range(count)]


@lru_cache(maxsize=1024)
def rrule_dates(text: str, anchor: date, first: date, last: date) -> tuple[date, ...]:
    """Return the dates of an RFC 5545 recurrence rule, from first to last.

    The anchor is DTSTART; as in dateutil it counts only if the rule itself gives it.
    Of UNTIL only the date counts, inclusive.

    :raises RecurrenceError: the text is no rule over dates, never holds, or gives more
        than ``MAX_OCCURRENCES`` dates from the anchor to ``last``
    """
    parts = _rrule_parts(text)
    count = _whole_number(parts.pop("COUNT", MAX_OCCURRENCES + 1), "COUNT")
    until = min(last, _until(parts.pop("UNTIL", "99991231")))
    try:
        _check_holds(_joined(parts), anchor.month, anchor.day)
        dates = rrulestr(
            _joined({**parts, "UNTIL": f"{until:%Y%m%d}"}),
            dtstart=datetime(anchor.year, anchor.month, anchor.day),
        )
        found = [day.date() for day in islice(dates, min(count, MAX_OCCURRENCES + 1))]
    except (ValueError, TypeError, AttributeError, IndexError) as error:
        raise RecurrenceError(f"{text!r} is no usable RRULE: {error}") from error
    if len(found) > MAX_OCCURRENCES:
        raise RecurrenceError(f"{text!r} has too many dates since {anchor}")
    return tuple(day for day in found if first <= day)


def _rrule_parts(text: str) -> dict[str, str]:
    """Return the rule's parts by name; refuse times of day, which are the session's."""
    rule = text.strip().upper().removeprefix("RRULE:")
    pairs = [part.partition("=") for part in rule.split(";") if part]
    parts = {name.strip(): value.strip() for name, _, value in pairs}
    if parts.get("FREQ") not in DATE_FREQUENCIES or set(parts) & set(TIME_PARTS):
        raise RecurrenceError(f"{text!r} must name dates, not times of day")
    _whole_number(parts.get("INTERVAL", 1), "INTERVAL")
    return parts


@lru_cache(maxsize=1024)
def _check_holds(rule: str, month: int, day: int) -> None:
    """Refuse a rule without any date, such as each 30 February.

    dateutil would look for one up to the year 9999 in every search, UNTIL or not. It
    looks here through the last 400 years of that, in which the calendar repeats, and
    from the anchor's month and day, which a rule may leave to it.
    """
    parts = rule.split(";")
    every_time = ";".join(p for p in parts if not p.startswith("INTERVAL="))
    start = datetime(LAST_CALENDAR_CYCLE, month, day)
    if next(iter(rrulestr(every_time, dtstart=start)), None) is None:
        raise RecurrenceError("it holds on no date at all")


def _joined(parts: dict[str, str]) -> str:
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _until(value: str) -> date:
    try:
        return datetime.strptime(value[:8], "%Y%m%d").date()
    except ValueError as error:
        raise RecurrenceError(f"UNTIL={value} is no date") from error


def _whole_number(value: str | int, name: str) -> int:
    if not str(value).isdecimal() or int(value) < 1:
        raise RecurrenceError(f"{name} of a recurrence rule must be a number from 1 up")
    return int(value)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A time zone's clock changes as iCalendar describes them (RFC 5545, 3.6.5).

Each observance says from which wall-clock moment on which offset holds. Changes that
follow a yearly rule over all years asked for become one observance with that rule;
the others stand alone, one for each change. Lists of dates (``RDATE``) are not used:
some readers see only the first of them.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

from .clock import local_clock

#: RFC 5545's names of the days, Monday first.
DAY_NAMES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

WEEK = 7


@dataclass(frozen=True, slots=True)
class Observance:
    """An offset that holds from ``start`` on, a wall-clock time by the old offset.

    Offsets are east of UTC. ``rule``: (month, day name such as ``-1SU``), or None for
    a single change.
    """

    name: str
    start: datetime
    offset_from: timedelta
    offset_to: timedelta
    is_daylight: bool
    rule: tuple[int, str] | None = None


@lru_cache(maxsize=256)
def observances(tz_name: str, first: int, last: int) -> tuple[Observance, ...]:
    """Return the observances of a zone that the years ``first``..``last`` need.

    :raises ValueError: there is no such zone
    """
    zone = local_clock(tz_name).zone
    changes = _changes(zone, first, last)
    if not changes:
        start = datetime(first, 1, 1)
        return (_steady(start.replace(tzinfo=zone)),)
    found: list[Observance] = []
    for kind in dict.fromkeys(_kind(change) for change in changes):
        alike = [change for change in changes if _kind(change) == kind]
        found += _merge(alike, last - first + 1)
    # what holds before the first change
    before = datetime(first, 1, 1, tzinfo=timezone.utc).astimezone(zone)
    return (_steady(before), *sorted(found, key=lambda item: item.start))


def _steady(moment):
    offset = moment.utcoffset()
    return Observance(
        name=moment.tzname(),
        start=datetime(1970, 1, 1),
        offset_from=offset,
        offset_to=offset,
        is_daylight=bool(moment.dst()),
    )


def _changes(zone, first, last):
    """Return an observance for each change of the offset in those years."""
    changes = []
    moment = datetime(first, 1, 1, tzinfo=timezone.utc)
    end = datetime(last + 1, 1, 1, tzinfo=timezone.utc)
    step = timedelta(days=1)
    while moment < end:
        offset, later = _offset(moment, zone), _offset(moment + step, zone)
        if offset != later:
            at = _bisect(moment, moment + step, zone)
            after = at.astimezone(zone)
            changes.append(
                Observance(
                    name=after.tzname(),
                    start=(at + offset).replace(tzinfo=None),
                    offset_from=offset,
                    offset_to=later,
                    is_daylight=bool(after.dst()),
                )
            )
        moment += step
    return changes


def _offset(moment, zone):
    return moment.astimezone(zone).utcoffset()


def _bisect(low, high, zone):
    """Return the first second at which the offset of ``high`` holds."""
    target = _offset(high, zone)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low).total_seconds() // 2)
        if _offset(middle, zone) == target:
            high = middle
        else:
            low = middle
    return high


def _kind(change):
    start = change.start
    return (
        change.name,
        change.offset_from,
        change.offset_to,
        change.is_daylight,
        start.month,
        start.weekday(),
        start.time(),
    )


def _merge(changes, years):
    """Return one observance with a rule, if there is one; else all of them."""
    if len({change.start.year for change in changes}) < max(years, 2):
        return changes
    names = set.intersection(*(_day_names(change.start) for change in changes))
    if not names:
        return changes
    first = changes[0]
    # the last Sunday, rather than the fourth, where both fit
    name = min(names)
    return [
        Observance(
            name=first.name,
            start=first.start,
            offset_from=first.offset_from,
            offset_to=first.offset_to,
            is_daylight=first.is_daylight,
            rule=(first.start.month, name),
        )
    ]


def _day_names(day: date) -> set[str]:
    """Return what the day may be called in its month, such as {"4SU", "-1SU"}."""
    weekday = DAY_NAMES[day.weekday()]
    names = {f"{(day.day - 1) // WEEK + 1}{weekday}"}
    if day.day + WEEK > monthrange(day.year, day.month)[1]:
        names.add(f"-1{weekday}")
    return names

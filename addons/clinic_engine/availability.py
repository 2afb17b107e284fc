# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""From rules of availability (local wall-clock hours) to sessions (UTC seconds).

Which rules hold on a date: a rule belongs to the local date on which its session
starts, also when it runs over midnight. Of a resource's rules with one ``scope``,
``closed`` removes every session of that date; a date rule that ``replaces`` removes
the recurring ones; one that does not is added. Absences are no rules: the slot search
takes them apart from the sessions.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from datetime import date, timedelta
from operator import attrgetter
from typing import NamedTuple

from .clock import DAY, local_clock
from .intervals import Interval
from .recurrence import rrule_dates, weekly_dates

DEFAULT_STEP = 1800
# A session may start up to one day after its date's midnight and last one day more.
MAX_WALL_SECONDS = 2 * DAY
# Dates to look at before the window's first one in UTC: such a session reaches two
# days on, and so does one in the last zone of the world.
DAYS_BEFORE = 2

Times = tuple[date, int, int, tuple[Interval, ...]]


class RuleError(ValueError):
    """A rule that cannot be expanded; ``key`` is the rule's, ``reason`` a sentence."""

    def __init__(self, key: int, reason: str):
        super().__init__(f"availability rule {key}: {reason}")
        self.key = key
        self.reason = reason


class Rule(NamedTuple):
    """Hours of one resource that recur, or of one date.

    ``start``, ``stop`` and ``breaks`` are seconds of local wall clock after the date's
    midnight; ``stop`` may exceed 86400 (a session over midnight). ``step`` is the grid
    of starts in seconds. ``mode`` decides which fields count:

    - ``weekly``: ``weekday`` (0 is Monday) of every ``every``-th week, counted from the
      week of ``anchor`` (needed when ``every`` is above 1);
    - ``rrule``: the dates of an RFC 5545 rule that starts on ``anchor``;
    - ``date``: ``on_date`` alone; ``closed`` and ``replaces`` as told above.

    ``valid_from`` and ``valid_until`` are inclusive. ``services`` None means any.
    """

    key: int
    resource: int
    start: int
    stop: int
    tz: str
    weekday: int | None = None
    every: int = 1
    anchor: date | None = None
    rrule: str | None = None
    on_date: date | None = None
    mode: str = "weekly"
    closed: bool = False
    replaces: bool = True
    scope: Hashable = None
    valid_from: date | None = None
    valid_until: date | None = None
    breaks: tuple[Interval, ...] = ()
    step: int = DEFAULT_STEP
    capacity: int = 1
    overbook: int = 0
    site: int | None = None
    purpose: str = "patient"
    channels: frozenset[str] = frozenset({"online", "internal"})
    services: frozenset[int] | None = None


class Session(NamedTuple):
    """One stretch of a rule's hours on one date, in UTC seconds."""

    start: int
    stop: int
    rule: Rule
    breaks: tuple[Interval, ...] = ()

    @property
    def resource(self) -> int:
        return self.rule.resource

    @property
    def step(self) -> int:
        return self.rule.step

    @property
    def capacity(self) -> int:
        return self.rule.capacity

    @property
    def overbook(self) -> int:
        return self.rule.overbook

    @property
    def site(self) -> int | None:
        return self.rule.site

    @property
    def tz(self) -> str:
        return self.rule.tz

    @property
    def purpose(self) -> str:
        return self.rule.purpose

    @property
    def channels(self) -> frozenset[str]:
        return self.rule.channels

    @property
    def services(self) -> frozenset[int] | None:
        return self.rule.services


def expand(rules: Iterable[Rule], start: int, stop: int) -> dict[int, list[Session]]:
    """Return all sessions that touch ``[start, stop)`` by resource, sorted by start.

    Resources without a session have no key.

    :raises RuleError: a rule contradicts itself, or its zone or RRULE is unusable
    """
    rules = list(rules)
    for rule in rules:
        _check(rule)
    closed, replaced = _overrides(rules)
    window = _Window(start, stop)
    sessions = defaultdict(list)
    for rule in rules:
        if rule.closed:
            continue
        hidden = closed[rule.resource, rule.scope]
        if rule.mode != "date":
            hidden = hidden | replaced[rule.resource, rule.scope]
        found = sessions[rule.resource]
        for day, first, last, breaks in window.times(rule):
            if day not in hidden and _valid(rule, day):
                found.append(Session(first, last, rule, breaks))
    for found in sessions.values():
        found.sort(key=attrgetter("start", "stop"))
    return {resource: found for resource, found in sessions.items() if found}


class _Window:
    """The times of rules within one window; equal hours are computed once."""

    def __init__(self, start: int, stop: int):
        self.start = start
        self.stop = stop
        epoch = date(1970, 1, 1)
        self.first_day = epoch + timedelta(days=start // DAY - DAYS_BEFORE)
        self.last_day = epoch + timedelta(days=stop // DAY + 1)
        self._times: dict[tuple, list[Times]] = {}

    def times(self, rule: Rule) -> list[Times]:
        """Return (date, start, stop, breaks) of each date, validity left aside."""
        dates_key = (rule.weekday, rule.every, rule.anchor, rule.rrule, rule.on_date)
        key = (rule.mode, dates_key, rule.tz, rule.start, rule.stop, rule.breaks)
        times = self._times.get(key)
        if times is None:
            times = self._times[key] = list(self._compute(rule))
        return times

    def _compute(self, rule: Rule) -> Iterator[Times]:
        try:
            epoch = local_clock(rule.tz).epoch
            dates = self._dates(rule)
        except ValueError as error:
            raise RuleError(rule.key, str(error)) from error
        for day in dates:
            start = epoch(day, rule.start)
            stop = epoch(day, rule.stop)
            # A stretch that lies wholly in a clock change may vanish.
            if start < stop and start < self.stop and stop > self.start:
                breaks = [(epoch(day, a), epoch(day, b)) for a, b in rule.breaks]
                yield day, start, stop, tuple((a, b) for a, b in breaks if a < b)

    def _dates(self, rule: Rule) -> Iterable[date]:
        first, last = self.first_day, self.last_day
        if rule.mode == "date":
            return [rule.on_date] if first <= rule.on_date <= last else []
        if rule.mode == "rrule":
            return rrule_dates(rule.rrule, rule.anchor, first, last)
        return weekly_dates(rule.weekday, rule.every, rule.anchor, first, last)


def _overrides(rules: Iterable[Rule]) -> tuple[dict, dict]:
    """Return the closed and the replaced dates by (resource, scope)."""
    closed, replaced = defaultdict(set), defaultdict(set)
    for rule in rules:
        if rule.mode == "date" and _valid(rule, rule.on_date):
            if rule.closed:
                closed[rule.resource, rule.scope].add(rule.on_date)
            elif rule.replaces:
                replaced[rule.resource, rule.scope].add(rule.on_date)
    return closed, replaced


def _valid(rule: Rule, day: date) -> bool:
    """Tell whether the date lies in the rule's validity."""
    if rule.valid_from is not None and day < rule.valid_from:
        return False
    return rule.valid_until is None or day <= rule.valid_until


def _check(rule: Rule) -> None:
    """Refuse a rule that contradicts itself."""
    reason = _missing_field(rule)
    if reason is None and not rule.closed:
        reason = _bad_hours(rule)
    if reason is not None:
        raise RuleError(rule.key, reason)


def _missing_field(rule: Rule) -> str | None:
    if rule.mode == "weekly":
        if rule.weekday not in range(7):
            return "a weekly rule needs a weekday from 0 (Monday) to 6"
        if rule.every < 1:
            return "weeks are counted from one up"
        if rule.every > 1 and rule.anchor is None:
            return "a rule of every n-th week needs an anchor date"
    elif rule.mode == "rrule":
        if not rule.rrule or rule.anchor is None:
            return "an RRULE rule needs its text and an anchor date"
    elif rule.mode != "date":
        return f"there is no mode {rule.mode!r}"
    elif rule.on_date is None:
        return "a one-date rule needs its date"
    if rule.closed and rule.mode != "date":
        return "only a one-date rule can close a day"
    return None


def _bad_hours(rule: Rule) -> str | None:
    if not 0 <= rule.start < rule.stop <= MAX_WALL_SECONDS:
        return "hours must start at or after midnight and stop within the next day"
    if rule.step <= 0:
        return "the step must be above 0 seconds"
    if rule.capacity < 0 or rule.overbook < 0:
        return "capacity and overbooking limit must not be negative"
    for start, stop in rule.breaks:
        if not rule.start <= start < stop <= rule.stop:
            return "every break must lie inside the hours"
    return None

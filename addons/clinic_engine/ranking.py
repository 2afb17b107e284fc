# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""In what order free starts are offered, and why.

The score is additive, and each term is shown as a reason:

    preference weight * match + attendance weight * P(attend | lead)
    - fragmentation weight * added unusable minutes - lead weight * lead days

*Match* is the mean over the wishes stated, each from 0 to 1; without wishes it is 0.
What the patient usually takes is one of them (see `suggestions`).
*P(attend | lead)* is the share of visits attended by whole local days between booking
and visit. *Unusable* is a free stretch of the doctor's session that is shorter than
the shortest service: what the visit leaves before and after itself counts, what it
fills is taken off. Combining preference with the risk of not coming follows Feldman,
Liu, Topaloglu and Ziya, "Appointment scheduling under patient preference and no-show
behavior", Operations Research 62(4), 2014.
"""

import heapq
import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from .availability import Session
from .claims import free_seats
from .clock import DAY, local_clock
from .intervals import Interval, complement, cut, merge
from .slots import Blocks, Busy, Query, matches
from .suggestions import Habits

Starts = Mapping[int, Sequence[int]]
# The terms of the score, in the order in which they are added up.
TERMS = ("preference", "attendance", "fragmentation", "lead")

# (up to so many lead days, share of visits attended), ascending.
AttendanceTable = Sequence[tuple[float, float]]

# Shares by lead in the public file of 110,527 appointments, Brazil 2016 (no-show rates
# 4.65, 21.4, 23.7, 25.2, 30.5, 32.6, 34.2 and 28.5 %). A practice with outcomes of
# its own passes its own table.
ATTENDANCE_BY_LEAD: AttendanceTable = (
    (0, 0.9535),
    (1, 0.786),
    (3, 0.763),
    (7, 0.748),
    (14, 0.695),
    (30, 0.674),
    (60, 0.658),
    (math.inf, 0.715),
)


@dataclass(frozen=True, slots=True)
class Preference:
    """What the patient would like; what is None or empty is no wish.

    ``weekdays`` (0 is Monday) and ``day_part`` (seconds of wall clock, above 86400 over
    midnight) are local to the doctor's session; ``target`` is an instant to be near to:
    a day away halves the match; ``earliest`` means the sooner the better, likewise;
    ``habits`` are what the patient usually takes.
    """

    weekdays: Collection[int] | None = None
    day_part: Interval | None = None
    doctors: Collection[int] | None = None
    target: int | None = None
    earliest: bool = False
    habits: Habits | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """What the terms weigh against a wish that is met in full (1.0).

    ``attendance`` is per unit of probability, ``fragmentation`` per unusable minute (at
    0.01 half an hour lost weighs 0.3), ``lead`` per day of lead (at 0.01 a month 0.3).
    """

    preference: float = 1.0
    attendance: float = 1.0
    fragmentation: float = 0.01
    lead: float = 0.01


@dataclass(frozen=True, slots=True)
class Offer:
    """A start with its score and the (name, value) terms that add up to it."""

    start: int
    resource: int
    score: float
    terms: tuple[tuple[str, float], ...]


def rank(
    starts_by_resource: Starts,
    query: Query,
    sessions: Mapping[int, Sequence[Session]],
    busy: Busy,
    now: int,
    preference: Preference,
    weights: Weights,
    shortest: int,
    n: int,
    blocks: Blocks | None = None,
    attendance: AttendanceTable = ATTENDANCE_BY_LEAD,
) -> list[Offer]:
    """Return the n best of the starts that `slots.find` gave for the same arguments.

    ``shortest`` is the length of the shortest service in seconds. Equal scores are
    ordered by start, then doctor.

    :raises ValueError: a start lies in no session of the query
    """
    scorer = _Scorer(now, preference, weights, attendance)
    ranked = []
    for resource, starts in starts_by_resource.items():
        day = _DoctorDays(query, resource, busy, blocks or {}, shortest)
        for start, session in _with_sessions(starts, query, sessions.get(resource, ())):
            lost = day.added_unusable(start, session)
            values = scorer.values(start, resource, session.tz, lost)
            ranked.append((-sum(values), start, resource, values))
    return [
        Offer(start, resource, -negative, tuple(zip(TERMS, values, strict=True)))
        for negative, start, resource, values in heapq.nsmallest(n, ranked)
    ]


def nearest(starts_by_resource: Starts, wanted: int, n: int) -> list[tuple[int, int]]:
    """Return the n (start, resource) nearest to an instant, the earlier one on ties."""
    near = []
    for resource, starts in starts_by_resource.items():
        i = bisect_left(starts, wanted)
        for start in starts[max(0, i - n) : i + n]:
            near.append((abs(start - wanted), start, resource))
    return [(start, resource) for _gap, start, resource in heapq.nsmallest(n, near)]


def share(
    starts_by_resource: Starts,
    query: Query,
    sessions: Mapping[int, Sequence[Session]],
    busy: Busy,
    shortest: int | None = None,
    blocks: Blocks | None = None,
) -> dict[int, list[int]]:
    """Leave each of the starts that `slots.find` gave to one of its doctors.

    To the one in whose day the visit adds the fewest unusable minutes; then to the one
    with the least time taken in ``busy``; then to the first one as they are given.

    ``shortest`` is the length of the shortest service in seconds; with None, unusable
    minutes do not count, which takes much less time.

    :raises ValueError: a start lies in no session of the query
    """
    doctors_at = Counter(chain.from_iterable(starts_by_resource.values()))
    best: dict[int, tuple[float, int, int, int]] = {}
    for order, (resource, starts) in enumerate(starts_by_resource.items()):
        taken = sum(
            stop - start
            for claims in busy.get(resource, {}).values()
            for start, stop in claims
        )
        lost = {}
        if shortest is not None:
            day = _DoctorDays(query, resource, busy, blocks or {}, shortest)
            asked = [start for start in starts if doctors_at[start] > 1]
            held = _with_sessions(asked, query, sessions.get(resource, ()))
            lost = {start: day.added_unusable(start, where) for start, where in held}
        for start in starts:
            cost = (lost.get(start, 0.0), taken, order, resource)
            best[start] = min(best.get(start, cost), cost)
    shared: dict[int, list[int]] = {}
    for start, (*_cost, resource) in sorted(best.items()):
        shared.setdefault(resource, []).append(start)
    return shared


def _with_sessions(
    starts: Sequence[int], query: Query, sessions: Sequence[Session]
) -> Iterator[tuple[int, Session]]:
    """Yield each start with the first of the sorted sessions that holds the visit."""
    i = 0
    for start in starts:
        while i < len(sessions) and sessions[i].stop <= start:
            i += 1
        for session in islice(sessions, i, None):
            inside = session.start <= start <= session.stop - query.duration
            if inside and matches(query, session.rule):
                yield start, session
                break
        else:
            raise ValueError(f"no session holds a visit that starts at {start}")


class _Scorer:
    """The terms of the score, given what the visit does to the doctor's day."""

    def __init__(
        self,
        now: int,
        preference: Preference,
        weights: Weights,
        attendance: AttendanceTable,
    ):
        self.now = now
        self.weights = weights
        self.lead_bounds = [bound for bound, _share in attendance]
        self.shares = [share for _bound, share in attendance]
        self.wishes = list(_wishes(preference, now))
        self._moments: dict[tuple[int, str], tuple[datetime, int, float]] = {}

    def values(
        self, start: int, resource: int, tz: str, lost: float
    ) -> tuple[float, ...]:
        """Return the weighted values of ``TERMS``; ``lost`` is in minutes."""
        local, lead, share = self._moment(start, tz)
        match = 0.0
        if self.wishes:
            matched = sum(wish(start, resource, local) for wish in self.wishes)
            match = matched / len(self.wishes)
        weights = self.weights
        # Taken from 0.0, since minus nothing would be shown as -0.0.
        return (
            weights.preference * match,
            weights.attendance * share,
            0.0 - weights.fragmentation * lost,
            0.0 - weights.lead * lead,
        )

    def _moment(self, start: int, tz: str) -> tuple[datetime, int, float]:
        """Return local time, lead days and share attended; doctors share starts."""
        moment = self._moments.get((start, tz))
        if moment is None:
            clock = local_clock(tz)
            local = clock.local(start)
            lead = (local.date() - clock.day(self.now)).days
            i = min(bisect_left(self.lead_bounds, lead), len(self.shares) - 1)
            moment = self._moments[start, tz] = (local, lead, self.shares[i])
        return moment


def _wishes(preference: Preference, now: int) -> Iterator[Callable]:
    """Yield a function (start, resource, local start) -> 0..1 for each wish stated."""
    if preference.weekdays:
        yield lambda start, resource, local: local.weekday() in preference.weekdays
    if preference.day_part is not None:
        yield lambda start, resource, local: _in_part(local, preference.day_part)
    if preference.doctors:
        yield lambda start, resource, local: resource in preference.doctors
    if preference.target is not None:
        yield lambda start, resource, local: _nearness(start, preference.target)
    if preference.earliest:
        yield lambda start, resource, local: _nearness(start, now)
    if preference.habits is not None:
        yield lambda start, resource, local: preference.habits.match(resource, local)


def _nearness(start: int, wanted: int) -> float:
    return 1 / (1 + abs(start - wanted) / DAY)


def _in_part(local: datetime, day_part: Interval) -> bool:
    seconds = local.hour * 3600 + local.minute * 60 + local.second
    first, last = day_part
    return first <= seconds < last or first <= seconds + DAY < last


class _DoctorDays:
    """The free stretches of one doctor's sessions, and what a visit does to them."""

    def __init__(
        self, query: Query, resource: int, busy: Busy, blocks: Blocks, shortest: int
    ):
        self.query = query
        self.resource = resource
        self.busy = busy
        self.absent = [*blocks.get(resource, ()), *blocks.get(None, ())]
        self.shortest = shortest
        self._free: dict[tuple[int, int], list[Interval]] = {}

    def added_unusable(self, start: int, session: Session) -> float:
        """Return by how many minutes the unusable time of the session grows."""
        query = self.query
        first = start - query.before
        last = start + query.duration + query.after
        seats = query.seats(session)
        seat = next(free_seats(self.resource, seats, first, last, self.busy), 0)
        free = self._free_stretches(session, seat)
        i = bisect_right(free, (start, math.inf)) - 1
        if i < 0:
            return 0.0
        free_start, free_stop = free[i]
        before = self._unusable(first - free_start)
        after = self._unusable(free_stop - last)
        return (before + after - self._unusable(free_stop - free_start)) / 60

    def _free_stretches(self, session: Session, seat: int) -> list[Interval]:
        key = (id(session), seat)
        free = self._free.get(key)
        if free is None:
            claims = self.busy.get(self.resource, {}).get(seat, ())
            taken = cut(claims, session.start, session.stop)
            taken = merge([*taken, *session.breaks, *self.absent])
            free = complement(taken, session.start, session.stop)
            self._free[key] = free
        return free

    def _unusable(self, length: int) -> int:
        return length if 0 < length < self.shortest else 0

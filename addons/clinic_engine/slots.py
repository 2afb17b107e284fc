# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Free starts: which times of which doctors can be booked.

A slot, in words: its start is the session's start plus a whole number of steps (the
grid is anchored at the session's start and restarts after nothing); from start to
start + duration it lies in the session and touches no break and no absence of the
doctor or of everybody; the doctor has a seat whose claims do not overlap the visit
with the query's buffers; for every need some option is present and has a seat whose
claims do not overlap the visit with the need's buffers; the patient is free; the
visit lies between the query's earliest and latest instant. Buffers may reach outside
the session. Two needs that share options are looked at one by one: whether one
resource would have to serve both is decided by `claims.plan`.

How: every obstacle becomes an interval of *blocked starts*. Those that all doctors
share (needs, patient) are computed once, then each doctor's are added and the grid is
walked between them, O((claims + sessions + slots) log claims) in all.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .availability import Rule, Session
from .clock import DAY, local_clock
from .intervals import Interval, cut, intersect, merge, shrink, subtract, unite

# How much time `first` looks at before it looks at twice as much.
FIRST_STRETCH = DAY

# Live claims with their buffers, by resource and seat; of a seat sorted and disjoint,
# as the ledger keeps them.
Busy = Mapping[int, Mapping[int, Sequence[Interval]]]
# Absences by resource, which take every seat; under the key None those of everybody.
Blocks = Mapping[int | None, Sequence[Interval]]


@dataclass(frozen=True, slots=True)
class Need:
    """One more resource that the visit takes: any one of the options.

    ``before`` and ``after`` are the seconds claimed around the visit; ``capacity`` the
    seats by resource (1 where it says nothing); ``role`` names the reason when none is
    free: ``room``, ``equipment`` or the general ``need``.
    """

    options: tuple[int, ...]
    before: int = 0
    after: int = 0
    capacity: Mapping[int, int] | None = None
    role: str = "need"

    def seats(self, resource: int) -> int:
        """Return how many visits the resource serves at a time."""
        return 1 if self.capacity is None else self.capacity.get(resource, 1)


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched. Instants are UTC seconds, lengths are seconds.

    A visit starts at or after ``earliest`` and stops at or before ``latest`` (see
    `window`). ``before`` and ``after`` are claimed of the doctor around it. ``step``
    overrides the sessions'. ``overbook`` lets seats above the capacity count, up to the
    session's limit. ``purpose``, ``channel``, ``service``, ``sites`` and ``weekdays``
    (of the start's local date, 0 is Monday) narrow the search unless None; ``day_part``
    is an interval of local wall-clock seconds in which the visit starts; one that runs
    over midnight stops above 86400. Local means the zone of the session.

    :raises ValueError: a length makes no sense
    """

    duration: int
    earliest: int
    latest: int
    before: int = 0
    after: int = 0
    step: int | None = None
    needs: tuple[Need, ...] = ()
    overbook: bool = False
    purpose: str | None = "patient"
    channel: str | None = None
    service: int | None = None
    sites: frozenset[int] | None = None
    weekdays: frozenset[int] | None = None
    day_part: Interval | None = None
    patient_busy: Sequence[Interval] = ()

    def __post_init__(self):
        if self.duration <= 0:
            raise ValueError("the duration must be above 0 seconds")
        if self.before < 0 or self.after < 0:
            raise ValueError("buffers must not be negative")
        if self.step is not None and self.step <= 0:
            raise ValueError("the step must be above 0 seconds")

    def seats(self, session: Session) -> int:
        """Return how many of the session's seats this search may use."""
        rule = session.rule
        return rule.capacity + rule.overbook if self.overbook else rule.capacity


def window(
    now: int, start: int, stop: int, notice: int = 0, horizon: int | None = None
) -> Interval | None:
    """Narrow ``[start, stop)`` to what may be booked now, None when nothing is left.

    A visit starts ``notice`` seconds from now at the earliest and stops ``horizon``
    seconds from now at the latest.
    """
    earliest = max(start, now + notice)
    latest = stop if horizon is None else min(stop, now + horizon)
    return (earliest, latest) if earliest < latest else None


def find(
    query: Query, sessions: Mapping[int, Sequence[Session]], busy: Busy, blocks: Blocks
) -> dict[int, list[int]]:
    """Return all free starts by doctor, sorted; doctors without one have no key."""
    starts = _find_between(
        query, query.earliest, query.latest - query.duration + 1, sessions, busy, blocks
    )
    return {resource: found for resource, found in starts if found}


def first(
    query: Query,
    sessions: Mapping[int, Sequence[Session]],
    busy: Busy,
    blocks: Blocks,
    n: int,
) -> list[tuple[int, int]]:
    """Return the n earliest (start, doctor) of all doctors, by start, then doctor.

    Works through stretches of time, a day and then twice as long each, and stops as
    soon as n are found: later days are not computed.
    """
    last = query.latest - query.duration + 1
    offers: list[tuple[int, int]] = []
    low, length = query.earliest, FIRST_STRETCH
    while low < last and len(offers) < n:
        high = min(low + length, last)
        starts = _find_between(query, low, high, sessions, busy, blocks)
        offers += sorted((s, resource) for resource, found in starts for s in found)
        low, length = high, 2 * length
    return offers[:n]


def first_each(
    query: Query, sessions: Mapping[int, Sequence[Session]], busy: Busy, blocks: Blocks
) -> dict[int, int]:
    """Return the earliest free start of each doctor; those without one have no key.

    Works through stretches of time as `first` does, and in each of them through the
    doctors who were not free before.
    """
    last = query.latest - query.duration + 1
    waiting = dict(sessions)
    earliest: dict[int, int] = {}
    low, length = query.earliest, FIRST_STRETCH
    while low < last and waiting:
        high = min(low + length, last)
        for resource, found in _find_between(query, low, high, waiting, busy, blocks):
            if found:
                earliest[resource] = found[0]
        waiting = {key: waiting[key] for key in waiting if key not in earliest}
        low, length = high, 2 * length
    return earliest


def _find_between(
    query: Query,
    low: int,
    high: int,
    sessions: Mapping[int, Sequence[Session]],
    busy: Busy,
    blocks: Blocks,
) -> Iterator[tuple[int, list[int]]]:
    """Yield (doctor, free starts in ``[low, high)``)."""
    search = _Search(query, low, high, busy, blocks)
    shared = search.shared_blocked()
    for resource, found in sessions.items():
        yield resource, search.starts(resource, found, shared)


class _Search:
    """One search over one stretch of starts ``[low, high)``."""

    def __init__(self, query: Query, low: int, high: int, busy: Busy, blocks: Blocks):
        self.query = query
        self.low = low
        self.high = high
        self.busy = busy
        self.blocks = blocks
        self._windows: dict[tuple, list[Interval]] = {}

    def shared_blocked(self) -> list[Interval]:
        """Return the starts that needs, patient and common absences take from all."""
        blocked = self._absent(self.query.patient_busy) + self._absent(
            self.blocks.get(None, ())
        )
        for need in self.query.needs:
            blocked += self._need_blocked(need)
        return unite(sorted(blocked))

    def starts(
        self, resource: int, sessions: Sequence[Session], shared: list[Interval]
    ) -> list[int]:
        """Return one doctor's free starts, sorted."""
        others = shared + self._absent(self.blocks.get(resource, ()))
        blocked_by_seats: dict[int, list[Interval]] = {}
        starts: list[int] = []
        overlap = False
        for session in sessions:
            if session.start >= self.high:
                break
            if session.stop <= self.low or not matches(self.query, session.rule):
                continue
            seats = self.query.seats(session)
            blocked = blocked_by_seats.get(seats)
            if blocked is None:
                query = self.query
                blocked = self._taken(resource, seats, query.before, query.after)
                if others:
                    blocked = unite(sorted(others + blocked))
                blocked_by_seats[seats] = blocked
            overlap = overlap or (starts and session.start <= starts[-1])
            self._walk(session, blocked, starts)
        # Sessions of one doctor may overlap and offer the same start twice.
        return sorted(set(starts)) if overlap else starts

    def _walk(
        self, session: Session, blocked: Sequence[Interval], starts: list[int]
    ) -> None:
        """Append the session's grid points that no blocked interval covers."""
        step = self.query.step or session.rule.step
        origin = session.start
        for low, high in self._start_windows(session):
            point = low + (origin - low) % step
            for block_low, block_high in cut(blocked, low, high):
                if point < block_low:
                    starts.extend(range(point, block_low, step))
                if point < block_high:
                    point = block_high + (origin - block_high) % step
            if point < high:
                starts.extend(range(point, high, step))

    def _start_windows(self, session: Session) -> list[Interval]:
        """Return the session's windows in the stretch; doctors share hours."""
        key = (session.start, session.stop, session.breaks, session.rule.tz)
        windows = self._windows.get(key)
        if windows is None:
            windows = intersect(
                start_windows(self.query, session), [(self.low, self.high)]
            )
            self._windows[key] = windows
        return windows

    def _need_blocked(self, need: Need) -> list[Interval]:
        """Return the starts at which no option of a need is free."""
        blocked = [(self.low, self.high)]
        for option in need.options:
            if not blocked:
                break
            away = self._absent(self.blocks.get(option, ()))
            away += self._taken(option, need.seats(option), need.before, need.after)
            blocked = intersect(blocked, unite(sorted(away)))
        return blocked

    def _taken(
        self, resource: int, seats: int, before: int, after: int
    ) -> list[Interval]:
        """Return the starts at which every seat of a resource has a claim."""
        claims_by_seat = self.busy.get(resource, {})
        if not seats:
            return [(self.low, self.high)]
        blocked = self._blocked(claims_by_seat.get(0, ()), before, after)
        for seat in range(1, seats):
            if not blocked:
                break
            claims = claims_by_seat.get(seat, ())
            blocked = intersect(blocked, self._blocked(claims, before, after))
        return blocked

    def _absent(self, intervals: Sequence[Interval]) -> list[Interval]:
        """Return the starts whose visit overlaps one of any intervals."""
        return self._blocked(merge(intervals), 0, 0) if intervals else []

    def _blocked(
        self, intervals: Sequence[Interval], before: int, after: int
    ) -> list[Interval]:
        """Return the starts whose visit with buffers overlaps a sorted interval."""
        length = self.query.duration + after
        near = cut(intervals, self.low - before, self.high + length)
        return unite((start - length + 1, stop + before) for start, stop in near)


def matches(query: Query, rule: Rule) -> bool:
    """Tell whether the rule's hours are meant for such a visit at all."""
    return next(mismatches(query, rule), None) is None


def mismatches(query: Query, rule: Rule) -> Iterator[tuple[str, object]]:
    """Yield (code, the rule's own value) of each reason why its hours do not count."""
    if query.sites is not None and rule.site not in query.sites:
        yield "wrong_site", rule.site
    if query.purpose is not None and rule.purpose != query.purpose:
        yield "wrong_purpose", rule.purpose
    if query.channel is not None and query.channel not in rule.channels:
        yield "wrong_channel", rule.channels
    if query.service is not None and rule.services is not None:
        if query.service not in rule.services:
            yield "wrong_service", rule.services


def start_windows(query: Query, session: Session) -> list[Interval]:
    """Return from when to when a visit may start in the session, the grid aside."""
    pieces = subtract([(session.start, session.stop)], merge(session.breaks))
    windows = shrink(pieces, 0, query.duration)
    if query.weekdays is not None:
        windows = intersect(windows, weekday_windows(query, session))
    if query.day_part is not None:
        windows = intersect(windows, day_part_windows(query, session))
    return windows


def weekday_windows(query: Query, session: Session) -> list[Interval]:
    """Return the local days of the wanted weekdays around a session."""
    clock = local_clock(session.tz)
    return merge(
        (clock.epoch(day, 0), clock.epoch(day, DAY))
        for day in _days(session)
        if day.weekday() in query.weekdays
    )


def day_part_windows(query: Query, session: Session) -> list[Interval]:
    """Return the wanted part of the local days around a session.

    It runs from the instant of its first wall time to the instant of its last one, by
    the rules of `clock`.
    """
    clock = local_clock(session.tz)
    start, stop = query.day_part
    return merge(
        (clock.epoch(day, start), clock.epoch(day, stop)) for day in _days(session)
    )


def _days(session: Session) -> list[date]:
    """Return the local dates of a session, and the one before (parts over midnight)."""
    clock = local_clock(session.tz)
    first_day, last_day = clock.day(session.start), clock.day(session.stop)
    count = (last_day - first_day).days + 2
    return [first_day + timedelta(days=n - 1) for n in range(count)]

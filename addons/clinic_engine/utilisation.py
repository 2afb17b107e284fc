# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How much time a doctor offers at a site, and how much of it is still free.

Time is weighed by capacity: an hour for three patients offers three hours. At each
instant the offer is the largest capacity of the sessions that hold it, since sessions
of one doctor share their seats, and nothing in a break or an absence. Free is what the
claims of that instant leave of the offer, never less than nothing. A second belongs to
the local date on which it lies, also in a session over midnight.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from .availability import Session
from .clock import DAY, local_clock
from .intervals import Interval, cut, merge, subtract

Stretch = tuple[int, int, int]


@dataclass(slots=True)
class Offer:
    """Seconds of one date: offered, and of these still free."""

    offered: int = 0
    free: int = 0


def measure(
    sessions: Sequence[Session],
    absences: Iterable[Interval],
    claims: Iterable[Interval],
) -> dict[date, Offer]:
    """Return the offer of one doctor at one site by local date.

    :param sessions: all of one time zone; dates without one have no key
    :param absences: when the doctor is away or the site is closed
    :param claims: what is taken, of every seat; they may overlap
    """
    days: dict[date, Offer] = defaultdict(Offer)
    if not sessions:
        return days
    tz = sessions[0].tz
    absences = merge(absences)
    stretches = [
        (start, stop, session.capacity)
        for session in sessions
        for start, stop in _present(session, absences)
    ]
    for start, stop, capacity, taken in _sweep(stretches, claims):
        for day, seconds in by_day(start, stop, tz):
            days[day].offered += seconds * capacity
            days[day].free += seconds * max(0, capacity - taken)
    return dict(days)


def by_day(start: int, stop: int, tz: str) -> Iterator[tuple[date, int]]:
    """Yield (local date, seconds of ``[start, stop)`` on it)."""
    clock = local_clock(tz)
    while start < stop:
        day = clock.day(start)
        midnight = min(clock.epoch(day, DAY), stop)
        yield day, midnight - start
        start = midnight


def _present(session: Session, absences: Sequence[Interval]) -> list[Interval]:
    """Return the stretches of a session without its breaks and the absences."""
    away = cut(absences, session.start, session.stop)
    return subtract([(session.start, session.stop)], merge([*session.breaks, *away]))


def _sweep(
    stretches: Iterable[Stretch], claims: Iterable[Interval]
) -> Iterator[tuple[int, int, int, int]]:
    """Yield (start, stop, capacity, number of claims) of each constant stretch."""
    changes: dict[int, list[tuple[int | None, int]]] = defaultdict(list)
    for start, stop, capacity in stretches:
        changes[start].append((capacity, 1))
        changes[stop].append((capacity, -1))
    for start, stop in claims:
        changes[start].append((None, 1))
        changes[stop].append((None, -1))
    running: Counter[int] = Counter()
    taken, since = 0, 0
    for moment in sorted(changes):
        if running:
            yield since, moment, max(running), taken
        since = moment
        for capacity, change in changes[moment]:
            if capacity is None:
                taken += change
                continue
            running[capacity] += change
            if not running[capacity]:
                del running[capacity]

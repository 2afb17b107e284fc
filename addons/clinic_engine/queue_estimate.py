# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How long everybody in a waiting room still waits.

The room is played on many times from what is known now, with the same order that
serves it (`queue_line`), drawn lengths of service and drawn arrivals. One set of such
roll-outs answers for everybody. What is shown is a band: half of the waits end before
its start, four fifths before its end; a single number would mostly fall short.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import pairwise
from math import ceil, exp, inf
from random import Random

from .queue_duration import Duration
from .queue_line import Lines
from .queue_policy import MINUTE, Level, Policy, Standing, Ticket, standing

RUNS = 200

#: Who is not served within this many seconds is not served today.
HORIZON = 12 * 60 * MINUTE

#: With fewer services measured than this, only their number ahead tells the wait.
ENOUGH_SAMPLES = 20


@dataclass(frozen=True)
class Desk:
    """Who serves, from when.

    :param key: what lengths of service are learned by, the provider
    :param offers: what tickets may need of it
    :param service: service in progress, begun at ``since``; None: free from ``since``
    :param breaks: sorted (start, stop) in which no service begins
    :param closes: no service begins from then on
    """

    key: Hashable
    since: int
    offers: frozenset = frozenset()
    service: Hashable | None = None
    breaks: tuple[tuple[int, int], ...] = ()
    closes: float = inf


@dataclass(frozen=True)
class Stream:
    """People who will come without an appointment.

    :param rate: per second
    """

    level: Level
    rate: float
    service: Hashable | None = None
    needs: frozenset = frozenset()


@dataclass(frozen=True)
class Estimate:
    """Seconds of wait: half of the roll-outs were shorter than ``low``.

    Four fifths were shorter than ``high``. Both None: nobody here serves that ticket.
    """

    low: float | None
    high: float | None


def estimate(
    tickets: Sequence[Ticket],
    desks: Sequence[Desk],
    policy: Policy,
    durations: Mapping[tuple[Hashable, Hashable], Duration],
    now: int,
    *,
    expected: Iterable[tuple[Ticket, float]] = (),
    streams: Iterable[Stream] = (),
    policies: Mapping[int, Policy] | None = None,
    runs: int = RUNS,
    seed: int = 0,
) -> dict[int, Estimate]:
    """Return the `Estimate` of each ticket's wait from ``now`` by the ticket's id.

    :param policy: by which all rank of whom ``policies`` says nothing
    :param durations: by (service, desk's key), else by (service, None)
    :param expected: (ticket, chance to come) of appointments not checked in yet; their
        ``arrived`` is when they are expected
    :param streams: those who will come besides
    :param policies: by ticket id, where queues with other policies share the desks
    :param seed: the same seed and room give the same answer
    :raises KeyError: a service has no duration
    """
    room = _Room(tickets, desks, durations, now, expected, streams)
    room.fill(tickets, policy, policies or {})
    waits = {ticket.id: [] for ticket in tickets}
    rng = Random(seed)
    for _run in range(runs):
        for ticket_id, wait in room.play(rng).items():
            waits[ticket_id].append(wait)
    return {ticket_id: _get_band(found, runs) for ticket_id, found in waits.items()}


def _get_band(waits, runs):
    """Return the band; a run in which nobody served the ticket counts as for ever."""
    waits.sort()
    bounds = []
    for share in (0.5, 0.8):
        index = ceil(share * runs) - 1
        bounds.append(waits[index] if index < len(waits) else None)
    return Estimate(*bounds)


def band(found: Estimate, step: int = 5 * MINUTE) -> tuple[int, int] | None:
    """Return the estimate as it is shown: both ends rounded up to ``step`` seconds."""
    if found.low is None or found.high is None:
        return None
    low, high = (ceil(bound / step) * step for bound in (found.low, found.high))
    return low, high


def by_number_ahead(ahead: int, servers: int, mean: float) -> Estimate:
    """Return the wait behind ``ahead`` others when all of ``servers`` are busy.

    The wait has an Erlang distribution of ``ahead + 1`` stages if the lengths are
    exponential, with the mean ``(ahead + 1) * mean / servers``: what to say as long as
    little is known.

    :param mean: seconds of a service
    :raises ValueError: nobody serves
    """
    if servers < 1:
        raise ValueError("nobody serves")
    stage = mean / servers
    low, high = (stage * _erlang_quantile(ahead + 1, share) for share in (0.5, 0.8))
    return Estimate(low, high)


def _erlang_quantile(stages, share):
    """Return where an Erlang distribution with stages of mean 1 reaches ``share``."""
    low, high = 0.0, 2.0 * stages + 10
    for _turn in range(60):
        middle = (low + high) / 2
        term = exp(-middle)
        above = term
        for number in range(1, stages):
            term *= middle / number
            above += term
        low, high = (low, middle) if 1 - above >= share else (middle, high)
    return high


class _Room:
    """The waiting room as it is now, to be played on."""

    def __init__(self, tickets, desks, durations, now, expected, streams):
        self.desks, self.durations, self.now = desks, durations, now
        self.ids = {ticket.id for ticket in tickets}
        self.services = {ticket.id: ticket.service for ticket in tickets}
        self.expected = sorted(expected, key=lambda pair: pair[0].arrived)
        self.services.update((item.id, item.service) for item, _chance in self.expected)
        self.streams = [stream for stream in streams if stream.rate > 0]
        #: Those who come besides are numbered downwards from here.
        self.lowest = min(self.services, default=0)

    def fill(self, tickets, policy, policies):
        """Let everybody take their place, by the policy of their own queue."""
        self.lines = Lines(
            (standing(item, policies.get(item.id, policy)), item.needs)
            for item in tickets
        )
        self.standings = {
            item.id: standing(item, policies.get(item.id, policy))
            for item, _chance in self.expected
        }

    def get_duration(self, service, desk):
        """Return how long a service takes at a desk."""
        found = self.durations.get((service, desk.key))
        return found or self.durations[service, None]

    def play(self, rng):
        """Return how long each ticket of the room waited, by its id."""
        return _Play(self, rng).run()


class _Play:
    """One roll-out: desks serve until all who are here now were served."""

    def __init__(self, room, rng):
        self.room, self.rng = room, rng
        self.lines = room.lines.fork()
        self.services = {}
        self.newcomer = min(room.lowest, 0)
        self.coming = [
            (max(ticket.arrived, room.now), number, ticket, None)
            for number, (ticket, chance) in enumerate(room.expected)
            if rng.random() < chance
        ]
        heapify(self.coming)
        for stream in room.streams:
            self.draw_arrival(stream, room.now)

    def draw_arrival(self, stream, after):
        """Note when the next one of a stream comes."""
        self.newcomer -= 1
        moment = after + self.rng.expovariate(stream.rate)
        heappush(self.coming, (moment, self.newcomer, None, stream))

    def let_in(self, until):
        """Let those join who came until then."""
        while self.coming and self.coming[0][0] <= until:
            moment, number, ticket, stream = heappop(self.coming)
            if ticket:
                self.lines.push(self.room.standings[ticket.id], ticket.needs)
            else:
                entry = Standing(number, stream.level, moment, moment)
                self.services[number] = stream.service
                self.lines.push(entry, stream.needs)
                self.draw_arrival(stream, moment)

    def get_free(self, desk):
        """Return when a desk can begin the next service."""
        free = max(desk.since, self.room.now)
        if desk.service is not None:
            duration = self.room.get_duration(desk.service, desk)
            elapsed = self.room.now - desk.since
            free = self.room.now + duration.draw_left(elapsed, self.rng)
        return skip_breaks(desk, free)

    def run(self):
        """Serve, and return the waits."""
        room, waits = self.room, {}
        free = [(self.get_free(desk), number) for number, desk in enumerate(room.desks)]
        heapify(free)
        while free and len(waits) < len(room.ids):
            now, number = heappop(free)
            desk = room.desks[number]
            if now >= min(desk.closes, room.now + HORIZON):
                continue
            self.let_in(now)
            entry = self.lines.pop(now, desk.offers)
            if entry is None:
                if self.coming:
                    heappush(free, (skip_breaks(desk, self.coming[0][0]), number))
                continue
            if entry.id in room.ids:
                waits[entry.id] = now - room.now
            service = self.services.get(entry.id, room.services.get(entry.id))
            done = now + room.get_duration(service, desk).draw(self.rng)
            heappush(free, (skip_breaks(desk, done), number))
        return waits


def skip_breaks(desk: Desk, moment: float) -> float:
    """Return the first moment from then on that lies in no break of the desk."""
    for start, stop in desk.breaks:
        if start <= moment < stop:
            moment = stop
    return moment


def get_breaks(
    hours: Sequence[tuple[int, int]], now: float
) -> tuple[tuple[tuple[int, int], ...], float]:
    """Return the ``breaks`` and ``closes`` of an open desk from its planned hours.

    A desk that is open before its hours is worked at already; one that is open after
    them, or without any, closes at no known time.

    :param hours: sorted (start, stop) of today that do not touch
    """
    if not hours or hours[-1][1] <= now:
        return (), inf
    breaks = ((before[1], after[0]) for before, after in pairwise(hours))
    return tuple(breaks), hours[-1][1]

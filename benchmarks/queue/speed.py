# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How fast a waiting room is ranked, and everybody's wait estimated.

Processor time, not the clock's: what else the machine does is left out. The parties
take turns, and the least of their times is taken.
"""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from clinic_engine.queue_duration import planned
from clinic_engine.queue_estimate import Desk, Stream, estimate
from clinic_engine.queue_policy import Policy, Ticket, call_next, rank, standing

from .fairness import recommended

RANKED = (1_250, 2_500, 5_000, 10_000, 20_000)
ESTIMATED = (50, 100, 200, 400)
TURNS, ESTIMATE_TURNS = 25, 5
NOW = 1_000_000
DESKS = 20


@dataclass(frozen=True)
class Ranked:
    """Seconds for so many who wait."""

    count: int
    sort: float
    rank: float
    call: float

    @property
    def ratio(self):
        """The whole order, over sorting ready-made keys."""
        return self.rank / self.sort


@dataclass(frozen=True)
class Estimated:
    """Seconds for everybody's wait, of so many who wait."""

    count: int
    seconds: float


class WrongOrder(Exception):
    """What was measured was not the right order."""


def draw_room(count: int, seed: int = 1) -> list[Ticket]:
    """Return tickets of all kinds: untriaged, with credits, with appointments."""
    rng = Random(seed)
    tickets = []
    for number in range(count):
        credits = (("age", 0.1), ("pregnant", 0.2))[: rng.choice((0, 0, 0, 1, 2))]
        slot = NOW + rng.randrange(-3600, 3600) if rng.random() < 0.2 else None
        level = rng.choice((None, 2, 3, 3, 4, 4, 5))
        arrived = NOW - rng.randrange(4 * 3600)
        tickets.append(Ticket(number, arrived, level, credits, slot))
    return tickets


def get_plain_key(ticket: Ticket, policy: Policy, now: int) -> tuple:
    """Return the place of a ticket, told from the specification step by step."""
    level = policy.levels.get(ticket.level, policy.default)
    clock, early = ticket.arrived, False
    if ticket.slot is not None and level.tier >= policy.appointment.tier:
        if ticket.arrived - ticket.slot > policy.grace:
            level = policy.late
        else:
            level, clock = policy.appointment, max(ticket.slot, ticket.arrived)
            early = now < ticket.slot
    credit = min(sum(worth for _reason, worth in ticket.credits), policy.credit_limit)
    score = 0.0
    if not early and level.target:
        score = level.head_start + (now - clock) / level.target + credit
    return early, level.tier, -score, clock, ticket.id


def check(tickets, policy):
    """Compare the order with the one of the specification.

    Credits count in whole seconds, so scores may differ by less than one second's.

    :raise WrongOrder: they differ by more
    """
    found = [get_plain_key(item, policy, NOW) for item in rank(tickets, policy, NOW)]
    second = 1 / min(level.target for level in policy.levels.values() if level.target)
    for first, then in zip(found, found[1:], strict=False):
        if first > then and (first[:2] != then[:2] or first[2] - then[2] > second):
            raise WrongOrder(f"{first} before {then}")
    if call_next(tickets, policy, NOW) != rank(tickets, policy, NOW)[0]:
        raise WrongOrder("who is called is not the first")


def measure_rank(count: int, turns: int = TURNS) -> Ranked:
    """Return the times for so many tickets.

    :raise WrongOrder: the order is not the one of the specification
    """
    tickets, policy = draw_room(count), recommended()
    check(tickets, policy)
    keys = [standing(ticket, policy).key(NOW) for ticket in tickets]
    sort, ranked, called = least(
        (
            lambda: sorted(keys),
            lambda: rank(tickets, policy, NOW),
            lambda: call_next(tickets, policy, NOW),
        ),
        turns,
    )
    return Ranked(count, sort, ranked, called)


def measure_estimates(counts=ESTIMATED, turns=ESTIMATE_TURNS, runs=200):
    """Return the times for everybody's wait, each of one set of roll-outs."""
    policy = recommended()
    durations = {("visit", None): planned(600)}
    desks = [Desk(number, NOW) for number in range(DESKS)]
    streams = [
        Stream(policy.levels[level], 0.3 * DESKS / 600 / 3, "visit")
        for level in (3, 4, 5)
    ]
    rooms = [
        [
            Ticket(item.id, item.arrived, item.level, item.credits, service="visit")
            for item in draw_room(count)
        ]
        for count in counts
    ]

    def ask(tickets):
        return lambda: estimate(
            tickets, desks, policy, durations, NOW, streams=streams, runs=runs
        )

    times = least([ask(tickets) for tickets in rooms], turns)
    return [
        Estimated(count, seconds) for count, seconds in zip(counts, times, strict=True)
    ]


def least(parties: list[Callable], turns: int) -> list[float]:
    """Return the least processor time of each, in seconds; they take turns."""
    times = [float("inf")] * len(parties)
    for _turn in range(turns):
        for number, party in enumerate(parties):
            gc.collect()
            begun = time.process_time()
            party()
            times[number] = min(times[number], time.process_time() - begun)
    return times


def get_growth(findings, attribute):
    """Return how many times as long each takes as the one before it."""
    times = [getattr(finding, attribute) for finding in findings]
    return [then / first for first, then in zip(times, times[1:], strict=False)]

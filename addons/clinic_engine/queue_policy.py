# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who is served next in a waiting room, and why.

Tiers are strict: the lower number always goes first. Inside a tier a score grows with
the time waited: ``head start + waited / target + credits``. ``waited / target`` is the
share of the level's target that is used up, so nobody is passed for ever (an
accumulating priority: Kleinrock, "A delay dependent queue discipline", 1964, with a
head start per class). A service that has begun is never interrupted.

Times are epoch seconds, lengths are seconds.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

MINUTE = 60


@dataclass(frozen=True)
class Level:
    """A class of urgency.

    :param key: what tickets name it by
    :param target: seconds within which one is to be seen; 0: at once
    :param tier: lower tiers are served first, whatever the score
    :param head_start: score of somebody who has just arrived
    :raises ValueError: a negative target
    """

    key: Hashable
    target: int
    tier: int
    head_start: float = 0.0

    def __post_init__(self):
        if self.target < 0:
            raise ValueError(f"the target of level {self.key!r} is negative")


@dataclass(frozen=True)
class Policy:
    """The numbers of one queue.

    :param levels: ``Level`` by its key
    :param default: the level of who has not been triaged yet
    :param appointment: the level of who comes in time to an appointment
    :param late: the level of who comes more than ``grace`` seconds after the slot
    :param credit_limit: what all credits of a ticket together are worth at most
    """

    levels: Mapping[Hashable, Level]
    default: Level
    appointment: Level
    late: Level
    grace: int = 10 * MINUTE
    credit_limit: float = 0.25


@dataclass(frozen=True)
class Ticket:
    """Somebody who waits.

    :param id: unique; the last thing that decides between equals
    :param arrived: check-in; it stays when the level changes
    :param level: key of the level that a trained person set; None: nobody did yet
    :param credits: (reason, worth) of each credit
    :param slot: start of the appointment; None for who walked in
    :param paused: seconds for which the clock stood still
    :param needs: what a desk must offer to serve this ticket
    :param service: what the length of the service is learned by
    """

    id: int
    arrived: int
    level: Hashable | None = None
    credits: tuple[tuple[str, float], ...] = ()
    slot: int | None = None
    needs: frozenset = frozenset()
    service: Hashable | None = None
    paused: int = 0


class Standing(NamedTuple):
    """What a ticket counts as: all that its rank depends on, apart from the time.

    :param clock: since when it waits
    :param start: the clock put back by what its credits are worth, in whole seconds
    :param early: before ``clock`` it is served only where nobody else can be
    """

    id: int
    level: Level
    clock: int
    start: int
    early: bool = False

    def is_early(self, now: int) -> bool:
        """Whether this is an appointment whose slot has not come yet."""
        return self.early and now < self.clock

    def score(self, now: int) -> float:
        """Return the score: 0 where the target is 0, or before the slot has come.

        There the clock alone decides.
        """
        return 0.0 - self.key(now)[2]  # "-0.0" is no score

    def key(self, now: int) -> tuple:
        """Return what sorts tickets into the order of service: a total order."""
        number, level, clock, start, early = self
        early = early and now < clock
        target = 0 if early else level.target
        behind = (start - now) / target - level.head_start if target else 0.0
        return early, level.tier, behind, clock, number


@dataclass(frozen=True)
class Explanation:
    """The parts of a score, to be kept with the call and shown in words.

    :param waited: seconds on the clock
    :param share: part of the target that is used up; None where the target is 0
    :param credits: (reason, worth) of each credit, as they were given
    :param credit: their worth within the limit
    :param early: called before the slot of the appointment
    """

    level: Hashable
    tier: int
    waited: int
    target: int
    share: float | None
    head_start: float
    credits: tuple[tuple[str, float], ...]
    credit: float
    early: bool
    score: float


def standing(ticket: Ticket, policy: Policy) -> Standing:
    """Return what a ticket counts as.

    An appointment counts from its slot, or from a check-in after it; whoever comes
    later than the grace waits like a walk-in since the check-in. Who is more urgent
    than appointments are waits by that urgency. A level that the policy does not have
    counts as none: one ticket must not keep everybody else from being ranked.
    """
    slot, clock, early = ticket.slot, ticket.arrived, False
    triaged = policy.levels.get(ticket.level)
    level = triaged or policy.default
    if slot is not None and (not triaged or level.tier >= policy.appointment.tier):
        early = clock <= slot + policy.grace
        level = policy.appointment if early else policy.late
        clock = max(slot, clock) if early else clock
    start = clock = clock + ticket.paused
    if ticket.credits:
        start -= round(get_credit(ticket, policy) * level.target)
    return Standing(ticket.id, level, clock, start, early)


def get_credit(ticket: Ticket, policy: Policy) -> float:
    """Return what the ticket's credits are worth together."""
    return min(sum(worth for _reason, worth in ticket.credits), policy.credit_limit)


def rank(tickets: Iterable[Ticket], policy: Policy, now: int) -> list[Ticket]:
    """Return the tickets in the order in which they would be served now."""
    return sorted(tickets, key=lambda ticket: standing(ticket, policy).key(now))


def call_next(
    tickets: Iterable[Ticket], policy: Policy, now: int, offers: frozenset = frozenset()
) -> Ticket | None:
    """Return whom a desk serves next, or None when nobody waits for what it offers."""
    served = (ticket for ticket in tickets if ticket.needs <= offers)
    return min(
        served, key=lambda ticket: standing(ticket, policy).key(now), default=None
    )


def explain(ticket: Ticket, policy: Policy, now: int) -> Explanation:
    """Return the parts of a ticket's score at that time."""
    found = standing(ticket, policy)
    waited = max(now - found.clock, 0)
    target = found.level.target
    return Explanation(
        level=found.level.key,
        tier=found.level.tier,
        waited=waited,
        target=target,
        share=waited / target if target else None,
        head_start=found.level.head_start,
        credits=ticket.credits,
        credit=get_credit(ticket, policy),
        early=found.is_early(now),
        score=found.score(now),
    )


def overtakes_after(newcomer: Level, level: Level, waited: int) -> float | None:
    """Return how long a newcomer waits until they pass somebody; None: never.

    :param level: of somebody who has waited ``waited`` seconds, without credits
    :returns: seconds; 0: at once
    """
    if newcomer.tier != level.tier:
        return 0.0 if newcomer.tier < level.tier else None
    if not newcomer.target or not level.target:
        return None if newcomer.target else 0.0 if level.target else None
    lead = waited / level.target + level.head_start - newcomer.head_start
    if lead < 0:
        return 0.0
    gain = 1 / newcomer.target - 1 / level.target
    return lead / gain if gain > 0 else None


def ahead_after(level: Level, newcomer: Level) -> float | None:
    """Return how long somebody waits until a newcomer does not pass them at once.

    :returns: seconds; 0: from the start; None: however long, newcomers of that level
        go first
    """
    if newcomer.tier != level.tier:
        return None if newcomer.tier < level.tier else 0.0
    if not newcomer.target or not level.target:
        return 0.0 if newcomer.target or not level.target else None
    return max(0.0, (newcomer.head_start - level.head_start) * level.target)


def five_levels(
    targets: Iterable[int] = (0, 10, 30, 60, 120),
    head_starts: Iterable[float] = (0.0, 0.0, 0.6, 0.3, 0.0),
) -> dict[int, Level]:
    """Return the neutral scale of five levels, 1 the most urgent.

    Its times are those of the Australasian Triage Scale; the first two levels are
    tiers of their own, the rest shares one, where the head starts decide.

    :param targets: minutes
    """
    pairs = zip(targets, head_starts, strict=True)
    return {
        number: Level(number, minutes * MINUTE, min(number - 1, 2), head_start)
        for number, (minutes, head_start) in enumerate(pairs, start=1)
    }

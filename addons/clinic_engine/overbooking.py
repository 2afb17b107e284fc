# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How many to book for a session in which some will not come, and what a day costs.

*The count rule.* A session serves C visits at their times and C + b are booked; N of
these do not come. One more is worth booking exactly when P(N <= b) < Cu / (Cu + Co),
where Cu is the cost of time that stays empty and Co that of one patient too many: the
newsvendor's rule, in which the probability of the newcomer cancels. Who among the
patients is likely not to come decides how many are booked, never who shares a time:
double slots chosen by individual risk make those groups wait longer who are at risk
(Samorani, Harris, Blount, Lu and Santoro, "Overbooked and overlooked", 2021).

*The evaluator* measures a day of one doctor exactly, on a grid of whole units of time,
as Kaandorp and Koole ("Optimal outpatient appointment scheduling", 2007) and Zacharias
and Pinedo ("Appointment scheduling with no-shows and overbooking", 2014) do.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

#: Probability of a length of work, by length; the index is the length.
Distribution = list[float]


def missing(chances: Iterable[float]) -> Distribution:
    """Return P(N = n) of how many do not come (Poisson-binomial), O(n²).

    :raises ValueError: a chance is no probability
    """
    found = [1.0]
    for chance in chances:
        if not 0 <= chance <= 1:
            raise ValueError(f"{chance} is no probability")
        found.append(0.0)
        for n in range(len(found) - 1, 0, -1):
            found[n] = found[n] * (1 - chance) + found[n - 1] * chance
        found[0] *= 1 - chance
    return found


def at_most(distribution: Sequence[float], count: int) -> float:
    """Return P(N <= count)."""
    return min(math.fsum(distribution[: max(count + 1, 0)]), 1.0)


def critical_ratio(cost_empty: float, cost_extra: float) -> float:
    """Return Cu / (Cu + Co).

    :raises ValueError: a cost is negative, or both are nothing
    """
    if cost_empty < 0 or cost_extra < 0 or not cost_empty + cost_extra:
        raise ValueError("costs must not be negative, and one must be above 0")
    return cost_empty / (cost_empty + cost_extra)


@dataclass(frozen=True, slots=True)
class Advice:
    """How many to book in one session, and the figures it rests on.

    ``more`` is how many to book now above the capacity, beyond those booked there;
    ``seats`` how many above it are then taken; ``chance`` is P(N <= b), the chance that
    one more is one too many, for the first that is not advised; ``ratio`` is what it
    was held against.
    """

    booked: int
    capacity: int
    expected: float
    more: int
    seats: int
    chance: float
    ratio: float


def advise(
    chances: Sequence[float],
    capacity: int,
    cost_empty: float,
    cost_extra: float,
    limit: int,
    newcomer: float | None = None,
) -> Advice:
    """Return how many more to book than ``chances`` has, above the capacity.

    ``chances`` are the probabilities of not coming of those booked. Free places of the
    capacity are first counted as booked by newcomers, who miss with the probability
    ``newcomer`` (None: the mean of those booked; of nobody, 0), so that the advice is
    for a full session; ``limit`` bounds the seats above the capacity.

    :raises ValueError: the capacity or the limit is negative
    """
    if capacity < 0 or limit < 0:
        raise ValueError("capacity and limit must not be negative")
    ratio = critical_ratio(cost_empty, cost_extra)
    booked = len(chances)
    if newcomer is None:
        newcomer = sum(chances) / booked if booked else 0.0
    everybody = [*chances, *[newcomer] * max(0, capacity - booked)]
    above = len(everybody) - capacity
    chance = at_most(missing(everybody), above)
    while above < limit and chance < ratio:
        everybody.append(newcomer)
        above += 1
        chance = at_most(missing(everybody), above)
    return Advice(
        booked=booked,
        capacity=capacity,
        expected=sum(chances),
        more=max(0, len(everybody) - max(booked, capacity)),
        seats=above,
        chance=chance,
        ratio=ratio,
    )


def seats_allowed(capacity: int, at_once: int, above: int, percent: int) -> int:
    """Return how many may be booked above the capacity of a session.

    :param at_once: patients whom the session sees at the same time
    :param above: how many more may be booked for each time
    :param percent: of the capacity, at most
    """
    return min(above * (capacity // at_once), capacity * percent // 100)


def spread(used: int, more: int, count: int) -> int:
    """Return at which of ``count`` times the next visit above the capacity is booked.

    The ``more`` visits, ``used`` of which are booked, lie evenly over the session,
    whoever is booked there.
    """
    return min((2 * used + 1) * count // (2 * more), count - 1)


def count_cost(
    distribution: Sequence[float],
    bookings: int,
    capacity: int,
    cost_empty: float,
    cost_extra: float,
) -> float:
    """Return the expected cost of so many bookings: empty times and those too many."""
    cost = 0.0
    for n, chance in enumerate(distribution):
        over = bookings - n - capacity
        cost += chance * (cost_extra * over if over > 0 else -cost_empty * over)
    return cost


@dataclass(frozen=True, slots=True)
class Day:
    """What a day comes to, in units of time.

    ``waits`` is the expected wait of each booking, in their order; ``wait`` their mean;
    ``overtime`` how long after the last interval the doctor works; ``idle`` how long
    there is nobody to see until then.
    """

    waits: tuple[float, ...]
    wait: float
    overtime: float
    idle: float

    def cost(
        self, shows: Sequence[float], wait: float, idle: float, overtime: float
    ) -> float:
        """Return the weighted cost; ``shows`` are the chances to come, in order."""
        waited = sum(
            chance * each for chance, each in zip(shows, self.waits, strict=True)
        )
        return wait * waited + idle * self.idle + overtime * self.overtime


def evaluate(
    schedule: Sequence[Sequence[float]], interval: int, service: Mapping[int, float]
) -> Day:
    """Return what a day comes to.

    :param schedule: for each interval the probabilities to come of those booked at its
        start, in the order in which they are seen
    :param interval: its length in units of time
    :param service: {length of a visit in units: probability}
    :raises ValueError: a probability, the interval or the service makes no sense
    """
    law = _service_law(service)
    if interval <= 0:
        raise ValueError("the interval must be above 0")
    mean_service = _mean(law)
    work: Distribution = [1.0]
    waits: list[float] = []
    served = 0.0
    for shows in schedule:
        for show in shows:
            if not 0 <= show <= 1:
                raise ValueError(f"{show} is no probability")
            waits.append(_mean(work))
            work = _convolve(work, [1 - show + show * law[0], *_scaled(law, show)])
            served += show * mean_service
        work = [math.fsum(work[: interval + 1]), *work[interval + 1 :]]
    overtime = _mean(work)
    return Day(
        waits=tuple(waits),
        wait=math.fsum(waits) / len(waits) if waits else 0.0,
        overtime=overtime,
        idle=len(schedule) * interval + overtime - served,
    )


def _service_law(service: Mapping[int, float]) -> Distribution:
    """Return the lengths of a visit as a list of probabilities."""
    total = math.fsum(service.values())
    if any(length < 0 for length in service) or min(service.values(), default=-1) < 0:
        raise ValueError("lengths and probabilities must not be negative")
    if not math.isclose(total, 1, abs_tol=1e-9):
        raise ValueError(f"the probabilities of the service add up to {total}, not 1")
    law = [0.0] * (max(service) + 1)
    for length, chance in service.items():
        law[length] += chance
    return law


def _scaled(law: Sequence[float], factor: float) -> Distribution:
    """Return the part of a law above 0, times a factor."""
    return [chance * factor for chance in law[1:]]


def _mean(law: Sequence[float]) -> float:
    return math.fsum(length * chance for length, chance in enumerate(law))


def _convolve(one: Sequence[float], other: Sequence[float]) -> Distribution:
    """Return the law of the sum of two independent lengths."""
    result = [0.0] * (len(one) + len(other) - 1)
    steps = [(j, chance) for j, chance in enumerate(other) if chance]
    for i, weight in enumerate(one):
        if weight:
            for j, chance in steps:
                result[i + j] += weight * chance
    return result

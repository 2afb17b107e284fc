# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Waits that theory gives, and a simulated waiting room to compare with them.

Class 0 is the most urgent. ``rho`` is the load of a class, ``residual`` the mean time
until the first server is free for somebody who finds all of them busy, times the
chance of that.
"""

from bisect import bisect_right
from heapq import heapreplace
from itertools import accumulate
from math import fsum, sqrt
from random import Random
from statistics import linear_regression, mean, stdev
from typing import NamedTuple

from ..queue_line import Lines
from ..queue_policy import Standing

#: A simulated day is cut into so many parts, apart from the beginning of it.
BATCHES = 50

#: Half the width of a 95 % interval in standard errors; and of a 99 % one, which is
#: what tests ask for: of the forty waits they look at, two would else lie outside
#: theirs by mere chance. Student's, with one degree less for the slope.
WIDE_95, WIDE_99 = 2.01, 2.68


class Measured(NamedTuple):
    """A mean wait and its standard error."""

    mean: float
    error: float

    @property
    def width(self):
        """Half the width of the 95 % interval, as a share of the mean."""
        return WIDE_95 * self.error / self.mean

    def agrees(self, wanted, error=0.0):
        """Whether a value lies in the 99 % interval.

        :param error: the standard error of a value that was measured itself
        """
        return abs(self.mean - wanted) <= WIDE_99 * sqrt(self.error**2 + error**2)


def erlang_c(servers, offered):
    """Return the chance to wait in M/M/c; ``offered`` is arrivals / service rate."""
    blocked = 1.0
    for number in range(1, servers + 1):
        blocked = offered * blocked / (number + offered * blocked)
    return servers * blocked / (servers - offered * (1 - blocked))


def first_come(residual, rho):
    """Return the mean wait without priorities."""
    return residual / (1 - sum(rho))


def strict(residual, rho):
    """Return the mean waits under strict priority (Cobham, 1954)."""
    sums = [sum(rho[:number]) for number in range(len(rho) + 1)]
    return [
        residual / ((1 - above) * (1 - upto))
        for above, upto in zip(sums, sums[1:], strict=False)
    ]


def accumulating(wait, rho, rates):
    """Return the mean waits where scores grow by ``rates`` (Kleinrock, 1964).

    :param wait: the mean wait of all without priorities
    """
    waits = [0.0] * len(rho)
    for number in reversed(range(len(rho))):
        behind = range(number + 1, len(rho))
        ahead = range(number)
        slower = fsum(
            rho[item] * waits[item] * (1 - rates[item] / rates[number])
            for item in behind
        )
        faster = fsum(rho[item] * (1 - rates[number] / rates[item]) for item in ahead)
        waits[number] = (wait - slower) / (1 - faster)
    return waits


def tiered(residual, tiers):
    """Return the mean waits in strict tiers whose members accumulate.

    :param tiers: lists of (rho, rate), the first tier served first
    """
    waits, above = [], 0.0
    for tier in tiers:
        rho = [load for load, _rate in tier]
        upto = above + sum(rho)
        wait = residual / ((1 - above) * (1 - upto))
        inside = [load / (1 - above) for load in rho]
        waits += accumulating(wait, inside, [rate for _load, rate in tier])
        above = upto
    return waits


class Day:
    """Poisson arrivals at equal desks, the same for whatever order they are served in.

    :param classes: (arrivals per second, draw of a service time) of each class
    """

    def __init__(self, classes, desks, count, seed):
        rng = Random(seed)
        rates, draws = zip(*classes, strict=True)
        gaps = (rng.expovariate(sum(rates)) for _person in range(count))
        self.moments = list(accumulate(gaps))
        self.kinds = rng.choices(range(len(rates)), rates, k=count)
        self.lengths = [draws[kind](rng) for kind in self.kinds]
        self.desks, self.number = desks, len(rates)
        # Whose lengths are alike may get them in the order of service: then each
        # moment finds as many waiting, whatever the order is
        self.is_alike = len(set(draws)) == 1

    def serve(self, levels):
        """Return how long each waits in the engine's order.

        :param levels: the `Level` of each class
        """
        free, lines = [0.0] * self.desks, Lines()
        waits, coming = [0.0] * len(self.moments), 0
        for turn in range(len(waits)):
            now = free[0] if len(lines) else max(free[0], self.moments[coming])
            while coming < len(waits) and self.moments[coming] <= now:
                moment, level = self.moments[coming], levels[self.kinds[coming]]
                lines.push(Standing(coming, level, moment, moment))
                coming += 1
            number = lines.pop(now).id
            waits[number] = now - self.moments[number]
            length = self.lengths[turn if self.is_alike else number]
            heapreplace(free, now + length)
        return waits

    def serve_first_come(self):
        """Return how long each waits by the order of coming, without the engine."""
        free, waits = [0.0] * self.desks, []
        for moment, length in zip(self.moments, self.lengths, strict=True):
            start = max(free[0], moment)
            waits.append(start - moment)
            heapreplace(free, start + length)
        return waits

    def get_ahead(self, waits):
        """Return how many waited at each one's coming, served in that order."""
        starts = [
            moment + wait for moment, wait in zip(self.moments, waits, strict=True)
        ]
        return [
            number - bisect_right(starts, moment, hi=number)
            for number, moment in enumerate(self.moments)
        ]

    def get_means(self, values, kind=None):
        """Return the mean of each batch, of everybody or of one class."""
        warm = len(values) // 20
        size = (len(values) - warm) // BATCHES
        batches = (
            range(start, start + size)
            for start in range(warm, warm + size * BATCHES, size)
        )
        return [
            mean_of(values[n] for n in batch if kind in (None, self.kinds[n]))
            for batch in batches
        ]

    def measure(self, levels, first_come_wait):
        """Return the `Measured` mean wait of each class.

        How busy a batch happened to be moves all waits of it. The waits of the same
        people served first come, first served tell how busy, and their true mean is
        known: what the batch owes to it is taken off (a control variate).
        """
        waits = self.serve(levels)
        control = self.get_means(self.serve_first_come())
        found = []
        for kind in range(self.number):
            means = self.get_means(waits, kind)
            slope = linear_regression(control, means).slope
            found.append(
                measured(
                    [
                        value - slope * (busy - first_come_wait)
                        for value, busy in zip(means, control, strict=True)
                    ]
                )
            )
        return found


def mean_of(values):
    """Return the mean of what comes once."""
    found = list(values)
    return fsum(found) / len(found)


def measured(values):
    """Return the mean of batches and its standard error."""
    return Measured(mean(values), stdev(values) / sqrt(len(values)))

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Waits that theory gives, and a simulated waiting room to compare with them.

Class 0 is the most urgent. ``rho`` is the load of a class, ``residual`` the mean time
until the first server is free for somebody who finds all of them busy, times the
chance of that.
"""

from collections import namedtuple
from heapq import heapreplace
from math import fsum, sqrt

from ..queue_line import Lines
from ..queue_policy import Standing

Measured = namedtuple("Measured", "mean error")


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


def simulate(classes, servers, count, rng):
    """Serve ``count`` people in a waiting room and return how long each class waits.

    :param classes: list of (`Level`, arrivals per second, draw of a service time)
    :returns: per class `Measured` mean wait and its standard error, by batches
    """
    world = World(classes, servers, rng)
    return world.run(count)


class World:
    """Poisson arrivals, equal desks, the engine's own order."""

    def __init__(self, classes, servers, rng):
        self.classes, self.rng = classes, rng
        self.weights = [rate for _level, rate, _draw in classes]
        self.free = [0.0] * servers
        self.lines, self.kinds = Lines(), {}
        self.number, self.coming = 0, 0.0

    def arrive(self):
        """Let the person who comes next join, and see when another one comes."""
        kind = self.rng.choices(range(len(self.classes)), self.weights)[0]
        self.number += 1
        self.kinds[self.number] = kind
        level = self.classes[kind][0]
        self.lines.push(Standing(self.number, level, self.coming, self.coming))
        self.coming += self.rng.expovariate(sum(self.weights))

    def serve(self):
        """Return (class, wait) of who is served next."""
        now = self.free[0] if len(self.lines) else max(self.free[0], self.coming)
        while self.coming <= now:
            self.arrive()
        entry = self.lines.pop(now)
        kind = self.kinds.pop(entry.id)
        heapreplace(self.free, now + self.classes[kind][2](self.rng))
        return kind, now - entry.clock

    def run(self, count, batches=20):
        """Warm up, then serve in batches."""
        for _turn in range(count // 10):
            self.serve()
        means = [[] for _class in self.classes]
        for _batch in range(batches):
            waits = [[] for _class in self.classes]
            for _turn in range(count // batches):
                kind, wait = self.serve()
                waits[kind].append(wait)
            for kind, found in enumerate(waits):
                means[kind].append(fsum(found) / len(found))
        return [measured(values) for values in means]


def measured(values):
    """Return the mean of batches and its standard error."""
    mean = fsum(values) / len(values)
    variance = fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
    return Measured(mean, sqrt(variance / len(values)))

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How long a service takes, learned from those that were done.

Lengths are lognormal: few are much longer than most. A doctor who did a service only a
few times is judged partly by the others (shrinkage of the mean logarithm), and so is a
service that is new.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from math import exp, fsum, log, sqrt
from random import Random
from statistics import NormalDist

#: As much as this many services of one's own count those of the others.
STRENGTH = 10

#: The coefficient of variation of consultations, where nothing was measured: sessions
#: of a general clinic had .465 (Hangu, doi 10.3390/data8030047).
USUAL_VARIATION = 0.465

_NORMAL = NormalDist()
#: Farther out a conditional draw is no longer exact in floating point.
_LAST = 1 - 1e-12


@dataclass(frozen=True)
class Duration:
    """A lognormal length of service.

    :param mu: mean of the logarithm of the seconds; ``exp(mu)`` is the median
    :param sigma: its standard deviation
    """

    mu: float
    sigma: float

    @property
    def median(self) -> float:
        """Seconds that half of the services take at most."""
        return exp(self.mu)

    @property
    def mean(self) -> float:
        """Seconds on average."""
        return exp(self.mu + self.sigma**2 / 2)

    def draw(self, rng: Random) -> float:
        """Return the seconds of one service."""
        return exp(rng.gauss(self.mu, self.sigma))

    def draw_left(self, elapsed: float, rng: Random) -> float:
        """Return the seconds that a service goes on which has lasted ``elapsed``."""
        if elapsed <= 0:
            return self.draw(rng)
        if not self.sigma:
            return max(exp(self.mu) - elapsed, 0.0)
        done = _NORMAL.cdf((log(elapsed) - self.mu) / self.sigma)
        if done >= _LAST:
            return 0.0
        chance = min(max(done + (1 - done) * rng.random(), 1e-300), _LAST)
        whole = exp(self.mu + self.sigma * _NORMAL.inv_cdf(chance))
        return max(whole - elapsed, 0.0)


def planned(seconds: float, variation: float = USUAL_VARIATION) -> Duration:
    """Return the length of a service of which only the planned mean is known.

    :raises ValueError: the length is not positive
    """
    if seconds <= 0:
        raise ValueError("a service takes some time")
    variance = log(1 + variation**2)
    return Duration(log(seconds) - variance / 2, sqrt(variance))


def learn(
    samples: Iterable[tuple[Hashable, Hashable, float]],
    plans: Mapping[Hashable, float],
    strength: float = STRENGTH,
) -> dict[tuple[Hashable, Hashable], Duration]:
    """Return the length by (service, provider), and by (service, None) for others.

    Each service starts from its plan, each provider from the service.

    :param samples: (service, provider, seconds) of recent services, provider None where
        nobody knows; others are ignored that took no time or have no plan
    :param plans: planned seconds of each service
    :param strength: how many services of one's own weigh as much as the prior
    """
    logs = defaultdict(list)
    for service, provider, seconds in samples:
        if seconds > 0 and service in plans:
            logs[service, provider].append(log(seconds))
    by_service = defaultdict(list)
    for (service, _provider), values in logs.items():
        by_service[service] += values
    found = {
        (service, None): _shrink(by_service[service], planned(plan), strength)
        for service, plan in plans.items()
    }
    for (service, provider), values in logs.items():
        if provider is None:
            continue  # nobody's in particular: they count for the service alone
        prior = found[service, None]
        found[service, provider] = _shrink(values, prior, strength)
    return found


def _shrink(values, prior, strength):
    """Return the duration between what was measured and what was expected."""
    count = len(values)
    mean = fsum(values) / count if count else prior.mu
    spread = fsum((value - mean) ** 2 for value in values)
    mu = (count * mean + strength * prior.mu) / (count + strength)
    variance = (spread + strength * prior.sigma**2) / (count + strength)
    return Duration(mu, sqrt(variance))

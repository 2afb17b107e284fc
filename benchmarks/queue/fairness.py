# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The same days under several policies: who is seen in time, how long, who leaves."""

from collections import defaultdict
from dataclasses import dataclass, replace
from math import ceil, sqrt
from random import Random
from statistics import fmean, stdev

from clinic_engine.queue_policy import MINUTE, Level, Policy, five_levels

from .day import draw_day
from .room import Room

#: Each seed is so many days, and gives one value of each figure.
SEEDS, DAYS = 20, 25
LOADS = (0.8, 0.9, 1.0, 1.1)
#: Quantile of Student's t for 95 % of so many seeds.
STUDENT = {3: 4.303, 5: 2.776, 10: 2.262, 20: 2.093}

APPOINTMENT = "appointment"

#: Level -> (minutes within which it is to be seen, share that is to be): those of the
#: Australasian Triage Scale, whose first level counts as at once within two minutes.
TARGETS = {
    1: (2, 1.0),
    2: (10, 0.80),
    3: (30, 0.75),
    4: (60, 0.70),
    5: (120, 0.70),
    APPOINTMENT: (15, None),
}


def recommended():
    """Return the policy that the addon starts with."""
    levels = five_levels()
    return Policy(
        levels=levels,
        default=levels[4],
        appointment=Level(APPOINTMENT, 15 * MINUTE, 2),
        late=Level("late", 60 * MINUTE, 2),
    )


def first_come():
    """Return: in order of check-in, an appointment from its slot on."""
    levels = {number: Level(number, 60 * MINUTE, 0) for number in range(1, 6)}
    same = levels[4]
    return Policy(levels=levels, default=same, appointment=same, late=same)


def strict():
    """Return: by urgency alone, appointments between the levels 2 and 3."""
    order = (1, 2, APPOINTMENT, 3, 4, 5)
    levels = {key: Level(key, 60 * MINUTE, tier) for tier, key in enumerate(order)}
    return Policy(
        levels=levels,
        default=levels[4],
        appointment=levels[APPOINTMENT],
        late=levels[4],
    )


def punctual():
    """Return the policy that the addon starts with, but for more punctual visits."""
    level = Level(APPOINTMENT, 5 * MINUTE, 2)
    return replace(recommended(), appointment=level)


FIRST_COME, STRICT, OURS, PUNCTUAL = "first come", "strict", "ours", "ours, 5 min"
POLICIES = {
    FIRST_COME: first_come,
    STRICT: strict,
    OURS: recommended,
    PUNCTUAL: punctual,
}


@dataclass(frozen=True)
class Value:
    """A mean over the seeds, and the half of its 95 % confidence interval."""

    mean: float
    half: float

    @classmethod
    def of(cls, values):
        """Return the value of one figure per seed."""
        if len(values) < 2:
            return cls(fmean(values), float("nan"))
        quantile = STUDENT.get(len(values), 2.776)
        return cls(fmean(values), quantile * stdev(values) / sqrt(len(values)))


@dataclass(frozen=True)
class Finding:
    """One level under one policy. Shares from 0 to 1, waits in minutes.

    :param inside: of those who were seen, the share within the target
    :param left: of all, the share that left without being seen
    """

    load: float
    policy: str
    level: object
    count: int
    inside: Value
    median: Value
    ninety: Value
    longest: float
    left: Value

    @property
    def needed(self):
        """The share that is to be seen within the target; None: none is set."""
        return TARGETS[self.level][1]

    @property
    def kept(self):
        """Whether as many are seen in time as are to be."""
        return self.needed is None or self.inside.mean >= self.needed


def quantile(values, share):
    """Return the least value that so large a share does not exceed."""
    return sorted(values)[max(ceil(share * len(values)) - 1, 0)]


def play(shape, load, seed, days):
    """Return {policy: outcomes} of the same days under each policy."""
    rng = Random(f"{load} {seed}")
    outcomes = {name: [] for name in POLICIES}
    for _turn in range(days):
        drawn = draw_day(shape, load, rng)
        for name, policy in POLICIES.items():
            outcomes[name] += Room(drawn, policy()).run()
    return outcomes


def measure(shape, load, seeds=SEEDS, days=DAYS):
    """Return the ``Finding`` of each level under each policy."""
    values, counts = defaultdict(lambda: defaultdict(list)), defaultdict(int)
    for seed in range(seeds):
        for name, outcomes in play(shape, load, seed, days).items():
            by_level = defaultdict(list)
            for outcome in outcomes:
                by_level[outcome.person.level or APPOINTMENT].append(outcome)
            for level, found in by_level.items():
                counts[name, level] += len(found)
                for figure, value in figures(level, found).items():
                    values[name, level][figure].append(value)
    return [
        _get_finding(load, name, level, counts[name, level], values[name, level])
        for level in TARGETS
        for name in POLICIES
    ]


def figures(level, outcomes):
    """Return the figures of one level on the days of one seed."""
    waits = [item.wait / MINUTE for item in outcomes if item.seen]
    target = TARGETS[level][0]
    return {
        "inside": fmean(wait <= target for wait in waits),
        "median": quantile(waits, 0.5),
        "ninety": quantile(waits, 0.9),
        "longest": max(waits),
        "left": 1 - len(waits) / len(outcomes),
    }


def _get_finding(load, name, level, count, values):
    """Return the finding of what the seeds gave."""
    longest = max(values.pop("longest"))
    found = {figure: Value.of(each) for figure, each in values.items()}
    return Finding(load, name, level, count, longest=longest, **found)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""All runs: arms by seeds, and again with other assumptions."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

from ..machine import cores
from .measures import measure
from .simulation import ARMS, Year
from .world import Assumptions


@dataclass(frozen=True)
class Scope:
    """What is simulated; ``few`` are the seeds of other assumptions."""

    assumed: Assumptions = Assumptions()
    seeds: tuple = tuple(range(1, 9))
    few: tuple = (1, 2)


#: What is changed, by how the page calls it.
CHANGES = {
    "as assumed": {},
    "reminders prevent no miss": {"effect": 0.0},
    "about twice the misses": {"miss_base": -1.6},
    "10 % fewer ask": {"demand": 0.945},
    "one too many costs as an empty place": {"cost_extra": 100},
    "reminders prevent 38 % of misses": {"effect": 0.38},
}


def one(task):
    """Return the figures of one run, (assumptions, arm, seed)."""
    assumed, arm, seed = task
    return measure(Year(assumed, arm, seed).run())


def run(wanted):
    """Yield (task, figures) in the order given, on all cores."""
    with ProcessPoolExecutor(cores()) as pool:
        yield from zip(wanted, pool.map(one, wanted), strict=True)


def tasks(scope):
    """Return the tasks of the main table, then those with other assumptions."""
    found = [(scope.assumed, arm, seed) for seed in scope.seeds for arm in ARMS]
    for change in CHANGES.values():
        if change:  # the unchanged ones are known
            assumed = replace(scope.assumed, **change)
            found += [(assumed, arm, seed) for seed in scope.few for arm in ARMS]
    return found


def by_arm(found, assumed, seeds):
    """Return {arm: {key: [figure by seed]}} of (task, figures)."""
    figures = {}
    for (given, arm, seed), values in found:
        if given == assumed and seed in seeds:
            of_arm = figures.setdefault(arm.name, {key: [] for key in values})
            for key, value in values.items():
                of_arm[key].append(value)
    return figures

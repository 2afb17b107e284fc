# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a patient usually takes, for the ranking of free times.

Learned from the times that the patient accepted before: doctor, weekday and part of the
day, each by its share of the visits. A share is smoothed with that of the whole
practice, which counts like two visits more: with one visit it says little, with ten it
is the patient's own, and without any it is the practice's. Where the practice has no
visits either there are no habits, since none are made up.

The ranking adds habits to its other terms (see `ranking`): preference, probability to
attend by lead time, useless gaps, lead. That probability depends on nothing but the
lead time here, so that no patient is offered worse times for a past of missed visits.
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from .clock import DAY
from .intervals import Interval

#: What habits are about, in the order in which they are explained.
DIMENSIONS = ("doctor", "weekday", "day_part")

#: The practice's share counts like so many visits of the patient.
PRIOR_VISITS = 2

# Visits by (doctor's resource, weekday, name of the part of the day).
Visits = Mapping[tuple[int, int, Hashable], int]


@dataclass(frozen=True, slots=True)
class Trait:
    """One dimension of a time: its value, how many own visits had it, and the share."""

    dimension: str
    value: Hashable
    visits: int
    share: float


@dataclass(frozen=True, slots=True)
class Habits:
    """What is usual: ``own`` visits of the patient by dimension and value.

    ``total`` counts them; ``practice`` has the shares of everybody's visits; ``parts``
    are the parts of the day by name, local wall-clock seconds. ``dimensions`` are those
    that count.
    """

    total: int
    own: Mapping[str, Mapping[Hashable, int]]
    practice: Mapping[str, Mapping[Hashable, float]]
    parts: Mapping[Hashable, Interval]
    dimensions: Sequence[str] = DIMENSIONS

    def only(self, *dimensions: str) -> "Habits":
        """Return the same habits, of which only these dimensions count."""
        return replace(self, dimensions=dimensions)

    def traits(self, resource: int, local: datetime) -> list[Trait]:
        """Return the traits of a time with a doctor, in the order of ``dimensions``."""
        values = {
            "doctor": resource,
            "weekday": local.weekday(),
            "day_part": self._part(local),
        }
        return [self._trait(name, values[name]) for name in self.dimensions]

    def match(self, resource: int, local: datetime) -> float:
        """Return the mean share of the traits of a time, from 0 to 1."""
        traits = self.traits(resource, local)
        return sum(trait.share for trait in traits) / len(traits) if traits else 0.0

    def _trait(self, dimension: str, value: Hashable) -> Trait:
        visits = self.own.get(dimension, {}).get(value, 0)
        usual = self.practice.get(dimension, {}).get(value, 0.0)
        share = (visits + PRIOR_VISITS * usual) / (self.total + PRIOR_VISITS)
        return Trait(dimension, value, visits, share)

    def _part(self, local: datetime) -> Hashable:
        seconds = local.hour * 3600 + local.minute * 60 + local.second
        for name, (first, last) in self.parts.items():
            if first <= seconds < last or first <= seconds + DAY < last:
                return name
        return None


def learn(
    own: Visits, practice: Visits, parts: Mapping[Hashable, Interval]
) -> Habits | None:
    """Return the habits that accepted visits show, None where there are none at all.

    :param own: the patient's visits
    :param practice: everybody's, the patient's included
    """
    total = sum(own.values())
    everybody = sum(practice.values())
    if not total and not everybody:
        return None
    counted = _by_dimension(own)
    usual = {
        dimension: {value: count / everybody for value, count in counts.items()}
        for dimension, counts in _by_dimension(practice).items()
        if everybody
    }
    return Habits(total, counted, usual, parts)


def _by_dimension(visits: Visits) -> dict[str, Counter]:
    counts: dict[str, Counter] = {name: Counter() for name in DIMENSIONS}
    for values, count in visits.items():
        for dimension, value in zip(DIMENSIONS, values, strict=True):
            counts[dimension][value] += count
    return counts


@dataclass(frozen=True, slots=True)
class Replay:
    """How often the time that was chosen stood first, or among three; MRR."""

    count: int
    hit1: float
    hit3: float
    mrr: float


def replay(places: Sequence[int | None]) -> Replay | None:
    """Return the figures of a replay of past bookings.

    ``places`` has for each the place (from 1) of the chosen time in the list, None
    where the list did not have it.
    """
    if not places:
        return None
    count = len(places)
    return Replay(
        count=count,
        hit1=sum(place == 1 for place in places) / count,
        hit3=sum(place is not None and place <= 3 for place in places) / count,
        mrr=sum(1 / place for place in places if place) / count,
    )

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What people are told on such a day, and how long they then wait."""

from collections import defaultdict
from dataclasses import dataclass
from random import Random

from clinic_engine.queue_accuracy import Accuracy, judge
from clinic_engine.queue_duration import learn
from clinic_engine.queue_estimate import RUNS, band, by_number_ahead, estimate
from clinic_engine.queue_policy import rank

from .day import SERVICE, draw_day
from .fairness import APPOINTMENT, TARGETS, recommended
from .room import Room

LOADS, DAYS, LEARNED_DAYS = (0.8, 0.9, 1.0), 10, 5
PLANNED = 900

#: Where the estimates come from.
OURS, EXACT = "roll-outs, as shown", "roll-outs, not rounded"
AHEAD, NAIVE = "by the number ahead (Erlang)", "number ahead × mean ÷ desks"


@dataclass(frozen=True)
class Told:
    """How good one way to estimate is for one level, None: for all."""

    load: float
    way: str
    level: object
    accuracy: Accuracy


class Teller:
    """Tells everybody who comes how long they will wait, in several ways.

    :param durations: learned on other days
    """

    def __init__(self, durations, runs=RUNS):
        self.durations, self.runs = durations, runs
        self.mean = durations[SERVICE, None].mean
        self.told = {}

    def __call__(self, room, person):
        """Note what is told."""
        tickets = [ticket for _person, ticket, _clock in room.waiting.values()]
        desks = room.get_desks()
        found = estimate(
            tickets,
            desks,
            room.policy,
            self.durations,
            room.now,
            expected=room.day.get_expected(room.now, room.came),
            streams=room.day.get_streams(room.now, room.policy),
            runs=self.runs,
            seed=person.id,
        )[person.id]
        shown = band(found)
        if not found.high or shown is None:
            return
        order = rank(tickets, room.policy, room.now)
        ahead = [ticket.id for ticket in order].index(person.id)
        erlang = by_number_ahead(ahead, len(desks), self.mean)
        naive = ahead * self.mean / len(desks)
        self.told[person.id] = {
            OURS: shown,
            EXACT: (found.low, found.high),
            AHEAD: (erlang.low, erlang.high),
            NAIVE: (naive, naive),
        }


def get_durations(shape, load, rng, days=LEARNED_DAYS):
    """Return the lengths of service that are learned from other days."""
    samples = []
    for _turn in range(days):
        outcomes = Room(draw_day(shape, load, rng), recommended()).run()
        samples += [
            (SERVICE, item.doctor, item.length) for item in outcomes if item.seen
        ]
    return learn(samples, {SERVICE: PLANNED})


def measure(shape, load, days=DAYS, runs=RUNS):
    """Return ``Told`` of each level and way.

    Left out are those who are told to come in at once, which is easy, and those who
    leave: nobody knows how long they would have waited.
    """
    rng = Random(f"waits {load}")
    durations = get_durations(shape, load, rng)
    pairs = defaultdict(list)
    for _turn in range(days):
        teller = Teller(durations, runs)
        outcomes = Room(draw_day(shape, load, rng), recommended(), teller).run()
        for item in outcomes:
            if not item.seen or item.person.id not in teller.told:
                continue
            actual = item.moment - item.person.arrived
            for way, (low, high) in teller.told[item.person.id].items():
                for level in (item.person.level or APPOINTMENT, None):
                    pairs[way, level].append((low, high, actual))
    return [
        Told(load, way, level, judge(pairs[way, level]))
        for level in (None, *TARGETS)
        for way in (OURS, EXACT, AHEAD, NAIVE)
        if pairs[way, level]
    ]

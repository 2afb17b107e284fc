# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the advice is worth: the evaluator's vectors, and sessions of real outcomes."""

import random
from dataclasses import dataclass

from clinic_engine import overbooking

from . import model

#: Published days (witusj, experiments-notes, MIT): an interval of five units, one in
#: ten does not come. Bookings by interval, mean wait, overtime.
SERVICE = {3: 0.2, 5: 0.3, 8: 0.5}
VECTORS = (
    ((2, 0, 0, 0, 0, 1), 1.83, 1.35),
    ((2, 2, 2, 2), 11.816608810500004, 24.064827562971374),
    ((2, 1, 1, 1, 1, 1, 1), 6.439653759761102, 9.820826086143853),
)

PLACES = 20
MOST = 20
SESSIONS = 2000
RATIOS = (0.3, 0.5)
SEED = 20160530


@dataclass
class Vector:
    """One published day beside what the evaluator says."""

    bookings: tuple
    wait: float
    overtime: float
    published_wait: float
    published_overtime: float

    @property
    def error(self):
        """The larger of both distances."""
        return max(
            abs(self.wait - self.published_wait),
            abs(self.overtime - self.published_overtime),
        )


def vectors():
    """Return the evaluator's answers to the published days."""
    found = []
    for bookings, wait, overtime in VECTORS:
        day = overbooking.evaluate([[0.9] * n for n in bookings], 5, SERVICE)
        found.append(Vector(bookings, day.wait, day.overtime, wait, overtime))
    return found


@dataclass
class Value:
    """Mean cost of a session under a policy; ``booked`` is the mean of bookings."""

    ratio: float
    policy: str
    cost: float
    booked: float


def value(visits):
    """Yield the ``Value`` of each policy on sessions of advance bookings.

    Patients come in a random order, the same for all policies; each session takes as
    many of them as the policy books.
    """
    chosen = visits.part("APPT, lead ≥ 1")
    random.Random(SEED).shuffle(chosen)
    engine, known = model.train(visits)[model.HISTORY]
    plain = {i: engine.probability(known[i]) for i in chosen}
    mean = sum(plain.values()) / len(plain)
    shifted = dict(zip(chosen, model.daily(engine, known, visits, chosen), strict=True))
    policies = {
        "no overbooking": None,
        "one share for all: the model's mean": dict.fromkeys(chosen, mean),
        "individual": plain,
        "individual, recalibrated": shifted,
    }
    for ratio in RATIOS:
        for name, chances in policies.items():
            yield measure(ratio, name, chances, chosen, visits.missed)


def measure(ratio, name, chances, order, missed):
    """Return the ``Value`` of a policy; costs are the ratio and 1 - the ratio."""
    cost = booked = 0.0
    for number in range(SESSIONS):
        first = number * 2 * PLACES % (len(order) - 2 * PLACES)
        people = order[first : first + PLACES + MOST]
        count = PLACES
        if chances is not None:
            law = overbooking.missing(chances[i] for i in people[:PLACES])
            while count < len(people) and (
                overbooking.at_most(law, count - PLACES) < ratio
            ):
                count += 1
                law = overbooking.missing(chances[i] for i in people[:count])
        came = sum(not missed[i] for i in people[:count])
        cost += ratio * max(0, PLACES - came) + (1 - ratio) * max(0, came - PLACES)
        booked += count
    return Value(ratio, name, cost / SESSIONS, booked / SESSIONS)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A day of a practice: who comes when, how urgent, for how long, and who serves.

Times are seconds since midnight. A day is drawn once, and every policy serves the same.
"""

from dataclasses import dataclass
from math import inf
from random import Random

from clinic_engine.queue_estimate import Stream
from clinic_engine.queue_policy import MINUTE, Policy, Ticket

HOUR = 3600
OPENS, CLOSES = 8 * HOUR, 20 * HOUR

#: Shares of the levels among walk-ins, 1 the most urgent.
MIX = {1: 0.02, 2: 0.08, 3: 0.30, 4: 0.40, 5: 0.20}

#: Doctors, by how much longer than usual they take.
DOCTORS = {"doctor:1": 0.85, "doctor:2": 0.95, "doctor:3": 1.05, "doctor:4": 1.15}
#: Each has a break of half an hour, one after the other.
BREAK, FIRST_BREAK = HOUR // 2, 12 * HOUR

#: Every doctor sees an appointment on the hour and half past, until an hour before
#: the end; one in ten does not come, the others around six minutes before.
SLOT, LAST_SLOT, NO_SHOW = HOUR // 2, 19 * HOUR, 0.1
CHECK_IN, CHECK_IN_SPREAD = -6 * MINUTE, 9 * MINUTE

#: Nobody of the two most urgent levels leaves; the others' patience is lognormal. An
#: assumption: half would leave within three hours, one in seventy within one.
PATIENCE, PATIENCE_SPREAD, STAYS = 3 * HOUR, 0.5, (1, 2)

SERVICE = "consultation"


@dataclass(frozen=True)
class Person:
    """Somebody who comes; ``level`` is None for who has an appointment.

    :param length: seconds of service at a doctor of usual speed
    :param patience: seconds after the clock starts until they leave
    """

    id: int
    arrived: int
    length: float
    level: int | None = None
    slot: int | None = None
    doctor: str | None = None
    patience: float = inf

    @property
    def ticket(self) -> Ticket:
        """What the engine ranks: an appointment needs its doctor."""
        needs = frozenset((self.doctor,) if self.doctor else ())
        return Ticket(self.id, self.arrived, self.level, (), self.slot, needs, SERVICE)


@dataclass(frozen=True)
class Doctor:
    """Who serves."""

    key: str
    slowness: float = 1.0
    since: int = OPENS
    breaks: tuple = ()

    @property
    def offers(self):
        """What tickets may need."""
        return frozenset((self.key,))


@dataclass(frozen=True)
class Day:
    """Who comes, in order of check-in, and who serves.

    :param booked: (id, slot, doctor) of all appointments, also of who does not come
    :param rates: walk-ins per second in each hour of the day
    """

    people: tuple
    doctors: tuple
    booked: tuple = ()
    rates: tuple = (0.0,) * 24

    def get_expected(self, now: int, came) -> list:
        """Return (ticket, chance) of appointments that are not checked in yet.

        As the addon does: until half an hour after the slot.

        :param came: ids of who is checked in
        """
        return [
            (
                Ticket(
                    -(10**9) - number,
                    max(slot, now),
                    slot=slot,
                    needs=frozenset((doctor,)),
                    service=SERVICE,
                ),
                1 - NO_SHOW,
            )
            for number, slot, doctor in self.booked
            if number not in came and slot > now - 30 * MINUTE
        ]

    def get_streams(self, now: int, policy: Policy) -> list:
        """Return the walk-ins to come, by the usual rate of the next two hours."""
        hour = now // HOUR
        rate = sum(self.rates[hour : hour + 2]) / 2
        return [
            Stream(policy.levels[level], rate * share, SERVICE)
            for level, share in MIX.items()
        ]


def get_doctors():
    """Return the doctors with their breaks."""
    return tuple(
        Doctor(key, slowness, OPENS, ((start, start + BREAK),))
        for start, (key, slowness) in zip(
            range(FIRST_BREAK, FIRST_BREAK + len(DOCTORS) * BREAK, BREAK),
            DOCTORS.items(),
            strict=True,
        )
    )


def get_slots():
    """Return (slot, doctor) of all appointments of a day."""
    return [
        (slot, doctor) for slot in range(OPENS, LAST_SLOT, SLOT) for doctor in DOCTORS
    ]


def get_rates(shape, load):
    """Return walk-ins per second in each hour, such that all work is that load."""
    capacity = len(DOCTORS) * (CLOSES - OPENS - BREAK) / shape.mean
    walk_ins = load * capacity - (1 - NO_SHOW) * len(get_slots())
    opened = range(OPENS // HOUR, CLOSES // HOUR)
    whole = sum(shape.hours[hour] for hour in opened)
    return tuple(
        walk_ins * shape.hours[hour] / whole / HOUR if hour in opened else 0.0
        for hour in range(24)
    )


def draw_day(shape, load: float, rng: Random) -> Day:
    """Return a day on which the doctors are that busy.

    :param shape: ``data.Shape``
    :param load: work of all who come over the doctors' time, 1: all of it
    """
    rates = get_rates(shape, load)
    people, booked = [], []
    for number, (slot, doctor) in enumerate(get_slots(), start=1):
        booked.append((number, slot, doctor))
        length, patience = shape.draw(rng), draw_patience(rng)
        check_in = slot + round(rng.gauss(CHECK_IN, CHECK_IN_SPREAD))
        if rng.random() >= NO_SHOW:
            values = {"slot": slot, "doctor": doctor, "patience": patience}
            people.append(Person(number, max(check_in, OPENS), length, **values))
    number = len(booked)
    for hour, rate in enumerate(rates):
        moment = hour * HOUR
        while rate and (moment := moment + rng.expovariate(rate)) < (hour + 1) * HOUR:
            number += 1
            level = rng.choices(tuple(MIX), tuple(MIX.values()))[0]
            length, patience = shape.draw(rng), draw_patience(rng)
            patience = inf if level in STAYS else patience
            people.append(
                Person(number, round(moment), length, level, patience=patience)
            )
    people.sort(key=lambda person: (person.arrived, person.id))
    return Day(tuple(people), get_doctors(), tuple(booked), rates)


def draw_patience(rng):
    """Return after how many seconds somebody leaves."""
    return PATIENCE * rng.lognormvariate(0, PATIENCE_SPREAD)

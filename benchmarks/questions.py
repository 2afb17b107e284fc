# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The questions and the bookings, as plain values that every party gets alike.

Everybody works Monday to Friday, 8:00 to 18:00 in Paris; visits take half an hour and
start on the half-hour. Bookings fill whole half-hours: then the peer, which starts its
grid anew after each booking, must give the same answers as everybody else.
"""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

TZ = ZoneInfo("Europe/Paris")
MONDAY = date(2030, 6, 3)  # first day of all questions; no clock change in 90 days
OPEN, CLOSE = 8, 18
SLOT = 1800  # seconds: length of a visit, distance of starts
MONTH = 30
SEED = 2030


@dataclass(frozen=True)
class Booking:
    """A booking: numbers of doctor and room (or None), UTC seconds."""

    doctor: int
    room: int | None
    start: int
    stop: int


@dataclass(frozen=True)
class Load:
    """How the ledger is filled.

    ``slots`` half-hours of the first 30 days, and ``past`` before them, are each
    filled with ``pieces`` bookings, for each doctor. None: every second half-hour; of
    doctors and rooms together: at each half-hour any number of pairs is taken.
    """

    label: str
    slots: int | None = None
    pieces: int = 1
    past: int = 0


@dataclass(frozen=True)
class Question:
    """Which starts are free, of any of the doctors (and any of the rooms)?"""

    doctors: int
    rooms: int
    days: int
    load: Load
    users: bool = True  # False: the doctors do not log in

    @property
    def title(self):
        """What the table calls it."""
        who = f"{self.doctors} doctor{'s' if self.doctors > 1 else ''}"
        who += "" if self.users else " who do not log in"
        who += f" AND {self.rooms} rooms" if self.rooms else ""
        return f"{who}, {self.days} days, {self.load.label}"

    @property
    def window(self):
        """(start, stop) in UTC seconds: local midnights."""
        last = MONDAY + timedelta(days=self.days)
        return epoch(MONDAY, 0), epoch(last, 0)


NOTHING = Load("no booking", 0)
HUNDRED = Load("100 bookings", 100)
THOUSAND = Load("1,000 bookings", 200, pieces=5)
PAST = Load("10,000 bookings, most in the past", 200, pieces=5, past=1800)
SHORT = Load("10,000 short bookings ahead", 400, pieces=25)
HALF_FULL = Load("half full")

DOCTOR_MONTH = Question(1, 0, MONTH, THOUSAND)
FIFTY = Question(50, 0, MONTH, HALF_FULL)
TEN_AND_EIGHT = Question(10, 8, MONTH, HALF_FULL)
STRANGERS = Question(50, 0, MONTH, HALF_FULL, users=False)


def questions(quick=False, full=False):
    """Return the questions of a run."""
    if quick:
        return [
            DOCTOR_MONTH,
            Question(3, 0, 7, HALF_FULL),
            Question(3, 2, 7, HALF_FULL),
        ]
    found = [
        Question(1, 0, days, load)
        for load in (NOTHING, HUNDRED, THOUSAND, PAST, SHORT)
        for days in (7, MONTH, 90)
    ]
    found += [
        Question(doctors, 0, days, HALF_FULL)
        for doctors in (10, 50, 200)
        for days in (7, MONTH)
    ]
    found += [Question(5, 4, MONTH, HALF_FULL), TEN_AND_EIGHT]
    return found + ([STRANGERS] if full else [])


def epoch(day, hour):
    """Return UTC seconds of a wall-clock hour."""
    return int(datetime.combine(day, time(hour), TZ).timestamp())


def sessions(start, stop):
    """Return [(start, stop), …] of everybody's hours that begin in [start, stop)."""
    day = datetime.fromtimestamp(start, TZ).date()
    last = datetime.fromtimestamp(stop - 1, TZ).date()
    found = []
    while day <= last:
        if day.weekday() < 5:
            found.append((epoch(day, OPEN), epoch(day, CLOSE)))
        day += timedelta(days=1)
    return found


def half_hours(first, days):
    """Return the starts of all half-hours in the hours of some days."""
    window = epoch(first, 0), epoch(first + timedelta(days=days), 0)
    return [
        start for begin, end in sessions(*window) for start in range(begin, end, SLOT)
    ]


def bookings(question):
    """Return the bookings that are there when the question is asked."""
    chance = random.Random(SEED)
    if question.rooms:
        return list(_pairs(question, chance))
    found = []
    for doctor in range(question.doctors):
        found += _fill(doctor, question.load, chance)
    return found


def _fill(doctor, load, chance):
    ahead = half_hours(MONDAY, MONTH)
    count = len(ahead) // 2 if load.slots is None else load.slots
    taken = chance.sample(ahead, count)
    if load.past:
        back = load.past // 20 // 5 * 7 + 7  # 20 half-hours a day, 5 days a week
        taken += half_hours(MONDAY - timedelta(days=back), back)[-load.past :]
    length = SLOT // load.pieces
    for slot in sorted(taken):
        for start in range(slot, slot + SLOT, length):
            yield Booking(doctor, None, start, start + length)


def _pairs(question, chance):
    most = min(question.doctors, question.rooms)
    for start in half_hours(MONDAY, MONTH):
        count = chance.randint(0, most)
        doctors = chance.sample(range(question.doctors), count)
        rooms = chance.sample(range(question.rooms), count)
        for doctor, room in zip(doctors, rooms, strict=True):
            yield Booking(doctor, room, start, start + SLOT)

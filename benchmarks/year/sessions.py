# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Sessions and their places, and how long patients wait in one."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from . import world


@dataclass(eq=False, slots=True)
class Visit:
    """A booked visit. ``ended`` is when it was cancelled or moved away."""

    request: world.Request
    session: "Session"
    place: int
    booked_at: int
    known: object
    chance: float
    model: str
    above: bool = False
    ended: int | None = None
    outcome: str = "booked"
    will_miss: bool = False
    sends: list = field(default_factory=list)
    wait: float = 0.0

    @property
    def start(self):
        """When it starts."""
        return self.session.start + self.place * world.PLACE

    @property
    def lead(self):
        """Whole days from booking to visit."""
        return self.known.lead


@dataclass(eq=False, slots=True)
class Session:
    """Hours of one doctor; ``places`` holds a visit, "held" for an offer, or None."""

    doctor: int
    day: date
    seconds: int
    start: int
    places: list
    above: list = field(default_factory=list)
    more: int = 0  # advised above what is booked above
    most: int = 0  # above the capacity at any time

    @property
    def stop(self):
        """When it ends."""
        return self.start + len(self.places) * world.PLACE

    def free(self, request, now):
        """Return the free places that suit a request."""
        found = []
        if None not in self.places or request.doctor not in (None, self.doctor):
            return found
        for place, taken in enumerate(self.places):
            seconds = self.seconds + place * world.PLACE
            if (
                taken is None
                and self.start + place * world.PLACE > now + request.notice
                and request.suits(self.day, seconds, self.doctor)
            ):
                found.append(place)
        return found

    def visits(self):
        """Return who is booked, in the order of their times."""
        booked = [visit for visit in self.places if isinstance(visit, Visit)]
        booked = [(visit.place, visit.above, visit) for visit in booked + self.above]
        return [visit for *_order, visit in sorted(booked, key=lambda item: item[:2])]


def make_sessions(assumed):
    """Return {day: [session]} of the simulated time and of the days after it."""
    day, stop = world.span(assumed)
    found = {}
    while day < stop + timedelta(120):
        sessions = []
        for doctor in range(assumed.doctors):
            for begin, end in world.session_hours(day.weekday(), doctor):
                start = world.CLOCK.epoch(day, begin)
                places = [None] * ((end - begin) // world.PLACE)
                sessions.append(Session(doctor, day, begin, start, places))
        if sessions:
            found[day] = sessions
        day += timedelta(1)
    return found


def serve(start, stop, patients):
    """Return (waits, overtime, idle) of a session of one doctor, in seconds.

    Who is there is seen in the order of the appointments, from the start of the
    session; a wait counts from the appointment, or from a later arrival.

    :param patients: (appointment, arrival, consultation) of those who come, in order
    """
    waiting = sorted(range(len(patients)), key=lambda i: patients[i][:2])
    waits, clock, worked = [0.0] * len(patients), start, 0.0
    while waiting:
        there = [i for i in waiting if patients[i][1] <= clock]
        if there:
            chosen = there[0]
        else:
            chosen = min(waiting, key=lambda i: patients[i][1])
            clock = patients[chosen][1]
        waiting.remove(chosen)
        appointment, arrival, consultation = patients[chosen]
        waits[chosen] = max(0.0, clock - max(appointment, arrival))
        clock += consultation
        worked += consultation
    overtime = max(0.0, clock - stop)
    return waits, overtime, max(clock, stop) - start - worked

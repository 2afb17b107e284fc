# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The waiting room of a day, served call by call by the engine's own functions."""

from collections.abc import Callable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from clinic_engine import queue_estimate
from clinic_engine.queue_policy import call_next, standing

from .day import SERVICE, Person


@dataclass(frozen=True)
class Outcome:
    """What became of somebody: called after a wait, or gone without being seen.

    :param wait: seconds from the start of the clock to the call, or to leaving; an
        appointment that is called before its slot has not waited
    :param length: seconds of service there; None: left
    """

    person: Person
    moment: float
    wait: float
    doctor: str | None = None
    length: float | None = None

    @property
    def seen(self) -> bool:
        """Whether they stayed until they were called."""
        return self.doctor is not None


class Room:
    """Serves a day by a policy.

    :param watch: called with the room and each person who has just come
    """

    def __init__(self, day, policy, watch: Callable | None = None):
        self.day, self.policy, self.watch = day, policy, watch
        self.coming = list(reversed(day.people))
        self.came = set()
        self.waiting = {}
        self.serving = {}
        self.outcomes = []
        self.now = 0

    def run(self):
        """Serve all, and return the ``Outcome`` of each, in order of time."""
        doctors = self.day.doctors
        free = [
            (queue_estimate.skip_breaks(item, item.since), number)
            for number, item in enumerate(doctors)
        ]
        heapify(free)
        while free:
            now, number = heappop(free)
            doctor = doctors[number]
            self.let_in(now)
            ticket = call_next(
                (ticket for _person, ticket, _clock in self.waiting.values()),
                self.policy,
                now,
                doctor.offers,
            )
            self.serving.pop(doctor.key, None)
            if ticket:
                until = now + self.serve(ticket, doctor, now)
            elif self.coming:
                until = max(now, self.coming[-1].arrived)
            else:
                continue
            heappush(free, (queue_estimate.skip_breaks(doctor, until), number))
        return self.outcomes

    def serve(self, ticket, doctor, now):
        """Note the call, and return how long the service takes."""
        person, _ticket, clock = self.waiting.pop(ticket.id)
        length = person.length * doctor.slowness
        self.serving[doctor.key] = (now, now + length)
        wait = max(now - clock, 0)
        self.outcomes.append(Outcome(person, now, wait, doctor.key, length))
        return length

    def let_in(self, until):
        """Let those join who come until then, and those leave who had enough."""
        while self.coming and self.coming[-1].arrived <= until:
            person = self.coming.pop()
            self.let_go(person.arrived)
            ticket = person.ticket
            clock = standing(ticket, self.policy).clock
            self.waiting[person.id] = (person, ticket, clock)
            self.came.add(person.id)
            self.now = person.arrived
            if self.watch:
                self.watch(self, person)
        self.let_go(until)

    def let_go(self, now):
        """Let those leave whose patience ends before then."""
        for person, _ticket, clock in list(self.waiting.values()):
            if clock + person.patience < now:
                del self.waiting[person.id]
                moment = clock + person.patience
                self.outcomes.append(Outcome(person, moment, person.patience))

    def get_desks(self):
        """Return the desks as the engine's estimate takes them."""
        desks = []
        for doctor in self.day.doctors:
            since, until = self.serving.get(doctor.key, (0, 0))
            busy = since <= self.now < until
            desks.append(
                queue_estimate.Desk(
                    doctor.key,
                    since if busy else max(self.now, doctor.since),
                    doctor.offers,
                    SERVICE if busy else None,
                    doctor.breaks,
                )
            )
        return desks

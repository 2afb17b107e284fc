# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Everything at once: bookings, moves, cancellations, confirmations, holds."""

import random

from .live.crowd import at_once
from .live.practice import at
from .live.race import APPOINTMENT, BOOKED, check_clean, tally

CLIENTS = 16
ACTS = 12
SEED = 19691210

EXPECTED = {
    BOOKED,
    "slot_taken",
    "patient_busy",
    "illegal_transition",
    "hold_expired",
}


class Visitor:
    """One client that does what comes to its mind, on its own and others' visits."""

    def __init__(self, client, scene, seed):
        self.client, self.scene = client, scene
        self.chance = random.Random(seed)
        self.answers = []

    def act(self):
        """Do the acts, one after the other."""
        kinds = (self.book, self.book, self.hold, self.move, self.move, self.cancel)
        for _index in range(ACTS):
            act = self.chance.choice((*kinds, self.confirm, self.arrive))
            answer = act()
            if answer:
                self.answers.append(answer)
        return self.answers

    def _values(self):
        choose = self.chance.choice
        return {
            "service_id": self.scene["service"],
            "doctor_id": choose(self.scene["doctors"]),
            "patient_id": choose(self.scene["patients"]),
            "start": at(self.chance.randrange(8, 13), choose((0, 15, 30, 45))),
        }

    def _take(self, method, **options):
        answer = self.client.call(APPOINTMENT, method, values=self._values(), **options)
        if answer.ok:
            self.scene["visits"].append(answer.value[0])
        return answer

    def _known(self, method, **values):
        if not self.scene["visits"]:
            return None
        visit = self.chance.choice(list(self.scene["visits"]))
        return self.client.call(APPOINTMENT, method, [visit], **values)

    def book(self):
        """Book any time."""
        return self._take("book")

    def hold(self):
        """Hold any time, as good as for ever."""
        return self._take("hold", minutes=60)

    def move(self):
        """Move any visit to any time and doctor."""
        values = self._values()
        wanted = {key: values[key] for key in ("start", "doctor_id")}
        return self._known("reschedule", values=wanted, reason="storm")

    def cancel(self):
        """Cancel any visit."""
        return self._known("cancel", reason="storm")

    def confirm(self):
        """Confirm any visit."""
        return self._known("confirm")

    def arrive(self):
        """Any patient arrives."""
        return self._known("arrive")


def test_storm(race, practice, audit):
    doctors = practice.create_doctors(4, capacity=2)
    kind, _rooms = practice.create_rooms(5)
    scene = {
        "doctors": doctors,
        "patients": practice.create_patients(20),
        "service": practice.create_service(room_kind_id=kind, buffer_after=5),
        "visits": [],
    }
    visitors = [
        Visitor(client, scene, SEED + index)
        for index, client in enumerate(race.clients(CLIENTS))
    ]
    rounds = at_once([visitor.act for visitor in visitors])
    answers = [answer for answers in rounds for answer in answers]
    for visitor in visitors:
        for answer in visitor.answers:
            check_clean(answer, visitor.client.kind)
    counts = tally(answers)
    assert set(counts) <= EXPECTED, counts
    assert counts[BOOKED] > CLIENTS
    assert counts["slot_taken"]
    audit.check(doctors, capacity=2)

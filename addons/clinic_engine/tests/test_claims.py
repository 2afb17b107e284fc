# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The claims of one booking: seats, options, order."""

from ..claims import Claim, plan
from ..slots import Need
from .common import HOUR, EngineCase
from .test_slots import on_day, spans

START = on_day("10:00")
STOP = on_day("11:00")
ROOM, OTHER_ROOM, SCANNER, DOCTOR = 3, 4, 9, 7


class TestPlan(EngineCase):
    def plan(
        self, needs=(), busy=None, blocks=None, seats=1, before=0, after=0, **other
    ):
        return plan(
            START,
            HOUR,
            DOCTOR,
            seats,
            before,
            after,
            needs,
            other.pop("person", None),
            busy or {},
            blocks or {},
            **other,
        )

    def places(self, *args, **fields):
        """Return (resource, seat) of each claim, None when there is no plan."""
        claims = self.plan(*args, **fields)
        return claims and [(claim.resource, claim.seat) for claim in claims]

    def test_locks_come_in_one_order(self):
        """Resources by id, whatever their role, then the person."""
        needs = (("equipment", Need((SCANNER,))), ("room", Need((ROOM,), after=600)))
        self.assertEqual(
            self.plan(needs, before=300, person=55),
            [
                Claim(ROOM, None, 0, START, STOP + 600, "room"),
                Claim(DOCTOR, None, 0, START - 300, STOP, "doctor"),
                Claim(SCANNER, None, 0, START, STOP, "equipment"),
                Claim(None, 55, 0, START, STOP, "patient"),
            ],
        )

    def test_lowest_free_seat(self):
        busy = {DOCTOR: {0: spans("10:30-10:45"), 1: spans("09:00-10:00")}}
        self.assertEqual(self.places(busy=busy, seats=3), [(DOCTOR, 1)])
        self.assertEqual(self.places(busy=busy, seats=3, before=60), [(DOCTOR, 2)])
        self.assertIsNone(self.places(busy=busy, seats=1))
        self.assertIsNone(self.places(seats=0))

    def test_first_free_option(self):
        needs = (("room", Need((OTHER_ROOM, ROOM))),)
        self.assertEqual(self.places(needs), [(OTHER_ROOM, 0), (DOCTOR, 0)])
        busy = {OTHER_ROOM: {0: spans("10:59-12:00")}}
        self.assertEqual(self.places(needs, busy), [(ROOM, 0), (DOCTOR, 0)])
        away = {OTHER_ROOM: spans("09:00-10:01")}
        self.assertEqual(self.places(needs, blocks=away), [(ROOM, 0), (DOCTOR, 0)])
        self.assertIsNone(self.places(needs, busy, {ROOM: spans("10:00-10:30")}))

    def test_seats_of_an_option(self):
        needs = (("room", Need((ROOM,), capacity={ROOM: 2})),)
        busy = {ROOM: {0: spans("10:00-11:00")}}
        self.assertEqual(self.places(needs, busy), [(ROOM, 1), (DOCTOR, 0)])

    def test_two_needs_take_two_rooms(self):
        needs = (("room", Need((ROOM, OTHER_ROOM))), ("room", Need((ROOM, OTHER_ROOM))))
        self.assertEqual(self.places(needs), [(ROOM, 0), (OTHER_ROOM, 0), (DOCTOR, 0)])
        busy = {OTHER_ROOM: {0: spans("10:00-11:00")}}
        self.assertIsNone(self.places(needs, busy))

    def test_an_earlier_choice_gives_way_to_a_need_with_less_to_choose(self):
        needs = (("room", Need((ROOM, OTHER_ROOM))), ("room", Need((ROOM,))))
        claims = self.plan(needs)
        self.assertEqual(
            [claim.resource for claim in claims], [ROOM, OTHER_ROOM, DOCTOR]
        )

    def test_absences(self):
        for key in (DOCTOR, None):
            self.assertIsNone(self.plan(blocks={key: spans("10:59-12:00")}))
            self.assertIsNotNone(self.plan(blocks={key: spans("11:00-12:00")}))
        self.assertIsNotNone(self.plan(blocks={SCANNER: spans("10:00-11:00")}))

    def test_buffers_may_reach_into_an_absence(self):
        self.assertIsNotNone(
            self.plan(blocks={DOCTOR: spans("11:00-12:00")}, after=600)
        )

    def test_the_patient_is_elsewhere(self):
        for away, expected in (("10:30-10:40", None), ("11:00-12:00", [(DOCTOR, 0)])):
            self.assertEqual(self.places(patient_busy=spans(away)), expected)

    def test_lost_in_a_race(self):
        """What was just lost is left out: a seat, or a resource as a whole."""
        needs = (("room", Need((ROOM, OTHER_ROOM))),)
        found = self.places(needs, seats=2, exclude={(DOCTOR, 0), (ROOM, 0)})
        self.assertEqual(found, [(OTHER_ROOM, 0), (DOCTOR, 1)])
        found = self.places(needs, seats=2, exclude={ROOM})
        self.assertEqual(found, [(OTHER_ROOM, 0), (DOCTOR, 0)])
        self.assertIsNone(self.places(needs, seats=2, exclude={DOCTOR}))
        self.assertIsNone(self.places(needs, exclude={(DOCTOR, 0)}))

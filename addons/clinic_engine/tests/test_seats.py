# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Capacity and overbooking: seats of a doctor, a room, a device."""

from ..slots import Need, find
from .common import EngineCase, session, wall
from .test_slots import query, span, spans


class TestSeats(EngineCase):
    def starts(self, sessions, by_seat, **fields):
        found = find(query(**fields), {1: sessions}, {1: by_seat}, {})
        return [wall(start)[11:16] for start in found.get(1, [])]

    def group(self, capacity, overbook=0, hours="09:00-10:30"):
        return session(*span(hours), capacity=capacity, overbook=overbook)

    def test_a_free_seat_is_enough(self):
        taken = {0: spans("09:00-10:30"), 1: spans("09:00-09:30")}
        self.assertEqual(self.starts([self.group(2)], taken), ["09:30", "10:00"])
        self.assertEqual(
            self.starts([self.group(3)], taken), ["09:00", "09:30", "10:00"]
        )

    def test_full_is_when_every_seat_is_taken(self):
        taken = {seat: spans("09:30-10:00") for seat in range(3)}
        self.assertEqual(self.starts([self.group(3)], taken), ["09:00", "10:00"])

    def test_one_seat_must_hold_the_whole_visit(self):
        """Free time of different seats does not add up."""
        taken = {0: spans("09:00-09:30"), 1: spans("09:30-10:00")}
        self.assertEqual(self.starts([self.group(2)], taken, minutes=60), ["09:30"])
        self.assertEqual(
            self.starts([self.group(2, hours="09:00-10:00")], taken, minutes=60), []
        )

    def test_a_claim_above_the_capacity_takes_no_ordinary_seat(self):
        """An overbooked visit beside a seat that became free again."""
        self.assertEqual(
            self.starts([self.group(1)], {1: spans("09:00-10:30")}),
            ["09:00", "09:30", "10:00"],
        )

    def test_overbooking_opens_seats_up_to_the_limit(self):
        taken = {0: spans("09:00-10:30"), 1: spans("09:30-10:00")}
        sessions = [self.group(1, overbook=1)]
        self.assertEqual(self.starts(sessions, taken), [])
        self.assertEqual(
            self.starts(sessions, taken, overbook=True), ["09:00", "10:00"]
        )

    def test_no_limit_given_means_no_overbooking(self):
        taken = {0: spans("09:00-10:30")}
        self.assertEqual(self.starts([self.group(1)], taken, overbook=True), [])

    def test_sessions_of_different_capacity(self):
        sessions = [
            self.group(1, hours="09:00-09:30"),
            self.group(2, hours="09:30-10:00"),
            self.group(0, hours="10:00-10:30"),
        ]
        taken = {0: spans("09:00-10:00")}
        self.assertEqual(self.starts(sessions, taken), ["09:30"])

    def test_seats_of_a_need(self):
        taken = {7: {0: spans("09:00-10:30"), 1: spans("09:30-10:00")}}
        for seats, expected in (
            (None, []),
            ({7: 1}, []),
            ({7: 2}, ["09:00", "10:00"]),
            ({7: 3}, ["09:00", "09:30", "10:00"]),
            ({7: 0}, []),
        ):
            with self.subTest(seats=seats):
                asked = query(needs=(Need((7,), capacity=seats),))
                found = find(asked, {1: [self.group(1)]}, taken, {})
                starts = [wall(start)[11:16] for start in found.get(1, [])]
                self.assertEqual(starts, expected)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Doctor AND a room of a kind AND equipment."""

from ..slots import Need, find
from .common import EngineCase, session, wall
from .test_slots import query, span, spans

ROOMS = (11, 12)
SCANNER = 21


class TestNeeds(EngineCase):
    def starts(self, needs, busy, blocks=None, doctors=(1,), **fields):
        """Return the free starts of the doctors as 'HH:MM', by doctor."""
        sessions = {
            doctor: [session(*span("09:00-11:00"), resource=doctor)]
            for doctor in doctors
        }
        found = find(query(needs=needs, **fields), sessions, busy, blocks or {})
        return {
            doctor: [wall(start)[11:16] for start in starts]
            for doctor, starts in found.items()
        }

    def test_any_room_of_the_kind_will_do(self):
        busy = {11: {0: spans("09:00-10:00")}, 12: {0: spans("09:30-11:00")}}
        self.assertEqual(
            self.starts((Need(ROOMS),), busy), {1: ["09:00", "10:00", "10:30"]}
        )

    def test_one_room_must_hold_the_whole_visit(self):
        """Rooms are tested for the whole duration before they are united."""
        busy = {11: {0: spans("09:00-10:00")}, 12: {0: spans("10:00-11:00")}}
        found = self.starts((Need(ROOMS),), busy, minutes=90)
        self.assertEqual(found, {})
        found = self.starts((Need(ROOMS),), busy, minutes=60)
        self.assertEqual(found, {1: ["09:00", "10:00"]})

    def test_doctor_and_room_and_equipment(self):
        busy = {
            1: {0: spans("09:00-09:30")},
            11: {0: spans("09:30-10:00")},
            12: {0: spans("09:00-10:00")},
            SCANNER: {0: spans("10:00-10:30")},
        }
        needs = (Need(ROOMS, role="room"), Need((SCANNER,), role="equipment"))
        self.assertEqual(self.starts(needs, busy), {1: ["10:30"]})

    def test_needs_are_the_same_for_all_doctors(self):
        busy = {1: {0: spans("09:00-10:00")}, SCANNER: {0: spans("10:30-11:00")}}
        self.assertEqual(
            self.starts((Need((SCANNER,)),), busy, doctors=(1, 2)),
            {1: ["10:00"], 2: ["09:00", "09:30", "10:00"]},
        )

    def test_buffers_of_a_need_are_its_own(self):
        """The room is cleaned for 15 minutes after the visit, the doctor is not."""
        busy = {1: {0: spans("09:30-10:00")}, 11: {0: spans("10:30-10:40")}}
        need = Need((11,), after=900)
        self.assertEqual(self.starts((need,), busy), {1: ["09:00"]})
        need = Need((11,), before=300)
        self.assertEqual(self.starts((need,), busy), {1: ["09:00", "10:00"]})

    def test_an_absent_option(self):
        needs = (Need((SCANNER,)),)
        blocks = {SCANNER: spans("09:00-10:00", "09:30-10:15")}
        self.assertEqual(self.starts(needs, {}, blocks), {1: ["10:30"]})

    def test_no_option_at_all(self):
        self.assertEqual(self.starts((Need(()),), {}), {})

    def test_needs_with_common_options_are_looked_at_one_by_one(self):
        """Whether one room would have to serve twice is decided by the plan."""
        needs = (Need((11,)), Need((11,)))
        self.assertEqual(len(self.starts(needs, {})[1]), 4)

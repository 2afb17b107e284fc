# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which doctor takes a visit that any of them may take."""

from hypothesis import given
from hypothesis import strategies as st

from ..ranking import share
from ..slots import find, matches
from .common import HOUR, MINUTE, EngineCase, examples, session
from .test_slots import on_day, query, span, spans
from .worlds import free_seat, session_seats, ticks, worlds


def lost_minutes(world, resource, start, shortest):
    """Count, tick by tick, by how much the unusable time around a visit grows."""
    asked = world.query
    last = start + asked.duration
    for where in world.sessions[resource]:
        inside = where.start <= start and last <= where.stop
        if inside and matches(asked, where.rule):
            break
    seats = session_seats(asked, where)
    seat = free_seat(world, resource, seats, start - asked.before, last + asked.after)
    free = set(range(where.start, where.stop))
    free -= world.taken.get((resource, seat), set()) | ticks(where.breaks)
    free -= world.absent.get(resource, set()) | world.absent.get(None, set())
    before = after = 0
    while start - before - 1 in free:
        before += 1
    while start + after in free:
        after += 1

    def unusable(length):
        return length if 0 < length < shortest else 0

    left, right = before - asked.before, after - asked.duration - asked.after
    return (unusable(left) + unusable(right) - unusable(before + after)) / 60


class TestShare(EngineCase):
    def share(self, days, busy=None, shortest=30 * MINUTE, asked=None):
        """Share the free times of doctors whose sessions are given."""
        asked, busy = asked or query(), busy or {}
        return share(find(asked, days, busy, {}), asked, days, busy, shortest)

    def day(self, doctor, *hours, **fields):
        return [session(*span(text), resource=doctor, **fields) for text in hours]

    def test_the_day_that_it_breaks_up_least(self):
        days = {1: self.day(1, "09:00-09:45"), 2: self.day(2, "09:00-10:00")}
        # at 09:00 doctor 1 would lose a quarter of an hour, and doctor 2 nothing
        expected = {2: [on_day("09:00"), on_day("09:30")]}
        self.assertEqual(self.share(days), expected)

    def test_then_the_least_busy_one(self):
        hours = ("09:00-09:30", "10:00-11:00")
        days = {doctor: self.day(doctor, *hours) for doctor in (1, 2)}
        busy = {1: {0: spans("10:00-11:00")}, 2: {0: spans("10:30-11:00")}}
        expected = {2: [on_day("09:00"), on_day("10:00")]}
        self.assertEqual(self.share(days, busy), expected)

    def test_then_the_first_one_that_is_given(self):
        days = {doctor: self.day(doctor, "09:00-10:00") for doctor in (5, 2)}
        self.assertEqual(list(self.share(days)), [5])

    def test_without_a_shortest_service_only_what_is_taken_counts(self):
        days = {1: self.day(1, "09:00-09:45"), 2: self.day(2, "09:00-10:00")}
        busy = {2: {0: spans("09:30-10:00")}}
        self.assertEqual(self.share(days, busy), {2: [on_day("09:00")]})
        self.assertEqual(self.share(days, busy, None), {1: [on_day("09:00")]})

    def test_nothing_to_share(self):
        self.assertEqual(share({}, query(), {}, {}), {})
        self.assertEqual(share({1: []}, query(), {}, {}, HOUR), {})

    def test_a_start_that_no_session_holds(self):
        starts = {doctor: [on_day("11:45")] for doctor in (1, 2)}
        with self.assertRaisesRegex(ValueError, "no session"):
            share(starts, query(), {}, {}, HOUR)

    @examples(200)
    @given(worlds(sessions_each=1), st.none() | st.integers(1, 15), st.booleans())
    def test_against_comparing_all_doctors_at_each_start(self, world, shortest, turned):
        found = find(world.query, world.sessions, world.busy, world.blocks)
        doctors = sorted(found, reverse=turned)
        found = {doctor: found[doctor] for doctor in doctors}
        taken = {
            doctor: sum(
                len(ticks) for key, ticks in world.taken.items() if key[0] == doctor
            )
            for doctor in doctors
        }

        def cost(doctor, start):
            lost = lost_minutes(world, doctor, start, shortest) if shortest else 0
            return lost, taken[doctor], doctors.index(doctor)

        expected = {}
        for start in sorted({start for starts in found.values() for start in starts}):
            free = [doctor for doctor in doctors if start in found[doctor]]
            chosen = min(free, key=lambda doctor: cost(doctor, start))
            expected.setdefault(chosen, []).append(start)
        shared = share(
            found, world.query, world.sessions, world.busy, shortest, world.blocks
        )
        self.assertEqual(shared, expected)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What stands in the doctor's calendar is not offered, whoever keeps it."""

from datetime import timedelta

from odoo.addons.clinic_scheduling.tests.common import MONDAY


class BusyScenarios:
    """Busy times come in, and go."""

    def test_an_event_takes_its_time(self):
        self.assertTrue(self._is_free(10))
        path = self._put_busy("golf", 10)
        self._sync()
        self.assertFalse(self._is_free(10))
        self.assertTrue(self._is_free(11))
        self._put_busy("golf", 13)
        self._sync()
        self.assertTrue(self._is_free(10))
        self.assertFalse(self._is_free(13))
        self.server.delete(path)
        self._sync()
        self.assertTrue(self._is_free(13))

    def test_events_marked_as_free_take_no_time(self):
        self._put_free("free", 10)
        self._sync()
        self.assertTrue(self._is_free(10))

    def test_a_series_with_an_exception(self):
        self._put_series("series", 10, days=3, without=1)
        self._sync()
        free = [self._is_free(10, day=day) for day in range(4)]
        self.assertEqual(free, [False, True, False, True])

    def test_a_whole_day_is_the_day_of_the_doctors_clock(self):
        self.doctor.resource_id.tz = "Europe/Paris"
        day = MONDAY + timedelta(days=1)
        self._put_day("off", day)
        self._sync()
        self.assertFalse(self._is_free(9, day=1))
        self.assertFalse(self._is_free(16, 30, day=1))
        self.assertTrue(self._is_free(16, 30))
        self.assertTrue(self._is_free(9, day=2))

    def test_a_busy_time_over_a_booking_flags_it(self):
        visit = self._book()
        self._sync()
        path = self._put_busy("golf", 10)
        self._sync()
        self.assertEqual(visit.state, "scheduled")
        self.assertEqual(visit.attention, "absence")
        self.server.delete(path)
        self._sync()
        self.assertFalse(visit.attention)

    def test_our_own_events_are_not_busy(self):
        visit = self._book()
        self._sync()
        self.calendar._job_pull(full=True)
        self.assertFalse(self.calendar.busy_ids)
        self.assertFalse(visit.attention)

    def test_busy_times_go_when_they_are_not_wanted(self):
        self._put_busy("golf", 10)
        self._sync()
        self.assertFalse(self._is_free(10))
        self.calendar.read_busy = False
        self.assertTrue(self._is_free(10))

    def test_a_full_look_finds_what_is_gone(self):
        path = self._put_busy("golf", 10)
        self._sync()
        self.server.delete(path)
        self._forget_cursors()
        self._sync()
        self.assertTrue(self._is_free(10))

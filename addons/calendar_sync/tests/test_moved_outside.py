# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What owners of calendars do to our events."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.clinic_scheduling.exceptions import BookingError

from .common import CalendarSyncCommon


@tagged("post_install", "-at_install")
class TestMovedOutside(CalendarSyncCommon):
    """Moved, renamed, deleted."""

    def setUp(self):
        super().setUp()
        self.visit = self._book()
        self._sync()
        self.path = self._path(self.visit)
        self.link = self._link(self.visit)

    def _move_outside(self, hour, was=10):
        self.server.edit(self.path, self._ics(was), self._ics(hour))
        half_past = self._ics(was, 30), self._ics(hour, 30)
        self.server.edit(self.path, *half_past)

    def _outside_start(self):
        text = self.server.get(self.path)
        return text.partition("DTSTART:")[2][:16]

    def test_a_proposal_is_accepted(self):
        self._move_outside(14)
        self._sync()
        self.assertEqual(self.visit.start, self._at(10))
        self.assertEqual(self._outside_start(), self._ics(14))
        self.assertTrue(self.link.has_proposal)
        self.assertTrue(self.visit.activity_ids)
        self.link.with_user(self.receptionist).action_accept()
        self._sync()
        self.assertEqual(self.visit.start, self._at(14))
        self.assertEqual(self._outside_start(), self._ics(14))
        self.assertFalse(self.link.has_proposal)

    def test_a_proposal_is_refused(self):
        self._move_outside(14)
        self._sync()
        self.link.with_user(self.receptionist).action_refuse()
        self._sync()
        self.assertEqual(self.visit.start, self._at(10))
        self.assertEqual(self._outside_start(), self._ics(10))

    def test_only_reception_decides(self):
        doctor = self._create_user("doctor")
        for name in ("action_accept", "action_refuse", "action_publish_again"):
            with self.assertRaises(AccessError):
                getattr(self.link.with_user(doctor), name)()

    def test_a_move_is_taken_by_the_same_checks(self):
        self.calendar.authority = "take"
        self._move_outside(14)
        self._sync()
        self.assertEqual(self.visit.start, self._at(14))
        self._move_outside(22, was=14)
        self._sync()
        self.assertEqual(self.visit.start, self._at(14))
        self.assertEqual(self._outside_start(), self._ics(14))
        self.assertTrue(self.visit.activity_ids)

    def test_a_time_that_is_taken_is_put_back(self):
        self.calendar.authority = "take"
        self._book(14, patient_id=self.other_patient.id)
        self._move_outside(14)
        self._sync()
        self.assertEqual(self.visit.start, self._at(10))
        self.assertEqual(self._outside_start(), self._ics(10))

    def test_a_proposal_that_became_impossible(self):
        self._move_outside(14)
        self._sync()
        self._book(14, patient_id=self.other_patient.id)
        with self.assertRaises(BookingError):
            self.link.action_accept()
        self.assertTrue(self.link.has_proposal)

    def test_a_move_is_put_back(self):
        self.calendar.authority = "revert"
        self._move_outside(14)
        self._sync()
        self.assertEqual(self._outside_start(), self._ics(10))
        self.assertEqual(self.visit.start, self._at(10))

    def test_a_title_is_put_back(self):
        self.server.edit(self.path, "SUMMARY:Appointment", "SUMMARY:Mrs Secret")
        self._sync()
        self.assertIn("SUMMARY:Appointment", self.server.get(self.path))

    def test_alarms_of_the_owner_stay(self):
        alarm = "BEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\n"
        self.server.edit(self.path, "END:VEVENT", alarm + "END:VEVENT")
        self._sync()
        self.visit.reschedule({"start": self._at(14)})
        self._sync()
        self.assertIn("TRIGGER:-PT15M", self.server.get(self.path))
        self.assertEqual(self._outside_start(), self._ics(14))

    def test_both_sides_at_once(self):
        self._move_outside(14)
        self.visit.reschedule({"start": self._at(16)})
        self._sync()
        self.assertEqual(self.visit.start, self._at(16))
        self.assertEqual(self._outside_start(), self._ics(16))
        conflicts = self.env["calendar.sync.conflict"].search([])
        self.assertEqual(set(conflicts.mapped("name")), {"start", "stop"})

    def test_deleted_by_the_owner(self):
        self.server.delete(self.path)
        self._sync()
        self.assertEqual(self.visit.state, "scheduled")
        self.assertEqual(self.link.state, "removed")
        self.assertTrue(self.visit.activity_ids)
        self.visit.reschedule({"start": self._at(11)})
        self._sync()
        self.assertEqual(self.server.list(), [])
        self.link.with_user(self.receptionist).action_publish_again()
        self._sync()
        [path] = self.server.list()
        self.assertNotEqual(path, self.path)
        self.assertIn(f"DTSTART:{self._ics(11)}", self.server.get(path))

    def test_deleted_and_then_cancelled(self):
        self.server.delete(self.path)
        self._sync()
        self.visit.cancel()
        self._sync()
        self.assertEqual(self.link.state, "done")

    def test_a_calendar_that_is_suddenly_empty(self):
        for hour in range(11, 17):
            self._book(hour, patient_id=self.other_patient.id)
        self._sync()
        for path in self.server.list():
            self.server.delete(path)
        self.calendar.cursor = False
        self.calendar._job_pull()
        self.assertEqual(set(self.calendar.link_ids.mapped("state")), {"synced"})
        self.assertTrue(self.calendar.error)

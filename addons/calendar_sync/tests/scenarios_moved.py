# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What owners of calendars do to our events, whoever keeps them."""

from odoo.exceptions import AccessError
from odoo.tools import mute_logger

from odoo.addons.clinic_scheduling.exceptions import BookingError
from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch


class MovedScenarios:
    """Moved, renamed, deleted."""

    def setUp(self):
        super().setUp()
        self.visit = self._book()
        self._sync()
        self.path = self._path(self.visit)
        self.link = self._link(self.visit)

    def _assert_outside(self, hour):
        event = self._outside(self.path)
        self.assertEqual(event.start, epoch(self._at(hour)))

    def test_a_proposal_is_accepted(self):
        self._move_outside(self.path, 14)
        self._sync()
        self.assertEqual(self.visit.start, self._at(10))
        self._assert_outside(14)
        self.assertTrue(self.link.has_proposal)
        self.assertTrue(self.visit.activity_ids)
        self.link.with_user(self.receptionist).action_accept()
        self._sync()
        self.assertEqual(self.visit.start, self._at(14))
        self._assert_outside(14)
        self.assertFalse(self.link.has_proposal)

    def test_a_proposal_is_refused(self):
        self._move_outside(self.path, 14)
        self._sync()
        self.link.with_user(self.receptionist).action_refuse()
        self._sync()
        self.assertEqual(self.visit.start, self._at(10))
        self._assert_outside(10)

    def test_only_reception_decides(self):
        doctor = self._create_user("doctor")
        for name in ("action_accept", "action_refuse", "action_publish_again"):
            with self.assertRaises(AccessError):
                getattr(self.link.with_user(doctor), name)()

    def test_a_move_is_taken_by_the_same_checks(self):
        self.calendar.authority = "take"
        self._move_outside(self.path, 14)
        self._sync()
        self.assertEqual(self.visit.start, self._at(14))
        self._move_outside(self.path, 22, was=14)
        self._sync()
        self.assertEqual(self.visit.start, self._at(14))
        self._assert_outside(14)
        self.assertTrue(self.visit.activity_ids)

    def test_a_time_that_is_taken_is_put_back(self):
        self.calendar.authority = "take"
        self._book(14, patient_id=self.other_patient.id)
        self._move_outside(self.path, 14)
        self._sync()
        self.assertEqual(self.visit.start, self._at(10))
        self._assert_outside(10)

    def test_a_proposal_that_became_impossible(self):
        self._move_outside(self.path, 14)
        self._sync()
        self._book(14, patient_id=self.other_patient.id)
        with self.assertRaises(BookingError):
            self.link.action_accept()
        self.assertTrue(self.link.has_proposal)

    def test_a_move_is_put_back(self):
        self.calendar.authority = "revert"
        self._move_outside(self.path, 14)
        self._sync()
        self._assert_outside(10)
        self.assertEqual(self.visit.start, self._at(10))

    def test_a_title_is_put_back(self):
        self._rename_outside(self.path, "Mrs Secret")
        self._sync()
        self.assertEqual(self._outside(self.path).title, "Appointment")

    def test_alarms_of_the_owner_stay(self):
        self._add_alarm(self.path)
        self._sync()
        self.visit.reschedule({"start": self._at(14)})
        self._sync()
        self.assertTrue(self._has_alarm(self.path))
        self._assert_outside(14)

    def test_both_sides_at_once(self):
        self._move_outside(self.path, 14)
        self.visit.reschedule({"start": self._at(16)})
        self._sync()
        self.assertEqual(self.visit.start, self._at(16))
        self._assert_outside(16)
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
        self.assertEqual(self._outside(path).start, epoch(self._at(11)))

    def test_deleted_and_then_cancelled(self):
        self.server.delete(self.path)
        self._sync()
        self.visit.cancel()
        self._sync()
        self.assertEqual(self.link.state, "done")

    def test_moved_to_another_calendar(self):
        """It is told, and takes no time of its own where it lies now."""
        self._move_to_another_calendar()
        self.account.action_connect()
        other = self.account.calendar_ids - self.calendar
        other.write({"resource_id": self.doctor.resource_id.id, "read_busy": True})
        other._job_pull()
        self.assertTrue(other.last_pull_at)
        self.assertFalse(other.busy_ids)
        self._sync()
        self.assertEqual(self.link.state, "removed")
        self.assertEqual(len(self.visit.activity_ids), 1)
        self.assertFalse(self.visit.attention)

    @mute_logger("odoo.addons.calendar_sync.models.calendar_sync_pull")
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

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Faults that every provider has, whoever keeps the calendar."""

from unittest.mock import patch

from odoo import fields

from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from ..providers.base import CalendarError

NOTICES = ("mail.mail", "mail.notification", "mail.activity", "clinic.reminder")


class FaultScenarios:
    """Pauses, connecting late, and two sides that act at once."""

    def _count_notices(self):
        self.env.flush_all()
        return {name: self.env[name].search_count([]) for name in NOTICES}

    def _refuse_creation(self, wait):
        """Return a context in which each creation is answered with a pause."""
        error = CalendarError(429, "", wait)
        return patch.object(self.client, "create", side_effect=error)

    def test_a_pause_holds_for_the_whole_account(self):
        """Jobs that were queued before it send nothing, and lose nothing."""
        first = self._book(10)
        second = self._book(12, patient_id=self.other_patient.id)
        self._commit()
        with self._refuse_creation(300) as create:
            self._link(first)._job_push()
            until = self.account.next_allowed_at
            self.env["queue.job"].search([]).unlink()
            self._link(second)._job_push()
            self.assertEqual(create.call_count, 1)
        looked_at = self.calendar.last_pull_at
        self.calendar._job_pull()
        self.assertEqual(self.calendar.last_pull_at, looked_at)
        jobs = self.env["queue.job"].search([])
        self.assertEqual(sorted(jobs.mapped("method_name")), ["_job_pull", "_job_push"])
        self.assertEqual(set(jobs.mapped("eta")), {until})
        self._sync()
        self.assertEqual(len(self.server.list()), 2)

    def test_the_first_connection_bothers_nobody(self):
        """Bookings that stood before are sent; those that are over are not."""
        self.env.company.clinic_messages_active = True
        self.calendar.publish = False
        people = [self.patient, self.other_patient]
        for number in range(12):
            person = people[number % 2]
            self._book(9 + number // 2, 30 * (number % 2), patient_id=person.id)
        self.calendar.connected_at = self._at(12)
        self._commit()
        self.env["queue.job"].search([]).unlink()
        before = self._count_notices()
        self.calendar.publish = True
        self._commit()
        jobs = self.env["queue.job"].search([("method_name", "=", "_job_push")])
        # one job each, which the channel lets run few at a time
        self.assertEqual(len(jobs), 6)
        self.assertEqual(set(jobs.mapped("channel")), {"root.calendar_sync.push"})
        self._sync()
        starts = sorted(self._outside(path).start for path in self.server.list())
        self.assertEqual(
            starts,
            [epoch(self._at(12 + n // 2, 30 * (n % 2))) for n in range(6)],
        )
        self.assertEqual(self._count_notices(), before)

    def test_deleted_by_the_owner_while_it_is_moved_here(self):
        visit = self._book()
        self._sync()
        visit.reschedule({"start": self._at(14)})
        self.server.delete(self._path(visit))
        self._sync()
        self.assertEqual(self.server.list(), [])
        self.assertEqual(self._link(visit).state, "removed")
        self.assertEqual((visit.state, visit.start), ("scheduled", self._at(14)))
        self.assertTrue(visit.activity_ids)

    def test_each_side_changes_something_else(self):
        self.calendar.authority = "take"
        visit = self._book()
        self._sync()
        self.calendar.detail = "service"
        self._move_outside(self._path(visit), 14)
        self._sync()
        event = self._outside(self._path(visit))
        self.assertEqual(visit.start, self._at(14))
        self.assertEqual(
            (event.title, event.start), ("Consultation", epoch(visit.start))
        )
        self.assertFalse(self.env["calendar.sync.conflict"].search([]))

    def test_the_clock_of_the_server_decides_nothing(self):
        """Ten minutes fast, then ten minutes slow: the newer edit is no better one."""
        now = fields.Datetime.now
        visit = self._book()
        self._sync()
        for minutes, hour in ((10, 14), (-10, 16)):

            def skewed(minutes=minutes):
                return fields.Datetime.add(now(), minutes=minutes)

            with patch.object(fields.Datetime, "now", skewed):
                visit.reschedule({"start": self._at(hour)})
                self._rename_outside(self._path(visit), "Mine")
                self._sync()
            event = self._outside(self._path(visit))
            self.assertEqual(event.start, epoch(self._at(hour)))
            self.assertEqual(event.title, "Appointment")
        self.assertFalse(self.env["calendar.sync.conflict"].search([]))

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Bookings in the doctor's own calendar, whoever keeps it."""

from unittest.mock import patch

from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from ..providers.base import CalendarError

NAMES = ("create", "update", "delete")


class OutScenarios:
    """What goes out, once, and goes away again."""

    def test_a_booking_appears_once(self):
        visit = self._book()
        self._sync()
        self.assertEqual(self.server.list(), [self._path(visit)])
        event = self._outside(self._path(visit))
        self.assertEqual(event.title, "Appointment")
        self.assertEqual(event.start, epoch(self._at(10)))
        self.assertIn("private", event.text.lower())
        self.assertNotIn("attendee", event.text.lower())
        self.assertEqual(self._link(visit).state, "synced")

    def test_nothing_about_the_patient(self):
        self.patient.phone = "+33123456789"
        visit = self._book()
        self._sync()
        text = self._outside(self._path(visit)).text
        for secret in (self.patient.name, "Paul", "+33", self.service.name):
            self.assertNotIn(secret, text)

    def test_titles_say_what_the_setting_allows(self):
        visit = self._book()
        self._sync()
        self.calendar.detail = "service"
        self._sync()
        self.assertEqual(self._outside(self._path(visit)).title, "Consultation")
        self.calendar.detail = "initials"
        self._sync()
        event = self._outside(self._path(visit))
        self.assertEqual(event.title, "Consultation (P.P.)")
        self.assertNotIn("Patient", event.text)

    def test_a_move_and_a_cancellation_follow(self):
        visit = self._book()
        self._sync()
        path = self._path(visit)
        visit.reschedule({"start": self._at(14)})
        self._sync()
        self.assertEqual(self.server.list(), [path])
        self.assertEqual(self._outside(path).start, epoch(self._at(14)))
        visit.cancel()
        self._sync()
        self.assertEqual(self.server.list(), [])
        self.assertEqual(self._link(visit).state, "done")

    def test_a_booking_that_comes_back_is_another_event(self):
        visit = self._book()
        self._sync()
        path = self._path(visit)
        visit.reschedule({"doctor_id": self.colleague.id})
        self._sync()
        self.assertEqual(self.server.list(), [])
        visit.reschedule({"doctor_id": self.doctor.id})
        self._sync()
        [other] = self.server.list()
        self.assertNotEqual(other, path)

    def test_a_hold_is_nobodys_booking(self):
        hold = self.env["clinic.appointment"].hold(self._vals())
        self._sync()
        self.assertEqual(self.server.list(), [])
        hold._transition("scheduled")
        self._sync()
        self.assertEqual(len(self.server.list()), 1)

    def test_what_is_rolled_back_tells_nobody(self):
        visit = self._book()
        self._sync()
        before = self.env["calendar.sync.operation"].search_count([])
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            visit.reschedule({"start": self._at(14)})
            raise ZeroDivisionError
        self._commit()
        after = self.env["calendar.sync.operation"].search_count([])
        self.assertEqual(after, before)

    def test_the_next_round_writes_nothing(self):
        self._book()
        self._sync()
        sent = []
        send = (getattr(self.client, name) for name in NAMES)
        for name, method in zip(NAMES, send, strict=True):

            def noted(*args, method=method):
                sent.append(method.__name__)
                return method(*args)

            self.startPatcher(patch.object(self.client, name, noted))
        for _round in range(3):
            self.calendar._job_pull()
            self.calendar._job_pull(full=True)
            self._sync()
        self.assertEqual(sent, [])

    def test_an_answer_that_is_lost_after_the_event_was_made(self):
        create = self.client.create

        def lose(*args):
            create(*args)
            raise CalendarError(None, "no_answer")

        visit = self._book()
        self._commit()
        with patch.object(self.client, "create", lose):
            self._link(visit)._job_push()
        self.assertEqual(self._link(visit).state, "new")
        self.assertTrue(self.account.next_allowed_at)
        self.assertEqual(self.account.state, "active")
        self._sync()
        self.assertEqual(len(self.server.list()), 1)
        self.assertEqual(self._link(visit).state, "synced")

    def test_a_worker_that_dies_before_it_commits(self):
        visit = self._book()
        self._commit()
        link = self._link(visit)
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            link._job_push()
            raise ZeroDivisionError
        link.invalidate_recordset()
        self.assertEqual(link.state, "new")
        self.assertEqual(len(self.server.list()), 1)
        visit.reschedule({"start": self._at(11)})
        self._sync()
        [path] = self.server.list()
        self.assertEqual(self._outside(path).start, epoch(self._at(11)))
        self.assertFalse(self.env["calendar.sync.conflict"].search([]))

    def test_a_cancellation_whose_creation_was_never_answered(self):
        visit = self._book()
        self._commit()
        link = self._link(visit)
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            link._job_push()
            raise ZeroDivisionError
        link.invalidate_recordset()
        visit.cancel()
        self._sync()
        self.assertEqual(self.server.list(), [])

    def test_a_practice_without_calendars_pays_nothing(self):
        self.calendar.publish = False
        self._commit()
        count = self.env["calendar.sync.operation"].search_count([])
        self._book(15)
        self._commit()
        after = self.env["calendar.sync.operation"].search_count([])
        self.assertEqual(after, count)

    def test_only_what_is_ahead_when_a_calendar_is_connected(self):
        self.calendar.publish = False
        visit = self._book(15)
        self._commit()
        self.assertFalse(self._link(visit))
        self.calendar.publish = True
        self._sync()
        self.assertEqual(self._link(visit).state, "synced")

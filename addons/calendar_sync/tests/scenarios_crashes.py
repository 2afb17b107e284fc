# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Workers that die, and answers that never come, around each write."""

from contextlib import suppress
from unittest.mock import patch

from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from ..providers.base import CalendarError

WRITES = ("create", "update", "delete")


class WorkerDied(Exception):
    """What a job did here is undone; what it did outside is not."""


class CrashScenarios:
    """One booking is made, moved and cancelled; each write goes wrong once."""

    def _prepare(self, write):
        """Book, and bring the booking to where ``write`` is its next request."""
        visit = self._book()
        self._commit()
        if write != "create":
            self._sync()
        if write == "update":
            visit.reschedule({"start": self._at(14)})
        elif write == "delete":
            visit.cancel()
        self._commit()
        return visit

    def _crash(self, visit, write, done):
        """Let the worker die before its request, or when it was ``done``."""
        method = getattr(self.client, write)

        def die(*args):
            if done:
                method(*args)
            raise WorkerDied

        link = self._link(visit)
        with (
            patch.object(self.client, write, die),
            self.assertRaises(WorkerDied),
            self.env.cr.savepoint(),
        ):
            # the copy may be looked at first: a step of its own
            for _step in range(3):
                link._job_push()
        self.env.invalidate_all()

    def _lose(self, visit, write, done):
        """Let the answer to the request be lost, before or after it was ``done``."""
        method = getattr(self.client, write)

        def lose(*args):
            if done:
                method(*args)
            raise CalendarError(None, "no_answer")

        with patch.object(self.client, write, lose):
            # the copy may be looked at first: a step of its own
            for _step in range(3):
                if not self.account.next_allowed_at:
                    self._link(visit)._job_push()
        self.assertTrue(self.account.next_allowed_at)

    def _assert_in_step(self, visit, write):
        """All ends as if nothing had happened, and nobody is bothered."""
        link = self._link(visit)
        self.assertFalse(link.waits)
        if write == "delete":
            self.assertEqual(self.server.list(), [])
            self.assertEqual(link.state, "done")
        else:
            [path] = self.server.list()
            hour = 14 if write == "update" else 10
            self.assertEqual(self._outside(path).start, epoch(self._at(hour)))
            self.assertEqual(link.state, "synced")
        self.assertFalse(self.env["calendar.sync.conflict"].search([]))
        self.assertFalse(link.has_proposal)
        self.assertFalse(visit.activity_ids)

    def _each(self, harm):
        for write in WRITES:
            for done in (False, True):
                with self.subTest(write=write, done=done):
                    self._empty_server()
                    visit = self._prepare(write)
                    harm(visit, write, done)
                    self._sync()
                    self._assert_in_step(visit, write)
                    if write != "delete":
                        visit.cancel()
                        self._sync()

    def test_a_worker_dies_before_or_after_a_write(self):
        self._each(self._crash)

    def test_an_answer_is_lost_before_or_after_a_write(self):
        self._each(self._lose)

    def test_a_worker_dies_twice(self):
        def twice(visit, write, done):
            self._crash(visit, write, done)
            if not (done and write == "delete"):
                self._crash_if_it_writes_again(visit, write)

        self._each(twice)

    def _crash_if_it_writes_again(self, visit, write):
        """Die in whatever is tried next, which may be another kind of write."""

        def die(*_args):
            raise WorkerDied

        with (
            suppress(WorkerDied),
            patch.multiple(self.client, **dict.fromkeys(WRITES, die)),
            self.env.cr.savepoint(),
        ):
            self._link(visit)._job_push()
        self.env.invalidate_all()

    def test_the_booking_is_moved_after_a_worker_died(self):
        for done in (False, True):
            with self.subTest(done=done):
                visit = self._prepare("create")
                self._crash(visit, "create", done)
                visit.reschedule({"start": self._at(14)})
                self._sync()
                self._assert_in_step(visit, "update")
                visit.cancel()
                self._sync()

    def test_the_owner_renames_after_a_worker_died(self):
        """The owner's change is seen beside a write of which nothing is known here."""
        visit = self._prepare("update")
        self._crash(visit, "update", done=True)
        self._rename_outside(self._path(visit), "Mine")
        self._sync()
        self._assert_in_step(visit, "update")
        self.assertEqual(self._outside(self._path(visit)).title, "Appointment")

    def test_the_owner_moves_after_a_worker_died(self):
        visit = self._prepare("update")
        self._crash(visit, "update", done=True)
        self._move_outside(self._path(visit), 15, was=14)
        self._sync()
        self.assertEqual(visit.start, self._at(14))
        self.assertTrue(self._link(visit).has_proposal)
        self._link(visit).action_refuse()
        self._sync()
        self._assert_in_step(visit, "update")

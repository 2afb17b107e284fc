# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Faults that every provider has, and those of one of them."""

import json
from datetime import timedelta
from unittest.mock import patch

from google.auth import _helpers

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from ..providers import google_login
from .common import CalendarSyncCommon, GoogleSyncCommon, MicrosoftSyncCommon
from .fake_graph import refuse_graph
from .scenarios_faults import FaultScenarios


@tagged("post_install", "-at_install")
class TestFaultsCaldav(FaultScenarios, CalendarSyncCommon):
    """On a CalDAV server."""

    allow_inherited_tests_method = True

    def test_a_calendar_that_is_gone(self):
        visits = [self._book(hour) for hour in (10, 12, 14)]
        self._sync()
        self.server.request("DELETE", self.server.calendar)
        self.addCleanup(self.server.make_calendar, "work", "Work")
        self.calendar._job_pull()
        self.calendar._job_pull(full=True)
        visits[0].reschedule({"start": self._at(16)})
        self._commit()
        for _round in range(3):
            self._push_all()
        links = self.calendar.link_ids
        self.assertEqual(set(links.mapped("state")), {"synced"})
        self.assertTrue(self.calendar.error)
        self.assertFalse(any(visit.activity_ids for visit in visits))

    def test_another_event_has_our_address(self):
        """It is somebody's own, and stays as it is."""
        visit = self._book()
        self._commit()
        link = self._link(visit)
        provider = self.account._get_provider()
        path = provider.get_remote_id(self.calendar.remote_id, link._get_key())
        other = self._put_busy("golf", 15)
        text = self.server.get(other)
        self.server.delete(other)
        self.server.request("PUT", path, text.encode(), Content_Type="text/calendar")
        for _round in range(3):
            link._job_push()
        self.assertIn("Another event", link.error)
        self.assertIn("Golf", self.server.get(path))
        self.assertEqual(len(self.server.list()), 1)


@tagged("post_install", "-at_install")
class TestFaultsGoogle(FaultScenarios, GoogleSyncCommon):
    """At Google."""

    allow_inherited_tests_method = True

    def _lose_tokens(self):
        google_login.TOKENS.clear()
        self.server.tokens.clear()

    def test_other_accounts_go_on(self):
        """The organization takes its consent back; an owner's own one still holds."""
        other = self._create_account(
            login="second@example.org",
            mode="oauth",
            service_key=False,
            client_id="client",
            client_secret="client-secret",
            refresh_token="consent",
        )
        other.action_connect()
        calendar = other.calendar_ids.filtered("writable")
        resource = self.colleague.resource_id
        calendar.write({"resource_id": resource.id, "read_busy": True})
        visit = self._book()
        self._commit()
        self._lose_tokens()
        self.server.delegated.clear()
        self._link(visit)._job_push()
        self.assertEqual(self.account.state, "needs_consent")
        self.assertTrue(self._link(visit).waits)
        self._put_busy("golf", 10)
        calendar._job_pull()
        self.assertEqual(other.state, "active")
        self.assertEqual(calendar.busy_ids.resource_id, resource)

    @mute_logger("odoo.addons.calendar_sync.models.calendar_sync_push")
    def test_a_clock_that_is_fast_is_named(self):
        """Google refuses what is signed in its future; what is late it takes."""
        visit = self._book()
        self._commit()
        utcnow = _helpers.utcnow
        self._lose_tokens()
        slow = patch.object(
            _helpers, "utcnow", lambda: utcnow() - timedelta(minutes=10)
        )
        with slow:
            self._link(visit)._job_push()
        self.assertEqual(self.account.state, "active")
        visit.reschedule({"start": self._at(14)})
        self._commit()
        self._lose_tokens()
        fast = patch.object(
            _helpers, "utcnow", lambda: utcnow() + timedelta(minutes=10)
        )
        with fast:
            self._link(visit)._job_push()
        self.assertEqual(self.account.state, "needs_consent")
        self.assertIn("clock", self.account.last_error)
        self.assertTrue(self._link(visit).waits)
        self.assertEqual(len(self.server.list()), 1)

    def test_a_copy_of_another_database_is_an_event_like_any_other(self):
        """A restored copy of this database has other ids, and touches nothing."""
        reference = "another-calendar|clinic.appointment|1"
        private = {"odoo_ref": reference, "odoo_hash": "hash"}
        self._put_busy("x" * 5, 10, extendedProperties={"private": private})
        before = json.dumps(self.server.get("x" * 5))
        self._sync()
        self.assertFalse(self._is_free(10))
        self.assertEqual(json.dumps(self.server.get("x" * 5)), before)
        visit = self._book(12)
        self._commit()
        key = self._link(visit)._get_key()
        self.env["ir.config_parameter"].set_param("database.uuid", "restored")
        self.assertNotEqual(self._link(visit)._get_key(), key)

    def test_two_hundred_pages(self):
        self.patch(self.server, "page_size", 1)
        for number in range(200):
            self._put_busy(f"many{number}", 10, day=number % 20)
        self._sync()
        self.assertEqual(len(self.calendar.busy_ids), 200)
        listed = len(self.server.asked("GET", "/events"))
        self.assertGreaterEqual(listed, 200)
        self.calendar._job_pull(full=True)
        self.assertEqual(len(self.calendar.busy_ids), 200)


@tagged("post_install", "-at_install")
class TestFaultsMicrosoft(FaultScenarios, MicrosoftSyncCommon):
    """At Microsoft 365."""

    allow_inherited_tests_method = True

    def test_refused_conditions_without_a_reason(self):
        """412 for an event that is the one that was seen, three times."""
        visit = self._book()
        self._sync()
        visit.reschedule({"start": self._at(14)})
        body = refuse_graph(412, "ErrorIrresolvableConflict").body
        self.server.fail("PATCH", "/events", times=3, status=412, body=body)
        self.server.requests.clear()
        self._sync()
        self.assertEqual(len(self.server.asked("PATCH", "/events")), 4)
        self.assertEqual(self._outside(self._path(visit)).start, epoch(visit.start))
        self.assertFalse(self.env["calendar.sync.conflict"].search([]))

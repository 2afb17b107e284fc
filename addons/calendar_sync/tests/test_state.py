# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What administrators see: queue, lag, conflicts, quota, health, the server's key."""

from datetime import timedelta
from unittest.mock import patch

from cryptography.fernet import Fernet
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .. import secret_box
from .common import CalendarSyncCommon, GoogleSyncCommon, MicrosoftSyncCommon


class UsageScenarios:
    """Requests are counted as the provider sees them."""

    def _get_figures(self):
        self._commit()
        self.account.invalidate_recordset()
        return self.account.requests_today, self.account.refused_today

    def test_each_request_counts(self):
        self._sync()
        before, _refused = self._get_figures()
        self._book()
        self.server_requests = self._get_count()
        self._sync()
        asked = self._get_count() - self.server_requests
        requests, _refused = self._get_figures()
        self.assertGreater(asked, 1)
        self.assertEqual(requests - before, asked)

    def test_refusals_count(self):
        self._sync()
        _requests, before = self._get_figures()
        self.server.fail("GET", "/calendars", status=429, headers={"Retry-After": "5"})
        self.calendar._job_pull()
        self.assertEqual(self._get_figures()[1], before + 1)

    def _get_count(self):
        logins = ("token", "openid-configuration")
        return len([r for r in self.server.requests if not r.path.endswith(logins)])


@tagged("post_install", "-at_install")
class TestUsageGoogle(UsageScenarios, GoogleSyncCommon):
    """At Google."""

    allow_inherited_tests_method = True


@tagged("post_install", "-at_install")
class TestUsageMicrosoft(UsageScenarios, MicrosoftSyncCommon):
    """At Microsoft 365."""

    allow_inherited_tests_method = True


@tagged("post_install", "-at_install")
class TestState(CalendarSyncCommon):
    """Calendars, the health check, and the settings."""

    def _check(self, name):
        checks = self.env["clinic.health"]._calendar_checks()
        [count] = [count for label, count, _advice in checks if name in label]
        return count

    def test_requests_of_caldav_count_too(self):
        self._commit()
        self.account.invalidate_recordset()
        before = self.account.requests_today
        self._book()
        self._sync()
        self.account.invalidate_recordset()
        self.assertGreater(self.account.requests_today, before)
        [row] = self.env["calendar.sync.usage"].search(
            [("account_id", "=", self.account.id)]
        )
        self.assertEqual(row.company_id, self.account.company_id)

    def test_old_figures_are_forgotten(self):
        self._commit()
        usage = self.env["calendar.sync.usage"]
        row = usage.search([("account_id", "=", self.account.id)], limit=1)
        row.day = fields.Date.today() - timedelta(days=100)
        row.flush_recordset()
        usage._gc_usage()
        self.assertFalse(row.exists())

    def test_lag(self):
        self.assertEqual(self.calendar.lag_minutes, 0)
        with freeze_time(fields.Datetime.now() - timedelta(minutes=90)):
            self._book()
            self._commit()
        self.calendar.invalidate_recordset()
        self.assertEqual(self.calendar.waiting_count, 1)
        self.assertIn(self.calendar.lag_minutes, (89, 90, 91))
        self.assertEqual(self._check("lag behind"), 1)
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("calendar_sync.lag_minutes", "120")
        self.assertEqual(self._check("lag behind"), 0)
        parameters.set_param("calendar_sync.lag_minutes", "60")
        self._sync()
        self.calendar.invalidate_recordset()
        self.assertEqual(self.calendar.lag_minutes, 0)
        self.assertEqual(self._check("lag behind"), 0)

    def test_health(self):
        before = self._check("connect again")
        self.account.password = "wrong"
        self.calendar._job_pull()
        self.assertEqual(self._check("connect again"), before + 1)
        self.assertEqual(self._check("without a key"), 0)
        with patch.dict("os.environ", {secret_box.VARIABLE: ""}):
            self.assertGreaterEqual(self._check("without a key"), 1)

    def test_calendars_in_error(self):
        before = self._check("could not be read")
        self.calendar.error = "The server has nothing at that address."
        self.assertEqual(self._check("could not be read"), before + 1)

    def test_keys_are_rotated_now(self):
        settings = self.env["res.config.settings"].create({})
        self.assertTrue(settings.calendar_sync_has_key)
        self.env["calendar.sync.client"].search([]).unlink()
        client = self.env["calendar.sync.client"].create(
            {"client_id": "x", "client_secret": "hidden"}
        )
        other = Fernet.generate_key().decode()
        with patch.dict("os.environ", {secret_box.VARIABLE: f"{other},{self.key}"}):
            settings.action_calendar_sync_rotate()
        with patch.dict("os.environ", {secret_box.VARIABLE: other}):
            self.assertEqual(secret_box.decrypt(client.sudo().secret), "hidden")
            self.assertTrue(secret_box.decrypt(self.account.sudo().secret))
        with patch.dict("os.environ", {secret_box.VARIABLE: ""}):
            with self.assertRaises(UserError):
                settings.action_calendar_sync_rotate()

    def test_conflicts(self):
        visit = self._book()
        self._sync()
        self.env["calendar.sync.conflict"].create(
            {"link_id": self._link(visit).id, "name": "start"}
        )
        self.env.flush_all()
        self.assertEqual(self.calendar.conflict_count, 1)
        action = self.calendar.action_view_conflicts()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(len(found), 1)
        action = self.calendar.action_view_copies()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, self._link(visit))

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Crashes and lost answers around each write, at each provider."""

from odoo.sql_db import db_connect
from odoo.tests import tagged

from ..models.calendar_sync_account import LOCK_ACCOUNT
from .common import CalendarSyncCommon, GoogleSyncCommon, MicrosoftSyncCommon
from .scenarios_crashes import CrashScenarios


@tagged("post_install", "-at_install")
class TestCrashesCaldav(CrashScenarios, CalendarSyncCommon):
    """On a CalDAV server."""

    allow_inherited_tests_method = True

    def test_two_workers_at_one_mailbox(self):
        """The second one comes back later: requests to a mailbox never overlap."""
        visit = self._book()
        self._commit()
        jobs = self.env["queue.job"].search([])
        with db_connect(self.env.cr.dbname).cursor() as other:
            other.execute(
                "SELECT pg_advisory_xact_lock(%s, %s)", (LOCK_ACCOUNT, self.account.id)
            )
            self.assertIn("busy", self._link(visit)._job_push())
            self.assertIn("busy", self.calendar._job_pull())
        self.assertEqual(self.server.list(), [])
        later = self.env["queue.job"].search([]) - jobs
        self.assertEqual(
            sorted(later.mapped("method_name")), ["_job_pull", "_job_push"]
        )
        self.assertTrue(all(later.mapped("eta")))
        self._sync()
        self.assertEqual(len(self.server.list()), 1)


@tagged("post_install", "-at_install")
class TestCrashesGoogle(CrashScenarios, GoogleSyncCommon):
    """At Google."""

    allow_inherited_tests_method = True


@tagged("post_install", "-at_install")
class TestCrashesMicrosoft(CrashScenarios, MicrosoftSyncCommon):
    """At Microsoft 365."""

    allow_inherited_tests_method = True

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Crashes and lost answers around each write, at each provider."""

from unittest.mock import patch

import psycopg2.errors

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

    def test_a_job_that_began_before_the_last_one_was_committed(self):
        """The lock is free, but what it would send was sent already."""
        account = self._insert_account()
        with db_connect(self.env.cr.dbname).cursor() as late:
            account_late = account.with_env(self.env(cr=late))
            self.assertTrue(account_late._lock())
            late.execute("SELECT pg_advisory_unlock_all()")
            with db_connect(self.env.cr.dbname).cursor() as early:
                early.execute(
                    "UPDATE calendar_sync_account SET attempt = 1 WHERE id = %s",
                    (account.id,),
                )
                self.assertFalse(account_late._lock(), "somebody writes it")
                early.commit()
            self.assertFalse(account_late._lock())
            late.rollback()
            self.assertTrue(account_late._lock())

    def _insert_account(self):
        """Return an account that other transactions see, until the test's end."""
        cursor = db_connect(self.env.cr.dbname).cursor()
        self.addCleanup(cursor.close)
        cursor.execute(
            "INSERT INTO calendar_sync_account"
            " (active, partner_id, company_id, provider, mode, state, url, login)"
            " VALUES (false, %s, %s, 'caldav', 'app', 'draft', 'x', 'x') RETURNING id",
            (
                self.env.ref("base.partner_root").id,
                self.env.ref("base.main_company").id,
            ),
        )
        [account_id] = cursor.fetchone()
        cursor.commit()
        delete = "DELETE FROM calendar_sync_account WHERE id = %s"
        self.addCleanup(cursor.commit)
        self.addCleanup(cursor.execute, delete, (account_id,))
        return self.env["calendar.sync.account"].browse(account_id)

    def test_a_listing_that_meets_another_transaction_is_read_again(self):
        """Its events are no poison: the cursor must not leave them behind."""
        self._sync()
        cursor = self.calendar.cursor
        self._put_busy("golf", 10)
        refusal = psycopg2.errors.SerializationFailure
        with (
            patch.object(type(self.calendar), "_take_in_item", side_effect=refusal),
            self.assertRaises(refusal),
            self.env.cr.savepoint(),
        ):
            self.calendar._job_pull()
        self.calendar.invalidate_recordset()
        self.assertEqual(self.calendar.cursor, cursor)
        self._sync()
        self.assertTrue(self.calendar.busy_ids)


@tagged("post_install", "-at_install")
class TestCrashesGoogle(CrashScenarios, GoogleSyncCommon):
    """At Google."""

    allow_inherited_tests_method = True


@tagged("post_install", "-at_install")
class TestCrashesMicrosoft(CrashScenarios, MicrosoftSyncCommon):
    """At Microsoft 365."""

    allow_inherited_tests_method = True

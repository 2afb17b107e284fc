# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Logins at Google: a service account, an owner's consent, and how they end."""

import json

import psycopg2.errors

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .. import secret_box
from .common import GoogleSyncCommon
from .fake_google import MAILBOX


@tagged("post_install", "-at_install")
class TestGoogleLogin(GoogleSyncCommon):
    """Access tokens, and the people who have to mend what ended."""

    def _connect_by_consent(self):
        self.account.active = False
        self.env.flush_all()
        account = self._create_account(
            mode="oauth",
            service_key=False,
            client_id="client",
            client_secret="client-secret",
            refresh_token="consent",
        )
        account.action_connect()
        return account

    def _lose_tokens(self):
        self.server.tokens.clear()

    def test_a_token_serves_many_jobs(self):
        self.server.requests.clear()
        for hour in range(10, 13):
            self._book(hour)
        self._sync()
        self.assertEqual(len(self.server.list()), 3)
        self.assertLessEqual(len(self.server.asked("POST", "/token")), 1)

    def test_a_token_that_ends_midway_is_renewed_once(self):
        self._sync()
        for number in range(8):
            self._put_busy(f"many{number}", 9 + number)
        self.server.requests.clear()
        self.server.fail("GET", "/events", skip=1, status=401)
        self._lose_tokens()
        self.calendar._job_pull()
        self.assertEqual(len(self.calendar.busy_ids), 8)
        self.assertEqual(self.account.state, "active")
        self.assertLessEqual(len(self.server.asked("POST", "/token")), 2)

    def test_a_delegation_that_was_taken_back(self):
        visit = self._book()
        self._commit()
        self._lose_tokens()
        self.server.delegated.clear()
        self._link(visit)._job_push()
        self.assertEqual(self.account.state, "needs_consent")
        self.assertIn("client ID", self.account.last_error)
        self.assertTrue(self.account.activity_ids)
        self.assertTrue(self._link(visit).waits)
        self.server.requests.clear()
        self._link(visit)._job_push()
        self.calendar._job_pull()
        self.assertEqual(self.server.requests, [])
        self.server.reset()
        self.account.action_connect()
        self._sync()
        self.assertEqual(len(self.server.list()), 1)

    def test_a_mailbox_that_google_does_not_know(self):
        self.account.login = "nobody@example.org"
        with self.assertRaisesRegex(UserError, "unknown"):
            self.account.action_connect()

    def test_a_place_of_tokens_that_is_out_of_order(self):
        visit = self._book()
        self._commit()
        self._lose_tokens()
        self.server.fail("POST", "/token", times=9, status=503)
        self._link(visit)._job_push()
        self.assertEqual(self.account.state, "active")
        self.assertTrue(self.account.next_allowed_at)
        self.server.faults.clear()
        self._sync()
        self.assertEqual(len(self.server.list()), 1)

    def test_a_login_that_is_refused_all_the_same(self):
        visit = self._book()
        self._commit()
        self.server.fail("POST", "/events", times=9, status=401)
        self._link(visit)._job_push()
        self.assertEqual(self.account.state, "needs_consent")
        self.assertEqual(self._link(visit).state, "new")

    def test_an_owners_consent(self):
        account = self._connect_by_consent()
        self.assertEqual(account.state, "active")
        self.assertEqual(len(account.calendar_ids), 2)
        secrets = secret_box.decrypt(account.sudo().secret)
        expected = {"client_secret": "client-secret", "refresh_token": "consent"}
        self.assertEqual(json.loads(secrets), expected)
        account.invalidate_recordset()
        self.assertFalse(account.client_secret or account.refresh_token)

    def test_a_consent_that_was_taken_back(self):
        account = self._connect_by_consent()
        self._lose_tokens()
        self.server.refresh_tokens.clear()
        with self.assertRaisesRegex(UserError, "consent"):
            account.action_connect()
        account._note_error(self._get_error(account))
        self.assertEqual(account.state, "needs_consent")
        self.server.refresh_tokens["new"] = ("client", "client-secret")
        account.refresh_token = "new"
        account.action_connect()
        self.assertEqual(account.state, "active")

    def _get_error(self, account):
        try:
            account._get_provider().calendars()
        except Exception as error:
            return error
        raise AssertionError("accepted")

    def test_keys_that_are_none(self):
        for key in (
            "nonsense",
            "[]",
            "{}",
            '{"client_email": "a", "private_key": "b"}',
        ):
            self.account.service_key = key
            with self.subTest(key=key), self.assertRaisesRegex(UserError, "complete"):
                self.account.action_connect()

    def test_a_key_is_stored_encrypted_and_shown_to_google_alone(self):
        account_sudo = self.account.sudo()
        self.assertNotIn("private_key", account_sudo.secret)
        self.assertIn("private_key", secret_box.decrypt(account_sudo.secret))
        self.assertFalse(self.account.service_key)
        # the key names another address than the stand-in, which was asked
        self.assertIn("192.0.2.1", secret_box.decrypt(account_sudo.secret))
        self._lose_tokens()
        self.account.action_connect()
        self.assertTrue(self.server.asked("POST", "/token"))

    def test_a_mailbox_is_connected_once(self):
        with (
            self.assertRaises(psycopg2.errors.UniqueViolation),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self._create_account(login=MAILBOX.upper())

    def test_a_mailbox_has_an_address(self):
        with self.assertRaises(ValidationError):
            self._create_account(login=False)

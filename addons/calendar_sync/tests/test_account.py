# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Connecting, secrets, and how an account is doing."""

from unittest.mock import patch

import psycopg2.errors
from cryptography.fernet import Fernet

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .. import secret_box
from ..providers.address import check_address
from ..providers.base import CalendarError
from ..providers.caldav import CalDav
from .common import CalendarSyncCommon
from .radicale_server import PASSWORD


@tagged("post_install", "-at_install")
class TestAccount(CalendarSyncCommon):
    """An account's life."""

    def test_connected(self):
        self.assertEqual(self.account.state, "active")
        self.assertEqual(self.calendar.name, "Work")
        self.assertTrue(self.account.last_ok_at)

    def test_the_password_is_stored_encrypted_and_never_shown(self):
        secret = self.account.sudo().secret
        self.assertNotIn(PASSWORD, secret)
        self.assertEqual(secret_box.decrypt(secret), PASSWORD)
        self.assertFalse(self.account.password)
        admin = self.env.ref("base.user_admin")
        with self.assertRaises(AccessError):
            self.account.with_user(admin).read(["secret"])
        exported = self.account.with_user(admin).export_data(["name", "password"])
        self.assertNotIn(PASSWORD, str(exported))

    def test_keys_are_rotated(self):
        other = Fernet.generate_key().decode()
        with patch.dict("os.environ", {secret_box.VARIABLE: f"{other},{self.key}"}):
            self.env["calendar.sync.account"]._cron_rotate()
        with patch.dict("os.environ", {secret_box.VARIABLE: other}):
            secret = self.account.sudo().secret
            self.assertEqual(secret_box.decrypt(secret), PASSWORD)

    def test_a_server_without_a_key(self):
        with patch.dict("os.environ", {secret_box.VARIABLE: ""}):
            self.assertFalse(secret_box.has_key())
            with self.assertRaisesRegex(UserError, secret_box.VARIABLE):
                self.account.password = "other"

    def test_another_key_than_the_one_it_was_stored_with(self):
        other = Fernet.generate_key().decode()
        visit = self._book()
        self._commit()
        with patch.dict("os.environ", {secret_box.VARIABLE: other}):
            self._link(visit)._job_push()
        self.assertEqual(self.account.state, "needs_consent")
        self.assertTrue(self.account.activity_ids)

    def test_a_wrong_password(self):
        self.account.password = "wrong"
        with self.assertRaisesRegex(UserError, "not accepted"):
            self.account.action_connect()

    def test_a_password_that_was_changed_outside(self):
        visit = self._book()
        self._commit()
        self.account.sudo().secret = secret_box.encrypt("wrong")
        self._link(visit)._job_push()
        self.assertEqual(self.account.state, "needs_consent")
        self.assertEqual(self._link(visit).state, "new")
        self.assertTrue(self._link(visit).waits)
        self.account.password = PASSWORD
        self.account.action_connect()
        self.assertEqual(self.account.state, "active")
        self.assertFalse(self.account.activity_ids)
        self._sync()
        self.assertEqual(len(self.server.list()), 1)

    def test_a_pause_that_the_provider_asks_for(self):
        def refuse(*_args):
            raise CalendarError(429, "", 120)

        visit = self._book()
        self._commit()
        self.env["queue.job"].search([]).unlink()
        now = fields.Datetime.now()
        with patch.object(CalDav, "create", refuse):
            self._link(visit)._job_push()
        wait = (self.account.next_allowed_at - now).total_seconds()
        self.assertTrue(119 <= wait <= 125, wait)
        job = self.env["queue.job"].search([("method_name", "=", "_job_push")])
        self.assertEqual(job.eta, self.account.next_allowed_at)
        self.assertEqual(self.account.state, "active")

    def test_a_paused_account_sends_nothing(self):
        self.account.action_pause()
        visit = self._book()
        self._commit()
        self._link(visit)._job_push()
        self.assertEqual(self.server.list(), [])
        self.account.action_resume()
        self._sync()
        self.assertEqual(len(self.server.list()), 1)

    def test_a_mailbox_is_connected_once(self):
        with (
            self.assertRaises(psycopg2.errors.UniqueViolation),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self._create_account()

    def test_a_mailbox_is_not_connected_by_another_kind_of_login(self):
        self.account.login = "doctor@example.org"
        values = {"provider": "google", "mode": "oauth", "login": "Doctor@example.org"}
        with self.assertRaises(ValidationError) as caught:
            self._create_account(**values)
        self.assertIn("connected already", str(caught.exception))
        self.account.active = False
        self.assertTrue(self._create_account(**values))

    def test_addresses_that_are_not_called(self):
        for url in (
            "http://calendar.example.org/",
            "https://127.0.0.1/",
            "https://10.0.0.1/dav/",
            "https://169.254.169.254/",
            "https://[::1]/",
            "https://user:password@127.0.0.1/",
            "file:///etc/passwd",
            "https://127.0.0.1:port/",
        ):
            with self.subTest(url=url), self.assertRaises(CalendarError) as caught:
                check_address(url)
            self.assertEqual(caught.exception.reason, "address")

    def test_the_scheduled_action_finds_what_waits(self):
        visit = self._book()
        self._commit()
        jobs = self.env["queue.job"].search([])
        jobs.unlink()
        self.env["calendar.sync.calendar"]._cron_sync()
        methods = self.env["queue.job"].search([]).mapped("method_name")
        self.assertEqual(sorted(methods), ["_job_pull", "_job_push"])
        self.assertTrue(self._link(visit).waits)

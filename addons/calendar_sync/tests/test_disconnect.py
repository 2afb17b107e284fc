# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Mailboxes that are disconnected."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CalendarSyncCommon, GoogleSyncCommon, MicrosoftSyncCommon


class DisconnectScenarios:
    """What holds at each provider."""

    def _disconnect(self, copies):
        wizard = self.env["calendar.sync.disconnect"].create(
            {"account_id": self.account.id, "copies": copies}
        )
        wizard.action_disconnect()
        self._commit()
        return wizard

    def _finish(self):
        for _round in range(5):
            self._push_all()
            self.account._job_leave()
            if not self.account.active:
                return
        self.fail("It goes on and on.")

    def _prepare(self):
        for hour in (10, 11):
            self._book(hour)
        self._put_busy("golf", 14)
        self._sync()
        self.assertEqual(len(self.server.list()), 3)
        self.assertFalse(self._is_free(14))

    def _assert_gone(self):
        self.assertFalse(self.account.active)
        self.assertEqual(self.account.state, "draft")
        self.assertFalse(self.account.sudo().secret)
        self.assertFalse(self.calendar._is_on())

    def test_our_events_are_removed(self):
        self._prepare()
        wizard = self._disconnect("remove")
        self.assertEqual(wizard.copy_count, 2)
        # at once, whatever the provider does
        self.assertFalse(self.calendar.busy_ids)
        self.assertTrue(self._is_free(14))
        self._finish()
        self._assert_gone()
        self.assertEqual(len(self.server.list()), 1)
        self.assertEqual(set(self.calendar.link_ids.mapped("state")), {"done"})

    def test_our_events_are_left(self):
        self._prepare()
        self._book(12)
        self._commit()
        self.server_list = self.server.list()
        self._disconnect("leave")
        self.assertTrue(self._is_free(14))
        self._finish()
        self._assert_gone()
        # nothing was written any more, not even what waited
        self.assertEqual(self.server.list(), self.server_list)


@tagged("post_install", "-at_install")
class TestDisconnectCaldav(DisconnectScenarios, CalendarSyncCommon):
    """A CalDAV server."""

    allow_inherited_tests_method = True

    def test_bookings_of_afterwards_stay_here(self):
        self._prepare()
        self._disconnect("leave")
        operations = self.env["calendar.sync.operation"].search_count([])
        self._book(12)
        self._commit()
        self.assertEqual(
            self.env["calendar.sync.operation"].search_count([]), operations
        )
        self.calendar._job_pull()
        self.assertFalse(self.calendar.busy_ids)

    def test_a_mailbox_that_is_not_reached(self):
        self._prepare()
        self.account.password = "wrong"
        self.calendar._job_pull()
        self.assertEqual(self.account.state, "needs_consent")
        wizard = self._disconnect("remove")
        self.assertFalse(self.account.removes_copies)
        self.assertFalse(wizard.is_reachable)
        self.account._job_leave()
        self._assert_gone()
        self.assertEqual(len(self.server.list()), 3)

    def test_a_login_that_ends_meanwhile(self):
        self._prepare()
        self._disconnect("remove")
        self.account.password = "wrong"
        self._push_all()
        self.account._job_leave()
        self._assert_gone()
        self.assertIn("could not be removed", self.account.message_ids[0].body)

    def test_patience(self):
        self._prepare()
        self._disconnect("remove")
        self.account._job_leave()
        self.assertEqual(self.account.state, "leaving")
        self.account.leaving_since = fields.Datetime.now() - timedelta(days=3)
        self.account._job_leave()
        self._assert_gone()

    def test_connected_anew_nothing_is_doubled(self):
        self._prepare()
        values = self._account_values()
        self._disconnect("leave")
        self._finish()
        self.account.write({"active": True, "password": values["password"]})
        self.account.action_connect()
        self.calendar.write({"publish": True, "read_busy": True})
        self._sync()
        self.assertEqual(len(self.server.list()), 3)
        self.assertFalse(self._is_free(14))

    def test_twice(self):
        self._disconnect("leave")
        with self.assertRaises(UserError):
            self._disconnect("remove")


@tagged("post_install", "-at_install")
class TestDisconnectGoogle(DisconnectScenarios, GoogleSyncCommon):
    """Google, where consents are taken back."""

    allow_inherited_tests_method = True

    def test_the_consent_is_taken_back_and_the_channel_ended(self):
        self.account.write(
            {
                "mode": "oauth",
                "client_id": "client",
                "client_secret": "client-secret",
                "refresh_token": "consent",
            }
        )
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("web.base.url", "https://practice.example.org")
        self.calendar._job_channel()
        channel = self.calendar.channel_id
        self._disconnect("leave")
        job = self.env["queue.job"].search([("method_name", "=", "_job_unwatch")])
        self.calendar._job_unwatch(*job.args)
        self.assertEqual(self.server.stopped, [channel])
        self.assertIn("taken back", self.account._job_leave())
        self.assertEqual(self.server.taken_back, ["consent"])
        self._assert_gone()


@tagged("post_install", "-at_install")
class TestDisconnectMicrosoft(DisconnectScenarios, MicrosoftSyncCommon):
    """Microsoft 365."""

    allow_inherited_tests_method = True

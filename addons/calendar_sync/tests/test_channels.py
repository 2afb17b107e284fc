# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Channels of Google."""

from dataclasses import replace

from odoo.tests import HttpCase, tagged

from .channel_common import PRACTICE, ChannelScenarios
from .common import CalendarSyncCommon, GoogleSyncCommon


@tagged("post_install", "-at_install")
class TestChannelsGoogle(ChannelScenarios, GoogleSyncCommon, HttpCase):
    """Google tells in headers, and renews nothing."""

    allow_inherited_tests_method = True

    def _get_opening(self):
        return "POST", "/events/watch"

    def _forge(self):
        """W3: wrong secret, unknown channel, no secret, odd words."""
        [message] = self.server.tell()
        return [
            replace(message, headers={**message.headers, **other})
            for other in (
                {"X-Goog-Channel-Token": "wrong"},
                {"X-Goog-Channel-Token": ""},
                {"X-Goog-Channel-ID": "unknown"},
                {"X-Goog-Channel-ID": "' OR 1=1 --"},
                {"X-Goog-Channel-Token": "x" * 5000},
            )
        ]

    def test_what_is_asked_for(self):
        self._open()
        [channel] = self.server.channels.values()
        self.assertEqual(channel["address"], f"{PRACTICE}/calendar_sync/push/google")
        self.assertGreaterEqual(len(channel["token"]), 40)

    def test_the_first_message_is_no_news(self):
        """W2: it may come before the answer to the request for the channel."""
        self._open()
        [message] = self.server.tell("sync")
        self.assertEqual(self._post(message).status_code, 202)
        self.assertEqual(self._methods(), [])

    def test_a_new_channel_before_the_old_one_ends(self):
        self._open()
        old = self.calendar.channel_id
        self.calendar.channel_expires_at = self._ago(hours=-20)
        self.calendar._tend_channels()
        self.assertEqual(self._methods(), ["_job_channel"])
        self.calendar._job_channel()
        self.assertNotEqual(self.calendar.channel_id, old)
        self.assertEqual(len(self.server.channels), 2)
        job = self.jobs.search([("method_name", "=", "_job_unwatch")])
        self.calendar._job_unwatch(*job.args)
        self.assertEqual(self.server.stopped, [old])
        # a channel that is not there any more is no error
        self.assertTrue(self.calendar._job_unwatch(*job.args))

    def test_only_post(self):
        response = self.url_open("/calendar_sync/push/google", timeout=60)
        self.assertEqual(response.status_code, 405)


@tagged("post_install", "-at_install")
class TestChannelsCaldav(CalendarSyncCommon):
    """CalDAV has none."""

    def test_none_is_asked_for(self):
        self.env["ir.config_parameter"].set_param("web.base.url", PRACTICE)
        self.env["queue.job"].search([]).unlink()
        self.calendar._tend_channels()
        self.assertFalse(self.env["queue.job"].search([]))

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Channels of Microsoft Graph."""

import json
from dataclasses import replace

from odoo.tests import HttpCase, tagged

from .channel_common import PRACTICE, ChannelScenarios
from .common import MicrosoftSyncCommon

PATH = "/calendar_sync/push/microsoft"


@tagged("post_install", "-at_install")
class TestChannelsMicrosoft(ChannelScenarios, MicrosoftSyncCommon, HttpCase):
    """Graph tells in JSON, asks who answers, and tells of the channels themselves."""

    allow_inherited_tests_method = True

    def _get_opening(self):
        return "POST", "/subscriptions"

    def _forge(self):
        """W3: wrong secret, unknown channel, and bodies that are none."""
        [message] = self.server.tell()
        [row] = json.loads(message.body)["value"]
        bodies = [
            {"value": [{**row, "clientState": "wrong"}]},
            {"value": [{**row, "clientState": None}]},
            {"value": [{**row, "subscriptionId": "unknown"}]},
            {"value": [{**row, "subscriptionId": ["a"]}]},
            {"value": [row] * 500},
            {"value": "text"},
            {"value": ["text", 3, None]},
            [],
        ]
        forged = [json.dumps(body).encode() for body in bodies]
        forged += [b"{", b"\xff\xfe", b"null"]
        return [replace(message, body=body) for body in forged]

    def test_what_is_asked_for(self):
        """Graph looks at once whether somebody answers."""
        self.server.practice = self.base_url()
        self.addCleanup(setattr, self.server, "practice", "")
        self.env.flush_all()
        with self.allow_requests(all_requests=True):
            done = self.calendar._job_channel()
        self.assertTrue(self.calendar.channel_id, done)
        [channel] = self.server.channels.values()
        self.assertEqual(channel["notificationUrl"], PRACTICE + PATH)
        self.assertEqual(
            channel["resource"],
            f"/users/{self.account.login}/calendars/{self.calendar.remote_id}/events",
        )

    def test_the_question_who_answers(self):
        for path in (PATH, f"{PATH}/lifecycle"):
            word = "<script>alert(1)</script> & é"
            response = self.url_open(
                path, params={"validationToken": word}, method="POST", timeout=60
            )
            self.assertEqual(response.status_code, 200)
            self.assertEqual(response.text, word)
            kind = response.headers["Content-Type"]
            self.assertEqual(kind, "text/plain; charset=utf-8")
            self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
        long = {"validationToken": "x" * 5000}
        response = self.url_open(PATH, params=long, method="POST", timeout=60)
        self.assertEqual(response.status_code, 404)

    def test_the_same_channel_lives_longer(self):
        self._open()
        old = self.calendar.channel_id
        self.calendar.channel_expires_at = self._ago(hours=-20)
        self.calendar._tend_channels()
        self.calendar._job_channel()
        self.assertEqual(self.calendar.channel_id, old)
        self.assertGreater(self.calendar.channel_expires_at, self._ago(hours=-60))
        self.assertEqual(len(self.server.asked("PATCH", "/subscriptions")), 1)

    def test_what_happens_to_the_channel(self):
        """W4: missed, subscriptionRemoved, reauthorizationRequired."""
        self._open()
        old = self.calendar.channel_id
        for event, jobs in (
            ("missed", ["_job_pull"]),
            ("reauthorizationRequired", ["_job_channel", "_job_pull"]),
            ("subscriptionRemoved", ["_job_channel", "_job_pull"]),
        ):
            self._forget_jobs()
            [message] = self.server.tell(event)
            self.assertEqual(self._post(message).status_code, 202, event)
            self.assertEqual(self._methods(), jobs, event)
        self.assertFalse(self.calendar.channel_id)
        self.server.channels.clear()
        self.calendar._job_channel()
        self.assertTrue(self.calendar._is_told())
        self.assertNotEqual(self.calendar.channel_id, old)

    def test_a_channel_that_graph_lost(self):
        """W4: a new one is opened."""
        self._open()
        old = self.calendar.channel_id
        self.server.channels.clear()
        self.calendar._job_channel()
        self.assertNotEqual(self.calendar.channel_id, old)
        self.assertIn(self.calendar.channel_id, self.server.channels)

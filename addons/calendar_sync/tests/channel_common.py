# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A database that providers reach by https, and the messages that they send to it."""

import uuid
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tools import mute_logger

from odoo.addons.clinic_scheduling.controllers import portal_common

from ..controllers import calendar_sync_push

PRACTICE = "https://practice.example.org"


class ChannelScenarios:
    """What holds for the channels of each provider that has them."""

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param("web.base.url", PRACTICE)
        # attempts stay counted when a test is rolled back: let each come from elsewhere
        address = str(uuid.uuid4())
        for module in (portal_common, calendar_sync_push):
            self.startPatcher(patch(f"{module.__name__}.get_address", lambda: address))
        self.jobs = self.env["queue.job"]

    def _open(self):
        """Let the scheduled action and its job open the channel."""
        self.calendar._tend_channels()
        self.calendar._job_channel()
        self._forget_jobs()

    def _forget_jobs(self):
        self.jobs.search([]).unlink()

    def _methods(self):
        return sorted(self.jobs.search([]).mapped("method_name"))

    def _post(self, message, **headers):
        response = self.url_open(
            message.path,
            data=message.body or None,
            headers={**message.headers, **headers},
            method="POST",
            timeout=60,
        )
        self.env.invalidate_all()
        return response

    def _ago(self, **values):
        return fields.Datetime.now() - timedelta(**values)

    # Scenarios --------------------------------------------------------

    def test_opened_by_the_scheduled_action(self):
        self._forget_jobs()
        self.env["calendar.sync.calendar"]._cron_sync()
        self.assertIn("_job_channel", self._methods())
        self.calendar._job_channel()
        [channel] = self.server.channels.values()
        self.assertTrue(self.calendar._is_told())
        self.assertEqual(channel["id"], self.calendar.channel_id)
        stored = self.calendar.sudo().channel_secret
        self.assertTrue(stored)
        self.assertNotIn(stored, str(channel))
        # once it is there, none is asked for again
        self._forget_jobs()
        self.calendar._tend_channels()
        self.assertEqual(self._methods(), [])

    def test_without_https_or_setting_nobody_is_asked(self):
        parameters = self.env["ir.config_parameter"]
        for name, value in (
            ("web.base.url", "http://localhost:8069"),
            ("calendar_sync.push", "False"),
        ):
            old = parameters.get_param(name)
            parameters.set_param(name, value)
            self._forget_jobs()
            self.calendar._tend_channels()
            self.assertEqual(self._methods(), [], name)
            self.calendar._job_channel()
            self.assertEqual(self.server.channels, {})
            parameters.set_param(name, old)

    def test_a_message_many_times(self):
        """W1: five messages lead to one pull."""
        self._open()
        [message] = self.server.tell()
        for _time in range(5):
            self.assertEqual(self._post(message).status_code, 202)
        self.assertEqual(self._methods(), ["_job_pull"])

    def test_messages_late_or_early(self):
        """W2: a message before its channel is known, late ones, out of order."""
        self._open()
        [message] = self.server.tell()
        [later] = self.server.tell()
        self._put_busy("golf", 9)
        known = self.calendar.channel_id
        self.calendar.channel_id = "not yet stored"
        self.assertEqual(self._post(message).status_code, 404)
        self.calendar.channel_id = known
        for item in (later, message):
            self.assertEqual(self._post(item).status_code, 202)
            self.calendar._job_pull()
        self.assertEqual(len(self.calendar.busy_ids), 1)
        self.calendar.account_id.action_pause()
        self._forget_jobs()
        self.assertEqual(self._post(message).status_code, 202)
        self.assertEqual(self._methods(), [])

    def test_the_answer_does_not_wait_for_the_work(self):
        """W5: the provider is not called before the answer."""
        self._open()
        [message] = self.server.tell()
        self.server.requests.clear()
        self.assertEqual(self._post(message).status_code, 202)
        self.assertEqual(self.server.requests, [])
        self.assertEqual(self._methods(), ["_job_pull"])

    def test_forgers_are_refused_and_slowed_down(self):
        """W3: without the channel's secret nothing happens."""
        self._open()
        forged = self._forge()
        self.env["ir.config_parameter"].set_param(
            "clinic_scheduling.limit.calendar_forged", f"{len(forged)}/600"
        )
        for message in forged:
            self.assertEqual(self._post(message).status_code, 404)
        self.assertEqual(self._methods(), [])
        self.assertEqual(self._post(forged[0]).status_code, 429)
        # who shows the secret is heard all the same
        [message] = self.server.tell()
        self.assertEqual(self._post(message).status_code, 202)

    @mute_logger("googleapiclient.http")
    def test_refused_channels_are_not_asked_for_all_the_time(self):
        self.server.fail(*self._get_opening(), status=403)
        self.calendar._tend_channels()
        self.calendar._job_channel()
        self.assertFalse(self.calendar.channel_id)
        self.assertEqual(self.account.state, "active")
        self._forget_jobs()
        self.calendar._tend_channels()
        self.assertEqual(self._methods(), [])

    def test_ended_when_nobody_needs_it(self):
        self._open()
        known = self.calendar.channel_id
        self.calendar.write({"publish": False, "read_busy": False})
        self._forget_jobs()
        self.calendar._tend_channels()
        job = self.jobs.search([("method_name", "=", "_job_unwatch")])
        self.assertEqual(job.args[0], known)
        self.assertFalse(self.calendar.channel_id)
        self.calendar._job_unwatch(*job.args)
        self.assertEqual(self.server.stopped, [known])

    def test_told_calendars_are_looked_at_less_often(self):
        self._open()
        self.calendar._job_pull(full=True)
        self._forget_jobs()
        self.calendar.last_pull_at = self._ago(minutes=20)
        self.env["calendar.sync.calendar"]._cron_sync()
        self.assertEqual(self._methods(), [])
        self.calendar.last_pull_at = self._ago(minutes=70)
        self.env["calendar.sync.calendar"]._cron_sync()
        self.assertEqual(self._methods(), ["_job_pull"])

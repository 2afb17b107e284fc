# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
import threading
from unittest.mock import patch

from odoo.tests import tagged

from .. import live
from .common import ClinicCommon


@tagged("post_install", "-at_install")
class TestLive(ClinicCommon):
    """What open calendars are told; tests/test_live_update.py sees it arrive."""

    def test_committed_changes_are_told_once(self):
        self.env.cr.postcommit.clear()
        self._book(10)
        self._book(11).cancel()
        with patch.object(live, "tell") as tell:
            self.env.cr.postcommit.run()
            self.env.cr.postcommit.run()
        # those who send messages are woken beside it
        told = [item.args for item in tell.call_args_list if len(item.args) < 3]
        self.assertEqual(told, [(self.env.cr.dbname, {self.site.id})])

    def test_what_is_rolled_back_is_not_told(self):
        self.env.cr.postcommit.clear()
        self._book(10)
        self.env.cr.postcommit.clear()  # as the end of a failed request does
        with patch.object(live, "tell") as tell:
            self.env.cr.postcommit.run()
        tell.assert_not_called()

    def test_a_burst_is_sent_once(self):
        sent, done = [], threading.Event()

        def send(key):
            sent.append((key, live._waiting.pop(key)))
            done.set()

        with patch.object(live, "_send", send), patch.object(live, "DELAY", 0.05):
            live.tell("one", {1})
            live.tell("one", {2, 1})
            self.assertTrue(done.wait(10))
        self.assertEqual(sent, [(("one", live.CALENDAR), {1, 2})])

    def test_only_that_something_changed_is_sent(self):
        self.env.cr.precommit.data.pop("bus.bus.values", None)
        (self.site | self.other_site)._send_calendar_changed()
        values = self.env.cr.precommit.data["bus.bus.values"]
        self.assertEqual(
            [json.loads(item["message"]) for item in values],
            [
                {
                    "type": "clinic_scheduling.calendar_changed",
                    "payload": {"site_id": site.id},
                }
                for site in (self.site, self.other_site)
            ],
        )

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools.misc import hash_sign

from odoo.addons.clinic_scheduling import live

from ..models.clinic_queue_live import CHANGED, SENDER
from ..models.ir_websocket import STAFF_CHANNEL
from .common import QueueCommon


@tagged("post_install", "-at_install")
class TestQueueLive(QueueCommon):
    """What open screens are told; tests/test_queue_journey.py sees it arrive."""

    def setUp(self):
        super().setUp()
        self.env.cr.postcommit.clear()

    def _told(self):
        """Return of which queues the end of the transaction would tell; start anew."""
        with patch.object(live, "tell") as tell:
            self.env.cr.postcommit.run()
        return tell.call_args_list and tell.call_args.args

    def _assert_told(self, queues=None):
        database, ids = self.env.cr.dbname, set((queues or self.queue).ids)
        self.assertEqual(self._told(), (database, ids, SENDER))

    def test_each_step_is_told(self):
        ticket = self._join()
        self._assert_told()
        desk = self._open()
        self._assert_told()
        desk.call_next()
        self._assert_told()
        for step in ("recall", "start_service", "complete_service", "_undo"):
            getattr(ticket, step)()
            with self.subTest(step):
                self._assert_told()

    def test_levels_credits_and_moves_are_told(self):
        credit = self.env["clinic.queue.credit"].create(
            {"policy_id": self.policy.id, "name": "Old age", "worth": 0.1}
        )
        ticket = self._join()
        self._told()
        ticket.with_user(self.nurse)._triage(self.levels[2])
        self._assert_told()
        ticket._give_credit(credit, "93 years")
        self._assert_told()
        other = self.queue.copy({"code": "Z"})
        self._told()
        ticket._transfer(other)
        self._assert_told(self.queue | other)

    def test_a_desk_that_moves_is_told_where_it_was(self):
        other = self.queue.copy({"code": "Z"})
        self._told()
        self.desk.queue_ids = [Command.set(other.ids)]
        self._assert_told(self.queue | other)

    def test_a_burst_is_told_once(self):
        for _turn in range(3):
            self._join()
        with patch.object(live, "tell") as tell:
            self.env.cr.postcommit.run()
            self.env.cr.postcommit.run()
        tell.assert_called_once()

    def test_what_is_rolled_back_is_not_told(self):
        self._join()
        self.env.cr.postcommit.clear()  # as the end of a failed request does
        self.assertFalse(self._told())

    def test_reading_is_not_told(self):
        ticket = self._join()
        self._told()
        ticket.read(["name", "wait_minutes"])
        self.env.flush_all()
        self.assertFalse(self._told())

    def test_only_that_something_changed_is_sent(self):
        self.env.cr.precommit.data.pop("bus.bus.values", None)
        self.queue._send_queue_changed()
        values = self.env.cr.precommit.data["bus.bus.values"]
        self.assertEqual(
            [json.loads(item["message"]) for item in values],
            [{"type": CHANGED, "payload": {}}],
        )


@tagged("post_install", "-at_install")
class TestQueueChannels(QueueCommon):
    def _subscribe(self, *channels, user="base.public_user"):
        """Return the ids of the queues that a user hears of, and the other strings."""
        user = self.env.ref(user) if isinstance(user, str) else user
        websocket = self.env["ir.websocket"].with_user(user)
        # what is heard besides is Odoo's: it needs a connection
        owner = "odoo.addons.bus.models.ir_websocket.IrWebsocket"
        method = f"{owner}._build_bus_channel_list"
        with patch(method, lambda _self, found: found):
            found = websocket._build_bus_channel_list(list(channels))
        queues = {
            item[0].id
            for item in found
            if isinstance(item, tuple) and item[0]._name == "clinic.queue"
        }
        strings = {item for item in found if isinstance(item, str)}
        return queues, strings

    def _channel(self, queues=None):
        return self.env["ir.websocket"]._get_queue_channel(queues or self.queue)

    def test_a_token_opens_its_queues(self):
        self.assertEqual(
            self._subscribe(self._channel(), "x"), ({self.queue.id}, {"x"})
        )

    def test_forged_tokens_open_nothing(self):
        prefix, _colon, token = self._channel().partition(":")
        changed = token[:-2] + ("AA" if token[-2:] != "AA" else "BB")
        for wrong in (changed, "", "x", "====", "é", "\ud800", "AQ", token[:20], "\0"):
            with self.subTest(wrong):
                self.assertEqual(self._subscribe(f"{prefix}:{wrong}"), (set(), set()))

    def test_other_secrets_open_nothing(self):
        token = hash_sign(
            self.env(su=True), "another scope", self.queue.ids, expiration_hours=1
        )
        self.assertEqual(
            self._subscribe(f"clinic_queue.public:{token}"), (set(), set())
        )

    def test_expired_tokens_open_nothing(self):
        with patch("odoo.addons.clinic_queue.models.ir_websocket.PUBLIC_HOURS", -1):
            channel = self._channel()
        self.assertEqual(self._subscribe(channel), (set(), set()))

    def test_words_open_nothing_to_visitors(self):
        name = f"clinic.queue_{self.queue.id}"
        self.assertEqual(self._subscribe(STAFF_CHANNEL, name), (set(), {name}))

    def test_staff_hear_of_their_sites(self):
        other = self.queue.copy({"code": "Z", "site_id": self.other_site.id})
        queues, _strings = self._subscribe(STAFF_CHANNEL, user=self.nurse)
        self.assertLessEqual({self.queue.id, other.id}, queues)
        self.nurse.clinic_site_ids = self.site
        queues, _strings = self._subscribe(STAFF_CHANNEL, user=self.nurse)
        self.assertIn(self.queue.id, queues)
        self.assertNotIn(other.id, queues)

    def test_a_flood_of_tokens_is_cut(self):
        other = self.queue.copy({"code": "Z"})
        tokens = [self._channel()] * 20
        queues, _strings = self._subscribe(*tokens, self._channel(other))
        self.assertEqual(queues, {self.queue.id})

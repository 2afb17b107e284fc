# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import secrets
import time
from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.clinic_scheduling.models.clinic_verification_sms import (
    ClinicVerification,
)

from ..sync_items import MAX_ITEMS, read_batch
from .kiosk_common import KioskCommon


@tagged("post_install", "-at_install")
class TestQueueSyncGuard(KioskCommon):
    """What the server does not believe of a tablet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.clinic_code_country_ids = cls.env.ref("base.fr")

    def _request(self):
        """Let what follows count as within one request."""
        counted = set()
        target = "odoo.addons.clinic_scheduling.models.clinic_rate_limit"
        name = f"{target}.ClinicRateLimit._get_counted"
        return patch(name, lambda _self: counted)

    def _find_messages(self, items):
        numbers = [item["mobile"] for item in items]
        return self.env["sms.sms"].sudo().search([("number", "in", numbers)])

    def _ask_links(self, count):
        """Return items that ask for links, to numbers nobody was sent one to."""
        return [
            self._item(mobile=f"+336{secrets.randbelow(10**7) + 10**7}")
            for _number in range(count)
        ]

    def _set_limit(self, kind, limit):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param(f"clinic_scheduling.limit.{kind}", limit)

    # The clock

    def test_nothing_is_older_than_when_the_tablet_had_nothing_to_send(self):
        first = self._join(minutes=5)
        self.kiosk.sudo()._note_seen(is_clear=True)
        item = self._item(ago=20 * 3600)
        (answer,) = self._sync(item)
        log = self._find_log(item)
        self.assertEqual((answer["state"], log.resolution), ("synced", "clock"))
        self.assertGreater(log.ticket_id.arrived_at, first.arrived_at)
        self.assertEqual(answer["ticket"]["place"], 2)

    def test_being_seen_with_items_to_send_moves_none(self):
        self.kiosk.sudo()._note_seen()
        item = self._item(ago=3600)
        self._sync(item)
        ago = fields.Datetime.now() - self._find_log(item).ticket_id.arrived_at
        self.assertGreater(ago, timedelta(minutes=59))
        self.assertFalse(self._find_log(item).resolution)

    def test_a_full_message_says_nothing_of_what_comes_after_it(self):
        kiosk = self.kiosk.sudo()
        rows = [{**self._item(), "level_id": 1} for _row in range(MAX_ITEMS)]
        _sent, items, refused, _left = read_batch({"sent_at": 1, "items": rows})
        sent_at = round(time.time() * 1000)
        kiosk._sync(sent_at, items, refused)
        self.assertFalse(kiosk.cleared_at)
        kiosk._sync(sent_at, items, refused[1:], left=1)
        self.assertFalse(kiosk.cleared_at)
        kiosk._sync(sent_at, items, refused[1:])
        self.assertTrue(kiosk.cleared_at)

    def test_nothing_is_shown_to_who_has_left_with_a_number(self):
        left, stays = self._item(number="K1-001"), self._item()
        shown = self.env["clinic.queue.estimate"].sudo()
        self._open()
        self._sync(left)
        told = self._find_log(left).ticket_id
        self.assertFalse(shown.search_count([("ticket_id", "=", told.id)]))
        (answer,) = self._sync(stays)
        self.assertLess({"place", "wait", "qr", "url"}, answer["ticket"].keys())
        told = self._find_log(stays).ticket_id
        self.assertTrue(shown.search_count([("ticket_id", "=", told.id)]))

    # Numbers

    def test_a_prefix_is_of_plain_letters_and_digits(self):
        for prefix in ("K-", "Ä1", " "):
            with (
                self.subTest(prefix),
                self.assertRaises(psycopg2.errors.CheckViolation),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self._create_kiosk("Bad", prefix=prefix)
        self.assertEqual(self._create_kiosk("Good", prefix=" k7").prefix, "K7")

    def test_a_prefix_is_no_letter_of_a_queue(self):
        with self.assertRaisesRegex(UserError, "both begin with T"):
            self._create_kiosk("Bad", prefix="t")
        with self.assertRaisesRegex(UserError, "both begin with K1"):
            self.queue.copy({"code": "k1"})
        elsewhere = self.queue.copy({"code": "K1", "site_id": self.other_site.id})
        self.assertEqual(elsewhere.code, "K1")

    def test_a_number_that_somebody_has_is_skipped(self):
        first = self._join()
        number = int(first.name.partition("-")[2])
        self._join(number=f"T-{number + 1:03}")
        self.assertEqual(self._join().name, f"T-{number + 2:03}")

    def test_the_number_on_the_paper_is_kept_when_the_prefix_was_changed(self):
        item = self._item(number="K1-003")
        self.kiosk.prefix = "K9"
        (answer,) = self._sync(item)
        log = self._find_log(item)
        self.assertEqual(
            (log.state, log.resolution, log.number),
            ("conflict", "renumbered", "K1-003"),
        )
        self.assertEqual(answer["number"], "K1-003")
        self.assertTrue(answer["ticket"]["number"].startswith("T-"))

    def test_what_cannot_be_read_is_told_to_staff(self):
        rows = [self._item(number="K--001"), {**self._item(), "level_id": 1}, {}]
        _sent, items, refused, _left = read_batch({"sent_at": 1, "items": rows})
        self.assertFalse(items)
        kiosk = self.kiosk.sudo()
        answers = kiosk._note_refused(refused) and kiosk._note_refused(refused)
        self.assertEqual([answer["state"] for answer in answers], ["refused"] * 2)
        log = self._find_log(rows[0])
        self.assertEqual(
            (log.state, log.resolution, log.number),
            ("conflict", "refused", "K--001"),
        )
        log.with_user(self.receptionist).action_retry()
        self.assertFalse(log.ticket_id)
        later = self._item(ago=600)
        self._sync(later)
        ago = fields.Datetime.now() - self._find_log(later).taken_at
        self.assertGreater(ago, timedelta(minutes=9))

    # Secrets, and how often

    def test_each_appointment_looked_for_is_counted(self):
        self._set_limit("kiosk_find", "1/600")
        visit = self._book_today()
        first, last = (self._item("check_in", appointment=visit.name) for _n in "12")
        with self._request():
            answers = self._sync(first, last)
        self.assertEqual([item["state"] for item in answers], ["synced", "failed"])

    def test_what_was_taken_offline_uses_up_no_attempt(self):
        self._set_limit("kiosk_find", "3/600")
        visit = self._book_today()
        items = [
            self._item("check_in", appointment=f"APT-X{n}", number=f"K1-{n:03}")
            for n in range(1, 4)
        ]
        last = self._item("check_in", appointment=visit.name, number="K1-004")
        with self._request():
            *others, answer = self._sync(*items, last)
        # nobody with a number is left out
        self.assertEqual({item["resolution"] for item in others}, {"walk_in"})
        self.assertEqual((answer["state"], visit.state), ("synced", "arrived"))
        self.assertEqual(visit.queue_ticket_ids.name, "K1-004")

    def test_two_guesses_refuse_nobody_behind_them(self):
        guesses = [self._item("check_in", appointment=f"APT-{n}") for n in "12"]
        others = [
            self._item(number="K1-001"),
            self._item("check_in", appointment="APT-3", number="K1-002"),
        ]
        _sent, items, refused, _left = read_batch(
            {"sent_at": 1, "items": guesses + others}
        )
        self.assertEqual(
            [item["uuid"] for item in items],
            [item["uuid"] for item in (guesses[0], *others)],
        )
        self.assertEqual([item["uuid"] for item in refused], [guesses[1]["uuid"]])

    def test_links_of_a_tablet_are_limited(self):
        self._set_limit("kiosk_link", "2/3600")
        items = self._ask_links(4)
        with self._request():
            answers = self._sync(*items)
        self.assertEqual({answer["state"] for answer in answers}, {"synced"})
        self.assertEqual(len(self._find_messages(items)), 2)

    def test_text_messages_of_the_company_are_limited(self):
        items = self._ask_links(3)
        full = UserError("No more.")
        with (
            self._request(),
            patch.object(
                ClinicVerification,
                "_count_text_message",
                side_effect=[None, full, full],
            ),
        ):
            self._sync(*items)
        self.assertEqual(len(self._find_messages(items)), 1)

    # Settings

    def test_a_tablet_does_what_it_is_set_up_for(self):
        visit = self._book_today()
        for setting, item in (
            ("takes_walk_ins", self._item()),
            ("takes_check_ins", self._item("check_in", appointment=visit.name)),
            ("takes_requests", self._item("request", service=self.service.id)),
        ):
            self.kiosk[setting] = False
            (answer,) = self._sync(item)
            self.assertEqual(answer["message"], "This tablet does not offer that.")
            self.assertEqual(answer["state"], "failed")
        self.assertEqual(visit.state, "scheduled")

    def test_staff_may_still_do_what_a_tablet_took_before(self):
        item = self._item()
        self.kiosk.takes_walk_ins = False
        self._sync(item)
        log = self._find_log(item)
        self.kiosk.sudo()._retry_failed()
        self.assertEqual(log.state, "failed")
        log.with_user(self.receptionist).action_retry()
        self.assertEqual(log.state, "synced")

    def test_a_tablet_of_staff_sends_nothing(self):
        self.kiosk.kind = "staff"
        (answer,) = self._sync(self._item())
        self.assertEqual(answer["state"], "failed")

    def test_no_link_is_sent_where_none_is_offered(self):
        self.kiosk.asks_mobile = False
        items = self._ask_links(1)
        self._sync(*items)
        self.assertFalse(self._find_messages(items))

    def test_a_tablet_whose_queues_are_archived_serves_none(self):
        other = self.queue.copy({"code": "Y", "name": "Gone"})
        self.kiosk.queue_ids = [Command.set(other.ids)]
        other.active = False
        self.assertFalse(self.kiosk._get_queues())
        (answer,) = self._sync(self._item())
        self.assertEqual(answer["state"], "failed")
        self.assertFalse(self.kiosk.sudo()._get_kiosk_state()["device"]["walk_in"])

    def test_what_was_sent_is_read_by_nobody(self):
        self.kiosk.takes_requests = False
        item = self._item("request", name="Zoe", contact="z@example.com")
        self._sync(item)
        log = self._find_log(item).with_user(self.receptionist)
        self.assertEqual(log.contact, "Zoe, z@example.com")
        with self.assertRaises(AccessError):
            log.read(["data"])
        with self.assertRaises(AccessError):
            log.search([("data", "!=", False)])

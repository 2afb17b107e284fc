# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..exceptions import QueueError
from ..models.clinic_queue_join import ClinicQueue
from .kiosk_common import KioskCommon


@tagged("post_install", "-at_install")
class TestQueueSync(KioskCommon):
    """What kiosks send: once, in order, each by itself."""

    def test_a_walk_in_gets_a_ticket(self):
        item = self._item(reason=self.reason.id)
        (answer,) = self._sync(item)
        ticket = self._find_ticket(answer["ticket"]["number"])
        self.assertEqual(answer["state"], "synced")
        self.assertEqual((ticket.source, ticket.reason), ("kiosk", "A cough"))
        self.assertEqual(answer["ticket"]["place"], 1)
        self.assertIn(ticket.access_token, answer["ticket"]["url"])
        self.assertFalse(ticket.level_id)

    def test_an_item_sent_again_changes_nothing(self):
        item = self._item(number="K1-001")
        (first,) = self._sync(item)
        ticket = self._find_log(item).ticket_id
        (second,) = self._sync(item)
        self.assertEqual(first, second)
        self.assertEqual(self._find_log(item).ticket_id, ticket)
        self.assertEqual(len(self._find_ticket("K1-001")), 1)

    def test_another_device_with_the_same_uuid_gets_its_own(self):
        other = self._create_kiosk("Side", prefix="K2")
        item = self._item()
        (first,) = self._sync(item)
        (second,) = self._sync(item, kiosk=other)
        self.assertNotEqual(first["ticket"]["url"], second["ticket"]["url"])

    def test_one_that_fails_does_not_stop_the_others(self):
        items = [self._item(number=f"K1-{number:03}") for number in (1, 2, 3)]
        join = ClinicQueue._join

        def refuse(queue, values):
            ticket = join(queue, values)
            if values["number"] == "K1-002":
                raise QueueError("No.")
            return ticket

        with patch.object(ClinicQueue, "_join", refuse):
            answers = self._sync(*items)
        states = [answer["state"] for answer in answers]
        self.assertEqual(states, ["synced", "failed", "synced"])
        self.assertFalse(self._find_ticket("K1-002"))
        log = self._find_log(items[1])
        self.assertEqual((log.message, log.attempts), ("No.", 1))
        log.with_user(self.receptionist).action_retry()
        self.assertEqual(log.state, "synced")
        self.assertTrue(self._find_ticket("K1-002"))

    def test_order_of_arrival_is_kept(self):
        items = [
            self._item(ago=600 - 60 * number, number=f"K1-{number:03}")
            for number in range(1, 6)
        ]
        later = self._join()
        self._sync(*reversed(items))
        waiting = self.tickets.search([("queue_id", "=", self.queue.id)])
        names = [f"K1-{number:03}" for number in range(1, 6)]
        self.assertEqual(waiting.mapped("name"), [*names, later.name])

    def test_a_clock_that_is_off_is_set_right(self):
        for off in (-86400 * 400, 7200, 86400 * 400):
            with self.subTest(off=off):
                item = self._item(ago=300)
                (answer,) = self._sync(item, off=off)
                log = self._find_log(item)
                ago = fields.Datetime.now() - log.ticket_id.arrived_at
                # never before an item that came in earlier
                self.assertLess(ago, timedelta(seconds=310))
                self.assertEqual(log.resolution, "clock")
                self.assertEqual(answer["state"], "synced")
                self.assertAlmostEqual(log.clock_offset, -off, delta=5)

    def test_nothing_is_taken_in_the_future(self):
        item = self._item(ago=-3600)
        self._sync(item)
        ticket = self._find_log(item).ticket_id
        self.assertLessEqual(ticket.arrived_at, fields.Datetime.now())

    def test_what_is_too_old_is_refused(self):
        item = self._item(ago=90000)
        (answer,) = self._sync(item)
        self.assertEqual((answer["state"], answer.get("ticket")), ("failed", None))

    def test_an_item_never_overtakes_the_one_ahead_of_it(self):
        first, second = self._item(ago=60), self._item(ago=600)
        self._sync(first, second)
        moments = [self._find_log(item).taken_at for item in (first, second)]
        self.assertLessEqual(moments[0], moments[1])

    def test_a_number_given_meanwhile_is_the_tickets(self):
        """The answer was lost, and the kiosk gave a number itself."""
        item = self._item()
        (lost,) = self._sync(item)
        (answer,) = self._sync({**item, "number": "K1-009"})
        self.assertEqual(answer["ticket"]["number"], "K1-009")
        ticket = self._find_log(item).ticket_id
        self.assertEqual(ticket.name, "K1-009")
        self.assertIn(ticket.access_token, lost["ticket"]["url"])
        self.assertEqual(answer["resolution"], "renamed")

    def test_a_number_on_the_boards_is_not_changed_any_more(self):
        item = self._item()
        self._sync(item)
        ticket = self._find_log(item).ticket_id
        before = ticket.name
        self._open().call_next()
        (answer,) = self._sync({**item, "number": "K1-009"})
        self.assertEqual((ticket.state, ticket.name), ("called", before))
        self.assertEqual(
            (answer["state"], answer["resolution"]), ("conflict", "joined")
        )

    def test_a_number_that_is_taken_is_replaced(self):
        self._sync(self._item(number="K1-001"))
        (answer,) = self._sync(self._item(number="K1-001"))
        self.assertEqual(answer["resolution"], "renumbered")
        self.assertNotEqual(answer["ticket"]["number"], "K1-001")

    def test_a_foreign_number_is_not_taken(self):
        (answer,) = self._sync(self._item(number="A-001"))
        self.assertTrue(answer["ticket"]["number"].startswith("T-"))

    def test_a_warning_sign_calls_the_staff_and_sets_no_level(self):
        item = self._item(flags=[self.flag.id])
        (answer,) = self._sync(item)
        ticket = self._find_log(item).ticket_id
        self.assertTrue(answer["ticket"]["calls_staff"])
        self.assertTrue(ticket.triage_asked_at)
        self.assertFalse(ticket.level_id)
        self.assertEqual(ticket.reason, "Trouble breathing")
        self.assertEqual(ticket.warning_signs, "Trouble breathing")
        ticket.with_user(self.nurse)._triage(self.levels[3])
        self.assertFalse(ticket.triage_asked_at)

    def test_a_warning_sign_is_an_alarm_until_somebody_goes(self):
        item = self._item(flags=[self.flag.id])
        self._sync(item)
        ticket = self._find_log(item).ticket_id
        tickets = self.tickets.with_user(self.nurse)

        def shown():
            alarms = tickets.get_staff_alerts()["alarms"]
            return ticket.id in {alarm["id"] for alarm in alarms}

        self.assertTrue(shown())
        ticket.with_user(self.receptionist).take_alarm()
        self.assertEqual(ticket.alarm_taken_by_id, self.receptionist)
        self.assertFalse(shown())
        self.assertIn(self.receptionist.name, ticket.with_user(self.nurse).take_alarm())

    def test_nothing_of_a_person_is_left(self):
        item = self._item(mobile="+33612345678", reason=self.reason.id)
        self._sync(item)
        kept = self._find_log(item).data
        self.assertLessEqual(kept.keys(), {"queue", "number", "taken_at", "seq"})

    def test_logs_are_forgotten_in_time(self):
        item = self._item()
        self._sync(item)
        log = self._find_log(item)
        self.env["ir.config_parameter"].set_param("clinic_queue.sync_log_days", "5")
        log.sudo().received_at -= timedelta(days=4)
        log._gc_logs()
        self.assertTrue(log.exists())
        log.sudo().received_at -= timedelta(days=2)
        log._gc_logs()
        self.assertFalse(log.exists())

    def test_nobody_edits_the_log(self):
        item = self._item()
        self._sync(item)
        log = self._find_log(item).with_user(self.receptionist)
        with self.assertRaises(AccessError):
            log.write({"state": "pending"})

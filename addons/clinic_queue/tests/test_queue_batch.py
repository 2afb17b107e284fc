# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import time
from itertools import pairwise
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.clinic_appointment import ClinicAppointment
from .kiosk_common import KioskCommon
from .test_queue_kiosk import KioskHttpCase


@tagged("post_install", "-at_install")
class TestQueueBatch(KioskCommon):
    """What a tablet kept for hours comes in at once."""

    def _count_queries(self, count):
        """Return what it costs to sync so many numbers."""
        items = [
            self._item(number=f"K1-{next(self.numbers):03}") for _item in range(count)
        ]
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        answers = self._sync(*items)
        self.env.flush_all()
        self.assertEqual({answer["state"] for answer in answers}, {"synced"})
        return self.env.cr.sql_log_count - before

    def test_an_item_costs_the_same_in_any_batch(self):
        self._open()
        self._count_queries(2)
        few, more, many = (self._count_queries(count) for count in (5, 15, 45))
        self.assertLessEqual((many - more) / 30, (more - few) / 10 + 1)
        # so many for one number: 50 of them are sent within seconds
        self.assertLess((many - more) / 30, 20)


@tagged("post_install", "-at_install")
class TestQueueBacklog(KioskHttpCase):
    """A morning without the network, sent in parts as the tablet sends it."""

    def _send_part(self, token, items, left):
        body = {"sent_at": round(time.time() * 1000), "items": items, "left": left}
        response = self._ask("sync", body, token)
        self.assertEqual(response.status_code, 200, response.text)
        return response.json()["results"]

    def test_a_long_backlog_comes_in_once_and_in_order(self):
        token = self._pair()
        minute = 60
        items = [
            self._item(ago=(75 - turn) * minute, number=f"K1-{turn:03}")
            for turn in range(1, 71)
        ]
        parts = (items[:10], items[10:30], items[10:30], items[30:])
        for part in parts:
            # the second part is sent again: its answer was lost
            left = len(items) - items.index(part[-1]) - 1
            answers = self._send_part(token, part, left)
            self.assertEqual({answer["state"] for answer in answers}, {"synced"})
            self.assertEqual(bool(self.kiosk.cleared_at), not left)
        domain = [("queue_id", "=", self.queue.id), ("name", "=like", "K1-%")]
        tickets = self.tickets.search(domain, order="arrived_at")
        names = [f"K1-{turn:03}" for turn in range(1, 71)]
        self.assertEqual(tickets.mapped("name"), names)
        waits = [(b.arrived_at - a.arrived_at) for a, b in pairwise(tickets)]
        self.assertEqual({round(wait.total_seconds() / minute) for wait in waits}, {1})
        logs = self.env["clinic.sync.log"].search([("device_id", "=", self.kiosk.id)])
        self.assertEqual(set(logs.mapped("resolution")), {False})

    def test_nonsense_of_what_is_left_is_refused(self):
        token = self._pair()
        for left in (-1, "1", 2**40, 1.5):
            body = {"sent_at": 1, "items": [], "left": left}
            self.assertEqual(self._ask("sync", body, token).status_code, 400)

    @mute_logger("odoo.sql_db")
    def test_the_reception_is_faster_at_the_same_moment(self):
        token = self._pair()
        visit = self._book_today()
        visit.arrive()
        ticket = visit.check_in()
        check_in, tries = ClinicAppointment._check_in, []

        def check_in_blind(self, values):
            """As in a transaction that began before the reception's ended."""
            tries.append(values)
            if len(tries) > 1:
                return check_in(self, values)
            return self._find_queue()._join({**values, "appointment_id": self.id})

        with (
            patch.object(ClinicAppointment, "_check_in", check_in_blind),
            patch("odoo.service.model.random.uniform", return_value=0),
        ):
            item = self._item("check_in", appointment=visit.name)
            (answer,) = self._send_part(token, [item], 0)
        self.assertEqual(len(tries), 2)
        self.assertEqual((answer["state"], answer["resolution"]), ("synced", False))
        self.assertEqual(answer["ticket"]["number"], ticket.name)
        self.assertEqual(self._find_log(item).action, "found")
        self.assertEqual(visit.queue_ticket_ids, ticket)

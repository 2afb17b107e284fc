# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import random
from datetime import date

from odoo.tests import tagged

from .common import QueueCommon

#: A Monday, the busiest day of the demo.
DAY = date(2026, 3, 2)


@tagged("post_install", "-at_install")
class TestQueueDemo(QueueCommon):
    """A past day of the demo, on a queue of the test's own."""

    def _serve_day(self, queue):
        self.env["clinic.demo"]._serve_day(queue, DAY, random.Random(7))
        domain = [("queue_id", "=", queue.id), ("day", "=", DAY)]
        return self.tickets.search(domain, order="name")

    def test_a_day_is_served_in_the_order_of_the_policy(self):
        tickets = self._serve_day(self.queue)
        self.assertGreater(len(tickets), 30)
        self.assertLessEqual(
            set(tickets.mapped("state")), {"completed", "cancelled", "absent"}
        )
        done = tickets.filtered(lambda ticket: ticket.state == "completed")
        self.assertGreater(len(done), len(tickets) / 2)
        for ticket in done:
            self.assertLessEqual(ticket.arrived_at, ticket.called_at)
            self.assertLess(ticket.started_at, ticket.completed_at)
            self.assertEqual(self.queue._get_today(ticket.called_at), DAY)
        for desk in done.desk_id:
            own = done.filtered(lambda item, desk=desk: item.desk_id == desk)
            own = own.sorted("called_at")
            for earlier, later in zip(own, own[1:], strict=False):
                self.assertGreaterEqual(later.called_at, earlier.completed_at)

    def test_what_was_shown_is_judged(self):
        tickets = self._serve_day(self.queue)
        domain = [("ticket_id", "in", tickets.ids)]
        shown = self.env["clinic.queue.estimate"].search(domain)
        known = shown.filtered("is_known")
        self.assertEqual(shown.ticket_id, tickets)
        self.assertEqual(known.ticket_id, tickets.filtered("called_at"))
        for note in known:
            waited = note.ticket_id.called_at - note.ticket_id.arrived_at
            self.assertEqual(note.actual, waited.total_seconds())

    def test_the_same_every_time(self):
        other = self.queue.copy({"code": "S", "name": "Same"})
        first, second = (
            [(item.arrived_at, item.state, item.called_at) for item in tickets]
            for tickets in (self._serve_day(self.queue), self._serve_day(other))
        )
        self.assertEqual(first, second)

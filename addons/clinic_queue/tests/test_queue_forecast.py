# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from odoo.addons.clinic_engine.queue_estimate import estimate

from ..models import clinic_queue_forecast
from .common import QueueCommon


@tagged("post_install", "-at_install")
class TestForecast(QueueCommon):
    def _serve(self, count, minutes):
        """Leave behind so many services of that length."""
        now = fields.Datetime.now() - timedelta(days=2)
        for _turn in range(count):
            ticket = self._join()
            ticket.sudo().write(
                {
                    "state": "completed",
                    "provider_key": f"desk:{self.desk.id}",
                    "arrived_at": now - timedelta(hours=1),
                    "called_at": now,
                    "started_at": now,
                    "completed_at": now + timedelta(minutes=minutes),
                }
            )

    def test_without_history_by_the_number_ahead(self):
        tickets = [self._join(20 - number, level=4) for number in range(3)]
        self._open()
        found = self.queue._forecast()
        lows = [found[ticket.id][0] for ticket in tickets]
        self.assertEqual(lows, sorted(lows))
        self.assertLess(lows[0], lows[2])

    def test_without_desks_nobody_is_served(self):
        ticket = self._join()
        self.assertEqual(self.queue._forecast(), {ticket.id: None})
        self._serve(25, 10)
        self.assertEqual(self.queue._forecast(), {ticket.id: None})

    def test_learned_from_what_was_done(self):
        for minutes in (5, 40):
            self._serve(30, minutes)
            ticket = self._join(0, level=5)
            ahead = self._join(10, level=4)
            desk = self._open()
            low, high = self.queue._forecast()[ticket.id]
            self.assertLessEqual(low, high)
            if minutes == 5:
                short = high
            desk.close_desk()
            (ticket | ahead).leave_queue()
        self.assertGreater(high, short)

    def test_a_break_and_a_service_count(self):
        self._serve(30, 10)
        ticket = self._join(0, level=4)
        desk = self._open()
        before = self.queue._forecast()[ticket.id]
        desk.pause_desk(fields.Datetime.now() + timedelta(minutes=30))
        self.assertGreaterEqual(self.queue._forecast()[ticket.id][0], 1800)
        self.assertLess(before[0], 1800)

    def test_each_by_the_policy_of_its_own_queue(self):
        # the other queue wants its level 5 seen within a minute
        policy = self.policy.copy({"name": "Quick Policy"})
        quick = policy.level_ids.filtered(lambda item: item.code == 5)
        quick.target = 1
        queue = self.queue.copy(
            {"name": "Quick", "code": "Q", "policy_id": policy.id, "sequence": 99}
        )
        self.desk.queue_ids |= queue
        ours = self._join(10, level=5)
        theirs = self.tickets._join_queue(
            queue, arrived_at=fields.Datetime.now() - timedelta(minutes=5)
        )
        theirs.sudo().level_id = quick
        desk = self._open()
        for served in (0, 30):
            self._serve(served, 10)
            for asked in (self.queue, queue):
                found = asked._forecast()
                self.assertLess(found[theirs.id], found[ours.id])
        self.assertEqual(desk.call_next(), theirs)

    def test_the_same_whichever_queue_is_asked(self):
        # the first desk serves both, the second the other one alone, and the third
        # one that is tied to the first by way of the other only
        other, third = (
            self.queue.copy({"name": f"Room {code}", "code": code, "sequence": 99})
            for code in ("Y", "Z")
        )
        far = self.desk.copy({"name": "Desk 3", "queue_ids": (other | third).ids})
        self.desk.queue_ids |= other
        self.other_desk.queue_ids = other
        for minutes in (40, 30, 20):
            self._join(minutes, level=4)
        for _turn in range(4):
            self.tickets._join_queue(other), self.tickets._join_queue(third)
        self._open()
        self.other_desk.sudo().state = far.sudo().state = "open"
        for served in (0, 30):
            self._serve(served, 20)
            found = [queue._forecast() for queue in (self.queue, other, third)]
            self.assertEqual(len(found[0]), 11)
            self.assertEqual(found[1:], found[:1] * 2)

    def test_who_is_called_counts_with_all_of_their_time(self):
        self._serve(30, 20)
        called, waiting = self._join(10, level=4), self._join(level=4)
        desk = self._open()
        self.assertEqual(desk.call_next(), called)
        low, _high = self.queue._forecast()[waiting.id]
        self.assertGreaterEqual(low, 15 * 60)

    def test_who_came_in_other_weeks_may_want_something_else(self):
        self._serve(30, 10)
        service = self.service.copy({"name": "Asked for last week alone"})
        week_ago = fields.Datetime.now() - timedelta(days=7)
        earlier = self.tickets._join_queue(
            self.queue,
            arrived_at=week_ago + timedelta(minutes=30),
            service_id=service.id,
        )
        earlier.leave_queue()
        waiting = self._join(level=5)
        self._open()
        self.assertIsNotNone(self.queue._forecast()[waiting.id])

    def test_a_room_is_played_on_once_until_it_changes(self):
        self._serve(30, 10)
        first, second = self._join(20, level=4), self._join(5, level=4)
        desk, now = self._open(), fields.Datetime.now()
        with patch.object(clinic_queue_forecast, "estimate", wraps=estimate) as played:
            for _phone in range(5):
                before = self.queue._forecast(now)
            self.assertEqual(played.call_count, 1)
            self.queue._forecast(now + timedelta(seconds=60))
            self.assertEqual(played.call_count, 2)
            # each change is told at once
            for change in (
                lambda: self._join(0, level=2),
                lambda: second.sudo().write({"level_id": self.levels[2].id}),
                desk.call_next,
                lambda: desk.pause_desk(now + timedelta(minutes=50)),
                first.leave_queue,
            ):
                count = played.call_count
                change()
                after = self.queue._forecast(now)
                self.assertEqual(played.call_count, count + 1)
        self.assertNotEqual(after, before)

    def test_the_number_of_queries_does_not_grow(self):
        self._serve(30, 10)
        self._open()
        self._join(level=4)
        counts = []
        for _turn in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.queue._forecast()
            counts.append(self.env.cr.sql_log_count - before)
            for number in range(15):
                self._join(number, level=4)
        self.assertLessEqual(counts[1], counts[0])

    def test_estimates_are_judged(self):
        ticket = self._join(0, level=4)
        shown = self.env["clinic.queue.estimate"].create(
            {
                "ticket_id": ticket.id,
                "moment": fields.Datetime.now() - timedelta(minutes=10),
                "low": 300,
                "high": 900,
            }
        )
        self._open().call_next()
        self.assertTrue(shown.is_known)
        self.assertAlmostEqual(shown.actual, 600, delta=5)
        self.assertEqual((shown.within, shown.shorter), (1, 0))

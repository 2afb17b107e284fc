# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""An undo takes back what was named, in its day, and nothing else."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ..exceptions import QueueError
from .common import QueueCommon


@tagged("post_install", "-at_install")
class TestUndoGuard(QueueCommon):
    def _press_undo(self, ticket, event):
        ticket = ticket.with_user(self.nurse)
        return ticket.with_context(undo_event_id=event.id).action_undo()

    def test_the_button_takes_back_what_it_names(self):
        ticket = self._join(20, level=3)
        ticket.with_user(self.nurse)._triage(self.levels[2])
        named = ticket.with_user(self.nurse).undo_event_id
        self.assertEqual(named.kind, "triaged")
        self._open().call_next()
        ticket.invalidate_recordset()
        with self.assertRaises(QueueError):
            self._press_undo(ticket, named)
        with self.assertRaises(QueueError):
            ticket.action_undo()
        self.assertEqual(ticket.state, "called")
        self._press_undo(ticket, ticket.undo_event_id)
        self.assertEqual(ticket.state, "waiting")

    def test_nothing_is_taken_back_days_later(self):
        ticket = self._join(20, level=3)
        self._open().call_next()
        ticket.start_service()
        ticket.complete_service()
        self.assertTrue(ticket.undo_event_id)
        ticket.invalidate_recordset()
        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            self.assertFalse(ticket.undo_event_id)
            with self.assertRaises(QueueError):
                ticket._undo()
        self.assertEqual(ticket.state, "completed")

    def test_a_known_wait_stays_known_when_a_level_is_taken_back(self):
        ticket = self._join(20, level=3)
        self.env["clinic.queue.estimate"].create(
            {"ticket_id": ticket.id, "low": 300, "high": 600}
        )
        self._open().call_next()
        known = self.env["clinic.queue.estimate"].search(
            [("ticket_id", "=", ticket.id), ("is_known", "=", True)]
        )
        self.assertTrue(known)
        ticket._transfer(doctor=self.doctor)
        ticket.with_user(self.nurse)._triage(self.levels[2])
        ticket.with_user(self.nurse)._undo()
        self.assertEqual(ticket.state, "waiting")
        self.assertTrue(all(known.mapped("is_known")))

    def test_the_button_says_that_all_calls_are_taken_back(self):
        ticket = self._join(20, level=3)
        self._open().call_next()
        name = ticket.name
        self.assertEqual(ticket.undo_label, f"Undo call of {name}")
        ticket.recall()
        ticket.invalidate_recordset(["undo_label", "undo_event_id"])
        self.assertEqual(ticket.undo_label, f"Undo all 2 calls of {name}")
        ticket._undo()
        self.assertEqual((ticket.state, ticket.call_count), ("waiting", 0))

    def test_a_clock_that_stood_still_does_so_whatever_comes_next(self):
        self.policy.parking_keeps_clock = False
        for step in ("call", "transfer"):
            ticket = self._join(70, level=3)
            arrived = ticket.arrived_at
            ticket.park()
            ticket.sudo().parked_at = fields.Datetime.now() - timedelta(minutes=60)
            if step == "call":
                desk = self._open()
                desk._call_ticket(ticket, "Came back")
            else:
                ticket._transfer(doctor=self.doctor)
            with self.subTest(step=step):
                self.assertAlmostEqual(ticket.paused_seconds, 3600, delta=60)
                self.assertEqual(ticket.arrived_at, arrived)
                ticket._undo()
                self.assertEqual((ticket.paused_seconds, ticket.state), (0, "parked"))

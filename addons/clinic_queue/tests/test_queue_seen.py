# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .test_queue_report import ReportCommon


@tagged("post_install", "-at_install")
class TestSeen(ReportCommon):
    """What the figures say of who was seen, and that they do not change afterwards."""

    def _serve(self, ticket):
        self._open().call_next()
        ticket.start_service()
        self.assertEqual(ticket.state, "in_consultation")

    def _figures(self, ticket):
        row = self._get_row(ticket)
        return row.wait_minutes, row.in_target, row.left_rate

    def test_who_was_seen_and_then_goes_did_not_leave_unseen(self):
        ticket = self._join(50, level=4)
        self._serve(ticket)
        ticket.park("X-ray")
        self.assertEqual(self._figures(ticket), (50, 1, 0))
        ticket.leave_queue("Went home")
        self.assertEqual(self._figures(ticket), (50, 1, 0))
        total = self._get_dashboard()["total"]
        self.assertEqual((total["seen"], total["left"]), (1, 0))

    def test_the_end_of_the_day_completes_who_was_seen(self):
        parked, again = (self._join(50 - turn, level=4) for turn in range(2))
        desk = self._open()
        desk._call_ticket(parked, "Now")
        parked.start_service()
        parked.sudo().started_at -= timedelta(minutes=10)
        parked.park("X-ray")
        desk._call_ticket(again, "Now")
        again.start_service()
        again.sudo().started_at -= timedelta(minutes=20)
        again._transfer(desk=self.other_desk)
        self._open(self.other_desk, self.receptionist).call_next()
        self.assertEqual(again.state, "called")
        for ticket in (parked, again):
            ticket._close_day()
            row = self._get_row(ticket)
            self.assertEqual((ticket.state, row.left_rate), ("completed", 0))
            self.assertFalse(row.consultation_minutes)
            event = ticket.sudo().event_ids.sorted()[:1]
            self.assertTrue(event.reason.startswith("Seen before"))
        self.assertEqual(self.other_desk._get_current().ids, [])
        # both consultations count once, where they were
        [line] = self._get_dashboard()["desks"]
        self.assertEqual((line["served"], line["minutes"]), (2, 15))
        self.assertIn("Desk 1", line["name"])
        again._undo()
        self.assertEqual((again.state, again.desk_id), ("called", self.other_desk))

    def test_who_was_not_seen_left(self):
        ticket = self._join(50, level=4)
        self._open().call_next()
        ticket._close_day()
        self.assertEqual(ticket.state, "cancelled")
        self.assertEqual(self._get_row(ticket).left_rate, 1)

    def test_a_new_target_changes_no_past_figure(self):
        ticket, waiting = self._join(70, level=4), self._join(70, level=4)
        self._serve(ticket)
        self.assertEqual(ticket.call_target, 60)
        self.assertEqual(self._figures(ticket), (70, 0, 0))
        self.levels[4].target = 240
        self.assertEqual(self._figures(ticket), (70, 0, 0))
        self.assertEqual(self._get_row(ticket).target, 60)
        # who waits is to be seen as the policy says now
        self.assertEqual(self._get_row(waiting).target, 240)

    def test_the_level_of_the_call_counts(self):
        ticket = self._join(40)
        self._serve(ticket)
        ticket.with_user(self.nurse)._triage(self.levels[2])
        row = self._get_row(ticket)
        self.assertEqual((row.level_id, row.target), (self.levels[4], 60))
        self.assertEqual((row.urgency, row.in_target), ("4", 1))

    def test_an_appointment_stays_one_when_the_grace_is_shortened(self):
        visit = self._book(10, day=1)
        ticket = self._join(55, appointment_id=visit.id)
        self.assertEqual(ticket.arrived_at, visit.start + timedelta(minutes=5))
        self._serve(ticket)
        self.assertEqual((ticket.call_kind, ticket.call_target), ("appointment", 15))
        self.assertFalse(ticket.call_level_id)
        self.policy.write({"grace": 0, "late_target": 300, "appointment_target": 99})
        row = self._get_row(ticket)
        self.assertEqual(
            (row.kind, row.target, row.wait_minutes), ("appointment", 15, 55)
        )

    def test_what_was_never_kept_is_judged_by_the_present_target(self):
        ticket = self._pass(80, called=10)
        self.assertFalse(ticket.call_kind)
        self.assertEqual(self._figures(ticket), (70, 0, 0))
        self.levels[4].target = 240
        self.assertEqual(self._figures(ticket), (70, 1, 0))

    def test_a_clock_that_stood_still_later_shortens_no_first_wait(self):
        self.policy.parking_keeps_clock = False
        ticket = self._join(50, level=4)
        self._serve(ticket)
        ticket.park("X-ray")
        ticket.sudo().parked_at -= timedelta(minutes=30)
        ticket.unpark()
        self.assertEqual(ticket.wait_minutes, 50)
        self.assertEqual(self._figures(ticket), (50, 1, 0))

    def test_an_undone_call_forgets_its_class(self):
        ticket = self._join(50, level=4)
        self._open().call_next()
        self.assertEqual(ticket.call_kind, "walk_in")
        ticket._undo()
        self.assertFalse(ticket.call_kind)
        self.assertFalse(ticket.call_level_id or ticket.call_clock)
        ticket.with_user(self.nurse)._triage(self.levels[3])
        self._open().call_next()
        self.assertEqual(ticket.call_level_id, self.levels[3])

    def test_who_is_called_after_an_absence_has_not_left(self):
        ticket = self._join(50, level=4)
        desk = self._open()
        desk.call_next()
        ticket.mark_absent()
        left = ticket.left_at
        self.assertTrue(left)
        desk._call_ticket(ticket, "Is here")
        self.assertFalse(ticket.left_at)
        ticket._undo()
        self.assertEqual((ticket.state, ticket.left_at), ("absent", left))

    def test_a_visit_that_begins_without_a_call_has_its_class(self):
        ticket = self._join(50, level=4)
        ticket.start_service()
        self.assertEqual((ticket.call_target, ticket.call_kind), (60, "walk_in"))
        moment = fields.Datetime.now() - timedelta(minutes=50)
        self.assertEqual(ticket.call_clock, moment)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The wait that is kept is the wait that there was, whatever happens meanwhile."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from .test_queue_report import ReportCommon


@tagged("post_install", "-at_install")
class TestClock(ReportCommon):
    def setUp(self):
        super().setUp()
        self.start = fields.Datetime.now()

    def _after(self, minutes):
        return freeze_time(self.start + timedelta(minutes=minutes))

    def test_a_visit_that_is_taken_back_keeps_its_wait(self):
        visit = self._book(11, day=1)
        visit.arrive()
        ticket = self._join(0, appointment_id=visit.id)
        with self._after(5):
            self._open().call_next()
            ticket.start_service()
        key = ticket._get_public_call()["key"]
        with self._after(40):
            visit.reopen()
            self.assertEqual((ticket.state, ticket.started_at), ("called", False))
            self.assertEqual(ticket.wait_minutes, 5)
            self.assertEqual(ticket._get_public_call()["key"], key)
            row = self._get_row(ticket)
            self.assertEqual((row.wait_minutes, row.in_target), (5, 1))

    def test_a_level_set_meanwhile_does_not_change_it_either(self):
        visit = self._book(11, day=1)
        visit.arrive()
        ticket = self._join(0, appointment_id=visit.id).with_user(self.nurse)
        self._open().call_next()
        ticket.start_service()
        ticket._triage(self.levels[2])
        visit.reopen()
        self.assertEqual((ticket.state, ticket.call_kind), ("called", "appointment"))

    def _park(self, ticket, start, stop):
        with self._after(start):
            ticket.park("Laboratory")
        with self._after(stop):
            ticket.unpark()
            return ticket._get_factors(epoch(fields.Datetime.now()))

    def test_who_is_parked_keeps_the_class_of_an_appointment(self):
        self.policy.parking_keeps_clock = False
        visit = self._book(11, day=1)
        ticket = self._join(5, appointment_id=visit.id)
        arrived = ticket.arrived_at
        factors = self._park(ticket, 5, 25)
        self.assertEqual((factors["level"], factors["target"]), ("appointment", 900))
        self.assertEqual(factors["waited"], 300)
        self.assertEqual(ticket.arrived_at, arrived)
        with self._after(35):
            self._open().call_next()
            self.assertEqual((ticket.wait_minutes, ticket.call_target), (15, 15))
        row = self._get_row(ticket)
        self.assertEqual((row.wait_minutes, row.in_target), (15, 1))
        self.assertEqual((row.kind, row.arrived_at), ("appointment", arrived))

    def test_before_the_slot_no_clock_stands_still(self):
        self.policy.parking_keeps_clock = False
        visit = self._book(11, 30, day=1)
        ticket = self._join(5, appointment_id=visit.id)
        self.assertEqual(self._park(ticket, 0, 20)["waited"], 0)
        self.assertEqual(ticket.paused_seconds, 0)
        self._park(ticket, 25, 40)
        self.assertEqual(ticket.paused_seconds, 600)

    def test_who_did_not_come_waits_and_was_not_seen(self):
        ticket = self._join(30)
        self._open().call_next()
        self.assertEqual(ticket.wait_minutes, 30)
        ticket.mark_absent()
        self.assertEqual(ticket.wait_minutes, 0)
        ticket.take_back()
        self.assertEqual(ticket.wait_minutes, 0)
        with self._after(10):
            self.desk.with_user(self.nurse).call_next()
            self.assertEqual(ticket.wait_minutes, 40)

    def test_a_second_call_hides_no_overtaking(self):
        first, second = self._join(60), self._join(50)
        desk = self._open()
        desk._call_ticket(second, "Out of turn")
        second.start_service()
        second._transfer(desk=self.other_desk)
        with self._after(20):
            desk._call_ticket(first, "Now")
        with self._after(30):
            self._open(self.other_desk, self.receptionist).call_next()
        self.assertEqual(second.state, "called")
        row = self._get_row(first)
        self.assertEqual((row.overtakes, row.equal_overtakes), (1, 1))
        second.with_user(self.nurse)._triage(self.levels[2])
        self.assertEqual(self._get_row(first).equal_overtakes, 1)

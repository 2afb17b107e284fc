# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ..exceptions import QueueError
from .common import QueueCommon

#: What a step may change, and an undo brings back.
KEPT = (
    "state",
    "queue_id",
    "desk_id",
    "doctor_id",
    "level_id",
    "arrived_at",
    "called_at",
    "started_at",
    "left_at",
    "first_seen_at",
    "call_count",
    "provider_key",
)


@tagged("post_install", "-at_install")
class TestUndo(QueueCommon):
    def _call(self):
        """Return a ticket that is called to the nurse's desk."""
        self._join(20, level=3)
        return self._open().call_next()

    def _note(self, ticket):
        return {name: ticket[name] for name in KEPT}

    def test_who_was_called_is_at_the_desk_again(self):
        ticket = self._call()
        before = self._note(ticket)
        for step in ("park", "mark_absent", "leave_queue", "start_service"):
            with self.subTest(step=step):
                getattr(ticket, step)()
                ticket._undo()
                self.assertEqual(self._note(ticket), before)
                self.assertEqual(self.desk._get_current(), ticket)

    def test_who_was_served_is_at_the_desk_again(self):
        ticket = self._call()
        ticket.start_service()
        before = self._note(ticket)
        for step in ("park", "complete_service"):
            with self.subTest(step=step):
                getattr(ticket, step)()
                ticket._undo()
                self.assertEqual(self._note(ticket), before)

    def test_a_desk_that_is_taken_or_closed(self):
        ticket = self._call()
        ticket.park()
        self._join()
        other = self.desk.with_user(self.nurse).call_next()
        ticket._undo()
        self.assertEqual((ticket.state, ticket.desk_id.id), ("waiting", False))
        other.start_service()
        other.complete_service()
        self.assertEqual(self.desk.with_user(self.nurse).call_next(), ticket)
        ticket.mark_absent()
        self.desk.with_user(self.nurse).close_desk()
        ticket._undo()
        self.assertEqual((ticket.state, ticket.desk_id.id), ("waiting", False))

    def test_sending_on_is_one_step(self):
        policy = self.policy.copy({"name": "Elsewhere"})
        other = self.queue.copy({"code": "U", "policy_id": policy.id})
        for start in (False, True):
            ticket = self._call()
            if start:
                ticket.start_service()
            before = self._note(ticket)
            ticket._transfer(other, self.doctor, "wrong line")
            self.assertEqual((ticket.state, ticket.queue_id), ("waiting", other))
            ticket._undo()
            self.assertEqual(self._note(ticket), before)
            with self.assertRaisesRegex(QueueError, "nothing to undo"):
                ticket._undo()
            ticket.sudo().write({"state": "completed"})

    def test_the_clock_does_not_move_twice(self):
        self.policy.parking_keeps_clock = False
        ticket = self._join(30)
        arrived = ticket.arrived_at
        now = fields.Datetime.now()
        with freeze_time(now):
            ticket.park()
        with freeze_time(now + timedelta(minutes=10)):
            ticket.unpark()
            ticket._undo()
            self.assertEqual(ticket.paused_seconds, 0)
            ticket.unpark()
        self.assertEqual((ticket.arrived_at, ticket.paused_seconds), (arrived, 600))

    def _get_undo(self, user=None):
        desks = self.env["clinic.queue.desk"].with_user(user or self.nurse)
        return desks.get_screen_state()["undo"]

    def test_a_level_is_taken_back_by_who_may_set_one(self):
        ticket = self._join(5, level=5).with_user(self.nurse)
        ticket._ask_triage("Chest pain")
        asked = ticket.triage_asked_at
        ticket.screen_triage(self.levels[1].id)
        self.assertFalse(ticket.triage_asked_at)
        undo = self._get_undo()
        self.assertEqual(undo["label"], f"Undo level of {ticket.name}")
        with self.assertRaises(QueueError):
            ticket.with_user(self.receptionist)._undo()
        self.assertFalse(ticket.with_user(self.receptionist).undo_label)
        ticket.screen_undo(undo["event_id"])
        self.assertEqual((ticket.level_id, ticket.is_alarm), (self.levels[5], False))
        self.assertEqual(ticket.triage_asked_at, asked)
        self.assertEqual((ticket.state, self._get_undo()), ("waiting", False))

    def test_after_triage_no_older_step_is_offered(self):
        ticket = self._call()
        ticket.park()
        ticket.unpark()
        ticket.with_user(self.nurse).screen_triage(self.levels[2].id)
        ticket._undo()
        self.assertEqual((ticket.state, ticket.level_id.code), ("waiting", 3))
        with self.assertRaisesRegex(QueueError, "nothing to undo"):
            ticket._undo()

    def test_credits_are_taken_back(self):
        credit = self.env["clinic.queue.credit"].create(
            {"policy_id": self.policy.id, "name": "Old age", "worth": 0.1}
        )
        ticket = self._join(5, level=5).with_user(self.nurse)
        self.assertIs(ticket.undo_label, False)
        ticket.screen_credit(credit.id, "93 years")
        self.assertEqual(ticket.undo_label, f"Undo credit of {ticket.name}")
        ticket._undo()
        self.assertFalse(ticket.credit_ids)
        self.policy.allow_reorder = True
        other = self._join(9, level=5)
        ticket.screen_move_ahead(other.id, "faints")
        self.assertTrue(ticket.extra_credit)
        ticket._undo()
        self.assertFalse(ticket.extra_credit)

    def test_a_level_set_during_a_visit_leaves_the_visit_alone(self):
        visit = self._book(10)
        visit.arrive()
        ticket = self._join(appointment_id=visit.id)
        self._open().call_next()
        ticket = ticket.with_user(self.nurse)
        ticket.start_service()
        self.assertEqual(visit.state, "in_progress")
        ticket.screen_triage(self.levels[3].id)
        ticket._undo()
        self.assertEqual(visit.state, "in_progress")

    def test_the_screen_offers_to_take_back_a_transfer(self):
        ticket = self._join().with_user(self.nurse)
        other = self.queue.copy({"code": "U"})
        ticket.screen_transfer(other.id)
        desks = self.env["clinic.queue.desk"].with_user(self.nurse)
        undo = desks.get_screen_state()["undo"]
        self.assertEqual(undo["ticket_id"], ticket.id)
        ticket.screen_undo(undo["event_id"])
        self.assertEqual(ticket.queue_id, self.queue)


@tagged("post_install", "-at_install")
class TestSecondConsultation(QueueCommon):
    def _see_twice(self):
        """Return who was seen after 20 minutes, for 10, sent on, and called again."""
        now = fields.Datetime.now()
        ticket = self._join(20)
        desk = self._open()
        with freeze_time(now):
            desk.call_next()
            ticket.start_service()
        with freeze_time(now + timedelta(minutes=10)):
            ticket._transfer(doctor=self.doctor)
        self.assertFalse(ticket.started_at)
        self.desk.doctor_id = self.doctor
        with freeze_time(now + timedelta(minutes=40)):
            desk.call_next()
        return ticket

    def test_the_wait_ends_with_the_first_call(self):
        ticket = self._see_twice()
        self.assertAlmostEqual(ticket.wait_minutes, 20, 0)
        self.env.flush_all()
        row = self.env["clinic.queue.report"].browse(ticket.id)
        self.assertAlmostEqual(row.wait_minutes, 20, 0)

    def test_the_first_consultation_is_kept(self):
        ticket = self._see_twice()
        sent = ticket.event_ids.filtered(lambda event: event.kind == "transferred")
        self.assertAlmostEqual(sent.served_minutes, 10, 1)

    def test_the_desk_expects_a_whole_consultation(self):
        ticket = self._see_twice()
        now = 2**31
        engine = self.desk._get_engine_desk(self.service, now, ticket)
        self.assertEqual(engine.since, now)

    def test_parked_within_a_consultation(self):
        ticket = self._join(20)
        desk = self._open()
        desk.call_next()
        ticket.start_service()
        ticket.park("X-ray")
        first = ticket.first_seen_at
        self.assertTrue(first)
        ticket.unpark()
        desk.call_next()
        self.assertEqual((ticket.started_at, ticket.first_seen_at), (False, first))

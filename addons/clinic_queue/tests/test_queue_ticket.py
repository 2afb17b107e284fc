# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..const import TICKET_STATES, TICKET_TRANSITIONS
from ..exceptions import QueueError
from .common import QueueCommon


@tagged("post_install", "-at_install")
class TestTicket(QueueCommon):
    def test_columns_stand_in_the_order_of_a_visit(self):
        self._join().leave_queue()
        tickets = self.tickets.with_context(read_group_expand=True)
        domain = [("queue_id", "=", self.queue.id)]
        found = tickets.web_read_group(domain, ["state"], ["__count"])
        states = [group["state"] for group in found["groups"]]
        present = ["waiting", "called", "in_consultation", "parked"]
        self.assertEqual(states, [*present, "cancelled"])
        found = tickets.web_read_group(
            domain,
            ["state"],
            ["__count"],
            auto_unfold=True,
            unfold_read_specification={},
        )
        opened = [item["state"] for item in found["groups"] if "__records" in item]
        self.assertEqual(opened, present)

    def test_numbers_begin_anew_each_day_and_queue(self):
        self.assertEqual([self._join().name for _turn in range(2)], ["T-001", "T-002"])
        with freeze_time(fields.Datetime.now() + timedelta(days=1)):
            self.assertEqual(self._join().name, "T-001")
        other = self.queue.copy({"name": "Other", "code": "U"})
        self.assertEqual(self.tickets._join_queue(other).name, "U-001")

    def test_the_day_is_the_sites(self):
        # 23:30 UTC is the next day in Paris
        with freeze_time("2030-06-03 23:30:00"):
            self.assertEqual(str(self._join().day), "2030-06-04")

    def test_who_waits_has_a_secret_of_their_own(self):
        first, second = self._join(), self._join()
        self.assertNotEqual(first.access_token, second.access_token)
        self.assertGreaterEqual(len(first.access_token), 32)

    def test_a_queue_for_appointments_only(self):
        self.queue.takes_walk_ins = False
        with self.assertRaisesRegex(QueueError, "appointments only"):
            self._join()

    def test_only_the_steps_of_the_table(self):
        for before, _label in TICKET_STATES:
            for after, _label in TICKET_STATES:
                ticket = self._join()
                ticket.sudo().write({"state": before})
                allowed = before == after or after in TICKET_TRANSITIONS[before]
                with self.subTest(before=before, after=after):
                    if allowed:
                        ticket._transition(after)
                        self.assertEqual(ticket.state, after)
                    else:
                        with self.assertRaises(QueueError):
                            ticket._transition(after)

    def test_staff_change_a_ticket_by_its_buttons(self):
        ticket = self._join().with_user(self.nurse)
        for values in ({"state": "completed"}, {"arrived_at": fields.Datetime.now()}):
            with self.assertRaises(AccessError):
                ticket.write(values)
        with self.assertRaises(AccessError):
            self.tickets.with_user(self.nurse).create({"queue_id": self.queue.id})
        ticket.write({"patient_id": self.patient.id})
        self.assertEqual(ticket.patient_id, self.patient)

    def test_parking_with_the_clock_running_or_not(self):
        for keeps, stood_still in ((True, 0), (False, 20)):
            self.policy.parking_keeps_clock = keeps
            ticket = self._join(30)
            arrived = ticket.arrived_at
            with freeze_time(arrived + timedelta(minutes=40)):
                ticket.park("X-ray")
            with freeze_time(arrived + timedelta(minutes=60)):
                ticket.unpark()
            self.assertEqual(ticket.state, "waiting")
            self.assertEqual(ticket.arrived_at, arrived)
            self.assertEqual(ticket.paused_seconds, stood_still * 60)

    def test_sending_on_keeps_the_wait_and_the_level(self):
        policy = self.policy.copy({"name": "Elsewhere"})
        other = self.queue.copy({"code": "U", "policy_id": policy.id})
        ticket = self._join(40, level=3)
        arrived = ticket.arrived_at
        ticket._transfer(other, self.doctor, "wrong line")
        self.assertEqual((ticket.queue_id, ticket.doctor_id), (other, self.doctor))
        self.assertEqual(ticket.arrived_at, arrived)
        self.assertEqual(ticket.level_id.policy_id, policy)
        self.assertEqual(ticket.level_id.code, 3)
        elsewhere = self.queue.copy({"code": "V", "site_id": self.other_site.id})
        with self.assertRaisesRegex(QueueError, "another site"):
            ticket._transfer(elsewhere)

    def test_undo_takes_back_one_step(self):
        ticket = self._join()
        ticket.leave_queue("tired")
        self.assertTrue(ticket.left_at)
        ticket._undo()
        self.assertEqual((ticket.state, ticket.left_at), ("waiting", False))
        with self.assertRaisesRegex(QueueError, "nothing to undo"):
            ticket._undo()

    def test_everything_is_kept(self):
        ticket = self._join()
        ticket.with_user(self.nurse).park("lab")
        kinds = [
            (item.kind, item.before, item.after) for item in ticket.event_ids.sorted()
        ]
        expected = [("state", "waiting", "parked"), ("created", False, "waiting")]
        self.assertEqual(kinds, expected)
        self.assertEqual(ticket.event_ids.sorted()[0].reason, "lab")
        self.assertEqual(ticket.event_ids.sorted()[0].user_id, self.nurse)


@tagged("post_install", "-at_install")
class TestTriage(QueueCommon):
    def test_the_level_changes_and_the_clock_goes_on(self):
        ticket = self._join(25).with_user(self.nurse)
        arrived = ticket.arrived_at
        ticket._triage(self.levels[3], "fever")
        ticket._triage(self.levels[2])
        self.assertEqual(
            (ticket.level_id, ticket.arrived_at), (self.levels[2], arrived)
        )
        event = ticket.event_ids.sorted()[0]
        self.assertEqual(event.level_before_id, self.levels[3])
        self.assertEqual(event.level_id, self.levels[2])

    def test_only_trained_staff_set_levels_of_the_policy(self):
        ticket = self._join()
        with self.assertRaisesRegex(QueueError, "right to triage"):
            ticket.with_user(self.receptionist)._triage(self.levels[2])
        foreign = self.policy.copy().level_ids[0]
        with self.assertRaisesRegex(QueueError, "no level of"):
            ticket.with_user(self.nurse)._triage(foreign)

    def test_moving_ahead_is_a_credit_with_a_reason(self):
        first, second = self._join(30, level=4), self._join(24, level=4)
        with self.assertRaisesRegex(QueueError, "keeps the order"):
            second._move_ahead_of(first, "parking meter")
        self.policy.allow_reorder = True
        with self.assertRaisesRegex(QueueError, "Say why"):
            second._move_ahead_of(first, " ")
        second._move_ahead_of(first, "parking meter")
        self.assertAlmostEqual(second.extra_credit, 0.105, 3)
        self.assertEqual(self._open().call_next(), second)
        late = self._join(0, level=4)
        with self.assertRaisesRegex(QueueError, "cannot pass"):
            late._move_ahead_of(first, "friend")

    def test_before_the_slot_nobody_passes_who_may_be_called(self):
        self.policy.allow_reorder = True
        visit = self._book(10)
        with freeze_time(visit.start - timedelta(minutes=30)):
            early, walk_in = visit.check_in(), self._join()
            with self.assertRaisesRegex(QueueError, "waits for the slot"):
                early._move_ahead_of(walk_in, "in a hurry")
        self.assertFalse(early.extra_credit)
        self.assertNotIn("credited", early.event_ids.mapped("kind"))

    def test_words_of_moving_ahead_are_translated(self):
        ticket = self._join(30, level=4)
        ticket.sudo().extra_credit = 0.1
        [(name, _worth)] = ticket._get_engine_ticket().credits
        self.assertEqual(name, self.env._("Moved ahead"))

    def test_a_policy_needs_the_level_before_triage(self):
        with self.assertRaises(ValidationError):
            self.policy.default_code = 9

    def test_presets_fill_in_numbers(self):
        self.policy.preset = "0_10_60_120_240"
        self.policy._onchange_preset()
        targets = self.policy.level_ids.mapped("target")
        self.assertEqual(targets, [0, 10, 60, 120, 240])

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The room goes on while queues, policies, levels and desks are changed."""

from odoo.tests import tagged

from ..exceptions import QueueError
from .common import QueueCommon


@tagged("post_install", "-at_install")
class TestChange(QueueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.nurse | cls.receptionist).clinic_site_ids = cls.site
        cls.new_policy = cls.env["clinic.queue.policy"].create({"name": "New"})
        cls.new_levels = {item.code: item for item in cls.new_policy.level_ids}
        # a policy that knows no level 2
        cls.short = cls.env["clinic.queue.policy"].create({"name": "Short"})
        cls.short.level_ids.filtered(lambda item: item.code == 2).unlink()

    def _triaged(self, level, minutes=20):
        ticket = self._join(minutes).with_user(self.nurse)
        ticket._triage(self.levels[level])
        return ticket

    def _check_room(self, others):
        """Every screen of the room works, and the next can be called."""
        board = self.env["clinic.queue.board"].create(
            {"name": "Hall", "site_id": self.site.id, "has_wait": True}
        )
        desk = self._open()
        self.assertTrue(desk.get_screen_state()["waiting"])
        self.assertTrue(board._get_state()["queues"])
        for ticket in others:
            self.assertEqual(ticket._get_page_state()["number"], ticket.name)
        self.tickets.with_user(self.nurse).web_read_group(
            [("queue_id", "=", self.queue.id)],
            ["state"],
            ["__count"],
            auto_unfold=True,
            unfold_read_specification={"name": {}},
        )
        called = desk.call_next()
        self.assertTrue(called)
        return called

    def test_who_waits_keeps_the_level_under_another_policy(self):
        urgent, parked = self._triaged(2, 10), self._triaged(3)
        parked.park("X-ray")
        credited = self._triaged(4)
        credit = self.env["clinic.queue.credit"].create(
            {"policy_id": self.policy.id, "name": "Old age", "worth": 0.1}
        )
        credited.screen_credit(credit.id, "93 years")
        plain = self._join(40)
        self.queue.policy_id = self.new_policy
        self.assertEqual(
            (urgent | parked | credited).mapped("level_id"),
            self.new_levels[2] | self.new_levels[3] | self.new_levels[4],
        )
        event = urgent.sudo().event_ids.sorted()[:1]
        self.assertEqual((event.kind, event.reason), ("noted", "New"))
        self.assertFalse(plain.level_id)
        self.assertEqual(self._check_room(urgent | parked | plain), urgent)
        parked._undo()
        self.assertEqual(parked.state, "waiting")

    def test_a_level_of_another_policy_does_not_close_the_room(self):
        strange, plain = self._join(10), self._join(20)
        strange.sudo().level_id = self.new_levels[3]
        self._check_room(strange | plain)

    def test_a_policy_without_somebodys_level_is_refused(self):
        waiting, parked = self._triaged(2), self._triaged(2)
        parked.park()
        for ticket in (waiting, parked):
            refused = self.assertRaisesRegex(QueueError, "has no level 2 for T-")
            with refused, self.env.cr.savepoint():
                self.queue.policy_id = self.short
            ticket._triage(self.levels[3])
        self.queue.policy_id = self.short
        self.assertEqual((waiting | parked).level_id.policy_id, self.short)

    def test_who_has_left_keeps_no_policy_from_being_changed(self):
        ticket = self._triaged(2)
        ticket.leave_queue()
        self.queue.policy_id = self.short
        self.assertFalse(ticket.level_id)

    def test_a_transfer_never_loses_a_level(self):
        ticket = self._triaged(2)
        other = self.queue.copy({"code": "U", "policy_id": self.short.id})
        with self.assertRaisesRegex(QueueError, "Short has no level 2"):
            ticket.screen_transfer(other.id)
        self.assertEqual(
            (ticket.queue_id, ticket.level_id), (self.queue, self.levels[2])
        )

    def test_a_level_is_taken_back_under_the_present_policy(self):
        ticket = self._triaged(3)
        ticket._triage(self.levels[4])
        self.queue.policy_id = self.new_policy
        ticket._undo()
        self.assertEqual(ticket.level_id, self.new_levels[3])
        ticket._triage(self.new_levels[4])
        self.new_levels[3].unlink()
        ticket._undo()
        self.assertFalse(ticket.level_id)

    def test_a_level_of_who_waits_is_not_deleted(self):
        ticket = self._triaged(3)
        with self.assertRaisesRegex(QueueError, f"{ticket.name} waits as Urgent"):
            self.levels[3].unlink()
        ticket.leave_queue()
        self.levels[3].unlink()

    def test_without_the_chosen_level_the_least_urgent_is_the_usual(self):
        self.levels[4].unlink()
        self.assertEqual(self.policy._get_default_level(), self.levels[5])
        self._check_room(self._join(5))

    def test_a_credit_that_was_deleted_is_not_brought_back(self):
        first, second = self.env["clinic.queue.credit"].create(
            [
                {"policy_id": self.policy.id, "name": name, "worth": 0.1}
                for name in ("Old age", "Child")
            ]
        )
        ticket = self._triaged(3)
        for credit in (first, second):
            ticket.screen_credit(credit.id, "Asked")
        first.unlink()
        ticket._undo()
        self.assertFalse(ticket.credit_ids)

    def test_a_desk_with_somebody_at_it_is_not_deleted(self):
        ticket, bound = self._join(20), self._join(10)
        bound.with_user(self.nurse).screen_transfer(desk_id=self.desk.id)
        desk = self._open()
        desk._call_ticket(ticket.with_user(self.nurse), "First")
        with self.assertRaisesRegex(QueueError, "is still at Desk 1"):
            self.desk.unlink()
        ticket.park()
        self.desk.unlink()
        self.assertFalse(bound.only_desk_id)
        event = bound.sudo().event_ids.sorted()[:1]
        self.assertEqual((event.kind, event.reason), ("noted", "Desk 1 was closed"))
        # the desk to which an undo would lead is there no more
        ticket._undo()
        self.assertEqual((ticket.state, ticket.desk_id.id), ("waiting", False))

    def test_a_queue_with_somebody_in_it_is_not_archived(self):
        ticket = self._join(20)
        ticket.park()
        with self.assertRaisesRegex(QueueError, f"{ticket.name} is still at Walk-ins"):
            self.queue.active = False
        ticket.leave_queue()
        self.queue.active = False

    def test_an_undo_binds_to_no_desk_that_is_closed_or_archived(self):
        for end in ("close_desk", "action_archive"):
            ticket = self._join(20).with_user(self.nurse)
            desk = self._open()
            ticket.screen_transfer(desk_id=self.desk.id)
            ticket.screen_transfer(doctor_id=self.doctor.id)
            getattr(desk.sudo() if end == "action_archive" else desk, end)()
            ticket._undo()
            with self.subTest(end):
                self.assertEqual(
                    (ticket.only_desk_id.id, ticket.doctor_id.id), (False, False)
                )
            self.desk.active = True

    def test_closing_a_desk_is_no_step_of_the_ticket(self):
        ticket = self._join(20).with_user(self.nurse)
        desk = self._open()
        ticket.screen_transfer(desk_id=self.desk.id)
        named = ticket.undo_event_id
        desk.close_desk()
        ticket.invalidate_recordset()
        self.assertEqual(ticket.undo_event_id, named)
        ticket._undo()
        self.assertFalse(ticket.only_desk_id)

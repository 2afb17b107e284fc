# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..exceptions import QueueError
from .common import QueueCommon


@tagged("post_install", "-at_install")
class TestDeskScreen(QueueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.doctor.user_id = cls._create_user("doctor")
        # whatever else waits in this database waits at other sites
        (cls.nurse | cls.receptionist).clinic_site_ids = cls.site

    def _state(self, user=None):
        desks = self.env["clinic.queue.desk"].with_user(user or self.nurse)
        return desks.get_screen_state()

    def _names(self, rows):
        return [row["name"] for row in rows]

    def test_without_a_desk_the_free_ones_are_offered(self):
        ticket = self._join(5)
        self._open(self.other_desk, self.receptionist)
        state = self._state()
        self.assertFalse(state["desk"])
        offered = {row["id"]: row for row in state["desks"]}
        self.assertEqual(offered[self.desk.id]["user"], "")
        self.assertEqual(
            offered[self.other_desk.id]["user"], self.receptionist.display_name
        )
        self.assertIn(ticket.name, self._names(state["waiting"]))
        self.assertFalse(state["next_id"])

    def test_the_next_is_the_one_that_is_called(self):
        self._join(20, level=5)
        urgent = self._join(10, level=3)
        desk = self._open()
        state = self._state()
        self.assertEqual(state["next_id"], urgent.id)
        self.assertEqual(self._names(state["waiting"])[0], urgent.name)
        message = desk.screen_call_next(state["next_id"])
        self.assertIn(urgent.name, message)
        self.assertEqual(self._names(self._state()["current"]), [urgent.name])

    def test_the_place_is_explained(self):
        self._join(10, level=3)
        self._open()
        row = self._state()["waiting"][0]
        self.assertEqual((row["waited"], row["target"]), (10, 30))
        words = " ".join(row["sums"])
        self.assertIn("Urgent (level 3).", words)
        self.assertIn("Waited 10 min of 30 min (33 %).", words)
        self.assertIn("Level: +0.6.", words)

    def test_who_is_not_triaged_is_told_apart(self):
        self._join(1)
        self.assertIn(
            "Not triaged yet: waits as Standard.", self._state()["waiting"][0]["sums"]
        )

    def test_the_list_says_whom_the_desk_serves(self):
        self._join(9, doctor_id=self.colleague.id)
        mine = self._join(1)
        self._open()
        state = self._state()
        self.assertEqual([row["is_mine"] for row in state["waiting"]], [False, True])
        self.assertEqual(state["next_id"], mine.id)

    def test_requirements_are_for_who_calls_and_reasons_for_the_clinical(self):
        self._join(1, special_requirements="Wheelchair", reason="Cough")
        for user, reason in ((self.nurse, "Cough"), (self.receptionist, "")):
            row = self._state(user)["waiting"][0]
            self.assertEqual(row["requirements"], "Wheelchair")
            self.assertEqual(row["reason"], reason)

    def test_only_the_trained_may_triage(self):
        self.assertTrue(self._state()["rights"]["triage"])
        self.assertFalse(self._state(self.receptionist)["rights"]["triage"])
        ticket = self._join(1).with_user(self.receptionist)
        with self.assertRaises(QueueError):
            ticket.screen_triage(self.levels[2].id)

    def test_triage_again_keeps_the_clock(self):
        ticket = self._join(30, level=5)
        arrived = ticket.arrived_at
        ticket.with_user(self.nurse).screen_triage(self.levels[3].id, "worse")
        self.assertEqual((ticket.level_id.code, ticket.arrived_at), (3, arrived))

    def test_one_who_is_gone_names_the_next(self):
        wanted, other = self._join(9), self._join(1)
        mine = self._open()
        self._open(self.other_desk, self.receptionist).call_next()
        self.assertEqual(wanted.state, "called")
        with self.assertRaises(QueueError) as caught:
            mine.screen_call(wanted.id, "asked for")
        self.assertEqual(
            str(caught.exception),
            f"Somebody else just called {wanted.name}; the next is {other.name}.",
        )

    def test_next_says_when_another_desk_was_faster(self):
        seen, other = self._join(9), self._join(1)
        mine = self._open()
        self._open(self.other_desk, self.receptionist).call_next()
        message = mine.screen_call_next(seen.id)
        self.assertEqual(
            message,
            f"Somebody else just called {seen.name}; {other.name} is called to Desk 1.",
        )
        self.assertEqual(other.desk_id, self.desk)

    def test_a_certain_one_needs_a_reason(self):
        ticket = self._join(1)
        desk = self._open()
        with self.assertRaises(QueueError):
            desk.screen_call(ticket.id, " ")
        desk.screen_call(ticket.id, "interpreter leaves")
        event = ticket.event_ids.sorted()[0]
        self.assertEqual(event.reason, "interpreter leaves")

    def test_moving_ahead_where_the_policy_allows_it(self):
        first, second = self._join(12, level=5), self._join(1, level=5)
        second = second.with_user(self.nurse)
        self.assertFalse(self._state()["queues"][-1]["allow_reorder"])
        with self.assertRaises(QueueError):
            second.screen_move_ahead(first.id, "faints")
        self.policy.allow_reorder = True
        with self.assertRaises(QueueError):
            second.screen_move_ahead(first.id, "")
        second.screen_move_ahead(first.id, "faints")
        names = self._names(self._state()["waiting"])
        self.assertEqual(names, [second.name, first.name])

    def test_sending_on_keeps_the_wait(self):
        ticket = self._join(30).with_user(self.nurse)
        queue = self.queue.copy({"name": "Blood tests", "code": "B"})
        targets = ticket.get_transfer_targets()
        self.assertIn(queue.id, [row["id"] for row in targets["queues"]])
        self.assertIn(self.doctor.id, [row["id"] for row in targets["doctors"]])
        arrived = ticket.arrived_at
        ticket.screen_transfer(queue.id, self.doctor.id, "sample")
        self.assertEqual(ticket.queue_id, queue)
        self.assertEqual(ticket.doctor_id, self.doctor)
        self.assertEqual(ticket.arrived_at, arrived)

    def test_undo_takes_back_the_own_last_step_only(self):
        ticket = self._join(1)
        desk = self._open()
        desk.call_next()
        undo = self._state()["undo"]
        self.assertEqual(undo["ticket_id"], ticket.id)
        self.assertEqual(undo["label"], f"Undo call of {ticket.name}")
        ticket.with_user(self.receptionist).start_service()
        self.assertFalse(self._state()["undo"])
        with self.assertRaises(QueueError):
            ticket.with_user(self.nurse).screen_undo(undo["event_id"])
        undo = self._state(self.receptionist)["undo"]
        ticket.with_user(self.receptionist).screen_undo(undo["event_id"])
        self.assertEqual(ticket.state, "called")

    def test_a_new_desk_leaves_the_old_one(self):
        self._open()
        self.other_desk.with_user(self.nurse).screen_open()
        self.assertEqual(self.desk.state, "closed")
        self.assertEqual(self._state()["desk"]["id"], self.other_desk.id)

    def test_a_break_keeps_the_doctor(self):
        desk = self.desk.with_user(self.nurse)
        desk.screen_open(self.doctor.id)
        desk.pause_desk()
        self.assertEqual(self._state()["desk"]["label"], "On a break")
        desk.screen_open()
        self.assertEqual((desk.state, desk.doctor_id), ("open", self.doctor))

    def test_somebody_called_keeps_their_caller(self):
        self._join(1)
        self._open().call_next()
        with self.assertRaises(QueueError):
            self.other_desk.with_user(self.nurse).screen_open()
        self.assertEqual(self._state()["desk"]["id"], self.desk.id)

    def test_an_emergency_goes_first(self):
        self._join(30, level=3)
        self._open()
        queue = self.queue.with_user(self.nurse)
        queue.screen_emergency(self.levels[2].id, "stretcher")
        state = self._state()
        first = state["waiting"][0]
        self.assertEqual((first["level_code"], first["id"]), (2, state["next_id"]))
        with self.assertRaises(QueueError):
            self.queue.with_user(self.receptionist).screen_emergency(self.levels[2].id)

    def test_the_same_number_of_queries_for_any_number_of_tickets(self):
        self._open()
        for _turn in range(2):
            self._join(3, level=3, patient_id=self.patient.id)
        self._count_queries()
        few = self._count_queries()
        for minutes in range(20):
            self._join(minutes, level=4, special_requirements="Chair")
        self._count_queries()
        self.assertEqual(self._count_queries(), few)

    def _count_queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._state()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_absent_ones_can_come_back(self):
        ticket = self._join(1)
        self._open().call_next()
        for _call in range(self.policy.absent_after):
            ticket.with_user(self.nurse).recall()
        self.assertEqual(self._names(self._state()["absent"]), [ticket.name])
        ticket.with_user(self.nurse).take_back()
        self.assertEqual(self._names(self._state()["waiting"]), [ticket.name])

    def test_old_absences_are_gone(self):
        ticket = self._join(1)
        ticket._transition("called")
        ticket.mark_absent()
        ticket.sudo().left_at = fields.Datetime.now() - timedelta(hours=7)
        self.assertFalse(self._state()["absent"])

    def test_strangers_get_nothing(self):
        ticket = self._join(1)
        desk = self._open()
        outsider = self._create_user("manager")
        outsider.clinic_site_ids = self.other_site
        with self.assertRaises(AccessError):
            desk.with_user(outsider).screen_call_next()
        other = self.other_desk.with_user(self.receptionist)
        with self.assertRaises(QueueError):
            other.screen_call(ticket.id, "not my desk")
        hidden = self.queue.copy({"code": "Z", "site_id": self.other_site.id})
        with self.assertRaises(AccessError):
            ticket.with_user(self.nurse).screen_transfer(hidden.id)

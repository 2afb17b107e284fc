# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..exceptions import QueueError
from .common import QueueCommon

#: Ticket, level and minutes waited, in the published order of service.
ORDER = ((5, 2, 1), (4, 3, 20), (2, 4, 50), (9, 5, 130), (1, 5, 100))


@tagged("post_install", "-at_install")
class TestCall(QueueCommon):
    def test_the_published_order(self):
        tickets = {
            number: self._join(minutes, level)
            for number, level, minutes in sorted(ORDER)
        }
        desk, called = self._open(), []
        for _turn in ORDER:
            ticket = desk.call_next()
            called.append(ticket)
            ticket.start_service()
            ticket.complete_service()
        self.assertEqual(called, [tickets[row[0]] for row in ORDER])
        self.assertFalse(desk.call_next())

    def test_the_parts_of_the_score_are_kept_and_told(self):
        credit = self.env["clinic.queue.credit"].create(
            {"policy_id": self.policy.id, "name": "Old age", "worth": 0.1}
        )
        ticket = self._join(20, level=3)
        ticket._give_credit(credit, "93 years")
        self._open().call_next()
        factors = ticket.event_ids.sorted()[0].factors
        self.assertEqual((factors["waited"] // 60, factors["target"]), (20, 1800))
        self.assertAlmostEqual(factors["score"], 20 / 30 + 0.6 + 0.1, 2)
        words = " ".join(ticket._describe_factors(factors))
        self.assertIn("Waited 20 min of 30 min (67 %).", words)
        self.assertIn("Old age: +0.1.", words)

    def test_the_highest_level_goes_before_everybody(self):
        self._join(300, level=2)
        blood = self._create_service("Blood Test")
        self.desk.service_ids = [Command.set(self.service.ids)]
        values = {"service_id": blood.id, "doctor_id": self.doctor.id}
        alarm = self._join(5, level=1, **values)
        self.assertTrue(alarm.is_alarm)
        desk = self._open()
        self.assertEqual(desk.get_screen_state()["next_id"], alarm.id)
        self.assertEqual(desk.call_next(), alarm)
        self.assertEqual(alarm.alarm_taken_by_id, self.nurse)

    def test_an_alarm_of_another_queue_is_not_taken(self):
        other = self.queue.copy({"code": "U"})
        self.desk.queue_ids = [Command.set(self.queue.ids)]
        alarm = self._join(5, level=1)
        alarm.sudo().queue_id = other
        self.assertFalse(self._open().call_next())
        self.assertEqual(alarm.state, "waiting")

    def test_a_desk_serves_what_it_offers(self):
        other = self._create_service("Blood Test")
        blood = self._join(50, level=4, service_id=other.id)
        visit = self._join(1, level=5)
        self.desk.service_ids = [Command.set(self.service.ids)]
        self.assertEqual(self._open().call_next(), visit)
        self.assertEqual(self._open(self.other_desk, self.env.user).call_next(), blood)

    def test_a_doctor_sees_their_own_and_everybodys(self):
        self.colleague.user_id = self._create_user("doctor")
        theirs = self._join(90, level=3, doctor_id=self.doctor.id)
        own = self._join(1, level=5, doctor_id=self.colleague.id)
        desk = self._open(user=self.colleague.user_id)
        self.assertEqual(desk.sudo().doctor_id, self.colleague)
        self.assertEqual(desk.call_next(), own)
        self.assertEqual(theirs.state, "waiting")

    def test_one_at_a_time(self):
        self._join(), self._join()
        desk = self._open()
        ticket = desk.call_next()
        with self.assertRaisesRegex(QueueError, ticket.name):
            desk.call_next()
        with self.assertRaisesRegex(QueueError, "still at"):
            desk.close_desk()

    @mute_logger("odoo.sql_db")
    def test_two_sessions_at_one_desk_call_one(self):
        # what two transactions write that do not see each other
        first, second = self._join(), self._join()
        first.sudo().write({"state": "called", "desk_id": self.desk.id})
        first.flush_recordset()
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            second.sudo().write({"state": "in_consultation", "desk_id": self.desk.id})
            second.flush_recordset()

    def test_a_desk_is_one_persons(self):
        self._open()
        with self.assertRaisesRegex(QueueError, "is used by"):
            self.desk.with_user(self.receptionist)._open_desk()
        with self.assertRaisesRegex(QueueError, "before you work"):
            self.desk.with_user(self.receptionist).call_next()
        self.desk.with_user(self.nurse).close_desk()
        self.desk.with_user(self.receptionist)._open_desk()

    def test_a_doctor_helps_out_without_being_named(self):
        user = self._create_user("doctor")
        self.doctor.user_id = user
        self.doctor.site_ids = [Command.set(self.other_site.ids)]
        desk = self._open(user=user)
        self.assertEqual((desk.user_id, desk.doctor_id.id), (user, False))
        with self.assertRaisesRegex(QueueError, "does not work at"):
            desk._open_desk(self.doctor)
        desk.close_desk()
        # an assistant has opened the doctor's desk already
        self.doctor.site_ids = [Command.link(self.site.id)]
        self.other_desk.with_user(self.nurse)._open_desk(self.doctor)
        desk = self._open(user=user)
        self.assertEqual((desk.user_id, desk.doctor_id.id), (user, False))
        with self.assertRaisesRegex(QueueError, "already"):
            desk._open_desk(self.doctor)
        desk.close_desk()
        self.other_desk.with_user(self.nurse).close_desk()
        self.assertEqual(self._open(user=user).doctor_id, self.doctor)

    def test_absent_after_the_calls_of_the_policy(self):
        self._join()
        ticket = self._open().call_next()
        for calls in (2, 3):
            ticket.recall()
            self.assertEqual((ticket.state, ticket.call_count), ("called", calls))
        ticket.recall()
        self.assertEqual(ticket.state, "absent")
        with self.assertRaises(QueueError):
            ticket.recall()
        arrived = ticket.arrived_at
        ticket.take_back()
        self.assertEqual((ticket.state, ticket.arrived_at), ("waiting", arrived))

    def test_nobody_calls_to_a_closed_desk(self):
        ticket = self._join()
        manager = self._create_user("manager")
        with self.assertRaisesRegex(QueueError, "is closed"):
            self.desk.with_user(manager).call_next()
        self.assertEqual(ticket.state, "waiting")
        self._open()
        self.assertEqual(self.desk.with_user(manager).call_next(), ticket)

    def test_out_of_turn_with_a_reason(self):
        self._join(50, level=3)
        late = self._join(1, level=5)
        desk = self._open()
        with self.assertRaisesRegex(QueueError, "Say why"):
            desk._call_ticket(late, "")
        desk._call_ticket(late, "wheelchair taxi")
        self.assertEqual(late.event_ids.sorted()[0].reason, "wheelchair taxi")
        with self.assertRaisesRegex(QueueError, "not waiting"):
            self._open(self.other_desk, self.receptionist)._call_ticket(late, "again")

    def test_a_pause_ends_with_the_next_call(self):
        ticket = self._join()
        desk = self._open()
        desk.pause_desk()
        self.assertEqual(desk.call_next(), ticket)
        self.assertEqual(desk.state, "open")


@tagged("post_install", "-at_install")
class TestCheckIn(QueueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls._book(10)

    def _check_in(self, minutes):
        """Return the ticket of a check-in so many minutes after the slot."""
        with freeze_time(self.visit.start + timedelta(minutes=minutes)):
            return self.visit.check_in()

    def test_the_visit_arrives_and_has_one_ticket(self):
        ticket = self._check_in(-5)
        self.assertEqual(self.visit.state, "arrived")
        self.assertEqual(ticket.patient_id, self.patient)
        self.assertEqual(self._check_in(3), ticket)

    def test_before_the_slot_walk_ins_go_first(self):
        ticket = self._check_in(-15)
        with freeze_time(self.visit.start - timedelta(minutes=10)):
            walk_in = self._join()
            desk = self._open(user=self.nurse)
            desk.sudo().doctor_id = self.doctor
            self.assertEqual(desk.call_next(), walk_in)
            walk_in.start_service()
            walk_in.complete_service()
            self.assertEqual(desk.call_next(), ticket)

    def test_the_visit_follows_the_ticket(self):
        ticket = self._check_in(0)
        ticket.start_service()
        self.assertEqual(self.visit.state, "in_progress")
        ticket.complete_service()
        self.assertEqual(self.visit.state, "completed")

    def test_the_wait_counts_from_the_slot(self):
        ticket = self._check_in(-30)
        with freeze_time(self.visit.start + timedelta(minutes=12)):
            ticket._transition("called")
        self.assertAlmostEqual(ticket.wait_minutes, 12, 1)

    def test_no_queue_takes_it(self):
        self.queue.active = False
        with self.assertRaisesRegex(QueueError, "No queue at"):
            self._check_in(0)
        self.assertEqual(self.visit.state, "scheduled")

    def test_the_queue_that_names_doctor_and_service(self):
        own = self.queue.copy(
            {
                "code": "U",
                "doctor_ids": [Command.set(self.doctor.ids)],
                "service_ids": [Command.set(self.service.ids)],
            }
        )
        other = {"code": "V", "doctor_ids": [Command.set(self.colleague.ids)]}
        self.queue.copy(other)
        self.assertEqual(self._check_in(0).queue_id, own)

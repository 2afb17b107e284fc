# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..exceptions import QueueError
from .common import QueueCommon


@tagged("post_install", "-at_install")
class TestQueueAlarm(QueueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # whatever else waits in this database waits at other sites
        (cls.nurse | cls.receptionist).clinic_site_ids = cls.site

    def _alerts(self, user=None):
        tickets = self.tickets.with_user(user or self.receptionist)
        alerts = tickets.get_staff_alerts()
        return {kind: [row["id"] for row in alerts[kind]] for kind in ("alarms", "due")}

    def _age(self, ticket, minutes):
        moment = fields.Datetime.now() - timedelta(minutes=minutes)
        ticket.sudo().triaged_at = moment

    def test_all_staff_are_told_until_somebody_goes(self):
        ticket = self._join(1).with_user(self.nurse)
        self.assertFalse(self._alerts()["alarms"])
        ticket.screen_triage(self.levels[1].id)
        self.assertEqual(self._alerts()["alarms"], ticket.ids)
        self.assertEqual(self._alerts(self.nurse)["alarms"], ticket.ids)
        ticket.with_user(self.receptionist).take_alarm()
        self.assertFalse(self._alerts()["alarms"])
        event = ticket.event_ids.sorted()[0]
        self.assertEqual(event.kind, "alarm_taken")
        self.assertEqual(event.user_id, self.receptionist)

    def test_the_second_one_hears_who_goes(self):
        ticket = self._join(1).with_user(self.nurse)
        ticket.screen_triage(self.levels[1].id)
        ticket.take_alarm()
        said = ticket.with_user(self.receptionist).take_alarm()
        self.assertIn(self.nurse.name, said)
        self.assertEqual(ticket.alarm_taken_by_id, self.nurse)

    def test_a_new_alarm_rings_again(self):
        ticket = self._join(1).with_user(self.nurse)
        ticket.screen_triage(self.levels[1].id)
        ticket.take_alarm()
        ticket.screen_triage(self.levels[3].id)
        self.assertIn("no alarm", self._join(1).take_alarm())
        ticket.screen_triage(self.levels[1].id)
        self.assertEqual(self._alerts()["alarms"], ticket.ids)

    def test_an_alarm_that_was_taken_in_vain_rings_again(self):
        ticket = self._join(1).with_user(self.nurse)
        ticket.screen_triage(self.levels[1].id)
        ticket.take_alarm()
        self.env.company.clinic_queue_alarm_minutes = 7
        ticket.sudo().alarm_taken_at -= timedelta(minutes=6)
        self.assertFalse(self._alerts()["alarms"])
        ticket.sudo().alarm_taken_at -= timedelta(minutes=1)
        self.assertEqual(self._alerts()["alarms"], ticket.ids)
        ticket.with_user(self.receptionist).take_alarm()
        self.assertEqual(ticket.alarm_taken_by_id, self.receptionist)
        self.assertFalse(self._alerts()["alarms"])

    def _get_signs(self, user=None):
        desks = self.env["clinic.queue.desk"].with_user(user or self.nurse)
        return desks.get_screen_state()["signs"]

    def test_a_warning_sign_stays_on_the_screen_until_a_level_is_set(self):
        ticket = self._join(1)
        ticket._ask_triage("Chest pain")
        (row,) = self._get_signs()
        self.assertEqual((row["id"], row["signs"]), (ticket.id, "Chest pain"))
        self.assertEqual(row["since"], ticket.triage_asked_at)
        self.assertTrue(row["is_unheeded"])
        ticket.with_user(self.receptionist).take_alarm()
        self.assertFalse(self._alerts()["alarms"])
        (row,) = self._get_signs()
        self.assertEqual(row["alarm_taken_by"], self.receptionist.name)
        self.assertFalse(row["is_unheeded"])
        ticket.sudo().alarm_taken_at -= timedelta(minutes=5)
        self.assertEqual(self._alerts()["alarms"], ticket.ids)
        ticket.with_user(self.nurse).screen_triage(self.levels[3].id)
        self.assertFalse(self._get_signs())
        self.assertFalse(self._alerts()["alarms"])

    def _ask(self):
        ticket = self._join(9)
        ticket._ask_triage("Chest pain")
        ticket.sudo().triage_asked_at -= timedelta(minutes=3)
        return ticket.with_user(self.nurse), ticket.triage_asked_at

    def test_who_went_to_a_warning_sign_and_sets_level_1_is_there(self):
        ticket, asked_at = self._ask()
        ticket.take_alarm()
        ticket.sudo().alarm_taken_at -= timedelta(minutes=60)
        ticket.screen_triage(self.levels[1].id)
        self.assertEqual(ticket.alarm_taken_by_id, self.nurse)
        self.assertFalse(self._alerts()["alarms"])
        (row,) = self._open().get_screen_state()["alarms"]
        self.assertEqual((row["signs"], row["since"]), ("Chest pain", asked_at))
        ticket.screen_undo(ticket.undo_event_id.id)
        self.assertFalse(ticket.alarm_since)

    def test_level_1_for_a_warning_sign_that_nobody_went_to_keeps_the_sign(self):
        ticket, asked_at = self._ask()
        ticket.screen_triage(self.levels[1].id)
        (row,) = ticket.get_staff_alerts()["alarms"]
        self.assertEqual((row["signs"], row["since"]), ("Chest pain", asked_at))
        (row,) = ticket.with_user(self.receptionist).get_staff_alerts()["alarms"]
        self.assertEqual((row["signs"], row["taken_by"]), ("", ""))

    def test_a_warning_sign_is_seen_to_by_a_call(self):
        ticket = self._join(1)
        ticket._ask_triage("Chest pain")
        self._open().screen_call_alarm(ticket.id)
        self.assertEqual(ticket.state, "called")
        self.assertFalse(self._get_signs())
        self.assertFalse(self._alerts()["alarms"])

    def test_anybody_at_the_desk_raises_an_alarm_without_a_level(self):
        self.queue.takes_walk_ins = False
        said = self.queue.with_user(self.receptionist).screen_emergency(False, "Fits")
        (row,) = self._get_signs()
        ticket = self.tickets.browse(row["id"])
        self.assertIn(ticket.name, said)
        self.assertEqual(self._alerts()["alarms"], ticket.ids)
        self.assertEqual((row["level"], row["requirements"]), ("Emergency", "Fits"))
        self.assertFalse(ticket.level_id)
        with self.assertRaises(QueueError):
            ticket.with_user(self.receptionist).screen_triage(self.levels[1].id)

    def test_which_sign_it_is_is_for_who_may_read_reasons(self):
        self._join(1)._ask_triage("Chest pain")
        for user, signs in ((self.nurse, "Chest pain"), (self.receptionist, "")):
            alerts = self.tickets.with_user(user).get_staff_alerts()
            found = [row["signs"] for row in alerts["alarms"]]
            self.assertEqual(found, [signs])
            self.assertEqual([row["signs"] for row in self._get_signs(user)], [signs])

    def test_the_next_free_room_is_theirs(self):
        ticket = self._join(1).with_user(self.nurse)
        desk = self._open()
        with self.assertRaises(QueueError):
            desk.screen_call_alarm(ticket.id)
        ticket.screen_triage(self.levels[1].id)
        self.assertEqual(desk.get_screen_state()["next_id"], ticket.id)
        desk.screen_call_alarm(ticket.id)
        self.assertEqual((ticket.state, ticket.desk_id), ("called", desk))
        self.assertEqual(ticket.alarm_taken_by_id, self.nurse)

    def test_who_is_there_is_parked_for_them_in_one_step(self):
        other = self._join(30, level=4)
        desk = self._open()
        desk.call_next()
        other.start_service()
        ticket = self._join(1).with_user(self.nurse)
        ticket.screen_triage(self.levels[1].id)
        with self.assertRaises(QueueError):
            desk.screen_call_alarm(ticket.id)
        with self.assertRaises(QueueError):
            desk.screen_call_alarm(ticket.id, self._join(1).id)
        said = desk.screen_call_alarm(ticket.id, other.id)
        self.assertIn(other.name, said)
        self.assertEqual((ticket.state, other.state), ("called", "parked"))
        undo = desk.get_screen_state()["undo"]
        self.assertEqual(
            undo["label"], f"Undo call of {ticket.name} and park of {other.name}"
        )
        ticket.screen_undo(undo["event_id"])
        self.assertEqual((ticket.state, ticket.desk_id.id), ("waiting", False))
        self.assertEqual(self._alerts()["alarms"], ticket.ids)
        self.assertEqual((other.state, other.desk_id), ("in_consultation", self.desk))
        self.assertFalse(desk.get_screen_state()["undo"])

    def test_who_was_parked_for_them_and_went_on_stays_there(self):
        other = self._join(30, level=4)
        desk = self._open()
        desk.call_next()
        ticket = self._join(1).with_user(self.nurse)
        ticket.screen_triage(self.levels[1].id)
        desk.screen_call_alarm(ticket.id, other.id)
        other.unpark()
        ticket._undo()
        self.assertEqual((ticket.state, other.state), ("waiting", "waiting"))

    def test_whom_to_look_at_again(self):
        late, early = self._join(50, level=3), self._join(50, level=3)
        self._join(9)
        self._age(early, 29)
        self._age(late, 31)
        self.assertEqual(self._alerts()["due"], late.ids)
        state = self.desk.with_user(self.nurse).get_screen_state()
        self.assertEqual([row["id"] for row in state["due"]], late.ids)
        late.with_user(self.nurse).screen_triage(self.levels[3].id)
        self.assertFalse(self._alerts()["due"])

    def test_whom_nobody_has_triaged_for_long(self):
        late = self._join(11)
        self._join(9)
        self._join(50, level=4)
        self._age(self._join(50, level=3), 1)
        alerts = self.tickets.with_user(self.nurse).get_staff_alerts()
        (row,) = [item for item in alerts["due"] if item["is_first"]]
        self.assertEqual((row["id"], row["level"]), (late.id, False))
        self.assertEqual(row["since"], late.arrived_at + timedelta(minutes=10))
        state = self.desk.with_user(self.nurse).get_screen_state()
        self.assertIn(late.id, [item["id"] for item in state["due"]])
        self.policy.triage_minutes = 0
        self.assertNotIn(late.id, self._alerts()["due"])
        self.policy.triage_minutes = 10
        late.with_user(self.nurse).screen_triage(self.levels[4].id)
        self.assertNotIn(late.id, self._alerts()["due"])

    def test_appointments_and_warning_signs_are_not_reminded_of(self):
        self._join(40, appointment_id=self._book(10).id)
        self._join(40)._ask_triage("Chest pain")
        self.assertFalse(self._alerts()["due"])

    def test_who_is_in_service_needs_no_second_look(self):
        ticket = self._join(90, level=3)
        self._age(ticket, 60)
        ticket._transition("called")
        self.assertFalse(self._alerts()["due"])

    def test_others_hear_of_nothing(self):
        nobody = new_test_user(self.env, "test_alarm_nobody")
        portal = new_test_user(
            self.env, "test_alarm_portal", groups="base.group_portal"
        )
        ticket = self._join(1, level=1)
        for user in (nobody, portal):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.tickets.with_user(user).get_staff_alerts()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                ticket.with_user(user).take_alarm()

    def test_staff_of_another_site_hear_of_nothing(self):
        self._join(1, level=1)
        self.receptionist.clinic_site_ids = self.other_site
        self.assertFalse(self._alerts()["alarms"])

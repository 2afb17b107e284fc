# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..exceptions import QueueError
from .common import QueueCommon

STAFF = {"doctor", "receptionist", "nurse", "manager"}
TRAINED = {"doctor", "nurse"}

#: Who may take which step of a ticket: what the client can call, by its name.
TICKET_STEPS = {
    "screen_triage": TRAINED,
    "screen_credit": STAFF,
    "screen_move_ahead": STAFF,
    "screen_transfer": STAFF,
    "get_transfer_targets": STAFF,
    "take_alarm": STAFF,
    "park": STAFF,
    "leave_queue": STAFF,
}


@tagged("post_install", "-at_install")
class TestDeskAccess(QueueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.allow_reorder = True
        cls.credit = cls.env["clinic.queue.credit"].create(
            {"policy_id": cls.policy.id, "name": "Old age"}
        )
        cls.users = {role: cls._create_user(role) for role in ("doctor", "manager")}
        cls.users |= {"receptionist": cls.receptionist, "nurse": cls.nurse}
        cls.users["nobody"] = new_test_user(cls.env, "test_desk_nobody")
        cls.users["portal"] = new_test_user(
            cls.env, "test_desk_portal", groups="base.group_portal"
        )

    def _get_arguments(self, method):
        return {
            "screen_triage": (self.levels[3].id,),
            "screen_credit": (self.credit.id, "93 years"),
            "screen_move_ahead": (self._join(2, level=4).id, "faints"),
            "screen_transfer": (False, False, "sample", self.desk.id),
        }.get(method, ())

    def _is_allowed(self, call, *arguments):
        try:
            with self.env.cr.savepoint():
                call(*arguments)
                self.env.flush_all()
        except (AccessError, QueueError):
            return False
        return True

    def test_steps_of_a_ticket(self):
        for method, allowed in TICKET_STEPS.items():
            for role, user in self.users.items():
                with self.subTest(method=method, role=role):
                    ticket = self._join(1, level=4).with_user(user)
                    call = getattr(ticket, method)
                    arguments = self._get_arguments(method)
                    self.assertEqual(
                        self._is_allowed(call, *arguments), role in allowed
                    )

    def test_steps_at_ones_own_desk(self):
        for role, user in self.users.items():
            with self.subTest(role=role):
                ticket = self._join(1)
                desk = self.desk.copy({"name": f"Desk of {role}"}).with_user(user)
                is_staff = role in STAFF
                self.assertEqual(self._is_allowed(desk.get_screen_state), is_staff)
                self.assertEqual(self._is_allowed(desk.screen_open), is_staff)
                call = desk.screen_call
                self.assertEqual(self._is_allowed(call, ticket.id, "now"), is_staff)

    def test_an_emergency_takes_somebody_trained(self):
        level = self.levels[1].id
        for role in ("receptionist", "nobody", "portal"):
            with self.subTest(role=role):
                queue = self.queue.with_user(self.users[role])
                self.assertFalse(self._is_allowed(queue.screen_emergency, level))
        triage = self.env.ref("clinic_queue.group_clinic_triage")
        for takes_walk_ins in (True, False):
            self.queue.takes_walk_ins = takes_walk_ins
            for role in ("doctor", "nurse", "manager"):
                with self.subTest(role=role, takes_walk_ins=takes_walk_ins):
                    user = self.users[role]
                    user.group_ids |= triage
                    queue = self.queue.with_user(user)
                    queue.screen_emergency(level)
                    ticket = self.queue.ticket_ids.sorted("id")[-1]
                    self.assertTrue(ticket.is_alarm)
                    self.assertEqual(ticket.event_ids.user_id, user)

    def test_another_site_is_out_of_reach(self):
        ticket = self._join(1, level=4)
        for role in STAFF:
            user = self.users[role]
            user.clinic_site_ids = self.other_site
            for method in TICKET_STEPS:
                with self.subTest(role=role, method=method):
                    call = getattr(ticket.with_user(user), method)
                    arguments = self._get_arguments(method)
                    self.assertFalse(self._is_allowed(call, *arguments))
            with self.subTest(role=role):
                desk = self.desk.with_user(user)
                self.assertFalse(self._is_allowed(desk.screen_open))
                names = [row["name"] for row in desk.get_screen_state()["waiting"]]
                self.assertNotIn(ticket.name, names)

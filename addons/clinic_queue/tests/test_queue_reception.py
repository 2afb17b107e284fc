# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import Form, tagged

from ..exceptions import QueueError
from .common import QueueCommon


@tagged("post_install", "-at_install")
class TestReception(QueueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receptionist.clinic_site_ids = cls.site
        cls.dialogs = cls.env["clinic.queue.join"].with_user(cls.receptionist)

    def _get_usual(self):
        return self.dialogs._get_usual_queue()

    def test_the_only_queue_of_the_own_site(self):
        self.queue.copy({"code": "Z", "site_id": self.other_site.id})
        self.assertEqual(self._get_usual(), self.queue)
        self.assertEqual(Form(self.dialogs).site_id, self.site)

    def test_of_several_none_is_guessed(self):
        other = self.queue.copy({"code": "U"})
        self.assertFalse(self._get_usual())
        self.dialogs.create({"queue_id": other.id}).action_join()
        self.assertEqual(self._get_usual(), other)

    def test_the_queue_of_the_desk_goes_before_the_last_one(self):
        other = self.queue.copy({"code": "U"})
        self.dialogs.create({"queue_id": other.id}).action_join()
        self._open(self.desk, self.receptionist)
        self.assertEqual(self._get_usual(), self.queue)

    def test_each_queue_says_its_site_where_it_is_chosen(self):
        queue = self.queue.with_context(clinic_queue_name_site=True)
        self.assertEqual(queue.display_name, f"Walk-ins · {self.site.name}")
        self.assertEqual(self.queue.display_name, "Walk-ins")

    def test_reception_notes_requirements_and_reason_and_keeps_no_reason(self):
        form = Form(self.dialogs)
        form.special_requirements = "Interpreter"
        form.reason = "Cough"
        dialog = form.save()
        dialog.action_join()
        ticket = self.tickets.search([("queue_id", "=", self.queue.id)])
        self.assertEqual(ticket.special_requirements, "Interpreter")
        self.assertEqual(ticket.reason, "Cough")
        self.assertFalse(dialog.reason)
        mine = ticket.with_user(self.receptionist)
        self.assertEqual(mine.special_requirements, "Interpreter")
        self.assertFalse(mine._has_field_access(ticket._fields["reason"], "read"))

    def test_the_number_is_shown_and_a_second_press_gives_no_other(self):
        dialog = self.dialogs.create({"queue_id": self.queue.id})
        action = dialog.action_join()
        self.assertEqual((action["res_id"], action["target"]), (dialog.id, "new"))
        given = Form(dialog, view=action["views"][0][0])
        ticket = self.tickets.search([("queue_id", "=", self.queue.id)])
        self.assertEqual(given.number, ticket.name)
        dialog.action_join()
        self.assertEqual(
            len(self.tickets.search([("queue_id", "=", self.queue.id)])), 1
        )
        self.assertTrue(dialog.action_print()["url"].endswith("/slip"))

    def test_a_number_given_by_mistake_is_taken_back(self):
        dialog = self.dialogs.create({"queue_id": self.queue.id})
        dialog.action_join()
        ticket = dialog.ticket_id
        dialog.action_take_back()
        self.assertEqual((ticket.state, ticket.is_void), ("cancelled", True))
        ticket.screen_undo(ticket.undo_event_id.id)
        self.assertEqual((ticket.state, ticket.is_void), ("waiting", False))
        self._open().call_next()
        with self.assertRaisesRegex(QueueError, ticket.name):
            dialog.action_take_back()

    def test_a_nurse_notes_the_reason(self):
        dialogs = self.env["clinic.queue.join"].with_user(self.nurse)
        dialogs.create({"queue_id": self.queue.id, "reason": "Cough"}).action_join()
        ticket = self.tickets.search([("queue_id", "=", self.queue.id)])
        self.assertEqual(ticket.reason, "Cough")

    def test_a_confirmed_visit_stays_so_when_the_check_in_is_taken_back(self):
        visit = self._book(10)
        visit.confirm()
        with freeze_time(visit.start - timedelta(minutes=30)):
            ticket = visit.check_in()
            visit.reopen()
        self.assertEqual((visit.state, ticket.is_void), ("confirmed", True))

    def test_a_desk_without_a_name_is_called_as_its_room(self):
        room = self.env["clinic.room"].create(
            {
                "name": "Sun",
                "site_id": self.site.id,
                "kind_id": self.env["clinic.room.kind"].create({"name": "Any"}).id,
            }
        )
        form = Form(self.env["clinic.queue.desk"])
        form.room_id = room
        self.assertEqual(form.name, "Sun")
        form = Form(self.desk)
        form.room_id = room
        self.assertEqual(form.name, "Desk 1")

    def test_the_board_calls_a_desk_as_staff_do(self):
        self.desk.room_id = self.env["clinic.room"].search([], limit=1)
        ticket = self._join(1)
        desk = self._open()
        desk.call_next()
        shown = desk.get_screen_state()["desk"]["name"]
        self.assertEqual(ticket._get_room(), shown)

    def test_the_pairing_code_is_on_the_form_while_it_is_good(self):
        manager = self._create_user("manager")
        device = self.env["clinic.queue.device"].create(
            {"name": "Hall", "site_id": self.site.id}
        )
        device = device.with_user(manager)
        said = device.action_show_code()["params"]["message"]
        self.assertIn(device.pairing_code, said)
        hidden = device.with_user(self.receptionist)
        self.assertNotIn("pairing_code", hidden.fields_get())
        device.sudo().code_expires_at = fields.Datetime.now() - timedelta(seconds=1)
        self.assertFalse(device.pairing_code)
        device.action_show_code()
        found, secret = device._pair(device.pairing_code)
        self.assertTrue(secret)
        self.assertEqual(found.id, device.id)
        self.assertFalse(device.pairing_code)
        self.assertFalse(found.code_given)

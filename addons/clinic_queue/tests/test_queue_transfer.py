# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from ..exceptions import QueueError
from .common import QueueCommon


@tagged("post_install", "-at_install")
class TestTransfer(QueueCommon):
    def test_only_that_desk_calls_and_the_wait_is_kept(self):
        ticket = self._join(30).with_user(self.nurse)
        arrived = ticket.arrived_at
        ticket.screen_transfer(desk_id=self.other_desk.id)
        self.assertEqual(
            (ticket.only_desk_id, ticket.arrived_at),
            (
                self.other_desk,
                arrived,
            ),
        )
        self.assertFalse(self._open().call_next())
        mine = self._open(self.other_desk, self.receptionist)
        self.assertEqual(mine.call_next(), ticket)

    def test_it_is_shown_and_taken_back(self):
        ticket = self._join(30).with_user(self.nurse)
        ticket.screen_transfer(desk_id=self.other_desk.id)
        self.nurse.clinic_site_ids = self.site
        desk = self._open()
        (row,) = desk.get_screen_state()["waiting"]
        self.assertEqual((row["only_desk"], row["is_mine"]), ("Desk 2", False))
        ticket._undo()
        self.assertFalse(ticket.only_desk_id)
        self.assertEqual(desk.call_next(), ticket)

    def test_another_transfer_forgets_the_desk(self):
        ticket = self._join(30).with_user(self.nurse)
        ticket.screen_transfer(desk_id=self.other_desk.id)
        ticket.screen_transfer(doctor_id=self.doctor.id)
        self.assertEqual(
            (ticket.only_desk_id.id, ticket.doctor_id),
            (
                False,
                self.doctor,
            ),
        )

    def test_the_dialog_offers_desks_by_queue(self):
        ticket = self._join(1).with_user(self.nurse)
        self._open()
        found = {row["id"]: row for row in ticket.get_transfer_targets()["desks"]}
        self.assertEqual(found[self.desk.id]["queues"], self.queue.ids)
        self.assertEqual(found[self.desk.id]["name"], "Desk 1")
        self.assertEqual(found[self.other_desk.id]["name"], "Desk 2 · Closed")

    def test_a_desk_that_does_not_do_it_is_refused(self):
        ticket = self._join(1).with_user(self.nurse)
        queue = self.queue.copy({"code": "U", "desk_ids": False})
        with self.assertRaises(QueueError):
            ticket.screen_transfer(queue.id, desk_id=self.desk.id)
        other = self.service.copy()
        self.other_desk.service_ids = [Command.set(other.ids)]
        with self.assertRaisesRegex(QueueError, "does not offer"):
            ticket.screen_transfer(desk_id=self.other_desk.id)
        self.assertFalse(ticket.only_desk_id)

    def test_desks_of_other_sites_are_hidden(self):
        hidden = self.desk.copy({"site_id": self.other_site.id, "queue_ids": False})
        self.nurse.clinic_site_ids = self.site
        with self.assertRaises(AccessError):
            self._join(1).with_user(self.nurse).screen_transfer(desk_id=hidden.id)

    def test_the_backend_dialog(self):
        ticket = self._join(1).with_user(self.nurse)
        dialog = self.env["clinic.queue.step"].with_user(self.nurse)
        dialog.create(
            {
                "ticket_id": ticket.id,
                "kind": "transfer",
                "to_desk_id": self.other_desk.id,
            }
        ).action_do()
        self.assertEqual(ticket.only_desk_id, self.other_desk)

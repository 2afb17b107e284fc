# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from ..const import REQUIREMENT_READERS
from ..exceptions import QueueError


class ClinicQueueJoin(models.TransientModel):
    """Give somebody who walks in a number."""

    _name = "clinic.queue.join"
    _inherit = "clinic.wizard.mixin"
    _description = "Give a Number"

    queue_id = fields.Many2one(
        "clinic.queue",
        required=True,
        domain="[('takes_walk_ins', '=', True)]",
        default=lambda self: self._get_usual_queue(),
    )
    site_id = fields.Many2one(related="queue_id.site_id")
    patient_id = fields.Many2one(
        "clinic.patient", help="Empty: somebody who does not give a name."
    )
    service_id = fields.Many2one("clinic.service")
    doctor_id = fields.Many2one(
        "clinic.doctor", string="Only With", help="Empty: whoever is free first."
    )
    reason = fields.Text(
        help="What they came for, in a few words: for who triages and calls them. It "
        "is not kept in this window.",
    )
    special_requirements = fields.Char(groups=REQUIREMENT_READERS)
    send_to = fields.Char(
        string="Send the Link to",
        help="Mobile number or e-mail address, if they want to follow their place on "
        "a phone. It is used for this message and not kept.",
    )
    ticket_id = fields.Many2one("clinic.queue.ticket", readonly=True)
    number = fields.Char(related="ticket_id.name")
    expected_wait = fields.Char(related="ticket_id.expected_wait")

    @api.model
    def _get_usual_queue(self):
        """Return the queue of the user's desk, the last used one, or the only one.

        Where several could be meant none is chosen: the wrong site is worse.
        """
        queues = self.env["clinic.queue"].search([("takes_walk_ins", "=", True)])
        desk = self.env["clinic.queue.desk"].search(
            [("user_id", "=", self.env.uid)], limit=1
        )
        if served := queues & desk.queue_ids:
            return served[0]
        last = self.env["clinic.queue.event"].search(
            [
                ("user_id", "=", self.env.uid),
                ("kind", "=", "created"),
                ("queue_id", "in", queues.ids),
            ],
            limit=1,
        )
        return last.queue_id or (queues if len(queues) == 1 else queues.browse())

    def action_join(self):
        """Give the number and show it."""
        self._give_number()
        view = self.env.ref("clinic_queue.clinic_queue_join_view_form_given")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("The Number"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(view.id, "form")],
            "target": "new",
        }

    def action_join_print(self):
        """Give the number, and open the slip with its QR code."""
        return {**self._give_number().action_print_slip(), "close": True}

    def _give_number(self):
        """Return the ticket of this window; a second press gives no second number."""
        self.ensure_one()
        if self.ticket_id:
            return self.ticket_id
        values = {
            "patient_id": self.patient_id.id,
            "doctor_id": self.doctor_id.id,
            "reason": self.reason,
        }
        if self.service_id:
            values["service_id"] = self.service_id.id
        if self._has_field_access(self._fields["special_requirements"], "write"):
            values["special_requirements"] = self.special_requirements
        ticket = self.queue_id._join(values)
        if self.send_to:
            ticket._send_link(self.send_to)
        self.write({"ticket_id": ticket.id, "send_to": False, "reason": False})
        return ticket

    def action_print(self):
        """Open the slip of the number that was given."""
        self.ensure_one()
        return self.ticket_id.action_print_slip()

    def action_take_back(self):
        """Take the number back that was given by mistake.

        :raise QueueError: its holder is called already
        """
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        if ticket.state != "waiting":
            raise QueueError(
                self.env._(
                    "%(ticket)s is not waiting any more. Refresh the list.",
                    ticket=ticket.name,
                )
            )
        ticket._void()

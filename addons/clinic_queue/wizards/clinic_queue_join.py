# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from ..const import REQUIREMENT_READERS


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
    reason = fields.Text(groups="clinic_scheduling.group_clinic_clinical")
    special_requirements = fields.Char(groups=REQUIREMENT_READERS)
    send_to = fields.Char(
        string="Send the Link to",
        help="Mobile number or e-mail address, if they want to follow their place on "
        "a phone. It is used for this message and not kept.",
    )

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
        self.ensure_one()
        values = {"patient_id": self.patient_id.id, "doctor_id": self.doctor_id.id}
        if self.service_id:
            values["service_id"] = self.service_id.id
        for name in ("reason", "special_requirements"):
            if self._has_field_access(self._fields[name], "write"):
                values[name] = self[name]
        ticket = self.queue_id._join(values)
        if self.send_to:
            ticket._send_link(self.send_to)
            self.send_to = False
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "sticky": True,
                "message": self.env._("The number is %(name)s.", name=ticket.name),
                "next": {
                    "type": "ir.actions.act_window_close",
                    "infos": {"ticket_id": ticket.id},
                },
            },
        }

    def action_join_print(self):
        """Give the number, and open the slip with its QR code."""
        notice = self.action_join()
        closing = notice["params"]["next"]
        tickets = self.env["clinic.queue.ticket"]
        ticket = tickets.browse(closing["infos"]["ticket_id"])
        return {**ticket.action_print_slip(), "close": True}

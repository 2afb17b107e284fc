# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class ClinicQueueJoin(models.TransientModel):
    """Give somebody who walks in a number."""

    _name = "clinic.queue.join"
    _inherit = "clinic.wizard.mixin"
    _description = "Give a Number"

    queue_id = fields.Many2one(
        "clinic.queue",
        required=True,
        domain="[('takes_walk_ins', '=', True)]",
        default=lambda self: self._get_first_queue(),
    )
    patient_id = fields.Many2one(
        "clinic.patient", help="Empty: somebody who does not give a name."
    )
    service_id = fields.Many2one("clinic.service")
    doctor_id = fields.Many2one(
        "clinic.doctor", string="Only With", help="Empty: whoever is free first."
    )
    reason = fields.Text(groups="clinic_scheduling.group_clinic_clinical")
    special_requirements = fields.Char(groups="clinic_scheduling.group_clinic_clinical")

    send_to = fields.Char(
        string="Send the Link to",
        help="Mobile number or e-mail address, if they want to follow their place on "
        "a phone. It is used for this message and not kept.",
    )

    @api.model
    def _get_first_queue(self):
        return self.env["clinic.queue"].search([("takes_walk_ins", "=", True)], limit=1)

    def action_join(self):
        """Give the number and show it."""
        self.ensure_one()
        values = {"patient_id": self.patient_id.id, "doctor_id": self.doctor_id.id}
        if self.service_id:
            values["service_id"] = self.service_id.id
        if self.env.user.has_group("clinic_scheduling.group_clinic_clinical"):
            values["reason"] = self.reason
            values["special_requirements"] = self.special_requirements
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

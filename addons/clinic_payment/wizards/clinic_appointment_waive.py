# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ClinicAppointmentWaive(models.TransientModel):
    """Ask why before a fee is waived."""

    _name = "clinic.appointment.waive"
    _inherit = "clinic.wizard.mixin"
    _description = "Waive the Fee of a Visit"

    appointment_id = fields.Many2one(
        "clinic.appointment",
        required=True,
        readonly=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    reason = fields.Char(required=True, help="Nothing clinical: it is tracked.")

    def action_waive(self):
        """Waive it.

        :raise AccessError: the user is no manager
        """
        for wizard in self:
            wizard.appointment_id._waive_fee(wizard.reason)
        return {"type": "ir.actions.act_window_close"}

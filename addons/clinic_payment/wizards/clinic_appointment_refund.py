# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class ClinicAppointmentRefund(models.TransientModel):
    """Pay back part or all of what was paid for a visit."""

    _name = "clinic.appointment.refund"
    _inherit = "clinic.wizard.mixin"
    _description = "Refund a Visit"

    appointment_id = fields.Many2one(
        "clinic.appointment",
        required=True,
        readonly=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    currency_id = fields.Many2one(related="appointment_id.currency_id")
    amount_refundable = fields.Monetary(
        related="appointment_id.amount_refundable_online"
    )
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        string="Refund",
    )
    reason = fields.Char(required=True, help="Nothing clinical: patients may see it.")

    @api.depends("appointment_id")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.appointment_id.amount_refundable_online

    def action_refund(self):
        """Queue the refund.

        :raise AccessError: the user is no manager
        :raise ValidationError: it is more than was paid and not refunded
        """
        for wizard in self:
            wizard.appointment_id._request_refund(wizard.amount, wizard.reason)
        return {"type": "ir.actions.act_window_close"}

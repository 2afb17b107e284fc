# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from ..models.clinic_payment_desk import DESK_METHODS


class ClinicAppointmentDesk(models.TransientModel):
    """Note money that is taken or given back at the desk."""

    _name = "clinic.appointment.desk"
    _inherit = "clinic.wizard.mixin"
    _description = "Money at the Desk for a Visit"

    appointment_id = fields.Many2one(
        "clinic.appointment",
        required=True,
        readonly=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    kind = fields.Selection(
        [("payment", "Payment"), ("refund", "Refund")],
        default="payment",
        required=True,
        readonly=True,
    )
    currency_id = fields.Many2one(related="appointment_id.currency_id")
    amount_due = fields.Monetary(related="appointment_id.amount_due")
    amount_to_refund = fields.Monetary(related="appointment_id.amount_to_refund")
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    method = fields.Selection(DESK_METHODS, default="cash", required=True)
    date = fields.Date(
        compute="_compute_date",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    reference = fields.Char(help="Number on the slip or bank statement.")
    reason = fields.Char(help="Nothing clinical: patients may see it.")
    coming_text = fields.Char(compute="_compute_coming_text")

    @api.depends("appointment_id", "kind")
    def _compute_amount(self):
        for wizard in self:
            visit = wizard.appointment_id
            is_refund = wizard.kind == "refund"
            wizard.amount = visit.amount_to_refund if is_refund else visit.amount_due

    @api.depends("appointment_id")
    def _compute_date(self):
        for wizard in self:
            visit = wizard.appointment_id
            wizard.date = (
                visit._get_desk_today() if visit else fields.Date.context_today(self)
            )

    @api.depends("appointment_id")
    def _compute_coming_text(self):
        for wizard in self:
            visit = wizard.appointment_id
            wizard.coming_text = visit._get_coming_text() if visit else ""

    def action_register(self):
        """Note the money.

        :raise AccessError: the user is no receptionist
        :raise ValidationError: it is more than may be taken or given back
        """
        for wizard in self:
            visit = wizard.appointment_id
            values = {"date": wizard.date, "reference": wizard.reference}
            if wizard.kind == "payment":
                visit._register_desk_payment(wizard.amount, wizard.method, **values)
            else:
                visit._register_desk_refund(
                    wizard.amount, wizard.method, wizard.reason, **values
                )
        return {"type": "ir.actions.act_window_close"}

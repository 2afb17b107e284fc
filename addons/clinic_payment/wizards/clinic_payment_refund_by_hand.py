# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class ClinicPaymentRefundByHand(models.TransientModel):
    """Say when and how a failed refund was paid back by hand."""

    _name = "clinic.payment.refund.by.hand"
    _inherit = "clinic.wizard.mixin"
    _description = "Refund Paid Back by Hand"

    refund_id = fields.Many2one("clinic.payment.refund", required=True, readonly=True)
    currency_id = fields.Many2one(related="refund_id.currency_id")
    amount = fields.Monetary(related="refund_id.amount")
    date = fields.Date(
        compute="_compute_date",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    reason = fields.Char(string="How", required=True, help="It is kept in the history.")

    @api.depends("refund_id")
    def _compute_date(self):
        for wizard in self:
            wizard.date = wizard.refund_id.appointment_id._get_desk_today()

    def action_note(self):
        """Count it as paid back.

        :raise AccessError: the user is no manager
        :raise UserError: the refund did not fail
        :raise ValidationError: no reason, or a day to come
        """
        for wizard in self:
            wizard.refund_id._note_by_hand(wizard.reason, wizard.date)
        return {"type": "ir.actions.act_window_close"}

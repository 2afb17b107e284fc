# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ClinicPaymentRefundDecide(models.TransientModel):
    """Say what became of a refund that no answer came for."""

    _name = "clinic.payment.refund.decide"
    _inherit = "clinic.wizard.mixin"
    _description = "Decide on a Refund in Doubt"

    refund_id = fields.Many2one("clinic.payment.refund", required=True, readonly=True)
    currency_id = fields.Many2one(related="refund_id.currency_id")
    amount = fields.Monetary(related="refund_id.amount")
    decision = fields.Selection(
        [
            ("arrived", "It arrived: count it as paid back"),
            ("again", "It did not: send it again"),
        ],
        required=True,
    )
    reason = fields.Char(
        string="How You Found Out", required=True, help="It is kept in the history."
    )

    def action_decide(self):
        """Do what was decided.

        :raise AccessError: the user is no manager
        :raise UserError: what became of the refund is known by now
        """
        for wizard in self:
            wizard.refund_id._decide(wizard.decision == "arrived", wizard.reason)
        return {"type": "ir.actions.act_window_close"}

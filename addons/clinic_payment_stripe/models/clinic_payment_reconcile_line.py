# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ClinicPaymentReconcileLine(models.Model):
    """One payment or refund on which Stripe and we did not agree."""

    _name = "clinic.payment.reconcile.line"
    _description = "Payment Reconciliation Line"
    _order = "outcome, id"
    _rec_name = "stripe_reference"

    reconcile_id = fields.Many2one(
        "clinic.payment.reconcile", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="reconcile_id.company_id", store=True)
    transaction_id = fields.Many2one(
        "payment.transaction", ondelete="set null", groups="base.group_system"
    )
    reference = fields.Char()
    stripe_reference = fields.Char(required=True, index=True)
    kind = fields.Selection(
        [("payment", "Payment"), ("refund", "Refund")], required=True
    )
    outcome = fields.Selection(
        [("problem", "Not settled"), ("settled", "Settled")], required=True
    )
    is_new = fields.Boolean(help="Nobody was told of this problem before.")
    message = fields.Char()
    amount = fields.Monetary()
    currency_id = fields.Many2one("res.currency")

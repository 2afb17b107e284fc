# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

#: What a service asks of who books it.
PAYMENT_RULES = [
    ("none", "Nothing"),
    ("deposit_fixed", "A deposit: fixed amount"),
    ("deposit_percent", "A deposit: percent of the price"),
    ("full", "The full fee"),
]

#: When it is asked: before the visit is booked, or at any time after.
PAYMENT_MOMENTS = [("booking", "At booking"), ("later", "Later")]


class ClinicService(models.Model):
    """What a service costs online, when, and what is kept when it is cancelled."""

    _inherit = "clinic.service"

    payment_rule = fields.Selection(
        PAYMENT_RULES,
        string="Asked Online",
        default="none",
        required=True,
        tracking=True,
        help="What patients pay through a payment provider. Nothing: they pay at the "
        "practice.",
    )
    payment_when = fields.Selection(
        PAYMENT_MOMENTS,
        string="When",
        default="booking",
        required=True,
        tracking=True,
        help="At booking: a visit booked online becomes one when it is paid. "
        "Bookings by staff do not wait for it.",
    )
    deposit_amount = fields.Monetary(tracking=True)
    deposit_percent = fields.Float(string="Deposit (%)", tracking=True)
    product_id = fields.Many2one(
        "product.product",
        check_company=True,
        domain=[("type", "=", "service"), ("sale_ok", "=", True)],
        help="Its taxes come on top of the price where accounting is installed, and "
        "its price holds where neither the service nor the doctor has one.",
    )
    cancel_policy_id = fields.Many2one(
        "clinic.cancel.policy",
        check_company=True,
        index="btree_not_null",
        help="Empty: the company's.",
    )

    _check_deposit = models.Constraint(
        "CHECK (deposit_amount >= 0 AND deposit_percent BETWEEN 0 AND 100)",
        "A deposit is not negative, nor more than 100 %.",
    )

    def _get_policy(self, company):
        """Return the cancel policy that binds visits of this service, if any."""
        self.ensure_one()
        return self.cancel_policy_id or company.clinic_cancel_policy_id

    @api.model
    def _get_tax_included(self, product, amount, currency, company, partner):
        """Return ``amount`` with the product's taxes, where taxes are installed."""
        if not product or "taxes_id" not in product._fields:
            return amount
        taxes = product.taxes_id._filter_taxes_by_company(company)
        if not taxes:
            return amount
        totals = taxes.compute_all(
            amount, currency=currency, product=product, partner=partner
        )
        return totals["total_included"]

    def _get_asked(self, total, currency):
        """Return how much of the price ``total`` is asked first."""
        self.ensure_one()
        asked = {
            "none": 0.0,
            "deposit_fixed": min(self.deposit_amount, total),
            "deposit_percent": total * self.deposit_percent / 100,
            "full": total,
        }[self.payment_rule]
        return currency.round(asked)

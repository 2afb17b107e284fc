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
        if self.payment_rule == "none":
            return 0.0
        asked = {
            "deposit_fixed": min(self.deposit_amount, total),
            "deposit_percent": total * self.deposit_percent / 100,
            "full": total,
        }[self.payment_rule]
        return currency.round(asked)

    # ------------------------------------------------------------------
    # What patients read before they book
    # ------------------------------------------------------------------

    def _get_price_company(self):
        """Return the company whose taxes and currency hold; as superuser."""
        return self.sudo().company_id or self.env.company.sudo()

    def _get_patient_price(self, doctor=None):
        """Override: the product's price where there is no other, and its taxes."""
        # sudo: visitors read the price, and not the product
        service_sudo = self.sudo()
        price = super(ClinicService, service_sudo)._get_patient_price(
            doctor and doctor.sudo()
        )
        product_sudo = service_sudo.product_id
        company_sudo = service_sudo._get_price_company()
        currency = company_sudo.currency_id
        if not price and product_sudo:
            price = product_sudo.currency_id._convert(
                product_sudo.lst_price, currency, company_sudo
            )
        return service_sudo._get_tax_included(
            product_sudo, price, currency, company_sudo, self.env["res.partner"]
        )

    def _get_asked_text(self, doctor=None):
        """Return what is asked online for a visit, as patients read it; or nothing.

        :param doctor: with whom; the price may be theirs
        """
        self.ensure_one()
        # sudo: visitors read what they will be asked for, and not the product
        service_sudo = self.sudo()
        currency = service_sudo._get_price_company().currency_id
        total = service_sudo._get_patient_price(doctor)
        if not total and not doctor:
            return service_sudo._get_asked_text_without_price(currency)
        asked = service_sudo._get_asked(total, currency)
        return service_sudo._format_asked(
            asked, total, service_sudo.payment_when, currency
        )

    def _asks_at_booking(self, doctor=None):
        """Return whether a visit is booked by a payment; as ``_get_asked_text``."""
        self.ensure_one()
        is_asked = bool(self._get_asked_text(doctor))
        return is_asked and self.sudo().payment_when == "booking"

    def _get_asked_text_without_price(self, currency):
        """Return what is asked where the price depends on the doctor."""
        deposits = {
            "deposit_fixed": currency.format(self.deposit_amount),
            "deposit_percent": f"{self.deposit_percent:g} %",
        }
        amount = deposits.get(self.payment_rule)
        if self.payment_rule == "none":
            return ""
        return self._get_asked_sentence(self.payment_when, amount)

    def _format_asked(self, asked, total, when, currency):
        """Return how much of the price ``total`` is asked online, and when."""
        if currency.compare_amounts(asked, 0.0) <= 0:
            return ""
        is_part = currency.compare_amounts(asked, total) < 0
        return self._get_asked_sentence(when, is_part and currency.format(asked))

    def _get_asked_sentence(self, when, deposit):
        if when == "booking":
            if not deposit:
                return self.env._("To be paid at booking")
            return self.env._("Deposit of %(amount)s at booking", amount=deposit)
        if not deposit:
            return self.env._("To be paid online before the appointment")
        return self.env._(
            "Deposit of %(amount)s before the appointment", amount=deposit
        )

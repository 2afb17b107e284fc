# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a visit costs, what was paid for it, and what is due: figures only.

What follows from them is in ``clinic_appointment_payment.py``.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .clinic_service import PAYMENT_MOMENTS

#: In these states a visit owes a fee instead of its price.
ENDED_STATES = ("cancelled", "no_show")

#: What the money of a visit depends on.
SERVICE_MONEY = (
    "cancel_policy_id",
    "deposit_amount",
    "deposit_percent",
    "payment_rule",
    "payment_when",
    "product_id",
)


class ClinicAppointment(models.Model):
    """The money of a visit, in the company's currency."""

    _inherit = "clinic.appointment"

    transaction_ids = fields.Many2many(
        "payment.transaction",
        "clinic_appointment_transaction_rel",
        "appointment_id",
        "transaction_id",
        string="Payment Transactions",
        readonly=True,
        copy=False,
        groups="base.group_system",
    )
    refund_ids = fields.One2many(
        "clinic.payment.refund", "appointment_id", string="Refunds", readonly=True
    )
    amount_total = fields.Monetary(
        string="Price with Taxes",
        compute="_compute_amount_total",
        store=True,
        precompute=True,
    )
    amount_asked = fields.Monetary(
        string="Asked Online",
        compute="_compute_asked",
        store=True,
        precompute=True,
        help="The deposit or fee that is asked first, as it was when it was booked.",
    )
    payment_when = fields.Selection(
        PAYMENT_MOMENTS, compute="_compute_asked", store=True, precompute=True
    )
    cancel_policy_id = fields.Many2one(
        "clinic.cancel.policy",
        compute="_compute_asked",
        store=True,
        precompute=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    amount_paid = fields.Monetary(
        string="Paid",
        compute="_compute_payment",
        store=True,
        precompute=True,
    )
    amount_refunded = fields.Monetary(
        string="Refunded",
        compute="_compute_payment",
        store=True,
        precompute=True,
    )
    payment_status = fields.Selection(
        compute="_compute_payment", store=True, precompute=True, default=None
    )
    refund_status = fields.Selection(
        [
            ("pending", "Refund on its way"),
            ("unknown", "Refund to check"),
            ("failed", "Refund failed"),
            ("partial", "Partly refunded"),
            ("refunded", "Refunded"),
        ],
        compute="_compute_payment",
        store=True,
        precompute=True,
        tracking=True,
    )
    amount_fee = fields.Monetary(
        string="Cancel or No-show Fee",
        readonly=True,
        copy=False,
        tracking=True,
        help="What is kept of the money by the cancel policy.",
    )
    fee_start = fields.Datetime(
        string="Policy Counts From",
        readonly=True,
        copy=False,
        help="The time of the visit before its patient moved it too late to cancel it "
        "free of charge: it still decides about the fee.",
    )
    fee_waiver = fields.Char(
        string="Waived Because",
        readonly=True,
        copy=False,
        tracking=True,
        help="Why a manager asks for nothing.",
    )
    amount_due_now = fields.Monetary(
        string="Due Now",
        compute="_compute_amount_due_now",
        help="What is asked online next.",
    )
    amount_due = fields.Monetary(
        compute="_compute_amount_due",
        store=True,
        precompute=True,
        help="What of the whole price, or of the fee, is not paid, however it is paid.",
    )
    amount_to_refund = fields.Monetary(
        string="To Refund",
        compute="_compute_amount_due",
        store=True,
        precompute=True,
        help="What was paid beyond what is owed, and is not on its way back.",
    )

    @api.model
    def _get_fields_read(self):
        """Override: with what a service asks."""
        read = super()._get_fields_read()
        return {**read, "service_id": [*read["service_id"], *SERVICE_MONEY]}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_paid(self):
        """What somebody tried to pay for stays, to say so."""
        kept = self.filtered(
            lambda item: item.sudo().transaction_ids or item.sudo().desk_ids
        )
        if kept:
            raise UserError(
                self.env._(
                    "Appointment %(name)s has payments and cannot be deleted.",
                    name=kept[0].display_name,
                )
            )

    @api.depends("service_id", "doctor_id")
    def _compute_amount(self):
        """Override: the product's price where service and doctor have none."""
        res = super()._compute_amount()
        for appointment in self:
            product_sudo = appointment.service_id.sudo().product_id
            if not appointment.amount and product_sudo:
                appointment.amount = product_sudo.currency_id._convert(
                    product_sudo.lst_price,
                    appointment.currency_id or self.env.company.currency_id,
                    appointment.company_id or self.env.company,
                    fields.Date.context_today(self),
                )
        return res

    @api.depends("amount", "service_id")
    def _compute_amount_total(self):
        for appointment in self:
            service_sudo = appointment.service_id.sudo()
            company = appointment.company_id or self.env.company
            appointment.amount_total = service_sudo._get_tax_included(
                service_sudo.product_id,
                appointment.amount,
                company.currency_id,
                company,
                appointment.partner_id,
            )

    @api.depends("amount_total", "service_id")
    def _compute_asked(self):
        for appointment in self:
            service_sudo = appointment.service_id.sudo()
            company_sudo = (appointment.company_id or self.env.company).sudo()
            appointment.amount_asked = 0.0
            appointment.payment_when = False
            appointment.cancel_policy_id = False
            if not service_sudo:
                continue
            asked = service_sudo._get_asked(
                appointment.amount_total, company_sudo.currency_id
            )
            appointment.cancel_policy_id = service_sudo.cancel_policy_id
            if asked:
                appointment.amount_asked = asked
                appointment.payment_when = service_sudo.payment_when
                appointment.cancel_policy_id = service_sudo._get_policy(company_sudo)

    @api.depends(
        "amount_total",
        "amount_asked",
        "amount_fee",
        "fee_waiver",
        "state",
        "transaction_ids.state",
        "transaction_ids.amount",
        "transaction_ids.operation",
        "refund_ids.state",
        "refund_ids.amount",
        "desk_ids.amount",
    )
    def _compute_payment(self):
        """The one method that says what was paid and refunded, from transactions."""
        for appointment in self:
            appointment_sudo = appointment.sudo()
            names = ("transaction_ids", "desk_ids", "refund_ids")
            if not any(appointment_sudo[name] for name in names):
                appointment._note_unpaid()
                continue
            currency = appointment.currency_id or self.env.company.currency_id
            transactions_sudo = appointment.sudo().transaction_ids.filtered(
                lambda tx, currency=currency: tx.currency_id == currency
            )
            desk_sudo = appointment.sudo().desk_ids.grouped("kind")
            appointment.amount_paid = sum(
                tx.amount for tx in transactions_sudo if tx._is_clinic_payment()
            ) + sum(row.amount for row in desk_sudo.get("payment", ()))
            given_back = -sum(
                tx.amount
                for tx in transactions_sudo
                if tx.operation == "refund" and tx.state == "done"
            )
            given_back += sum(row.amount for row in desk_sudo.get("refund", ()))
            appointment.amount_refunded = given_back + sum(
                refund.amount
                for refund in appointment.sudo().refund_ids
                if refund.state == "by_hand"
            )
            appointment.payment_status = appointment._get_payment_status(currency)
            appointment.refund_status = appointment._get_refund_status(currency)

    def _note_unpaid(self):
        """Say so of a visit that no money came for: each new one comes by here."""
        self.amount_paid = self.amount_refunded = 0.0
        self.payment_status = self._get_unpaid_status()
        self.refund_status = False

    def _get_payment_status(self, currency):
        kept = self.amount_paid - self.amount_refunded
        if self.amount_refunded and currency.compare_amounts(kept, 0) <= 0:
            return "refunded"
        owed = self.amount_fee if self.state in ENDED_STATES else self.amount_total
        if currency.compare_amounts(kept, 0) > 0:
            is_whole = currency.compare_amounts(kept, owed) >= 0
            return "paid" if is_whole else "partial"
        return self._get_unpaid_status()

    def _get_unpaid_status(self):
        if self.fee_waiver:
            return "not_required"
        if self.state in ENDED_STATES:
            return "pending" if self.amount_fee else "not_required"
        return "pending" if self.amount_asked else "not_required"

    def _get_refund_status(self, currency):
        states = set(self.sudo().refund_ids.mapped("state"))
        if "failed" in states:
            return "failed"
        if "unknown" in states:
            return "unknown"
        if states & {"queued", "sending", "sent"}:
            return "pending"
        if not self.amount_refunded:
            return False
        is_whole = currency.compare_amounts(self.amount_refunded, self.amount_paid) >= 0
        return "refunded" if is_whole else "partial"

    @api.depends(
        "amount_total",
        "amount_asked",
        "amount_paid",
        "amount_refunded",
        "amount_fee",
        "fee_waiver",
        "payment_when",
        "state",
    )
    def _compute_amount_due_now(self):
        for appointment in self:
            appointment.amount_due_now = appointment._get_due_now()

    @api.depends(
        "amount_total",
        "amount_paid",
        "amount_refunded",
        "amount_fee",
        "fee_waiver",
        "state",
        "refund_ids.state",
        "refund_ids.refund_transaction_id.state",
    )
    def _compute_amount_due(self):
        for appointment in self:
            appointment.amount_due = appointment._get_rest()
            appointment.amount_to_refund = appointment._get_excess()

    def _get_rest(self):
        """Return what of price or fee is still to be paid, online or at the desk."""
        currency = self.currency_id or self.env.company.currency_id
        if self.fee_waiver or self.state == "hold":
            return 0.0
        owed = self.amount_fee if self.state in ENDED_STATES else self.amount_total
        kept = self.amount_paid - self.amount_refunded
        return max(currency.round(owed - kept), 0.0) if owed else 0.0

    def _get_due_now(self):
        """Return what is to be paid next: first what is asked, then the rest."""
        currency = self.currency_id or self.env.company.currency_id
        if self.fee_waiver:
            return 0.0
        kept = self.amount_paid - self.amount_refunded
        if self.state in ENDED_STATES:
            owed = self.amount_fee
        elif not self.amount_asked:
            owed = 0.0
        elif self.state == "hold":
            owed = self.amount_asked if self.payment_when == "booking" else 0.0
        elif currency.compare_amounts(kept, self.amount_asked) < 0:
            owed = self.amount_asked
        else:
            owed = self.amount_total
        return max(currency.round(owed - kept), 0.0)

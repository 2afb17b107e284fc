# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

#: How money changes hands at the practice.
DESK_METHODS = [
    ("cash", "Cash"),
    ("terminal", "Card terminal"),
    ("transfer", "Bank transfer"),
    ("other", "Other"),
]


class ClinicPaymentDesk(models.Model):
    """Money that staff took or gave back for a visit, without a provider.

    Rows are written by the methods of the visit and stay as they are: what was
    mistaken is put right by the opposite row.
    """

    _name = "clinic.payment.desk"
    _description = "Money at the Desk"
    _order = "date desc, id desc"
    _rec_name = "appointment_id"

    appointment_id = fields.Many2one(
        "clinic.appointment",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="appointment_id.company_id", store=True)
    site_id = fields.Many2one(related="appointment_id.site_id", store=True)
    kind = fields.Selection(
        [("payment", "Payment"), ("refund", "Refund")], required=True, readonly=True
    )
    method = fields.Selection(DESK_METHODS, required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(required=True, readonly=True)
    date = fields.Date(required=True, readonly=True, help="On the site's clock.")
    reference = fields.Char(readonly=True, help="Number on the slip or bank statement.")
    reason = fields.Char(readonly=True, help="Why money was given back.")
    user_id = fields.Many2one(
        "res.users",
        string="By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )

    _check_amount = models.Constraint(
        "CHECK (amount > 0)", "Enter an amount above zero."
    )

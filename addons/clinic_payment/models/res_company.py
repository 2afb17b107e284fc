# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResCompany(models.Model):
    """Defaults of a practice for payments."""

    _inherit = "res.company"

    clinic_cancel_policy_id = fields.Many2one(
        "clinic.cancel.policy",
        string="Cancel Policy",
        check_company=True,
        help="For services without one of their own.",
    )
    clinic_payment_minutes = fields.Integer(
        string="Time to Pay (min)",
        help="Once, when a payment begins, the time is held for so long at least. "
        "0: the hold stays as long as it was.",
    )

    _check_clinic_payment = models.Constraint(
        "CHECK (clinic_payment_minutes BETWEEN 0 AND 60)",
        "The time to pay lies between 0 and 60 minutes.",
    )

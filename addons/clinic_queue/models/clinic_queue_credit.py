# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ClinicQueueCredit(models.Model):
    """A reason to be served somewhat earlier: bounded, and never a tier of its own."""

    _name = "clinic.queue.credit"
    _description = "Priority Credit"
    _order = "sequence, id"

    policy_id = fields.Many2one(
        "clinic.queue.policy", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="policy_id.company_id")
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    worth = fields.Float(
        required=True,
        default=0.1,
        digits=(4, 2),
        help="Share of the target that counts as waited already.",
    )

    _check_worth = models.Constraint(
        "CHECK (worth > 0 AND worth <= 1)", "A credit is worth between 0 and 1."
    )

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class PharmaSegment(models.Model):
    """How often doctors of one kind are to be called on, and what a call is worth."""

    _name = "pharma.segment"
    _description = "Doctor Segment"
    _order = "sequence, name"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    company_id = fields.Many2one("res.company", index=True)
    base_value = fields.Integer(
        default=1,
        required=True,
        aggregator=None,
        help="Points of a call that is due, for the planner.",
    )
    target_calls = fields.Integer(
        string="Calls",
        default=1,
        required=True,
        aggregator=None,
        help="How many calls a doctor is to have in each period.",
    )
    period_days = fields.Integer(
        string="Period (days)", default=90, required=True, aggregator=None
    )
    min_gap_days = fields.Integer(
        string="Gap (days)",
        default=7,
        required=True,
        aggregator=None,
        help="Days between two calls to one doctor, at the least.",
    )

    _check_numbers = models.Constraint(
        "CHECK (base_value >= 0 AND target_calls >= 0"
        " AND period_days > 0 AND min_gap_days >= 0)",
        "Values, calls and gaps are not negative, and a period has at least one day.",
    )
    _unique_name = models.UniqueIndex(
        "(name, COALESCE(company_id, 0))", "This segment exists already."
    )

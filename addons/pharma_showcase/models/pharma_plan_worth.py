# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What people say of the worth of calls: the planner reads it."""

from odoo import fields, models


class ClinicDoctor(models.Model):
    """Doctors may ask for a call."""

    _inherit = "clinic.doctor"

    call_asked_on = fields.Date(
        string="Asked for a Call",
        tracking=True,
        help="The day on which the doctor asked for a call. Until one is proposed, the "
        "planner prefers this doctor, and its call counts as asked for.",
    )


class PharmaCampaign(models.Model):
    """A launch is worth more than a reminder."""

    _inherit = "pharma.campaign"

    launch_percent = fields.Integer(
        string="Worth of a Call (%)",
        default=100,
        required=True,
        aggregator=None,
        help="Above 100: new products, whose calls the planner prefers to others.",
    )

    _check_launch_percent = models.Constraint(
        "CHECK (launch_percent BETWEEN 50 AND 400)",
        "A call of a campaign is worth from 50 to 400 percent of another one.",
    )

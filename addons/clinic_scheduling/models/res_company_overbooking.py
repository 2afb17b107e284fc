# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Settings of the advice on how many to book."""

from odoo import fields, models


class ResCompany(models.Model):
    """Overbooking by measurement."""

    _inherit = "res.company"

    clinic_overbooking_advice = fields.Boolean(
        string="Overbooking Advice",
        default=True,
        help="Suggest bookings above the capacity of full sessions that have a limit "
        "for it.",
    )
    clinic_cost_empty = fields.Float(
        string="Cost of an Empty Place",
        default=100,
        help="What a place costs that stays empty because its patient did not come.",
    )
    clinic_cost_extra = fields.Float(
        string="Cost of One Too Many",
        default=200,
        help="What it costs when one patient more comes than there are places: waiting "
        "and overtime.",
    )
    clinic_overbooking_percent = fields.Integer(
        string="At Most (%)",
        default=15,
        help="Never advise more than this share of a session above its capacity. It "
        "limits the advice: what staff may book is limited by the hours alone.",
    )
    clinic_overbooking_days = fields.Integer(
        string="Days Ahead", default=7, help="Sessions of so many days are looked at."
    )

    _check_clinic_overbooking = models.Constraint(
        "CHECK (clinic_cost_empty >= 0 AND clinic_cost_extra > 0"
        " AND clinic_overbooking_percent BETWEEN 0 AND 100"
        " AND clinic_overbooking_days BETWEEN 1 AND 60)",
        "One patient too many costs something, the share lies between 0 and 100 %, "
        "and 1 to 60 days are looked at.",
    )


class ResConfigSettings(models.TransientModel):
    """Overbooking by measurement."""

    _inherit = "res.config.settings"

    clinic_overbooking_advice = fields.Boolean(
        related="company_id.clinic_overbooking_advice", readonly=False
    )
    clinic_cost_empty = fields.Float(
        related="company_id.clinic_cost_empty", readonly=False
    )
    clinic_cost_extra = fields.Float(
        related="company_id.clinic_cost_extra", readonly=False
    )
    clinic_overbooking_percent = fields.Integer(
        related="company_id.clinic_overbooking_percent", readonly=False
    )
    clinic_overbooking_days = fields.Integer(
        related="company_id.clinic_overbooking_days", readonly=False
    )

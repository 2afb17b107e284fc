# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResCompany(models.Model):
    """Feedback of patients."""

    _inherit = "res.company"

    clinic_feedback_low = fields.Integer(
        string="Low Score (stars)",
        default=2,
        help="From so few stars down, a manager is asked to look. 0: never.",
    )
    clinic_feedback_public = fields.Boolean(
        string="Show Averages to Everybody",
        help="The average of a doctor with at least 5 ratings is shown where patients "
        "book. Comments never are.",
    )

    _check_clinic_feedback = models.Constraint(
        "CHECK (clinic_feedback_low BETWEEN 0 AND 5)",
        "A low score lies between 0 and 5 stars.",
    )


class ResConfigSettings(models.TransientModel):
    """Feedback."""

    _inherit = "res.config.settings"

    clinic_feedback_low = fields.Integer(
        related="company_id.clinic_feedback_low", readonly=False
    )
    clinic_feedback_public = fields.Boolean(
        related="company_id.clinic_feedback_public", readonly=False
    )

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResCompany(models.Model):
    """Proposals to patients whose doctor is away."""

    _inherit = "res.company"

    clinic_away_offer_hours = fields.Integer(
        string="Proposed Times Are Held (h)",
        default=24,
        help="How long a patient whose doctor is away may think about another time.",
    )

    _check_clinic_away = models.Constraint(
        "CHECK (clinic_away_offer_hours BETWEEN 1 AND 168)",
        "A proposed time is held for 1 hour to 7 days.",
    )


class ResConfigSettings(models.TransientModel):
    """Proposals."""

    _inherit = "res.config.settings"

    clinic_away_offer_hours = fields.Integer(
        related="company_id.clinic_away_offer_hours", readonly=False
    )

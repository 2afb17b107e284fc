# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResCompany(models.Model):
    """Doctors who run late."""

    _inherit = "res.company"

    clinic_delay_tell_minutes = fields.Integer(
        string="Tell Patients of a Delay (min)",
        default=15,
        help="Patients are told when their doctor is at least so late.",
    )
    clinic_delay_again_minutes = fields.Integer(
        string="Tell Again (min)",
        default=20,
        help="They are told again only when the delay has changed by so much.",
    )
    clinic_delay_rebook_minutes = fields.Integer(
        string="Free Changes (min)",
        default=30,
        help="From this delay on, patients move and cancel without notice and fee.",
    )

    _check_clinic_delay = models.Constraint(
        "CHECK (clinic_delay_tell_minutes > 0 AND clinic_delay_again_minutes > 0"
        " AND clinic_delay_rebook_minutes > 0)",
        "Delays that count are at least 1 minute.",
    )


class ResConfigSettings(models.TransientModel):
    """Delays."""

    _inherit = "res.config.settings"

    clinic_delay_tell_minutes = fields.Integer(
        related="company_id.clinic_delay_tell_minutes", readonly=False
    )
    clinic_delay_again_minutes = fields.Integer(
        related="company_id.clinic_delay_again_minutes", readonly=False
    )
    clinic_delay_rebook_minutes = fields.Integer(
        related="company_id.clinic_delay_rebook_minutes", readonly=False
    )

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of Clinic Payment."""

    _inherit = "res.config.settings"

    clinic_cancel_policy_id = fields.Many2one(
        related="company_id.clinic_cancel_policy_id", readonly=False
    )
    clinic_payment_minutes = fields.Integer(
        related="company_id.clinic_payment_minutes", readonly=False
    )

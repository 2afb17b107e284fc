# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from ..const import PRACTICE


class ClinicSite(models.Model):
    """A place where doctors are called on; it need not be one of ours."""

    _inherit = "clinic.site"

    equipment_ids = fields.One2many(groups=PRACTICE)
    is_outside = fields.Boolean(
        string="Outside Practice",
        index=True,
        help="Not a place of ours: representatives call on doctors there.",
    )
    latitude = fields.Float(
        related="partner_id.partner_latitude", readonly=False, digits=(10, 7)
    )
    longitude = fields.Float(
        related="partner_id.partner_longitude", readonly=False, digits=(10, 7)
    )
    practice_rule_ids = fields.One2many("pharma.practice.rule", "site_id")

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class PharmaShowcaseHistory(models.Model):
    """A move of a showcase: from when to when, by whom."""

    _name = "pharma.showcase.history"
    _description = "Move of a Showcase"
    _order = "create_date desc, id desc"

    showcase_id = fields.Many2one(
        "pharma.showcase", required=True, index=True, ondelete="cascade"
    )
    from_start = fields.Datetime(required=True)
    to_start = fields.Datetime(required=True)
    from_representative_id = fields.Many2one("pharma.representative")
    to_representative_id = fields.Many2one("pharma.representative")
    from_site_id = fields.Many2one("clinic.site")
    to_site_id = fields.Many2one("clinic.site")
    by_doctor = fields.Boolean(string="By the Doctor")
    reason = fields.Char()

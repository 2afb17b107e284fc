# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResUsers(models.Model):
    """Which sites a member of staff works at. None named: all of them."""

    _inherit = "res.users"

    clinic_site_ids = fields.Many2many(
        "clinic.site",
        "clinic_site_res_users_rel",
        "user_id",
        "site_id",
        string="Clinic Sites",
        # an archived site must not open all the others
        context={"active_test": False},
        help="Sees appointments of these sites only. Empty: all sites.",
    )
    clinic_doctor_ids = fields.One2many("clinic.doctor", "user_id")

    def write(self, vals):
        result = super().write(vals)
        if "clinic_site_ids" in vals:
            # record rules are cached per user with the user's sites
            self.env.registry.clear_cache()
        return result

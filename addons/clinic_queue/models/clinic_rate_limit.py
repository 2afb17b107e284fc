# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

#: kind -> (how many, in how many seconds), as in ``clinic_scheduling``.
LIMITS = {
    "kiosk_pair": (10, 600),
    "kiosk_pair_all": (100, 600),
    "kiosk_wrong": (60, 600),
    "kiosk_call": (240, 60),
    "kiosk_find": (60, 600),
    "kiosk_code": (20, 600),
    "kiosk_request": (30, 3600),
}


class ClinicRateLimit(models.Model):
    _inherit = "clinic.rate.limit"

    @api.model
    def _get_limit(self, kind):
        """Override: the limits of kiosks."""
        if kind not in LIMITS:
            return super()._get_limit(kind)
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        given = parameters_sudo.get_param(f"clinic_scheduling.limit.{kind}")
        if not given:
            return LIMITS[kind]
        count, _slash, seconds = given.partition("/")
        return max(1, int(count)), int(seconds or LIMITS[kind][1])

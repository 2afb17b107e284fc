# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

#: kind -> (how many, in how many seconds), as in ``clinic_scheduling``.
LIMITS = {
    # news of one calendar; of senders who show no secret; tests of the address
    "calendar_news": (600, 600),
    "calendar_forged": (60, 600),
    "calendar_check": (120, 600),
    # a link to connect a calendar by: pages, attempts, links that open nothing
    "calendar_link": (120, 600),
    "calendar_attempt": (20, 3600),
    "calendar_unknown": (30, 600),
}


class ClinicRateLimit(models.Model):
    _inherit = "clinic.rate.limit"

    @api.model
    def _get_usual_limits(self):
        """Override: the limits of this addon's public pages."""
        return {**super()._get_usual_limits(), **LIMITS}

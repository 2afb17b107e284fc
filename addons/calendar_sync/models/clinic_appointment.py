# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ClinicAppointment(models.Model):
    """What an appointment says to calendars."""

    _inherit = "clinic.appointment"

    def _get_sync_title(self, detail):
        """Override: as much as the calendar's setting allows."""
        if detail == "minimal":
            return super()._get_sync_title(detail)
        title = self.service_id.name
        if detail == "initials" and self.patient_id:
            words = self.patient_id.sudo().name.split()
            initials = "".join(f"{word[0]}." for word in words if word)
            title = f"{title} ({initials})"
        return title

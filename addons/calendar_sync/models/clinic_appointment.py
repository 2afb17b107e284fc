# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from .clinic_video import CALENDAR


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

    def _get_sync_video_provider(self):
        """Override: as the doctor, the service or the company says."""
        return self._get_video_provider()

    def _set_sync_meeting(self, url, old):
        """Override: the room is entered when it is open, by those who may."""
        visit_sudo = self.sudo()
        people = f"{visit_sudo.doctor_id.id}:{visit_sudo.patient_id.id}"
        key = f"{CALENDAR}:{people}" if url else False
        if not visit_sudo.video_room_url or visit_sudo.video_room_url == old:
            visit_sudo._write_by_door(
                {"video_room_url": url or False, "video_room_key": key}
            )

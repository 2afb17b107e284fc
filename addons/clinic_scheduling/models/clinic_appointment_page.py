# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the patient's own page says about a visit, and the files that staff share."""

from urllib.parse import urlencode

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import human_size

from ..utils import is_web_address
from .clinic_schedule import epoch

#: States in which a visit takes place, or is going to.
OPEN_STATES = ("scheduled", "confirmed", "arrived", "in_progress")

MAP_URL = "https://www.openstreetmap.org/"


class ClinicAppointment(models.Model):
    """The visit's page in the portal."""

    _inherit = "clinic.appointment"

    video_url = fields.Char(
        string="Video Link",
        copy=False,
        help="A room of your own choice for this visit. Empty: one is made when it is "
        "first entered.",
    )
    shared_attachment_ids = fields.Many2many(
        "ir.attachment",
        "clinic_appointment_shared_attachment_rel",
        "appointment_id",
        "attachment_id",
        string="Shared with the Patient",
        copy=False,
        help="Files that the patient may download from the visit's page.",
    )

    @api.constrains("video_url")
    def _check_video_url(self):
        for appointment in self.filtered("video_url"):
            if not is_web_address(appointment.video_url):
                raise ValidationError(
                    self.env._("A video link starts with https:// and names a host.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        appointments = super().create(vals_list)
        if any("shared_attachment_ids" in vals for vals in vals_list):
            appointments._bind_shared_attachments()
        return appointments

    def write(self, vals):
        result = super().write(vals)
        if "shared_attachment_ids" in vals:
            self._bind_shared_attachments()
        return result

    def _bind_shared_attachments(self):
        """Let the files that are shared here belong here, so that staff see them.

        :raise AccessError: for files that the user may not even read
        :raise ValidationError: for files of other records
        """
        for appointment in self:
            # sudo: to see what was linked, not only what the user may see
            shared = appointment.sudo().shared_attachment_ids.with_env(self.env)
            shared.check_access("read")
            for attachment in shared:
                owner = attachment.res_model, attachment.res_id
                if owner == (self._name, appointment.id):
                    continue
                if attachment.type != "binary" or attachment.res_id:
                    raise ValidationError(
                        self.env._(
                            "%(file)s belongs to something else. Upload it here to "
                            "share it.",
                            file=attachment.name,
                        )
                    )
                attachment.write({"res_model": self._name, "res_id": appointment.id})

    def _is_open_to(self, user, access_token=None, scope="view"):
        """Override: links of a patient who was archived open nothing any more."""
        patient_sudo = self.sudo().patient_id
        if patient_sudo and not patient_sudo.active:
            return False
        return super()._is_open_to(user, access_token, scope)

    @api.model
    def _get_thread_with_access(self, thread_id, *, mode="read", **kwargs):
        """Override: a visit's link opens its page, and nothing that staff write."""
        return super()._get_thread_with_access(thread_id, mode=mode)

    # ------------------------------------------------------------------
    # The page: plain values, and only what the patient may read
    # ------------------------------------------------------------------

    def _get_portal_row(self):
        """Return what the patient's list says of this visit, as plain values."""
        self.ensure_one()
        schedule = self.env["clinic.schedule"]
        start, stop, tz = epoch(self.start), epoch(self.stop), self.site_id.tz
        return {
            "id": self.id,
            "url": self.access_url,
            "number": self.name,
            "day": schedule._format_day(start, tz),
            "hours": schedule._format_range(start, stop, tz),
            "moment": f"{self.start.isoformat()}Z",
            "start": start,
            "tz": tz,
            "zone": self._get_zone_name(),
            "patient": self.patient_id.name,
            "doctor": self.doctor_id.display_name,
            "service": self.service_id.name,
            "site": self.site_id.name,
            "modality": self.modality,
            "status": self._get_portal_status(),
            "is_open": self._is_ahead(),
            "is_off": self.state in ("cancelled", "no_show"),
        }

    def _get_portal_page(self):
        """Return what the patient's page says of this visit, as plain values."""
        site = self.site_id
        return {
            **self._get_portal_row(),
            "address": site.partner_id.contact_address_inline or "",
            "map_url": self._get_map_url(),
            "phone": site.phone or self.company_id.phone or "",
            "site_instructions": site.instructions or "",
            "service_instructions": self.service_id.instructions or "",
            "video": self._get_video_values(),
            "moves": self._get_portal_moves(),
            "documents": [
                {"id": item.id, "name": item.name, "size": human_size(item.file_size)}
                for item in self._get_shared_files()
            ],
            "cancelled_at": self._format_moment_here(self.cancelled_at),
            "again_url": self._get_again_url(),
        }

    def _get_portal_status(self):
        """Return in plain words how things stand."""
        if self.state in ("scheduled", "confirmed") and not self._is_ahead():
            return self.env._("Over")
        return {
            "hold": self.env._("Not booked yet"),
            "scheduled": self.env._("Booked"),
            "confirmed": self.env._("Booked and confirmed"),
            "arrived": self.env._("Checked in"),
            "in_progress": self.env._("Taking place now"),
            "completed": self.env._("Over"),
            "cancelled": self.env._("Cancelled"),
            "no_show": self.env._("Missed"),
        }[self.state]

    def _is_ahead(self):
        """Whether this visit is still to come, or takes place now."""
        return self.state in OPEN_STATES and self.stop > fields.Datetime.now()

    def _get_zone_name(self):
        """Return "Paris (UTC+02:00)": whose clock the times of this visit are."""
        offset = self._localize(self.start).strftime("%z")
        city = self.site_id._get_zone_city()
        return f"{city} (UTC{offset[:3]}:{offset[3:]})"

    def _format_moment_here(self, moment):
        schedule = self.env["clinic.schedule"]
        return moment and schedule._format_moment(epoch(moment), self.site_id.tz)

    def _get_map_url(self):
        """Return a link to the place on a map; nothing is loaded from there."""
        address = self.site_id.partner_id
        here = address.partner_latitude, address.partner_longitude
        if any(here):
            latitude, longitude = here
            query = urlencode({"mlat": latitude, "mlon": longitude})
            return f"{MAP_URL}?{query}#map=17/{latitude}/{longitude}"
        if not address.contact_address_inline:
            return ""
        query = urlencode({"query": address.contact_address_inline})
        return f"{MAP_URL}search?{query}"

    def _get_again_url(self):
        """Return where a visit like this one is booked, or where any is."""
        service, doctor = self.service_id, self.doctor_id
        if not (service.active and service.bookable_online and doctor.active):
            return "/clinic/book"
        query = urlencode({"service": service.id, "doctor": doctor.id})
        return f"/clinic/book/times?{query}"

    def _get_portal_moves(self):
        """Return the moves, the last first; reasons are for staff."""
        return [
            {
                "before": self._format_moment_here(move.from_start),
                "after": self._format_moment_here(move.to_start),
                "doctor": self._get_change(move.from_doctor_id, move.to_doctor_id),
                "site": self._get_change(move.from_site_id, move.to_site_id),
            }
            for move in self.history_ids
        ]

    def _get_change(self, before, after):
        if before == after:
            return ""
        return f"{before.display_name} → {after.display_name}"

    def _get_shared_files(self):
        """Return the attachments that the patient may download."""
        return self.shared_attachment_ids.filtered(lambda item: item.type == "binary")

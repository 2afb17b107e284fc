# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Where video visits take place.

A provider is a key of ``_get_providers`` and two methods: ``_open_<key>`` makes the
room of a visit and returns its address, ``_end_<key>`` lets nobody in any more. Rooms
are made when they are first entered, never while something is booked, so a provider may
call out. Other addons add theirs by overriding ``_get_providers``.
"""

import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from ..utils import is_web_address

#: Bytes of randomness in a room's name.
ROOM_BYTES = 18


class ClinicVideo(models.AbstractModel):
    """The providers of video rooms."""

    _name = "clinic.video"
    _description = "Video Rooms"

    @api.model
    def _get_providers(self):
        """Return [(key, label)] of who may make rooms."""
        return [
            ("discuss", self.env._("Discuss, in this database")),
            ("jitsi", self.env._("Jitsi Meet")),
            ("fixed", self.env._("The doctor's own link")),
        ]

    @api.model
    def _open_room(self, provider, visit_sudo):
        """Make the room of a visit and return its address.

        :param provider: a key of ``_get_providers``
        :raise UserError: the practice has not set it up; staff read the sentence
        """
        return getattr(self, f"_open_{provider}")(visit_sudo)

    @api.model
    def _end_room(self, provider, visit_sudo):
        """Let nobody into the room that was made for a visit any more."""
        end = getattr(self, f"_end_{provider}", None)
        if end:
            end(visit_sudo)

    # ------------------------------------------------------------------
    # Discuss: a group that is joined by its secret link, as guest or user
    # ------------------------------------------------------------------

    @api.model
    def _open_discuss(self, visit_sudo):
        # whoever asks for the room is no member of it, least of all everybody's
        # public user: install_mode leaves them out
        channels_sudo = self.env["discuss.channel"].sudo()
        partner_sudo = visit_sudo.doctor_id.user_id.partner_id
        channel_sudo = channels_sudo.with_context(install_mode=True).create(
            {
                "name": self.env._("Video visit %(number)s", number=visit_sudo.name),
                "channel_type": "group",
                "default_display_mode": "video_full_screen",
                "uuid": secrets.token_hex(ROOM_BYTES),
                "channel_partner_ids": [Command.link(id_) for id_ in partner_sudo.ids],
            }
        )
        visit_sudo._write_by_door({"video_channel_id": channel_sudo.id})
        return f"{visit_sudo.get_base_url()}{channel_sudo.invitation_url}"

    @api.model
    def _end_discuss(self, visit_sudo):
        """Close the link, end the call, and keep what was written for staff alone."""
        channel_sudo = visit_sudo.video_channel_id
        outsiders_sudo = channel_sudo.channel_member_ids.filtered(
            lambda member: (
                not member.partner_id.user_ids.filtered(lambda user: not user.share)
            )
        )
        channel_sudo.channel_member_ids.rtc_session_ids.unlink()
        outsiders_sudo.unlink()
        channel_sudo.write({"uuid": secrets.token_hex(ROOM_BYTES), "active": False})
        visit_sudo._write_by_door({"video_channel_id": False})

    # ------------------------------------------------------------------
    # Jitsi: whoever knows the room's name may enter
    # ------------------------------------------------------------------

    @api.model
    def _open_jitsi(self, visit_sudo):
        base = visit_sudo.company_id.clinic_jitsi_url
        if not base:
            raise UserError(
                self.env._(
                    "The address of the Jitsi server is missing in the settings."
                )
            )
        return f"{base.rstrip('/')}/clinic-{secrets.token_hex(ROOM_BYTES)}"

    # ------------------------------------------------------------------
    # Fixed: the doctor's own room
    # ------------------------------------------------------------------

    @api.model
    def _open_fixed(self, visit_sudo):
        doctor_sudo = visit_sudo.doctor_id
        if not doctor_sudo.video_link:
            raise UserError(
                self.env._(
                    "%(doctor)s has no video link yet. A manager enters it on the "
                    "doctor's record.",
                    doctor=doctor_sudo.display_name,
                )
            )
        return doctor_sudo.video_link


class ClinicService(models.Model):
    """Video: a service's own choice."""

    _inherit = "clinic.service"

    video_provider = fields.Selection(
        selection=lambda self: self.env["clinic.video"]._get_providers(),
        string="Video Room",
        help="Where its video visits take place. Empty: as the doctor or the company "
        "has it.",
    )


class ClinicDoctor(models.Model):
    """Video: a doctor's own choice."""

    _inherit = "clinic.doctor"

    video_provider = fields.Selection(
        selection=lambda self: self.env["clinic.video"]._get_providers(),
        string="Video Room",
        help="Where the doctor's video visits take place. Empty: as the service or the "
        "company has it.",
    )
    video_link = fields.Char(
        groups="clinic_scheduling.group_clinic_doctor,"
        "clinic_scheduling.group_clinic_receptionist",
        help="The doctor's own room. Patients are led there while their visit is on.",
    )

    @api.constrains("video_link")
    def _check_video_link(self):
        for doctor in self.filtered("video_link"):
            if not is_web_address(doctor.video_link):
                raise ValidationError(
                    self.env._("A video link starts with https:// and names a host.")
                )

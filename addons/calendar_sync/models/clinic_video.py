# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Video visits in the meeting that the doctor's calendar made: Meet or Teams."""

from odoo import api, models
from odoo.exceptions import UserError

from ..providers.base import CalendarError

#: The key of these rooms among the providers of ``clinic.video``.
CALENDAR = "calendar"

#: Whose calendars make meetings.
WITH_MEETINGS = ("google", "microsoft")


class ClinicVideo(models.AbstractModel):
    """Rooms of calendars."""

    _inherit = "clinic.video"

    @api.model
    def _get_providers(self):
        """Override: Meet and Teams."""
        label = self.env._("Google Meet or Microsoft Teams, by the doctor's calendar")
        return [*super()._get_providers(), (CALENDAR, label)]

    @api.model
    def _open_calendar(self, visit_sudo):
        """Return the meeting of the visit's event.

        Mostly it is known. One that its provider had not made yet is looked for.

        :raise UserError: there is none; staff read the sentence
        """
        link_sudo = visit_sudo._get_sync_meeting_link()
        if link_sudo and not link_sudo.meeting_url:
            try:
                link_sudo._look()
            except CalendarError as error:
                account = link_sudo.calendar_id.account_id
                raise UserError(account._describe(error)) from error
        if not link_sudo.meeting_url:
            raise UserError(
                self.env._(
                    "The calendar of %(doctor)s has made no meeting for this visit: it "
                    "has to be one of Google or Microsoft 365 that bookings go to, "
                    "with Meet or Teams.",
                    doctor=visit_sudo.doctor_id.display_name,
                )
            )
        return link_sudo.meeting_url


class CalendarSyncCalendar(models.Model):
    """Calendars that make meetings."""

    _inherit = "calendar.sync.calendar"

    @api.model
    def _publish_meetings(self):
        """Let calendars that make meetings learn where visits now take place."""
        self.sudo().search(
            [
                ("publish", "=", True),
                ("account_id.provider", "in", WITH_MEETINGS),
            ]
        )._publish_upcoming()


class ResCompany(models.Model):
    """The practice's choice of rooms."""

    _inherit = "res.company"

    def write(self, vals):
        """Override: another choice is told to calendars.

        The settings write what they show, changed or not.
        """
        name = "clinic_video_provider"
        is_other = name in vals and any(item[name] != vals[name] for item in self)
        result = super().write(vals)
        if is_other:
            self.env["calendar.sync.calendar"]._publish_meetings()
        return result


class ClinicService(models.Model):
    """A service's choice of rooms."""

    _inherit = "clinic.service"

    def write(self, vals):
        """Override: another choice is told to calendars."""
        result = super().write(vals)
        if {"video_provider", "modality"} & vals.keys():
            self.env["calendar.sync.calendar"]._publish_meetings()
        return result


class ClinicDoctor(models.Model):
    """A doctor's choice of rooms."""

    _inherit = "clinic.doctor"

    def write(self, vals):
        """Override: another choice is told to calendars."""
        result = super().write(vals)
        if "video_provider" in vals:
            self.env["calendar.sync.calendar"]._publish_meetings()
        return result

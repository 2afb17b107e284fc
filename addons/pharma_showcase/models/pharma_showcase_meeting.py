# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The meeting in the representative's calendar, which follows the showcase."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_list

from .calendar_event import FROM_SHOWCASE

#: In these states the call has a place in the calendar.
MEETING_STATES = ("proposed", "confirmed", "done", "no_show")

#: What the meeting shows of the call.
WATCHED = {
    "active",
    "agenda",
    "doctor_id",
    "duration",
    "line_ids",
    "modality",
    "opportunity_id",
    "representative_id",
    "site_id",
    "start",
    "state",
    "stop",
}


class PharmaShowcase(models.Model):
    """Meetings. Nobody is invited by them: the call has an invitation of its own."""

    _inherit = "pharma.showcase"

    @api.model_create_multi
    def create(self, vals_list):
        showcases = super().create(vals_list)
        showcases._update_meetings()
        return showcases

    def write(self, vals):
        result = super().write(vals)
        if WATCHED & vals.keys():
            self._update_meetings()
        return result

    def _update_meetings(self):
        """Create, move or archive the meetings of these calls."""
        if self.env.context.get("pharma_without_meeting"):
            return
        # sudo: a scheduler or a doctor moves what stands in somebody's calendar
        showcases_sudo = self.sudo().with_context(active_test=False)
        new_sudo = showcases_sudo.browse()
        for showcase_sudo in showcases_sudo:
            event_sudo = showcase_sudo.calendar_event_id
            if not showcase_sudo._has_meeting():
                event_sudo.filtered("active")._to_quiet(event_sudo.user_id).write(
                    {"active": False}
                )
            elif event_sudo:
                showcase_sudo._update_meeting()
            else:
                new_sudo |= showcase_sudo
        new_sudo._create_meetings()

    def _has_meeting(self):
        """Whether the call stands in its representative's calendar."""
        self.ensure_one()
        is_open = self.active and self.state in MEETING_STATES
        return bool(is_open and self.start and self.representative_id.user_id)

    def _create_meetings(self):
        """Create the missing meetings, each as its representative's own."""
        for user, showcases in self.grouped(
            lambda item: item.representative_id.user_id
        ).items():
            events = self.env["calendar.event"]._to_quiet(user)
            made = events.create([item._prepare_meeting_vals() for item in showcases])
            for showcase, event in zip(showcases, made, strict=True):
                showcase._write_by_door({"calendar_event_id": event.id})

    def _update_meeting(self):
        """Write what the meeting does not show yet."""
        event = self.calendar_event_id
        values = {"active": True, **self._prepare_meeting_vals()}
        partners = self.representative_id.partner_id
        if event.partner_ids == partners:
            values.pop("partner_ids")
        changed = {
            name: value
            for name, value in values.items()
            if event._fields[name].convert_to_write(event[name], event) != value
        }
        if changed:
            event._to_quiet(self.representative_id.user_id).write(changed)

    def _prepare_meeting_vals(self):
        """Return the values of this call's meeting; hook."""
        self.ensure_one()
        representative = self.representative_id
        return {
            "name": self.env._(
                "Showcase: %(doctor)s", doctor=self.doctor_id.display_name
            ),
            "start": self.start,
            "stop": self.stop,
            "allday": False,
            # for others the representative is busy: neither with whom nor with what
            "privacy": "private",
            "user_id": representative.user_id.id,
            "partner_ids": [fields.Command.set(representative.partner_id.ids)],
            "location": self._get_meeting_location(),
            "description": self._get_meeting_description(),
            "opportunity_id": self.opportunity_id.id,
        }

    def _get_meeting_location(self):
        """Return where the call is, or nothing for one that nobody travels to."""
        if self.modality in ("video", "phone"):
            return False
        site = self.site_id
        address = site.partner_id.contact_address_inline or ""
        return ", ".join(filter(None, (site.name, address))) or False

    def _get_meeting_description(self):
        """Return the products and the agenda, as HTML."""
        names = self.line_ids.product_id.mapped("display_name")
        rows = [format_list(self.env, names) if names else "", self.agenda or ""]
        text = Markup("<br>").join(row for row in rows if row)
        return Markup("<p>%s</p>") % text if text else False


class CalendarEvent(models.Model):
    """Changes that the showcase makes."""

    _inherit = "calendar.event"

    def _to_quiet(self, user):
        """Return these meetings as the user's own, without messages to anybody."""
        return (
            self.with_user(user or self.env.user)
            .sudo()
            .with_context(
                pharma_showcase=FROM_SHOWCASE,
                no_mail_to_attendees=True,
                skip_attendee_notification=True,
                skip_contact_description=True,
                dont_notify=True,
                mail_create_nolog=True,
                mail_create_nosubscribe=True,
                mail_notrack=True,
                tracking_disable=True,
            )
        )

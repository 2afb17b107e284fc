# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timezone
from zoneinfo import ZoneInfo

from icalendar import Event, vCalAddress, vText

from odoo import fields, models
from odoo.tools import email_normalize

from odoo.addons.clinic_scheduling.models.clinic_appointment_ical import (
    make_calendar,
    make_timezone,
)

from ..const import MESSAGE_EVENTS
from .pharma_showcase_message import AHEAD_STATES

#: iTIP methods (RFC 5546) of the events that change a doctor's calendar.
ITIP_METHODS = {
    "showcase_booked": "REQUEST",
    "showcase_moved": "REQUEST",
    "showcase_cancelled": "CANCEL",
}


class ClinicReminder(models.Model):
    """A message may be about a showcase in place of a visit."""

    _inherit = "clinic.reminder"

    showcase_id = fields.Many2one(
        "pharma.showcase", index="btree_not_null", ondelete="cascade", readonly=True
    )
    event = fields.Selection(
        selection_add=MESSAGE_EVENTS,
        ondelete={event: "cascade" for event, _label in MESSAGE_EVENTS},
    )

    _check_subject = models.Constraint(
        "CHECK (num_nonnulls(appointment_id, showcase_id) = 1)",
        "A message is about one visit or one showcase.",
    )
    _unique_showcase_message = models.UniqueIndex(
        "(showcase_id, rule_id, planned_channel, occurrence)",
        "This message is planned already.",
    )

    def _get_subject(self):
        """Override."""
        return self.showcase_id or super()._get_subject()

    def _get_subject_fields(self):
        """Override."""
        return [*super()._get_subject_fields(), "showcase_id"]

    def _get_obstacle(self):
        """Override: what a message says of a showcase must still be so."""
        showcase = self.showcase_id
        if not showcase:
            return super()._get_obstacle()
        if self._is_afterwards():
            return showcase._get_feedback_obstacle()
        is_off = self.event == "showcase_cancelled"
        states = ("cancelled", "declined") if is_off else tuple(AHEAD_STATES)
        if showcase.state not in states:
            return self.env._("The showcase is not what the message says any more.")
        if showcase.start <= fields.Datetime.now():
            return self.env._("The showcase had begun before it could be sent.")
        return ""

    def _prepare_invitations(self, visits, email_from):
        """Override: an invitation of its own for showcases."""
        method = ITIP_METHODS.get(self.event)
        if not self.showcase_id:
            return super()._prepare_invitations(visits, email_from)
        emails = (self.company_id.email, email_from)
        organizer = next(filter(None, map(email_normalize, emails)), None)
        if not (method and organizer and email_normalize(self.partner_id.email)):
            return []
        content = self.showcase_id._prepare_invitation(
            method, self.partner_id, organizer
        )
        return [
            {
                "name": "invite.ics",
                "mimetype": "text/calendar",
                "raw": content,
                # goes with the mail, which goes once it is sent
                "res_model": "mail.message",
                "res_id": 0,
            }
        ]


class PharmaShowcase(models.Model):
    """Invitations for the doctor's calendar."""

    _inherit = "pharma.showcase"

    def _prepare_invitation(self, method, partner, organizer_email):
        """Return this showcase as an iTIP message (RFC 5546) to a contact, in bytes.

        :param str method: "REQUEST" (new, or a new time: the SEQUENCE says) or "CANCEL"
        :param organizer_email: address of the company
        """
        self.ensure_one()
        tz = self._get_tz()
        calendar = make_calendar()
        calendar.add("method", method)
        if tz != "UTC":
            year = self.start.year
            calendar.add_component(make_timezone(tz, year, year))
        event = self._prepare_event(ZoneInfo(tz), method)
        organizer = vCalAddress(f"mailto:{organizer_email}")
        organizer.params["CN"] = vText(self.company_id.name)
        event.add("organizer", organizer, encode=False)
        attendee = vCalAddress(f"mailto:{email_normalize(partner.email)}")
        attendee.params["CN"] = vText(partner.name or "")
        attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
        is_accepted = self.state == "confirmed"
        status = "ACCEPTED" if is_accepted else "NEEDS-ACTION"
        attendee.params["PARTSTAT"] = vText(status)
        # answers are given on the doctor's page
        attendee.params["RSVP"] = vText("FALSE")
        event.add("attendee", attendee, encode=False)
        calendar.add_component(event)
        return calendar.to_ical()

    def _prepare_event(self, zone, method):
        """Return this showcase as an event on the clock of ``zone``."""
        changed_at = self.write_date.replace(tzinfo=timezone.utc, microsecond=0)
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        event = Event()
        event.add("uid", f"pharma-showcase-{self.id}@{database}")
        event.add("sequence", self.invitation_sequence)
        event.add("dtstamp", changed_at)
        for name, moment in (("dtstart", self.start), ("dtend", self.stop)):
            event.add(name, moment.replace(tzinfo=timezone.utc).astimezone(zone))
        event.add(
            "summary",
            self.env._(
                "%(representative)s (%(company)s)",
                representative=self.representative_id.name,
                company=self.company_id.name,
            ),
        )
        event.add("location", self._get_message_where())
        if products := self._get_message_products():
            event.add("description", products)
        is_off = method == "CANCEL"
        status = "CANCELLED" if is_off else AHEAD_STATES.get(self.state, "CONFIRMED")
        event.add("status", status)
        event.add("transp", "TRANSPARENT" if is_off else "OPAQUE")
        return event

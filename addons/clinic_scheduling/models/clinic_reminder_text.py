# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What messages say: words for templates, and invitations for calendars.

Nothing clinical: doctor, time and place, and neither the service nor the reason.
"""

from zoneinfo import ZoneInfo

from icalendar import vCalAddress, vText

from odoo import models
from odoo.tools import email_normalize

#: iTIP methods (RFC 5546) of the events that change a calendar.
ITIP_METHODS = {"booked": "REQUEST", "moved": "REQUEST", "cancelled": "CANCEL"}


class ClinicAppointment(models.Model):
    """A visit in the words of a message; call these as superuser."""

    _inherit = "clinic.appointment"

    # ------------------------------------------------------------------
    # For templates
    # ------------------------------------------------------------------

    def _get_message_visits(self):
        """Return the visits that a message is about: this, and those told with it."""
        ids = self.env.context.get("clinic_message_visits")
        return self.browse(ids) if ids else self

    def _get_message_time(self):
        """Return when the visit takes place, on the site's clock, in words."""
        return self._get_message_moment(self.start)

    def _get_message_moment(self, moment):
        """Return a UTC datetime on the site's clock, as the reader's language has it.

        All messages write times like this, as the pages for patients do.
        """
        self.ensure_one()
        words = self._format_moment_here(moment) or ""
        # narrow spaces would cost an SMS half of its length
        return words.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\xa0", " ")

    def _get_message_line(self):
        """Return "Mon, Jun 3, 2030, 10:00 AM, Dr Ada Martin, North"."""
        parts = (
            self._get_message_time(),
            self.doctor_id.display_name,
            self.site_id.name,
        )
        return ", ".join(filter(None, parts))

    def _get_message_lines(self):
        """Return the lines of all visits of the message, for a text without format."""
        return "; ".join(
            visit._get_message_line() for visit in self._get_message_visits()
        )

    # ------------------------------------------------------------------
    # Calendars: iTIP
    # ------------------------------------------------------------------

    def _prepare_invitation(self, method, partner, organizer_email):
        """Return this visit as an iTIP message (RFC 5546) to a contact, in bytes.

        :param str method: "REQUEST" (new, or a new time: the SEQUENCE says) or "CANCEL"
        :param organizer_email: address of the practice
        """
        self.ensure_one()
        calendar = self._prepare_calendar()
        calendar.add("method", method)
        zone = ZoneInfo(self.site_id.tz)
        if self.site_id.tz != "UTC":
            calendar.add_component(self._prepare_timezone(self.site_id.tz))
        own = (
            self.patient_id if self.partner_id == partner else self.patient_id.browse()
        )
        event = self._prepare_event("patient", zone, {"own": own})
        organizer = vCalAddress(f"mailto:{organizer_email}")
        organizer.params["CN"] = vText(self.company_id.name)
        event.add("organizer", organizer, encode=False)
        attendee = vCalAddress(f"mailto:{email_normalize(partner.email)}")
        attendee.params["CN"] = vText(partner.name or "")
        attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
        attendee.params["PARTSTAT"] = vText("ACCEPTED")
        attendee.params["RSVP"] = vText("FALSE")
        event.add("attendee", attendee, encode=False)
        calendar.add_component(event)
        return calendar.to_ical()


class ClinicReminder(models.Model):
    """Invitations of a message."""

    _inherit = "clinic.reminder"

    def _prepare_invitations(self, visits, email_from):
        """Return values of the attachments that bring visits into a calendar.

        :param email_from: sender, who organizes if the practice has no address
        """
        method = ITIP_METHODS.get(self.event)
        if not method or not email_normalize(self.partner_id.email):
            return []
        vals_list = []
        for visit in visits:
            site, company = visit.site_id, visit.company_id
            emails = map(email_normalize, (site.email, company.email, email_from))
            organizer = next(filter(None, emails), None)
            if organizer:
                content = visit._prepare_invitation(method, self.partner_id, organizer)
                vals_list.append(
                    {
                        "name": "invite.ics",
                        "mimetype": "text/calendar",
                        "raw": content,
                        # goes with the mail, which goes once it is sent
                        "res_model": "mail.message",
                        "res_id": 0,
                    }
                )
        return vals_list


class IrMailServer(models.Model):
    """Mails that carry invitations."""

    _inherit = "ir.mail_server"

    def _build_email__(self, *args, **kwargs):
        """Override: say the method of an invitation, which mail programs look for."""
        message = super()._build_email__(*args, **kwargs)
        names = {item[0] for item in kwargs.get("attachments") or ()}
        if "invite.ics" in names:
            for part in message.walk():
                if part.get_filename() == "invite.ics":
                    is_off = b"METHOD:CANCEL" in part.get_payload(decode=True)
                    part.set_param("method", "CANCEL" if is_off else "REQUEST")
        return message

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Visits as iCalendar events (RFC 5545, 5546, 7986).

One event is made in one place, for whoever it is: staff who export, a patient's
calendar, a doctor's. No event says anything clinical: calendars are copied to
telephones and shown on lock screens.
"""

from datetime import timezone
from zoneinfo import ZoneInfo

from icalendar import (
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vDuration,
    vRecur,
    vText,
)

from odoo import fields, models

from odoo.addons.clinic_engine.observances import observances

#: RFC 5545: a visit that does not take place keeps its event, as cancelled.
ICAL_STATUS = {"hold": "TENTATIVE", "cancelled": "CANCELLED", "no_show": "CANCELLED"}

#: A visit that changes one of these (or its status) makes a new version of its event.
EVENT_FIELDS = ("start", "stop", "doctor_id", "site_id")

#: How many years after the last event the description of a time zone reaches.
ZONE_YEARS = 4

PRODUCT = "-//Clinic Suite//Clinic Scheduling//EN"


def make_calendar():
    """Return an empty calendar."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def make_timezone(tz, first, last):
    """Return the description of a zone for events from one year to another."""
    component = Timezone()
    component.add("tzid", tz)
    for observance in observances(tz, first, last + ZONE_YEARS):
        kind = TimezoneDaylight if observance.is_daylight else TimezoneStandard
        part = kind()
        part.add("dtstart", observance.start)
        part.add("tzoffsetfrom", observance.offset_from)
        part.add("tzoffsetto", observance.offset_to)
        part.add("tzname", observance.name)
        if observance.rule:
            month, day = observance.rule
            part.add("rrule", vRecur(freq="YEARLY", bymonth=month, byday=day))
        component.add_component(part)
    return component


class ClinicAppointment(models.Model):
    """iCalendar."""

    _inherit = "clinic.appointment"

    ical_sequence = fields.Integer(
        string="Calendar Version",
        readonly=True,
        copy=False,
        aggregator=None,
        help="Grows whenever the visit moves, is cancelled or comes back.",
    )

    def _write_by_door(self, vals):
        """Override: count the versions of the event that calendars are shown."""
        if not {"state", *EVENT_FIELDS} & vals.keys():
            return super()._write_by_door(vals)
        before = {item.id: item._get_event_face() for item in self}
        result = super()._write_by_door(vals)
        changed = self.filtered(lambda item: item._get_event_face() != before[item.id])
        for sequence, visits in changed.grouped("ical_sequence").items():
            super(ClinicAppointment, visits)._write_by_door(
                {"ical_sequence": sequence + 1}
            )
        return result

    def _get_event_face(self):
        """Return what a reader's calendar shows of this visit, to be compared."""
        status = ICAL_STATUS.get(self.state, "CONFIRMED")
        return status, *(self[name] for name in EVENT_FIELDS)

    def _is_only_held(self):
        """Whether this is a hold, or one that was given back and never a visit."""
        return self.state == "hold" or (self.state == "cancelled" and self.name == "/")

    # ------------------------------------------------------------------
    # Calendars
    # ------------------------------------------------------------------

    def _export_ics(self):
        """Return these appointments as an iCalendar file for staff, in bytes.

        Times are UTC, so that no reader's idea of a time zone matters. Neither the
        patient nor the service is named.
        """
        calendar = self._prepare_calendar()
        for appointment in self:
            calendar.add_component(appointment._prepare_event())
        return calendar.to_ical()

    def _prepare_patient_calendar(self, audience="patient", **options):
        """Return these visits as a calendar for their patient or doctor, in bytes.

        Times are those of each site's clock, with its zone described. Holds are left
        out. Call it as superuser, for visits that the reader may see.

        :param audience: "patient" or "doctor"
        :param options: ``name`` of the calendar and ``refresh`` (timedelta between two
            looks), for a feed; ``own``: the reader's own patients, whose visits need
            no name; ``initials``: whether a doctor is told the patient's
        """
        calendar = self._prepare_calendar(options.get("name"), options.get("refresh"))
        calendar.add("method", "PUBLISH")
        visits = self.filtered(lambda item: not item._is_only_held()).sorted("id")
        for tz, at_zone in visits.grouped(lambda item: item.site_id.tz).items():
            calendar.add_component(at_zone._prepare_timezone(tz))
        for visit in visits:
            zone = ZoneInfo(visit.site_id.tz)
            event = visit._prepare_event(audience, zone, options)
            event.add("organizer", visit._prepare_organizer(), encode=False)
            calendar.add_component(event)
        return calendar.to_ical()

    def _prepare_calendar(self, name=None, refresh=None):
        """Return an empty calendar."""
        calendar = make_calendar()
        if name:
            calendar.add("name", name)
            calendar.add("x-wr-calname", name)
        if refresh:
            # RFC 7986, 5.7 wants the type said
            calendar.add("refresh-interval", vDuration(refresh), {"VALUE": "DURATION"})
            calendar.add("x-published-ttl", vDuration(refresh))
        return calendar

    def _prepare_timezone(self, tz):
        """Return the description of the sites' zone for the time of these visits."""
        starts = self.mapped("start")
        return make_timezone(tz, min(starts).year, max(starts).year)

    # ------------------------------------------------------------------
    # Events
    # ------------------------------------------------------------------

    def _prepare_event(self, audience="staff", zone=timezone.utc, options=None):
        """Return this visit as an event for its reader.

        :param audience: "staff", "patient" or "doctor"
        :param zone: of the times
        """
        self.ensure_one()
        changed_at = self.write_date.replace(tzinfo=timezone.utc, microsecond=0)
        event = Event()
        event.add("uid", self._get_ical_uid())
        event.add("sequence", self.ical_sequence)
        # the same visit is the same text, so that readers need not fetch it again
        event.add("dtstamp", changed_at)
        event.add("created", self.create_date.replace(tzinfo=timezone.utc))
        event.add("last-modified", changed_at)
        for name, moment in (("dtstart", self.start), ("dtend", self.stop)):
            event.add(name, moment.replace(tzinfo=timezone.utc).astimezone(zone))
        summary = getattr(self, f"_get_{audience}_summary")(options or {})
        event.add("summary", summary)
        event.add("location", self._get_ical_location())
        event.add("status", ICAL_STATUS.get(self.state, "CONFIRMED"))
        is_off = self.state in ("cancelled", "no_show")
        event.add("transp", "TRANSPARENT" if is_off else "OPAQUE")
        event.add("class", "PRIVATE")
        event.add("url", self._get_ical_url(audience))
        return event

    def _prepare_organizer(self):
        """Return the practice as organizer: a published event must have one."""
        site, company = self.site_id, self.company_id
        email = site.email or company.email
        address = f"mailto:{email}" if email else company.get_base_url()
        organizer = vCalAddress(address)
        organizer.params["CN"] = vText(company.name)
        return organizer

    def _get_ical_url(self, audience):
        pages = {
            "staff": f"/odoo/{self._name}/{self.id}",
            "patient": self.access_url,
            "doctor": "/my/clinic/doctor",
        }
        return f"{self.get_base_url()}{pages[audience]}"

    def _get_ical_uid(self):
        """Return the name of this visit that no other event in the world has."""
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        return f"appointment-{self.id}@{parameters_sudo.get_param('database.uuid')}"

    def _get_staff_summary(self, _options):
        names = {"number": self.name, "doctor": self.doctor_id.display_name}
        if self.name == "/":
            return self.env._("Appointment with %(doctor)s", **names)
        return self.env._("Appointment %(number)s with %(doctor)s", **names)

    def _get_patient_summary(self, options):
        """Return "Appointment with …"; a dependant's visit says the first name."""
        doctor = self.doctor_id.display_name
        own = options.get("own")
        if own is None or self.patient_id in own:
            return self.env._("Appointment with %(doctor)s", doctor=doctor)
        first_name = (self.patient_id.name or "").split(" ")[0]
        return self.env._(
            "%(name)s: appointment with %(doctor)s", name=first_name, doctor=doctor
        )

    def _get_doctor_summary(self, options):
        """Return the number and the site; initials where the practice allows them."""
        names = {"number": self.name, "site": self.site_id.code or self.site_id.name}
        if not options.get("initials"):
            return self.env._("Appointment %(number)s, %(site)s", **names)
        words = (self.patient_id.name or "").split()
        names["initials"] = " ".join(f"{word[0]}." for word in words)
        return self.env._("Appointment %(number)s (%(initials)s), %(site)s", **names)

    def _get_ical_location(self):
        # sudo: a site's address is printed on its door
        address = self.site_id.sudo().partner_id.contact_address_inline
        return ", ".join(filter(None, (self.site_id.name, address)))

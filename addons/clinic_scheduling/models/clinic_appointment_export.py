# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Appointments that leave the database: CSV and iCalendar, within a limit."""

import csv
import io
import json
from datetime import timezone

from icalendar import Calendar, Event

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..utils import to_safe_cell

#: RFC 5545: a visit that does not take place keeps its event, as cancelled.
ICAL_STATUS = {"hold": "TENTATIVE", "cancelled": "CANCELLED", "no_show": "CANCELLED"}

EXPORT_URL = "/clinic_scheduling/export/%s"

#: Columns of the CSV between the times and the marks; nothing clinical.
CSV_FIELDS = (
    "doctor_id",
    "patient_id",
    "patient_phone",
    "service_id",
    "specialty_id",
    "site_id",
    "room_id",
    "state",
    "kind",
    "source",
    "modality",
    "urgency",
    "amount",
    "payment_status",
    "reschedule_count",
    "is_overbooked",
    "is_outside",
    "cancel_reason",
)


class ClinicAppointment(models.Model):
    """Export."""

    _inherit = "clinic.appointment"

    def export_data(self, fields_to_export):
        """Override: Odoo's own export obeys the limit too."""
        self._check_export_limit(len(self))
        return super().export_data(fields_to_export)

    @api.model
    def _check_export_right(self):
        """Refuse who may not export at all: Odoo's own right decides.

        :raise UserError: the user lacks the right
        """
        user = self.env.user
        if not (self.env.is_admin() or user.has_group("base.group_allow_export")):
            raise UserError(
                self.env._(
                    "You may not export data. Ask an administrator for the right "
                    "to export."
                )
            )

    @api.model
    def _check_export_limit(self, count):
        """Refuse an export of more than the company's limit.

        :param int count: number of appointments that are to leave
        :raise UserError: saying how many, how many at most, and what to do
        """
        limit = self.env.company.sudo().clinic_export_limit
        if count > limit:
            raise UserError(
                self.env._(
                    "This export would hold %(count)s appointments, and one export "
                    "may hold %(limit)s at most. Narrow the filter, for instance to "
                    "one doctor or fewer weeks, and export in parts. A manager may "
                    "change the limit in the settings.",
                    count=count,
                    limit=limit,
                )
            )

    # ------------------------------------------------------------------
    # From the list
    # ------------------------------------------------------------------

    def action_export_csv(self):
        """Download the selected appointments as CSV."""
        return self._prepare_download("csv")

    def action_export_ics(self):
        """Download the selected appointments as an iCalendar file."""
        return self._prepare_download("ics")

    def _prepare_download(self, file_format):
        """Return the client action that fetches the file.

        A list hands over at most ``web.active_ids_limit`` selected ids. When that many
        came, everything that the list shows is meant: then its domain is taken.
        """
        self._check_export_right()
        self.check_access("read")
        data = {"ids": ",".join(map(str, self.ids))}
        count = len(self)
        parameters = self.env["ir.config_parameter"].sudo()
        most_ids = int(parameters.get_param("web.active_ids_limit", default=20000))
        domain = self.env.context.get("active_domain")
        if domain and count >= most_ids:
            data = {"domain": json.dumps(domain, default=str)}
            count = self.search_count(domain)
        self._check_export_limit(count)
        return {
            "type": "ir.actions.client",
            "tag": "clinic_scheduling.download",
            "params": {"url": EXPORT_URL % file_format, "data": data},
        }

    # ------------------------------------------------------------------
    # CSV
    # ------------------------------------------------------------------

    def _export_csv(self):
        """Return these appointments as CSV: UTF-8 with a mark for spreadsheets.

        Dates and hours are those of the site's clock; one column has UTC.
        """
        file = io.StringIO()
        writer = csv.writer(file, quoting=csv.QUOTE_MINIMAL)
        header = [
            self.env._("Number"),
            self.env._("Date"),
            self.env._("Start"),
            self.env._("End"),
            self.env._("Time Zone"),
            self.env._("Start (UTC)"),
            self.env._("Duration (min)"),
        ]
        header += [
            self._fields[name]._description_string(self.env) for name in CSV_FIELDS
        ]
        writer.writerow(header)
        self.fetch(["name", "start", "stop", "duration", *CSV_FIELDS])
        labels = {
            name: dict(self._fields[name]._description_selection(self.env))
            for name in CSV_FIELDS
            if self._fields[name].type == "selection"
        }
        for appointment in self:
            row = appointment._prepare_csv_row(labels)
            writer.writerow([to_safe_cell(value) for value in row])
        return file.getvalue().encode("utf-8-sig")

    def _prepare_csv_row(self, labels):
        start, stop = self._localize(self.start), self._localize(self.stop)
        row = [
            self.name,
            start.strftime("%Y-%m-%d"),
            start.strftime("%H:%M"),
            stop.strftime("%H:%M"),
            self.site_id.tz,
            self.start.strftime("%Y-%m-%dT%H:%M:%SZ"),
            self.duration,
        ]
        return row + [self._to_cell(name, labels) for name in CSV_FIELDS]

    def _to_cell(self, name, labels):
        value = self[name]
        if isinstance(value, models.BaseModel):
            return value.display_name
        if name in labels:
            return labels[name].get(value)
        if isinstance(value, bool) and self._fields[name].type == "boolean":
            return self.env._("yes") if value else self.env._("no")
        return value

    # ------------------------------------------------------------------
    # iCalendar
    # ------------------------------------------------------------------

    def _export_ics(self):
        """Return these appointments as an iCalendar file (RFC 5545), in bytes.

        Times are UTC, so that no reader's idea of a time zone matters. Neither the
        patient nor the service is named: calendars are copied to telephones.
        """
        calendar = Calendar()
        calendar.add("prodid", "-//Clinic Suite//Clinic Scheduling//EN")
        calendar.add("version", "2.0")
        calendar.add("calscale", "GREGORIAN")
        for appointment in self:
            calendar.add_component(appointment._prepare_event())
        return calendar.to_ical()

    def _prepare_event(self):
        self.ensure_one()
        event = Event()
        event.add("uid", self._get_ical_uid())
        event.add("sequence", self.reschedule_count)
        event.add("dtstamp", fields.Datetime.now().replace(tzinfo=timezone.utc))
        event.add(
            "last-modified", self.write_date.replace(tzinfo=timezone.utc, microsecond=0)
        )
        event.add("dtstart", self.start.replace(tzinfo=timezone.utc))
        event.add("dtend", self.stop.replace(tzinfo=timezone.utc))
        event.add("summary", self._get_ical_summary())
        event.add("location", self._get_ical_location())
        event.add("status", ICAL_STATUS.get(self.state, "CONFIRMED"))
        is_off = self.state in ("cancelled", "no_show")
        event.add("transp", "TRANSPARENT" if is_off else "OPAQUE")
        event.add("class", "PRIVATE")
        event.add("url", f"{self.get_base_url()}/odoo/{self._name}/{self.id}")
        return event

    def _get_ical_uid(self):
        """Return the name of this visit that no other event in the world has."""
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        return f"appointment-{self.id}@{parameters_sudo.get_param('database.uuid')}"

    def _get_ical_summary(self):
        names = {"number": self.name, "doctor": self.doctor_id.display_name}
        if self.name == "/":
            return self.env._("Appointment with %(doctor)s", **names)
        return self.env._("Appointment %(number)s with %(doctor)s", **names)

    def _get_ical_location(self):
        # sudo: a site's address is printed on its door
        address = self.site_id.sudo().partner_id.contact_address_inline
        return ", ".join(filter(None, (self.site_id.name, address)))

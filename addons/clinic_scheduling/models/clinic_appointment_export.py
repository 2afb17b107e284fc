# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Appointments that leave the database: CSV and iCalendar, within a limit.

How an iCalendar file is made is in ``clinic_appointment_ical.py``.
"""

import csv
import io
import json

from odoo import api, models
from odoo.exceptions import UserError

from ..utils import to_safe_cell

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

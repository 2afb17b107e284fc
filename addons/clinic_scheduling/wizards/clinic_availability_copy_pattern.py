# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, time, timedelta

from dateutil.rrule import rrulestr

from odoo import models
from odoo.exceptions import UserError

from ..models.clinic_availability import to_session_hours
from .clinic_availability_plan import PlannedHours

NO_END = datetime.max.date()
NO_START = datetime.min.date()


class ClinicAvailabilityCopy(models.TransientModel):
    """Copying of usual hours: from a doctor or a template, to doctors."""

    _inherit = "clinic.availability.copy"

    def _plan_pattern(self):
        pattern = self._get_pattern()
        doctors = self.target_doctor_ids
        if self.mode == "doctor":
            doctors -= self.doctor_id
        if not doctors:
            raise UserError(self.env._("Choose the doctors who get the hours."))
        present = self.env["clinic.availability"].search(
            [("doctor_id", "in", doctors.ids), ("recurrence", "!=", "date")]
        )
        by_doctor = present.grouped("doctor_id")
        plan = []
        for doctor in doctors:
            own = by_doctor.get(doctor, present.browse())
            ended = present.browse()
            for values in pattern:
                item, hours = self._plan_hours(doctor, dict(values), own, ended)
                ended |= hours
                plan.append(item)
        return plan

    def _get_pattern(self):
        """Return values of the hours to copy; the doctor is still missing."""
        if not self.valid_from:
            raise UserError(self.env._("Choose from when the hours are valid."))
        if self.valid_until and self.valid_until < self.valid_from:
            raise UserError(self.env._("The last date lies before the first."))
        if self.mode == "template":
            pattern = [
                line._prepare_availability_vals() for line in self.template_id.line_ids
            ]
        else:
            pattern = self._get_doctor_pattern()
        if not pattern:
            raise UserError(self.env._("There are no usual hours to copy."))
        for values in pattern:
            values["site_id"] = self._get_site_id(values)
            values["valid_from"] = self._get_first_date(values, self.valid_from)
            values["valid_until"] = self.valid_until
        last = self.valid_until or NO_END
        return [
            values
            for values in pattern
            if values["valid_from"] and values["valid_from"] <= last
        ]

    def _get_doctor_pattern(self):
        hours = self.env["clinic.availability"].search(
            [
                ("doctor_id", "=", self.doctor_id.id),
                ("recurrence", "!=", "date"),
                "|",
                ("valid_until", "=", False),
                ("valid_until", ">=", self.valid_from),
            ]
        )
        return hours.copy_data() if hours else []

    def _get_site_id(self, values):
        site_id = values.get("site_id")
        if self.mode == "doctor" or not site_id:
            site_id = self.site_id.id or site_id
        if not site_id:
            raise UserError(
                self.env._("Choose the site: some hours of the template name none.")
            )
        return site_id

    def _get_first_date(self, values, first):
        """Return from when the copy counts, so that it falls on the same weeks."""
        anchor = values.get("valid_from") or first
        if values["recurrence"] == "rrule":
            start = datetime.combine(anchor, time.min)
            wanted = datetime.combine(max(anchor, first), time.min)
            found = rrulestr(values["rrule"], dtstart=start).after(wanted, inc=True)
            return found and found.date()
        if anchor >= first:
            return anchor
        if values["every_weeks"] == 1:
            return first
        monday = anchor - timedelta(days=anchor.weekday())
        weeks = (first - monday).days // 7 % values["every_weeks"]
        if not weeks:
            return first
        this_monday = first - timedelta(days=first.weekday())
        return this_monday + timedelta(weeks=values["every_weeks"] - weeks)

    def _plan_hours(self, doctor, values, own, ended):
        """Return (what happens to one weekday, the existing hours that it ends)."""
        values["doctor_id"] = doctor.id
        item = PlannedHours(doctor, self._get_pattern_label(values))
        clashing = own.filtered(lambda hours: self._clashes(hours, values))
        if clashing and self.existing == "skip":
            item.note = self.env._(
                "Overlaps %(hours)s.", hours=", ".join(clashing.mapped("display_name"))
            )
            return item, own.browse()
        item.creates.append(values)
        ending = clashing - ended
        for hours in ending:
            item.changes.append((hours, self._prepare_end_vals(hours)))
            if later := self._prepare_continuation_vals(hours):
                item.creates.append(later)
        if ending:
            item.note = ", ".join(ending.mapped("display_name"))
        return item, ending

    def _get_pattern_label(self, values):
        if values["recurrence"] == "rrule":
            return values["rrule"]
        hours = self.env["clinic.availability"]
        weekdays = dict(hours._fields["weekday"]._description_selection(self.env))
        if values["every_weeks"] == 1:
            return weekdays[values["weekday"]]
        return self.env._(
            "%(weekday)s, every %(weeks)s weeks",
            weekday=weekdays[values["weekday"]],
            weeks=values["every_weeks"],
        )

    def _clashes(self, hours, values):
        """Whether existing usual hours overlap the new ones on some date."""
        if hours.purpose != values["purpose"]:
            return False
        weekly = hours.recurrence == values["recurrence"] == "weekly"
        if weekly and hours.weekday != values["weekday"]:
            return False
        first, last = values["valid_from"], values["valid_until"] or NO_END
        begins, ends = hours.valid_from or NO_START, hours.valid_until or NO_END
        if ends < first or begins > last:
            return False
        start, stop = to_session_hours(hours.hour_from, hours.hour_to)
        other_start, other_stop = to_session_hours(
            values["hour_from"], values["hour_to"]
        )
        return start < other_stop and other_start < stop

    def _prepare_end_vals(self, hours):
        """End existing hours the day before the new ones; never begun ones vanish."""
        if hours.valid_from and hours.valid_from >= self.valid_from:
            return {"active": False}
        return {"valid_until": self.valid_from - timedelta(days=1)}

    def _prepare_continuation_vals(self, hours):
        """Return hours that go on after the new ones end, None when they do not."""
        if not self.valid_until or (hours.valid_until or NO_END) <= self.valid_until:
            return None
        [values] = hours.copy_data()
        first = self._get_first_date(values, self.valid_until + timedelta(days=1))
        if not first or (hours.valid_until and first > hours.valid_until):
            return None
        return {**values, "valid_from": first, "valid_until": hours.valid_until}

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.clinic_engine import availability
from odoo.addons.clinic_engine.clock import local_clock

from ..models.clinic_schedule import epoch
from .clinic_availability_plan import PlannedHours
from .clinic_find_time import WEEKDAY_FIELDS

MAX_DAYS = 366


class ClinicAvailabilityCopy(models.TransientModel):
    """Copying of a day or a week: entries for dates that look like the source."""

    _inherit = "clinic.availability.copy"

    def _plan_dates(self):
        pairs = self._get_date_pairs()
        dates = [day for pair in pairs for day in pair]
        real, usual = self._get_hours_by_day(min(dates), max(dates))
        if not any(real[source] for source, _target in pairs):
            raise UserError(
                self.env._(
                    "%(doctor)s has no hours then: there is nothing to copy.",
                    doctor=self.doctor_id.display_name,
                )
            )
        set_already = (
            self.env["clinic.availability"]
            .search(
                [
                    ("doctor_id", "=", self.doctor_id.id),
                    ("recurrence", "=", "date"),
                    ("date", "in", [target for _source, target in pairs]),
                ]
            )
            .grouped("date")
        )
        plan = []
        for source, target in pairs:
            present = set_already.get(target, self.env["clinic.availability"])
            plan.append(self._plan_date(target, real[source], usual[target], present))
        return [item for item in plan if item]

    def _get_date_pairs(self):
        """Return [(source date, target date)], in order of the target."""
        if not (self.doctor_id and self.source_date):
            raise UserError(self.env._("Choose the doctor and what to copy."))
        source = self.source_date
        if self.mode == "week":
            monday = source - timedelta(days=source.weekday())
            return [
                (
                    monday + timedelta(days=day),
                    monday + timedelta(days=day, weeks=week),
                )
                for week in range(1, self.weeks + 1)
                for day in range(7)
            ]
        return [(source, target) for target in self._get_target_dates()]

    def _get_target_dates(self):
        first = self.target_from
        last = self.target_to or first
        if not first or last < first or (last - first).days > MAX_DAYS:
            raise UserError(
                self.env._("Choose the dates to copy to, at most a year of them.")
            )
        weekdays = {i for i, name in enumerate(WEEKDAY_FIELDS) if self[name]}
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        targets = [
            day
            for day in days
            if day != self.source_date and (not weekdays or day.weekday() in weekdays)
        ]
        if not targets:
            raise UserError(self.env._("There is no such date between these two."))
        return targets

    def _get_hours_by_day(self, first, last):
        """Return ({date: sessions}, the same by the usual hours alone)."""
        start = fields.Datetime.to_datetime(first) - timedelta(days=1)
        stop = fields.Datetime.to_datetime(last) + timedelta(days=2)
        hours = self.env["clinic.availability"]
        rules = hours._get_rules(self.doctor_id, start, stop)
        usual = [rule for rule in rules if rule.mode != "date"]
        return tuple(
            self._to_days(availability.expand(some, epoch(start), epoch(stop)))
            for some in (rules, usual)
        )

    def _to_days(self, expanded):
        by_day = defaultdict(list)
        for sessions in expanded.values():
            for session in sessions:
                by_day[local_clock(session.tz).day(session.start)].append(session)
        return by_day

    def _plan_date(self, target, sessions, usual, present):
        """Return what happens to one date; None when nothing is to be said."""
        item = PlannedHours(self.doctor_id, format_date(self.env, target))
        item.day = f"{format_date(self.env, target, date_format='EEE')} {item.day}"
        if not (sessions or usual or present):
            return None
        if present and self.existing == "skip":
            item.note = self.env._("This date has hours of its own.")
            return item
        same = {session.rule.key for session in sessions}
        if not present and same == {session.rule.key for session in usual}:
            item.note = self.env._("The usual hours are the same.")
            return item
        keys = [session.rule.key for session in sessions]
        for hours in self.env["clinic.availability"].browse(keys):
            item.creates.append(self._prepare_date_vals(hours, target))
        item.creates += self._prepare_closed_vals(target, sessions, usual)
        if present:
            item.changes.append((present, {"active": False}))
        if not sessions:
            item.hours = self.env._("closed")
        return item if item.creates or item.changes else None

    def _prepare_date_vals(self, hours, target):
        [values] = hours.copy_data(
            {
                "recurrence": "date",
                "date": target,
                "override": "replace",
                "weekday": False,
                "every_weeks": 1,
                "rrule": False,
                "valid_from": False,
                "valid_until": False,
            }
        )
        return values

    def _prepare_closed_vals(self, target, sessions, usual):
        """Close what the usual hours offer there and the source day does not."""
        kept = {session.purpose for session in sessions}
        closed = {
            session.purpose: session for session in usual if session.purpose not in kept
        }
        return [
            {
                "doctor_id": self.doctor_id.id,
                "site_id": session.site,
                "recurrence": "date",
                "date": target,
                "override": "closed",
                "purpose": purpose,
                "hour_from": session.rule.start / 3600,
                "hour_to": min(session.rule.stop / 3600, 24),
            }
            for purpose, session in sorted(closed.items())
        ]

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from odoo.addons.clinic_engine import availability, intervals
from odoo.addons.clinic_engine.clock import from_epoch

from .clinic_schedule import epoch


class ClinicSchedule(models.AbstractModel):
    """When doctors see patients: the light part of calendars."""

    _inherit = "clinic.schedule"

    @api.model
    @api.readonly
    def get_open_hours(self, doctor_ids, start, stop):
        """Return when doctors see patients between two UTC datetimes.

        Breaks, absences, holidays and closing days are cut out; bookings are not.

        :param doctor_ids: those the user may not read are left out
        :return: ``{doctor id: [{"start", "stop", "site_id", "grid", "step"}, …]}`` in
            order, times in UTC as Odoo writes datetimes; visits start every ``step``
            minutes from ``grid``
        """
        doctors = self.env["clinic.doctor"].search([("id", "in", doctor_ids)])
        start, stop = map(fields.Datetime.to_datetime, (start, stop))
        rules = self.env["clinic.availability"]._get_rules(doctors, start, stop)
        expanded = availability.expand(rules, epoch(start), epoch(stop))
        sessions = [
            session
            for group in expanded.values()
            for session in group
            if session.purpose == "patient"
        ]
        absences, closings = self._get_open_hours_gaps(sessions, start, stop)
        owners = {doctor.resource_id.id: doctor.id for doctor in doctors.sudo()}
        found = {str(doctor.id): [] for doctor in doctors}
        for session in sorted(sessions, key=lambda item: item.start):
            gaps = absences[None] + absences.get(session.resource, [])
            gaps = [*gaps, *closings.get(session.site, []), *session.breaks]
            found[str(owners[session.resource])] += [
                {
                    "start": self._to_odoo_time(begin),
                    "stop": self._to_odoo_time(end),
                    "site_id": session.site,
                    "grid": self._to_odoo_time(session.start),
                    "step": session.step // 60,
                }
                for begin, end in intervals.subtract(
                    [(session.start, session.stop)], intervals.merge(gaps)
                )
            ]
        return found

    def _get_open_hours_gaps(self, sessions, start, stop):
        """Return absences by resource (None: everybody) and closings by site."""
        absences, closings = {None: []}, {}
        resources = {session.resource for session in sessions}
        sites = {session.site for session in sessions}
        for resource, site, begin, end in self._select_absences(
            resources, sites, start, stop
        ):
            target, key = (closings, site) if site else (absences, resource)
            target.setdefault(key, []).append((begin, end))
        return absences, closings

    def _to_odoo_time(self, seconds):
        return fields.Datetime.to_string(from_epoch(seconds).replace(tzinfo=None))

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""When the doctors at the desks work today: their breaks, and when they go."""

from collections import defaultdict
from datetime import datetime, time, timedelta

import pytz

from odoo import fields, models

from odoo.addons.clinic_engine import availability, intervals
from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

#: Sessions may pass midnight: absences are read this much longer than the day.
NIGHT = timedelta(days=1)


class ClinicQueueDesk(models.Model):
    _inherit = "clinic.queue.desk"

    def _get_hours(self, now=None):
        """Return when each desk's doctor works at its site today.

        Hours without their breaks, absences and closing days; read with the same
        number of queries for any number of desks.

        :param datetime now: naive UTC; None: now
        :returns: {desk: ((start, stop), …)} in epoch seconds, sorted; without a key:
            desks without a doctor, or whose doctor is not to work there today
        """
        staffed = self.filtered("doctor_id")
        if not staffed:
            return {}
        now = now or fields.Datetime.now()
        days = {site: site._get_queue_day(now) for site in staffed.site_id}
        start = min(begin for begin, _end in days.values())
        stop = max(end for _begin, end in days.values())
        # sudo: who asks how long they wait need not see anybody's hours
        resources = staffed.sudo().doctor_id.resource_id.ids
        sessions = staffed._get_sessions(start, stop)
        away = staffed._get_absences(resources, start, stop)
        hours = {}
        for desk in staffed:
            resource = desk.sudo().doctor_id.resource_id.id
            begin, end = map(epoch, days[desk.site_id])
            here = [
                session
                for session in sessions.get(resource, ())
                if session.site == desk.site_id.id
                and session.start < end
                and session.stop > begin
            ]
            planned = intervals.merge((item.start, item.stop) for item in here)
            out = [pause for item in here for pause in item.breaks]
            out += away[resource, None] + away[None, desk.site_id.id]
            if found := intervals.subtract(planned, intervals.merge(out)):
                hours[desk] = tuple(found)
        return hours

    def _get_sessions(self, start, stop):
        """Return the doctors' sessions for patients by the id of their resource."""
        rules = self.env["clinic.availability"]._get_rules(self.doctor_id, start, stop)
        rules = [rule for rule in rules if rule.purpose == "patient"]
        return availability.expand(rules, epoch(start), epoch(stop))

    def _get_absences(self, resources, start, stop):
        """Return [(start, stop), …] by (id of the resource, None) or (None, site)."""
        rows = self.env["clinic.schedule"]._select_absences(
            resources, self.site_id.ids, start, stop + NIGHT
        )
        found = defaultdict(list)
        for resource, site, begin, end in rows:
            found[resource, site].append((begin, end))
        return found


class ClinicSite(models.Model):
    _inherit = "clinic.site"

    def _get_queue_day(self, now):
        """Return the first and the last moment of today here, naive UTC."""
        self.ensure_one()
        zone = pytz.timezone(self.tz)
        today = self.env["clinic.queue"]._get_site_day(self, now)
        return tuple(
            zone.localize(datetime.combine(day, time.min))
            .astimezone(pytz.utc)
            .replace(tzinfo=None)
            for day in (today, today + timedelta(days=1))
        )

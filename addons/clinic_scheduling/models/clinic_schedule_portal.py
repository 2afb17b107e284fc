# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What visitors ask about time: what is free, and who is free first.

Notice, horizon, grid and online hours bind all of it. Nothing here looks at access
rights: who calls it has decided which services and doctors may be asked about.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta

from odoo import api, fields, models

from odoo.addons.clinic_engine import ranking, slots

from .clinic_schedule import SERVICE_FIELDS

#: A first free time is mostly near: so many days are read before all the others are.
NEAR = timedelta(days=14)

#: How far ahead is looked for a service whose horizon has no limit.
FAR = timedelta(days=365)

#: With more free times than this, the least booked doctor is taken for each of them,
#: without looking at what the visit would leave of the day.
MAX_RANKED = 4000


class ClinicSchedule(models.AbstractModel):
    """Questions of the booking pages."""

    _inherit = "clinic.schedule"

    @api.model
    def _get_public_search(self, service, doctors, start, stop, *, sites=None, **whose):
        """Return (situation, query) of what may be booked online, or None.

        :param start, stop: UTC datetimes
        :param whose: ``patient`` and ``exclude`` as for ``_get_situation``
        :return: None when notice and horizon leave no time, or nobody is asked about
        """
        service.fetch(SERVICE_FIELDS)
        query = self._get_query(service, start, stop, public=True)
        if query is None or not doctors:
            return None
        # which times are free depends on nothing outside but the buffers
        margin = timedelta(seconds=max(query.before, query.after))
        situation = self._get_situation(
            service, doctors, start, stop, sites=sites, margin=margin, **whose
        )
        return situation, replace(query, patient_busy=situation.patient_busy)

    @api.model
    def _find_public_starts(self, service, doctors, start, stop, **options):
        """Return {(doctor id, site id): [start, …]} that may be booked online.

        :param options: ``sites``, ``patient``, ``exclude``, and ``merge``: offer each
            time at a site once, with the doctor whose day it suits best
        """
        merge = options.pop("merge", False)
        search = self._get_public_search(service, doctors, start, stop, **options)
        if search is None:
            return {}
        found = search[0].find(search[1])
        return self._merge_doctors(*search, found) if merge else found

    @api.model
    def _find_first_starts(self, service, doctors, *, since=None, **options):
        """Return {(doctor id, site id): first start} that may be booked online.

        One search for all doctors. It looks at the next days first, and further only
        for those who are not free in them.

        :param since: UTC datetime; None: now
        :param options: ``sites``, ``patient``, ``exclude``
        """
        service.fetch(SERVICE_FIELDS)
        now = fields.Datetime.now()
        start = max(since or now, now)
        days = service.horizon_days
        stop = now + timedelta(days=days) if days else start + FAR
        near = min(start + NEAR, stop)
        found = self._find_firsts_between(service, doctors, start, near, **options)
        # a visit that starts in the near days and ends after them is still to be seen
        start = max(start, near - timedelta(minutes=service.duration))
        free = {doctor for doctor, _site in found}
        waiting = doctors.filtered(lambda doctor: doctor.id not in free)
        if waiting and near < stop:
            far = self._find_firsts_between(service, waiting, start, stop, **options)
            found.update(far)
        return found

    def _find_firsts_between(self, service, doctors, start, stop, **options):
        search = self._get_public_search(service, doctors, start, stop, **options)
        if search is None:
            return {}
        situation, query = search
        return {
            (situation.doctors[resource], site): first
            for site, sessions in situation.sessions.items()
            for resource, first in slots.first_each(
                self._at_site(situation, query, site),
                sessions,
                situation.busy,
                situation.site_blocks(site),
            ).items()
        }

    # ------------------------------------------------------------------
    # Any doctor
    # ------------------------------------------------------------------

    def _merge_doctors(self, situation, query, found):
        """Return ``found`` with each start at a site left to one doctor.

        To the one whose day the visit breaks up least; then to the one with the least
        time taken in the days that are looked at.
        """
        shortest = None
        if sum(map(len, found.values())) <= MAX_RANKED:
            shortest = self._get_shortest_service()
        resources = {value: key for key, value in situation.doctors.items()}
        by_site = defaultdict(dict)
        for (doctor, site), starts in sorted(found.items()):
            by_site[site][resources[doctor]] = starts
        return {
            (situation.doctors[resource], site): starts
            for site, offered in sorted(by_site.items())
            for resource, starts in ranking.share(
                offered,
                self._at_site(situation, query, site),
                situation.sessions[site],
                situation.busy,
                shortest,
                situation.site_blocks(site),
            ).items()
        }

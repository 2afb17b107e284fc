# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Free times in the order in which they are worth offering."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace

from odoo import api, fields, models

from odoo.addons.clinic_engine import claims as engine_claims
from odoo.addons.clinic_engine import explain, ranking, slots, suggestions
from odoo.addons.clinic_engine.clock import local_clock

from .clinic_schedule import epoch

#: Visits of a patient that say what suits them.
ACCEPTED_STATES = ("scheduled", "confirmed", "arrived", "in_progress", "completed")

#: Visits of the practice that say what is usual there: of so many days.
PRACTICE_DAYS = 365

#: Parts of the day on the site's clock, seconds after midnight.
DAY_PARTS = {
    "morning": (0, 12 * 3600),
    "afternoon": (12 * 3600, 17 * 3600),
    "evening": (17 * 3600, 24 * 3600),
}

#: At most so many times are explained one by one when nothing is free.
MAX_EXPLAINED = 2000


@dataclass(frozen=True)
class RankedTime:
    """A time worth offering: epoch seconds, ids, the score and its terms."""

    start: int
    stop: int
    doctor: int
    site: int
    score: float
    terms: tuple
    #: the room and devices that would be taken now: ((role, id), …)
    materials: tuple = ()


class ClinicSchedule(models.AbstractModel):
    """Ranked offers, and what is in their way."""

    _inherit = "clinic.schedule"

    @api.model
    def _get_search(self, service, doctors, start, stop, **options):
        """Return (situation, query) for a search between two UTC datetimes.

        :param options: ``sites``, ``patient``, ``exclude`` as for ``_get_situation``;
            ``room``: one that has to be used; ``public`` and fields of the engine's
            ``Query``
        :return: the query is None when notice and horizon leave no time
        """
        room = options.pop("room", None)
        reading = {
            key: options.pop(key, None) for key in ("sites", "patient", "exclude")
        }
        if room:
            reading["sites"] = room.sudo().site_id
        situation = self._get_situation(
            service, doctors, start, stop, materials=room or (), **reading
        )
        if room:
            need = ("room", self._to_need(room.sudo(), service))
            for site in situation.sessions:
                situation.needs[site] = (need, *situation.needs.get(site, ()))
        query = self._get_query(service, start, stop, **options)
        if query:
            query = replace(query, patient_busy=situation.patient_busy)
        return situation, query

    @api.model
    def _rank(self, situation, query, found, preference, count, per_day=None):
        """Return the best of ``found`` as ``RankedTime``, best first.

        :param found: {(doctor id, site id): [start, …]} from ``Situation.find``
        :param ranking.Preference preference: what the patient would like
        :param int count: how many at most
        :param int per_day: how many at most of one doctor on one day
        """
        resources = {value: key for key, value in situation.doctors.items()}
        starts = defaultdict(dict)
        for (doctor, site), list_of_starts in found.items():
            starts[site][resources[doctor]] = list_of_starts
        shortest = self._get_shortest_service()
        now = epoch(fields.Datetime.now())
        ranked = []
        for site, by_resource in starts.items():
            query_here = self._at_site(situation, query, site)
            ranked += (
                (-offer.score, offer.start, offer.resource, site, offer)
                for offer in ranking.rank(
                    by_resource,
                    query_here,
                    situation.sessions[site],
                    situation.busy,
                    now,
                    preference,
                    ranking.Weights(),
                    shortest,
                    sum(map(len, by_resource.values())),
                    blocks=situation.site_blocks(site),
                    attendance=self._get_attendance(site),
                )
            )
        ranked.sort(key=lambda item: item[:4])
        return self._choose_offers(situation, query, ranked, count, per_day)

    def _get_attendance(self, site):
        # sudo: the practice's share by lead time is shown to whoever searches
        company_sudo = self.env["clinic.site"].browse(site).sudo().company_id
        return self.env["clinic.no.show.model"]._get_attendance(company_sudo)

    def _choose_offers(self, situation, query, ranked, count, per_day):
        """Take the best that can be claimed whole, spread over days if asked."""
        chosen, taken = [], Counter()
        for *_order, site, offer in ranked:
            if len(chosen) >= count:
                break
            session = situation.session_at(offer.resource, offer.start, query, site)
            day = local_clock(session.tz).day(offer.start)
            if per_day and taken[offer.resource, day] >= per_day:
                continue
            materials = self._get_materials(situation, query, offer, site)
            if materials is None:
                continue
            taken[offer.resource, day] += 1
            chosen.append(
                RankedTime(
                    start=offer.start,
                    stop=offer.start + query.duration,
                    doctor=situation.doctors[offer.resource],
                    site=site,
                    score=offer.score,
                    terms=offer.terms,
                    materials=materials,
                )
            )
        return chosen

    def _get_materials(self, situation, query, offer, site):
        """Return ((role, id), …) of what would be taken, None if it does not add up.

        Two needs that share their options can both look free and yet not be met
        together: only a plan of the claims tells.
        """
        planned = engine_claims.plan(
            offer.start,
            query.duration,
            offer.resource,
            1,
            query.before,
            query.after,
            situation.needs.get(site, ()),
            None,
            # the doctor's seat is known to be free: only the rest is planned
            {**situation.busy, offer.resource: {}},
            situation.site_blocks(site),
        )
        if planned is None:
            return None
        return tuple(
            (claim.role, situation.materials[claim.resource])
            for claim in planned
            if claim.resource != offer.resource
        )

    @api.model
    def _at_site(self, situation, query, site):
        """Return ``query`` as it is asked at one site."""
        return replace(
            query, needs=situation.engine_needs(site), sites=frozenset({site})
        )

    @api.model
    def _get_shortest_service(self):
        """Return the length of the shortest service in seconds."""
        # sudo: what counts is the gap that no visit of the practice fits into
        shortest_sudo = (
            self.env["clinic.service"]
            .sudo()
            .search_fetch(
                [("company_id", "in", [False, *self.env.companies.ids])],
                ["duration"],
                order="duration",
                limit=1,
            )
        )
        return (shortest_sudo.duration or 15) * 60

    @api.model
    def _get_habits(self, patient):
        """Return the engine's ``Habits`` of a patient, None without any visits.

        Reads only visits that the user may see. Those of the practice speak where the
        patient has few of their own.
        """
        since = fields.Datetime.subtract(fields.Datetime.now(), days=PRACTICE_DAYS)
        return suggestions.learn(
            self._count_accepted([("patient_id", "=", patient.id)]),
            self._count_accepted([("start", ">=", since)]),
            DAY_PARTS,
        )

    def _count_accepted(self, domain):
        """Return {(doctor's resource, weekday, part of the day): visits}."""
        rows = self.env["clinic.appointment"]._read_group(
            [*domain, ("state", "in", ACCEPTED_STATES)],
            ["doctor_id", "weekday", "hour"],
            ["__count"],
        )
        # sudo: the doctor's resource is only compared
        doctors_sudo = self.env["clinic.doctor"].sudo()
        doctors_sudo = doctors_sudo.browse({doctor.id for doctor, *_other in rows})
        doctors_sudo.fetch(["resource_id"])
        counts = Counter()
        for doctor, weekday, hour, count in rows:
            resource = doctor.sudo().resource_id.id
            counts[resource, int(weekday or 0), self._get_day_part(hour)] += count
        return counts

    def _get_day_part(self, hour):
        seconds = hour * 3600
        return next(
            name for name, (first, last) in DAY_PARTS.items() if first <= seconds < last
        )

    @api.model
    def _count_refusals(self, situation, query):
        """Return (Counter of rules, number of times looked at) when little is free.

        A time is each start of the grid inside the asked days and hours; one time
        can be removed by several rules. Of very many, an even sample is taken.
        """
        candidates = list(self._get_candidates(situation, query))
        stride = -(-len(candidates) // MAX_EXPLAINED) or 1
        counts, looked_at = Counter(), 0
        for site, resource, sessions, start in candidates[::stride]:
            reasons = explain.explain(
                self._at_site(situation, query, site),
                start,
                resource,
                {resource: sessions},
                situation.busy,
                situation.site_blocks(site),
            )
            looked_at += 1
            counts.update({item.code for item in reasons})
        return counts, looked_at

    def _get_candidates(self, situation, query):
        last = query.latest - query.duration
        for site, by_resource in situation.sessions.items():
            for resource, sessions in by_resource.items():
                for session in sessions:
                    step = query.step or session.step
                    stop = max(session.stop - query.duration, session.start) + 1
                    windows = slots.start_windows(query, session)
                    for start in range(session.start, stop, step):
                        wanted = any(a <= start < b for a, b in windows)
                        if wanted and query.earliest <= start <= last:
                            yield site, resource, sessions, start

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Between the database and the engine: fetch in bulk, map to plain values.

One ``Situation`` holds all that a question about time needs. It is read with a
fixed number of queries, whatever the number of doctors, days and bookings.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import timedelta, timezone

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.clinic_engine import availability, explain, slots
from odoo.addons.clinic_engine.clock import to_epoch

#: Read on both sides of the asked time: its neighbours matter, and their days.
MARGIN = timedelta(days=1)

#: What is read of a service. Left alone, the ORM fetches all its columns, which takes
#: longer than a search.
SERVICE_FIELDS = [
    "duration",
    "slot_step",
    "buffer_before",
    "buffer_after",
    "booking_notice",
    "horizon_days",
    "company_id",
    "specialty_id",
    "room_kind_id",
]

#: Role of a claim on each kind of material.
MATERIAL_ROLES = {"clinic.room": "room", "clinic.equipment": "equipment"}


#: Absences of resources, and closing days of sites: (resource, site, start, stop).
ABSENCES = """
WITH l AS (
    SELECT * FROM resource_calendar_leaves
     WHERE date_to > %(start)s AND date_from < %(stop)s
)
SELECT own.id, NULL::int, %(times)s
  FROM l LEFT JOIN resource_resource r ON r.id = l.resource_id
  JOIN resource_resource own ON own.id = ANY(%(resources)s)
   AND (own.id = l.resource_id
        OR own.user_id = r.user_id
        OR l.resource_id IS NULL AND l.calendar_id = own.calendar_id
        OR l.resource_id IS NULL AND l.calendar_id IS NULL
           AND l.company_id = own.company_id)
 UNION ALL
SELECT NULL::int, site.id, %(times)s
  FROM l JOIN clinic_site site ON site.id = ANY(%(sites)s)
   AND l.calendar_id = site.resource_calendar_id
 WHERE l.resource_id IS NULL
"""


def epoch(moment):
    """Return Odoo's naive UTC datetime as epoch seconds."""
    return to_epoch(moment.replace(tzinfo=timezone.utc))


@dataclass
class Situation:
    """Everything known about a service's doctors, rooms and devices in a window.

    Keys of ``sessions``, ``needs``, ``closed``: site ids. Doctors appear by the id
    of their resource; ``doctors`` leads back to the doctor's id.
    """

    service: object
    start: int
    stop: int
    doctors: dict[int, int]
    sessions: dict[int, dict[int, list]] = field(default_factory=dict)
    needs: dict[int, tuple] = field(default_factory=dict)
    busy: dict = field(default_factory=dict)
    blocks: dict = field(default_factory=dict)
    closed: dict[int, list] = field(default_factory=dict)
    patient_busy: list = field(default_factory=list)
    #: resource id -> id of the room or device behind it
    materials: dict[int, int] = field(default_factory=dict)
    #: ids of the doctors that the service names; none: its specialty decides
    named_doctors: frozenset = frozenset()

    def site_blocks(self, site):
        """Return absences as they count at ``site``: closing days hit everybody."""
        everybody = self.blocks.get(None, []) + self.closed.get(site, [])
        return {**self.blocks, None: sorted(everybody)}

    def session_at(self, resource, start, query, site=None):
        """Return a doctor's session that may hold a visit from ``start``, or None.

        Of several that may, the one with the most seats: the search offers a time
        as long as any of them has a free one.
        """
        stop = start + query.duration
        fitting = [
            session
            for site_id, by_resource in self.sessions.items()
            for session in by_resource.get(resource, ())
            if site in (None, site_id)
            and session.start <= start
            and stop <= session.stop
            and slots.matches(query, session.rule)
        ]
        return max(fitting, key=query.seats, default=None)

    def find(self, query):
        """Return {(doctor id, site id): [start, …]}, starts in epoch seconds."""
        found = {}
        for site, query_here in self._queries(query):
            starts = slots.find(
                query_here, self.sessions[site], self.busy, self.site_blocks(site)
            )
            for resource, list_of_starts in starts.items():
                if list_of_starts:
                    found[self.doctors[resource], site] = list_of_starts
        return found

    def explain(self, query, start, resource, site):
        """Return the engine's reasons why ``start`` is not offered at ``site``."""
        query = replace(query, needs=self.engine_needs(site), sites=frozenset({site}))
        everywhere = defaultdict(list)
        for by_resource in self.sessions.values():
            for key, sessions in by_resource.items():
                everywhere[key] += sessions
        return explain.explain(
            query, start, resource, everywhere, self.busy, self.site_blocks(site)
        )

    def engine_needs(self, site):
        """Return the service's needs at ``site`` without their roles."""
        return tuple(need for _role, need in self.needs.get(site, ()))

    def _queries(self, query):
        for site in self.sessions:
            yield (
                site,
                replace(query, needs=self.engine_needs(site), sites=frozenset({site})),
            )


class ClinicSchedule(models.AbstractModel):
    """Reads situations and asks the engine about them."""

    _name = "clinic.schedule"
    _description = "Schedule"

    @api.model
    def _get_situation(
        self,
        service,
        doctors,
        start,
        stop,
        *,
        sites=None,
        materials=(),
        margin=MARGIN,
        **whose,
    ):
        """Fetch what decides over free times between two UTC datetimes.

        :param service: one ``clinic.service``, or none
        :param doctors: ``clinic.doctor`` records to consider
        :param sites: only these ``clinic.site`` records; None: all
        :param materials: rooms and devices that are asked for by name
        :param margin: how much time before and after is read, too
        :param whose: ``patient``, a ``clinic.patient`` whose own appointments count,
            and ``exclude``, the appointment that is to move and does not
        """
        begin, end = start - margin, stop + margin
        (doctors_sudo := doctors.sudo()).fetch(["resource_id"])
        situation = Situation(
            service=service,
            start=epoch(start),
            stop=epoch(stop),
            doctors={doctor.resource_id.id: doctor.id for doctor in doctors_sudo},
        )
        service_site_ids, equipment_kind_ids, named = self._select_lists(service)
        situation.named_doctors = frozenset(named)
        self._put_sessions(situation, doctors, begin, end, sites, service_site_ids)
        self._put_needs(situation, equipment_kind_ids)
        for item in materials:
            situation.materials[item.sudo().resource_id.id] = item.id
        resource_ids = [*doctors_sudo.resource_id.ids, *situation.materials]
        self._put_claims(situation, resource_ids, begin, end, **whose)
        self._put_absences(situation, resource_ids, begin, end)
        return situation

    def _put_claims(
        self, situation, resource_ids, start, stop, patient=None, exclude=None
    ):
        """Fill in what the ledger says of the resources, and of the patient."""
        ledger = self.env["clinic.reservation"]
        situation.busy = ledger._get_busy(resource_ids, start, stop, exclude)
        if patient:
            situation.patient_busy = ledger._get_person_busy(
                patient.sudo().partner_id.id, start, stop, exclude
            )

    def _select_lists(self, service):
        """Return the ids of the service's sites, kinds of equipment and doctors.

        In one query. The ORM would take one for each list, and another one for whole
        sites, to leave out archived ones: there nobody has hours anyway.
        """
        return self.env.execute_query(
            SQL(
                """
                SELECT ARRAY(SELECT clinic_site_id FROM clinic_service_clinic_site_rel
                              WHERE clinic_service_id = %(service)s),
                       ARRAY(SELECT clinic_equipment_kind_id
                               FROM clinic_equipment_kind_clinic_service_rel
                              WHERE clinic_service_id = %(service)s),
                       ARRAY(SELECT clinic_doctor_id
                               FROM clinic_doctor_clinic_service_rel
                              WHERE clinic_service_id = %(service)s)
                """,
                service=service.id or None,
            )
        )[0]

    def _put_sessions(self, situation, doctors, start, stop, sites, service_site_ids):
        rules = self.env["clinic.availability"]._get_rules(doctors, start, stop)
        by_site = defaultdict(lambda: defaultdict(list))
        # fill every site that is asked for, so that "closed there" can be told
        for site in sites or ():
            by_site.setdefault(site.id, defaultdict(list))
        expanded = availability.expand(rules, epoch(start), epoch(stop))
        for resource, sessions in expanded.items():
            for session in sessions:
                by_site[session.site][resource].append(session)
        wanted = set(sites.ids) if sites else set(by_site)
        wanted &= set(service_site_ids) or wanted
        situation.sessions = {site: by_site[site] for site in wanted}

    def _put_needs(self, situation, equipment_kind_ids):
        """Fill in the rooms and devices that the service needs, per site."""
        service_sudo = situation.service.sudo()
        kinds = []
        if room_kind := service_sudo.room_kind_id:
            kinds.append(("room", "clinic.room", room_kind.id))
        for kind in equipment_kind_ids:
            kinds.append(("equipment", "clinic.equipment", kind))
        site_ids = list(situation.sessions)
        needs = defaultdict(list)
        for role, model, kind in kinds:
            materials_sudo = self.env[model].sudo()
            materials_sudo = materials_sudo.search_fetch(
                [("kind_id", "=", kind), ("site_id", "in", site_ids)],
                ["resource_id", "capacity", "site_id", "company_id"],
                order="sequence, name",  # of each site: no need to join sites
            )
            by_site = materials_sudo.grouped("site_id")
            for site in self.env["clinic.site"].browse(site_ids):
                here = by_site.get(site, materials_sudo.browse())
                needs[site.id].append((role, self._to_need(here, service_sudo)))
            for item in materials_sudo:
                situation.materials[item.resource_id.id] = item.id
        situation.needs = {site: tuple(needs[site]) for site in site_ids}

    def _to_need(self, materials, service):
        return slots.Need(
            options=tuple(materials.resource_id.ids),
            before=service.buffer_before * 60,
            after=service.buffer_after * 60,
            capacity={item.resource_id.id: item.capacity for item in materials},
            role=MATERIAL_ROLES[materials._name],
        )

    def _put_absences(self, situation, resource_ids, start, stop):
        """Fill in absences, company holidays and closing days of sites."""
        blocks, closed = defaultdict(list), defaultdict(list)
        for resource, site, begin, end in self._select_absences(
            resource_ids, list(situation.sessions), start, stop
        ):
            if site:
                closed[site].append((begin, end))
            else:
                blocks[resource].append((begin, end))
        situation.blocks = {key: sorted(value) for key, value in blocks.items()}
        situation.closed = dict(closed)

    def _select_absences(self, resource_ids, site_ids, start, stop):
        """Return rows (resource id, site id, start, stop), times in epoch seconds.

        An absence hits a resource when it is its own, when it is of another
        resource of the same user (Odoo's Time Off writes it on the employee), or
        when it is a holiday of its company or working schedule. Training and the
        like (``time_type`` other) block too: the doctor is away all the same.
        """
        leaves = self.env["resource.calendar.leaves"]
        leaves.flush_model(
            ["resource_id", "calendar_id", "company_id", "date_from", "date_to"]
        )
        self.env["resource.resource"].flush_model(
            ["user_id", "calendar_id", "company_id"]
        )
        self.env["clinic.site"].flush_model(["resource_calendar_id"])
        return self.env.execute_query(
            self._get_absences_sql(resource_ids, site_ids, start, stop)
        )

    def _get_absences_sql(self, resource_ids, site_ids, start, stop):
        """Return the one statement of ``_select_absences``; others may add to it."""
        times = SQL(
            "EXTRACT(EPOCH FROM l.date_from)::bigint,"
            " EXTRACT(EPOCH FROM l.date_to)::bigint"
        )
        return SQL(
            ABSENCES,
            start=start,
            stop=stop,
            times=times,
            resources=list(resource_ids),
            sites=list(site_ids),
        )

    @api.model
    def _get_query(self, service, start, stop, *, public=False, **options):
        """Return the engine's query for ``service`` between two UTC datetimes.

        :param public: apply what binds patients: notice, horizon, online hours
        :param options: further fields of the engine's ``Query``
        :return: the query, or None when notice and horizon leave no time at all
        """
        window = (epoch(start), epoch(stop))
        if public:
            horizon = service.horizon_days * 86400 or None
            window = slots.window(
                epoch(fields.Datetime.now()),
                *window,
                notice=round(service.booking_notice * 3600),
                horizon=horizon,
            )
        if not window:
            return None
        values = {
            "duration": service.duration * 60,
            "earliest": window[0],
            "latest": window[1],
            "before": service.buffer_before * 60,
            "after": service.buffer_after * 60,
            "step": service.slot_step * 60 or None,
            "channel": "online" if public else None,
            "service": service.id,
            **options,
        }
        return slots.Query(**values)

    @api.model
    def _find_starts(
        self, service, start, stop, *, doctors=None, sites=None, **options
    ):
        """Return {(doctor id, site id): [start, …]} of free times, epoch seconds.

        :param doctors, sites: None: whoever and wherever the service is offered
        :param options: ``public``, ``patient`` and fields of the engine's ``Query``
        """
        service.fetch(SERVICE_FIELDS)
        if doctors is None:
            doctors = service._get_doctors()
        patient = options.pop("patient", None)
        query = self._get_query(service, start, stop, **options)
        if query is None or not doctors:
            return {}
        # which times are free depends on nothing outside but the buffers
        margin = timedelta(seconds=max(query.before, query.after))
        situation = self._get_situation(
            service, doctors, start, stop, sites=sites, patient=patient, margin=margin
        )
        return situation.find(replace(query, patient_busy=situation.patient_busy))

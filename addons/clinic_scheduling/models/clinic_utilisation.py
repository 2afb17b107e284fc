# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How much of the offered time was used: kept per doctor, site and local date.

The hours are expanded by the engine, which PostgreSQL cannot do, so the figures are
stored: a scheduled action keeps a moving window fresh, and opening the report does so
too when they are old.
"""

from collections import defaultdict
from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.clinic_engine import availability, utilisation

from ..const import CLAIMING_STATES, WEEKDAYS
from .clinic_schedule import Situation, epoch

#: Opening the report computes it anew when the figures are older than this.
FRESH_FOR = timedelta(minutes=10)

#: Visits that took place or are to take place.
VISIT_STATES = tuple(state for state in CLAIMING_STATES if state != "hold")

MINUTES = {
    "offered": "offered_minutes",
    "booked": "booked_minutes",
    "free": "free_minutes",
    "no_show": "no_show_minutes",
    "visits": "visit_count",
}

#: Replace rows: write the fresh ones, drop others of the same doctors and dates.
REPLACE = """
    WITH fresh AS (
        SELECT u.*, site.company_id
          FROM unnest(%(doctors)s::int[], %(sites)s::int[],
                      %(dates)s::date[], %(numbers)s)
            AS u (doctor_id, site_id, date, %(names)s)
          JOIN clinic_site site ON site.id = u.site_id
    ), gone AS (
        DELETE FROM clinic_utilisation old
         WHERE old.doctor_id = ANY(%(all)s)
           AND old.date BETWEEN %(first)s AND %(last)s
           AND NOT EXISTS (
               SELECT FROM fresh
                WHERE fresh.doctor_id = old.doctor_id
                  AND fresh.site_id = old.site_id
                  AND fresh.date = old.date)
    )
    INSERT INTO clinic_utilisation
           (doctor_id, site_id, date, company_id, weekday, rate,
            computed_at, %(names)s)
    SELECT doctor_id, site_id, date, company_id,
           EXTRACT(ISODOW FROM date)::int - 1,
           ROUND(booked_minutes::numeric / NULLIF(offered_minutes, 0), 4),
           %(now)s, %(names)s
      FROM fresh
        ON CONFLICT (doctor_id, site_id, date) DO UPDATE SET %(updates)s
"""


class ClinicUtilisation(models.Model):
    """Minutes that a doctor offers at a site on one date, and what became of them."""

    _name = "clinic.utilisation"
    _description = "Utilisation"
    _order = "date desc, doctor_id, site_id"
    _rec_name = "doctor_id"
    _log_access = False

    doctor_id = fields.Many2one(
        "clinic.doctor", required=True, readonly=True, ondelete="cascade"
    )
    site_id = fields.Many2one(
        "clinic.site", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    date = fields.Date(required=True, readonly=True, help="Date on the site's clock.")
    weekday = fields.Selection(WEEKDAYS, readonly=True)
    offered_minutes = fields.Integer(
        string="Offered (min)",
        readonly=True,
        help="Hours for patients without breaks, absences and closing days, times the "
        "number of patients seen at once.",
    )
    booked_minutes = fields.Integer(
        string="Booked (min)",
        readonly=True,
        help="Length of all visits, also overbooked ones and those outside the hours.",
    )
    free_minutes = fields.Integer(
        string="Free (min)",
        readonly=True,
        help="Offered time that nothing takes: no visit, clean-up or hold.",
    )
    no_show_minutes = fields.Integer(
        string="Lost to No-shows (min)", readonly=True, help="Length of missed visits."
    )
    visit_count = fields.Integer(string="Visits", readonly=True)
    rate = fields.Float(
        string="Utilisation",
        aggregator="avg",
        readonly=True,
        help="Booked time as a share of offered time; in groups, all booked time as a "
        "share of all offered time.",
    )
    computed_at = fields.Datetime(string="As of", readonly=True)

    _unique_day = models.Constraint(
        "UNIQUE (doctor_id, site_id, date)",
        "The utilisation of a doctor at a site has one row per date.",
    )

    def _read_group_select(self, aggregate_spec, query):
        """Weigh the rate: an average of rates would count short days like long ones."""
        if aggregate_spec != "rate:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "SUM(%s)::float / NULLIF(SUM(%s), 0)",
            self._field_to_sql(self._table, "booked_minutes", query),
            self._field_to_sql(self._table, "offered_minutes", query),
        )

    # ------------------------------------------------------------------
    # Refreshing
    # ------------------------------------------------------------------

    @api.model
    def _cron_refresh(self):
        """Scheduled action: compute the window of each company, one commit each."""
        companies = self.env["res.company"].search([])
        for done, company in enumerate(companies, start=1):
            self._refresh_company(company)
            self.env["ir.cron"]._commit_progress(1, remaining=len(companies) - done)

    @api.model
    def action_refresh(self):
        """Compute the window of the user's companies now, and reload the view."""
        self.check_access("read")
        for company in self.env.companies:
            self._refresh_company(company)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @api.model
    def action_open(self):
        """Open the report; compute it first when its figures are old."""
        self.check_access("read")
        for company in self.env.companies:
            if not self._is_fresh(company):
                self._refresh_company(company)
        return self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_scheduling.clinic_utilisation_action"
        )

    @api.model
    def _is_fresh(self, company):
        rows = self.env.execute_query(
            SQL(
                "SELECT MAX(computed_at) FROM clinic_utilisation WHERE company_id = %s",
                company.id,
            )
        )
        computed_at = rows[0][0]
        return bool(computed_at and computed_at > fields.Datetime.now() - FRESH_FOR)

    @api.model
    def _refresh_company(self, company):
        """Compute the moving window of one company, as its settings say."""
        today = fields.Date.today()
        # sudo: figures are of all doctors and sites; who reads them obeys the rules
        company_sudo = company.sudo()
        doctors_sudo = self.env["clinic.doctor"].sudo()
        domain = [("company_id", "in", (company.id, False))]
        self.sudo()._refresh(
            doctors_sudo.search_fetch(domain, ["resource_id"]),
            today - timedelta(days=company_sudo.clinic_utilisation_past_days),
            today + timedelta(days=company_sudo.clinic_utilisation_next_days),
        )
        self.sudo()._delete_archived(company)

    @api.model
    def _refresh(self, doctors, first, last):
        """Compute the rows of ``doctors`` between two dates, both included.

        The number of queries is the same for one doctor and day as for all of them.
        """
        if not doctors:
            return
        start = datetime.combine(first, time.min) - timedelta(days=1)
        stop = datetime.combine(last, time.max) + timedelta(days=1)
        days = defaultdict(lambda: dict.fromkeys(MINUTES, 0))
        self._add_offered(days, doctors, start, stop)
        self._add_visits(days, doctors, start, stop)
        fresh = [
            (*key, *(round(figures[name]) for name in MINUTES))
            for key, figures in sorted(days.items())
            if first <= key[2] <= last
        ]
        self._replace_rows(doctors, first, last, fresh)

    def _add_offered(self, days, doctors, start, stop):
        """Add offered and free minutes by (doctor id, site id, date)."""
        rules = self.env["clinic.availability"]._get_rules(doctors, start, stop)
        rules = [rule for rule in rules if rule.purpose == "patient"]
        expanded = availability.expand(rules, epoch(start), epoch(stop))
        situation = Situation(
            service=None,
            start=epoch(start),
            stop=epoch(stop),
            doctors={doctor.resource_id.id: doctor.id for doctor in doctors},
        )
        by_site = defaultdict(lambda: defaultdict(list))
        for resource, sessions in expanded.items():
            for session in sessions:
                by_site[session.site][resource].append(session)
        situation.sessions = by_site
        resource_ids = list(situation.doctors)
        schedule = self.env["clinic.schedule"]
        schedule._put_absences(situation, resource_ids, start, stop)
        busy = self.env["clinic.reservation"]._get_busy(resource_ids, start, stop)
        for site, by_resource in by_site.items():
            blocks = situation.site_blocks(site)
            for resource, sessions in by_resource.items():
                absences = blocks[None] + blocks.get(resource, [])
                claims = [c for seat in busy.get(resource, {}).values() for c in seat]
                offers = utilisation.measure(sessions, absences, claims)
                for day, offer in offers.items():
                    row = days[situation.doctors[resource], site, day]
                    row["offered"] += offer.offered / 60
                    row["free"] += offer.free / 60

    def _add_visits(self, days, doctors, start, stop):
        """Add booked and missed minutes by (doctor id, site id, date)."""
        visits = self.env["clinic.appointment"]
        names = ["doctor_id", "site_id", "start", "stop", "state", "active"]
        visits.flush_model(names)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT visit.doctor_id, visit.site_id, site.tz, visit.state = 'no_show',
                       EXTRACT(EPOCH FROM visit.start)::bigint,
                       EXTRACT(EPOCH FROM visit.stop)::bigint
                  FROM clinic_appointment visit
                  JOIN clinic_site site ON site.id = visit.site_id
                 WHERE visit.active AND visit.doctor_id = ANY(%s)
                   AND visit.start < %s AND visit.stop > %s AND visit.state = ANY(%s)
                """,
                doctors.ids,
                stop,
                start,
                [*VISIT_STATES, "no_show"],
            )
        )
        for doctor, site, tz, missed, begin, end in rows:
            parts = list(utilisation.by_day(begin, end, tz))
            for day, seconds in parts:
                name = "no_show" if missed else "booked"
                days[doctor, site, day][name] += seconds / 60
            if not missed:
                # a visit over midnight counts where it starts
                days[doctor, site, parts[0][0]]["visits"] += 1

    def _replace_rows(self, doctors, first, last, fresh):
        """Write ``fresh`` rows and drop others of these doctors and dates.

        A refresh that runs at the same time makes one of the two fail with a
        serialization error, which Odoo repeats.
        """
        columns = list(zip(*fresh, strict=True)) if fresh else [()] * 8
        names = SQL(", ").join(map(SQL.identifier, MINUTES.values()))
        updates = [SQL("%s = EXCLUDED.%s", name, name) for name in self._updated()]
        self.env.cr.execute(
            SQL(
                REPLACE,
                doctors=list(columns[0]),
                sites=list(columns[1]),
                dates=list(columns[2]),
                numbers=SQL(", ").join(
                    SQL("%s::int[]", list(column)) for column in columns[3:]
                ),
                names=names,
                all=doctors.ids,
                first=first,
                last=last,
                now=fields.Datetime.now(),
                updates=SQL(", ").join(updates),
            )
        )
        self.invalidate_model()

    @api.model
    def _updated(self):
        """Return the columns that a refresh writes into a row that exists."""
        names = ["company_id", "rate", "computed_at", *MINUTES.values()]
        return [SQL.identifier(name) for name in names]

    @api.model
    def _delete_archived(self, company):
        """Drop what archived doctors no longer offer; their past stays."""
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM clinic_utilisation old USING clinic_doctor doctor
                 WHERE doctor.id = old.doctor_id AND NOT doctor.active
                   AND old.company_id = %s AND old.date >= %s
                """,
                company.id,
                fields.Date.today(),
            )
        )
        self.invalidate_model()

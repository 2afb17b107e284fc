# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which sessions are full, and how many more they could take.

A session is full when no visit of the usual length fits into what is left of it. Its
places are then the visits that are booked within its capacity. Sessions with free time
need no overbooking: the next patient takes that.
"""

from collections import defaultdict
from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.clinic_engine import availability, intervals, overbooking
from odoo.addons.clinic_engine.clock import from_epoch

from ..const import CLAIMING_STATES
from .clinic_schedule import Situation, epoch

#: Visits that take a place in a session to come.
VISITS = """
    SELECT visit.doctor_id, visit.site_id,
           EXTRACT(EPOCH FROM visit.start)::bigint, visit.duration * 60,
           COALESCE(visit.is_overbooked, FALSE),
           CASE WHEN visit.no_show_model_id IS NOT NULL
                THEN visit.no_show_probability END
      FROM clinic_appointment visit
     WHERE visit.active AND visit.doctor_id = ANY(%(doctors)s)
       AND visit.start >= %(start)s AND visit.start < %(stop)s
       AND visit.state = ANY(%(states)s)
"""

#: Figures of an advice that are written anew while nobody has decided.
FIGURES = (
    "stop",
    "capacity",
    "booked_count",
    "overbooked_count",
    "expected_missed",
    "more",
    "chance",
    "ratio",
)


class ClinicOverbookingAdvice(models.Model):
    """How advice comes about."""

    _inherit = "clinic.overbooking.advice"

    @api.model
    def _cron_refresh(self):
        """Scheduled action: look at the sessions of each company, one commit each."""
        companies = self.env["res.company"].search([])
        for done, company in enumerate(companies, start=1):
            self._refresh(company)
            self.env["ir.cron"]._commit_progress(1, remaining=len(companies) - done)

    @api.model
    def action_open(self):
        """Look at the sessions of the user's companies and open the list."""
        self.check_access("read")
        for company in self.env.companies:
            self._refresh(company)
        return self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_scheduling.clinic_overbooking_advice_action"
        )

    @api.model
    def _refresh(self, company):
        """Make the advice of one company's sessions to come.

        What somebody decided stays as it was. The number of queries does not depend on
        the number of doctors, days or bookings.
        """
        # sudo: sessions of all doctors are looked at; who reads advice obeys the rules
        company_sudo = company.sudo()
        found = {}
        if company_sudo.clinic_overbooking_advice:
            self.env["clinic.appointment"].sudo()._score_no_shows(None)
            found = self.sudo()._advise_sessions(company_sudo)
        advice_sudo = self.sudo().search(
            [("company_id", "=", company.id), ("stop", ">", fields.Datetime.now())]
        )
        for advice in advice_sudo:
            key = advice.doctor_id.id, advice.site_id.id, advice.start
            values = found.pop(key, None)
            if advice.state != "proposed":
                continue
            if values is None:
                advice.unlink()
            else:
                advice.write({name: values[name] for name in FIGURES})
        self.sudo().create(list(found.values()))

    @api.model
    def _advise_sessions(self, company):
        """Return {(doctor id, site id, start): values} of full sessions."""
        now = fields.Datetime.now()
        last = now.date() + timedelta(days=company.clinic_overbooking_days)
        stop = datetime.combine(last, time.max)
        doctors = self.env["clinic.doctor"].search_fetch(
            [("company_id", "in", (company.id, False))], ["resource_id"]
        )
        situation = self._get_sessions(doctors, now, stop)
        visits = self._get_visits(doctors, now, stop)
        found = {}
        for site, by_resource in situation.sessions.items():
            for resource, sessions in by_resource.items():
                doctor = situation.doctors[resource]
                for session in sessions:
                    values = self._advise_session(
                        company, situation, session, visits[doctor, site]
                    )
                    if values and values["more"]:
                        values.update(doctor_id=doctor, site_id=site)
                        found.setdefault((doctor, site, values["start"]), values)
        return found

    def _get_sessions(self, doctors, start, stop):
        """Return the situation of sessions to come that may be overbooked."""
        rules = self.env["clinic.availability"]._get_rules(doctors, start, stop)
        rules = [rule for rule in rules if rule.purpose == "patient" and rule.overbook]
        begin, end = epoch(start), epoch(stop)
        situation = Situation(
            service=None,
            start=begin,
            stop=end,
            doctors={doctor.resource_id.id: doctor.id for doctor in doctors},
        )
        by_site = defaultdict(lambda: defaultdict(list))
        for resource, sessions in availability.expand(rules, begin, end).items():
            for session in sessions:
                if session.start > begin:
                    by_site[session.site][resource].append(session)
        situation.sessions = by_site
        resource_ids = list(situation.doctors)
        self.env["clinic.schedule"]._put_absences(situation, resource_ids, start, stop)
        situation.busy = self.env["clinic.reservation"]._get_busy(
            resource_ids, start, stop
        )
        return situation

    def _get_visits(self, doctors, start, stop):
        """Return {(doctor id, site id): [(start, length, overbooked, chance), …]}."""
        self.env["clinic.appointment"].flush_model()
        rows = self.env.execute_query(
            SQL(
                VISITS,
                doctors=doctors.ids,
                start=start,
                stop=stop,
                states=list(CLAIMING_STATES),
            )
        )
        visits = defaultdict(list)
        for doctor, site, *visit in rows:
            visits[doctor, site].append(visit)
        return visits

    def _advise_session(self, company, situation, session, visits):
        """Return the values of one session's advice, None while it has free places."""
        booked = [row for row in visits if session.start <= row[0] < session.stop]
        above = sum(is_above for _start, _length, is_above, _chance in booked)
        capacity = len(booked) - above
        away = self._get_away(situation, session)
        # who is booked while the doctor is away will be moved: not a full session
        if not capacity or self._is_hit(booked, away):
            return None
        if self._has_free_place(situation, session, booked, away):
            return None
        known = [chance for *_other, chance in booked if chance is not None]
        if not known:
            return None
        mean = sum(known) / len(known)
        limit = overbooking.seats_allowed(
            capacity,
            session.capacity,
            session.rule.overbook,
            company.clinic_overbooking_percent,
        )
        advice = overbooking.advise(
            [mean if chance is None else chance for *_other, chance in booked],
            capacity,
            company.clinic_cost_empty,
            company.clinic_cost_extra,
            limit,
        )
        return {
            "company_id": company.id,
            "start": from_epoch(session.start).replace(tzinfo=None),
            "stop": from_epoch(session.stop).replace(tzinfo=None),
            "capacity": capacity,
            "booked_count": len(booked),
            "overbooked_count": above,
            "expected_missed": advice.expected,
            "more": advice.more,
            "chance": advice.chance,
            "ratio": advice.ratio,
        }

    def _get_away(self, situation, session):
        """Return the absences and closing days that count for a session."""
        blocks = situation.site_blocks(session.site)
        return [*blocks.get(None, ()), *blocks.get(session.resource, ())]

    def _is_hit(self, booked, away):
        return any(
            start < end and begin < start + length
            for start, length, *_other in booked
            for begin, end in away
        )

    def _has_free_place(self, situation, session, booked, away):
        """Whether a visit of the usual length fits into what is left of a session."""
        lengths = sorted(length for _start, length, *_other in booked)
        usual = lengths[len(lengths) // 2]
        away = intervals.merge([*session.breaks, *away])
        for seat in range(session.capacity):
            claims = situation.busy.get(session.resource, {}).get(seat, ())
            taken = intervals.merge([*away, *claims])
            taken = intervals.cut(taken, session.start, session.stop)
            for start, stop in intervals.subtract(
                [(session.start, session.stop)], taken
            ):
                if stop - start >= usual:
                    return True
        return False

    @api.model
    def _withdraw_absent(self):
        """Take back what is suggested for sessions in which the doctor is away now.

        The scheduled action looks at the others of these days again.
        """
        # sudo: whoever enters an absence need not see the advice
        advice_sudo = self.sudo().search(
            [("state", "=", "proposed"), ("stop", ">", fields.Datetime.now())]
        )
        if not advice_sudo:
            return
        absences = self.env["clinic.schedule"]._select_absences(
            advice_sudo.doctor_id.resource_id.ids,
            advice_sudo.site_id.ids,
            min(advice_sudo.mapped("start")),
            max(advice_sudo.mapped("stop")),
        )
        advice_sudo.filtered(lambda item: item._is_in(absences)).unlink()

    def _is_in(self, absences):
        """Whether one of the rows of ``_select_absences`` falls into this session."""
        start, stop = epoch(self.start), epoch(self.stop)
        return any(
            begin < stop
            and end > start
            and (
                site == self.site_id.id
                if site
                else resource in (None, self.doctor_id.resource_id.id)
            )
            for resource, site, begin, end in absences
        )

    def _get_next_start(self):
        """Return the start (UTC) of the next visit above the capacity.

        They are spread evenly over the session, whoever is booked there: to sit beside
        those who are likely not to come would let these wait longer.
        """
        visits = self.env["clinic.appointment"].search_fetch(
            [
                ("doctor_id", "=", self.doctor_id.id),
                ("site_id", "=", self.site_id.id),
                ("start", ">=", self.start),
                ("start", "<", self.stop),
                ("state", "in", CLAIMING_STATES),
            ],
            ["start", "is_overbooked"],
            order="start",
        )
        starts = sorted({visit.start for visit in visits if not visit.is_overbooked})
        if not starts:
            return self.start
        return starts[overbooking.spread(self.used_count, self.more, len(starts))]


class ResourceCalendarLeaves(models.Model):
    """Absences take back what is suggested for their days."""

    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        self.env["clinic.overbooking.advice"]._withdraw_absent()
        return leaves

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() - {"name"}:
            self.env["clinic.overbooking.advice"]._withdraw_absent()
        return result

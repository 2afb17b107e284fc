# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Months of a demo practice: who came, who did not, and sessions that are full.

The past weeks are repeated further back, each patient's visits as another one's of the
same kind. Who stays away follows a pattern that can be learned: the lead time, early
hours, and a few patients who often forget.
"""

import math
import random
from datetime import timedelta, timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.clinic_engine.clock import from_epoch
from odoo.addons.clinic_engine.no_show import sigmoid

from .clinic_demo import ADULT, WEEKS
from .clinic_reservation_door import DOOR

SEED = 31

#: How often the past weeks are repeated.
PERIODS = 2

#: Days between booking and visit: (days, how likely).
LEADS = ((0, 4), (1, 6), (3, 8), (6, 10), (10, 12), (14, 12), (21, 12), (28, 8))

#: Log-odds of staying away, and what is added for each of the reasons.
USUAL, PER_LOG_LEAD, EARLY, FORGETFUL = -5.0, 0.8, 1.2, 3.0

#: One patient of so many often forgets.
FORGETFUL_SHARE = 6

#: How many sessions of the next days are full.
FULL_SESSIONS = 4

#: What a visit of long ago shares with the one that it repeats.
REPEATED = (
    "doctor_id",
    "service_id",
    "site_id",
    "room_id",
    "duration",
    "kind",
    "source",
    "state",
    "urgency",
    "priority",
)

#: The claims of a visit, for the one that repeats it: everything moves as far.
REPEATED_CLAIMS = """
    INSERT INTO clinic_reservation
           (appointment_id, resource_id, partner_id, seat, role, start, stop)
    SELECT made.id, claim.resource_id,
           CASE WHEN claim.partner_id IS NOT NULL THEN made.partner_id END,
           claim.seat, claim.role,
           claim.start + (made.start - source.start),
           claim.stop + (made.start - source.start)
      FROM unnest(%s::int[], %s::int[]) AS pair (source, made)
      JOIN clinic_appointment source ON source.id = pair.source
      JOIN clinic_appointment made ON made.id = pair.made
      JOIN clinic_reservation claim ON claim.appointment_id = source.id
"""


class ClinicDemo(models.AbstractModel):
    """Loader of the practice's history."""

    _inherit = "clinic.demo"

    @api.model
    def _load_history(self):
        """Repeat the past weeks further back, and let patients stay away."""
        rng = random.Random(SEED)
        family = self._get_family()
        visits = self.env["clinic.appointment"].search(
            [
                ("state", "in", ("completed", "cancelled")),
                ("patient_id", "not in", family.ids),
            ],
            order="start, id",
        )
        today = fields.Datetime.now().replace(hour=0, minute=0, second=0)
        monday = today - timedelta(days=today.weekday())
        whole = visits.filtered(lambda visit: visit.start < monday)
        made = visits.browse()
        for period in range(1, PERIODS + 1):
            made |= self._repeat(whole, period, self._exchange(family, rng))
        self._book_earlier(visits | made, rng)
        self._draw_missed(visits | made, rng)
        self._number_by_booking()

    def _get_family(self):
        return self.env["clinic.patient"].search([("partner_id.user_ids", "!=", False)])

    def _exchange(self, family, rng):
        """Return {patient id: another of the same kind}: nobody is two patients."""
        patients = self.env["clinic.patient"].search([]) - family
        found = {}
        for kind in patients.grouped(lambda item: (item.age >= ADULT, item.gender)):
            group = patients.filtered(
                lambda item, kind=kind: (item.age >= ADULT, item.gender) == kind
            )
            found.update(zip(group.ids, rng.sample(group.ids, len(group)), strict=True))
        return found

    def _repeat(self, visits, period, others):
        """Make these visits so many periods earlier, with other patients."""
        vals_list = []
        for visit in visits:
            start = self._get_earlier(visit, weeks=WEEKS * period)
            vals = visit._read_format(REPEATED, load=None)[0]
            vals.pop("id")
            vals_list.append(
                {
                    **vals,
                    "name": "/",
                    "patient_id": others[visit.patient_id.id],
                    "start": start,
                    "stop": start + (visit.stop - visit.start),
                    "equipment_ids": [fields.Command.set(visit.equipment_ids.ids)],
                }
            )
        door = self.env["clinic.appointment"].with_context(
            clinic_door=DOOR,
            tracking_disable=True,
            mail_create_nolog=True,
            mail_create_nosubscribe=True,
            clinic_silent=["booked"],
        )
        made = door.create(vals_list).with_env(self.env)
        self.env.flush_all()
        self.env.cr.execute(SQL(REPEATED_CLAIMS, visits.ids, made.ids))
        self.env.invalidate_all()
        return made

    def _get_earlier(self, visit, weeks):
        """Return the start (UTC) so many weeks earlier, at the same local time."""
        local = visit.start.replace(tzinfo=timezone.utc)
        local = local.astimezone(ZoneInfo(visit.site_id.tz)) - timedelta(weeks=weeks)
        return local.astimezone(timezone.utc).replace(tzinfo=None)

    def _book_earlier(self, visits, rng):
        """Let these have been booked days or weeks before the visit."""
        days, weights = zip(*LEADS, strict=True)
        leads = rng.choices(days, weights, k=len(visits))
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE clinic_appointment visit SET create_date = start"
                " - make_interval(days => pair.days, mins => 30 + visit.id %% 90)"
                " FROM unnest(%s::int[], %s::int[]) AS pair (id, days)"
                " WHERE visit.id = pair.id",
                visits.ids,
                leads,
            )
        )
        self.env.invalidate_all()

    def _draw_missed(self, visits, rng):
        """Draw who stayed away; their time was given back."""
        patients = visits.patient_id.sorted("id").ids
        forgetful = set(rng.sample(patients, len(patients) // FORGETFUL_SHARE))
        missed = visits.filtered(
            lambda visit: (
                visit.state == "completed"
                and rng.random() < self._get_chance(visit, forgetful)
            )
        )
        missed._release_claims()
        missed._write_by_door({"state": "no_show"})

    def _get_chance(self, visit, forgetful):
        """Return how likely it is that a visit's patient stays away."""
        lead = max((visit.start.date() - visit.create_date.date()).days, 0)
        return sigmoid(
            USUAL
            + PER_LOG_LEAD * math.log1p(lead)
            + EARLY * (visit.hour < 10)
            + FORGETFUL * (visit.patient_id.id in forgetful)
        )

    def _number_by_booking(self):
        """Give all visits their numbers in the order of booking."""
        visits = self.env["clinic.appointment"].search(
            [("state", "!=", "hold")], order="id"
        )
        names = [visit.name for visit in visits if visit.name != "/"]
        names += [visits._next_number() for visit in visits if visit.name == "/"]
        booked = visits.sorted(lambda visit: (visit.create_date, visit.id))
        self.env.flush_all()
        # no two share a number on the way
        for ids, numbers in ((visits.ids, ["/"] * len(visits)), (booked.ids, names)):
            self.env.cr.execute(
                SQL(
                    "UPDATE clinic_appointment visit SET name = pair.name"
                    " FROM unnest(%s::int[], %s::varchar[]) AS pair (id, name)"
                    " WHERE visit.id = pair.id",
                    ids,
                    numbers,
                )
            )
        self.env.invalidate_all()

    # ------------------------------------------------------------------
    # Full sessions
    # ------------------------------------------------------------------

    def _fill_sessions(self, pools, rng):
        """Book up some sessions of the next days that may be overbooked."""
        now = fields.Datetime.now()
        situation = self.env["clinic.overbooking.advice"]._get_sessions(
            self.env["clinic.doctor"].search([]),
            now + timedelta(hours=12),
            now + timedelta(days=7),
        )
        sessions = sorted(
            (session.start, situation.doctors[resource], session.stop)
            for by_resource in situation.sessions.values()
            for resource, found in by_resource.items()
            for session in found
        )
        for start, doctor, stop in sessions[:: max(1, len(sessions) // FULL_SESSIONS)]:
            self._fill_session(
                self.env["clinic.doctor"].browse(doctor), start, stop, pools, rng
            )

    def _fill_session(self, doctor, start, stop, pools, rng):
        """Book what is free between two moments (epoch seconds), until it is full."""
        day = from_epoch(start).replace(tzinfo=None, hour=0, minute=0)
        offers = self._get_offers(doctor, day, days=2)
        busy = start
        for moment in sorted(offers):
            if not busy <= moment < stop:
                continue
            service = min(offers[moment], key=lambda item: (item.duration, item.id))
            for _try in range(4):
                vals = self._prepare_visit(doctor, service, moment, pools, rng)
                vals["state"] = "confirmed" if rng.random() < 0.5 else "scheduled"
                if self._try_to_book(vals):
                    busy = moment + service.duration * 60
                    break

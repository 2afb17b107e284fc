# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How likely it is that a booked visit is missed.

The number is put down soon after the booking by a scheduled action, with what was known
then: the door itself does nothing for it. A move makes it be put down anew.
"""

from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.clinic_engine import no_show

from ..report.clinic_appointment_report import ATTENDED_STATES

STAFF = (
    "clinic_scheduling.group_clinic_receptionist,clinic_scheduling.group_clinic_doctor"
)

#: Visits that are still to come and may be missed.
SCORED_STATES = ("scheduled", "confirmed")

#: Visits that lie further back (days) say little about today: neither is a model
#: trained on them, nor are they held against their patient.
PAST_DAYS = 3 * 365

#: So many visits in one step, which then commits.
BATCH = 500

#: What the model knows of visits without a number; rows that somebody writes are left
#: for the next time. Own outcomes are those before the local day of booking.
UNSCORED = """
    SELECT visit.id, visit.company_id,
           (visit.start AT TIME ZONE 'UTC' AT TIME ZONE site.tz)::date
           - (visit.create_date AT TIME ZONE 'UTC' AT TIME ZONE site.tz)::date,
           visit.weekday::int, visit.hour, visit.service_id, visit.source,
           past.shown, past.missed
      FROM clinic_appointment visit
      JOIN clinic_site site ON site.id = visit.site_id
     CROSS JOIN LATERAL (
           SELECT COUNT(*) FILTER (WHERE other.state <> 'no_show') AS shown,
                  COUNT(*) FILTER (WHERE other.state = 'no_show') AS missed
             FROM clinic_appointment other
            WHERE other.patient_id = visit.patient_id
              AND other.company_id = visit.company_id
              AND other.active
              AND other.state = ANY(%(outcomes)s)
              AND other.start >= %(since)s
              AND other.create_date <= other.start
              AND (other.start AT TIME ZONE 'UTC' AT TIME ZONE site.tz)::date
                  < (visit.create_date AT TIME ZONE 'UTC' AT TIME ZONE site.tz)::date
     ) past
     WHERE visit.no_show_model_id IS NULL
       AND visit.state IN ('scheduled', 'confirmed')
       AND visit.start > %(now)s
       AND (%(companies)s::int[] IS NULL OR visit.company_id = ANY(%(companies)s))
     ORDER BY visit.id
     LIMIT %(limit)s
       FOR NO KEY UPDATE OF visit SKIP LOCKED
"""


class ClinicAppointment(models.Model):
    """The number, and when it is put down."""

    _inherit = "clinic.appointment"

    no_show_probability = fields.Float(
        string="No-show Probability",
        readonly=True,
        copy=False,
        aggregator="avg",
        groups=STAFF,
        help="From what was known when the visit was booked. For reminders, calls and "
        "the number of bookings in a session, never a reason to refuse a patient.",
    )
    no_show_model_id = fields.Many2one(
        "clinic.no.show.model",
        string="No-show Model",
        readonly=True,
        copy=False,
        groups=STAFF,
        ondelete="set null",
    )

    _unscored = models.Index(
        "(start) WHERE no_show_model_id IS NULL AND state IN ('scheduled', 'confirmed')"
    )

    def _prepare_visit_vals(self, visit, claims, session, situation):
        """Override: what moves is looked at anew."""
        vals = super()._prepare_visit_vals(visit, claims, session, situation)
        if self:
            vals["no_show_model_id"] = False
        return vals

    @api.model
    def _cron_score_no_shows(self):
        """Scheduled action: put down the number of what was booked or moved."""
        models = self.env["clinic.no.show.model"]
        companies = models._train_missing()
        while scored := self._score_no_shows(BATCH, companies):
            if not self.env["ir.cron"]._commit_progress(scored):
                return
        # without a model these stay unscored: they are gone through once
        if failed := models._get_failed_companies():
            self._score_no_shows(None, failed)

    @api.model
    def _score_no_shows(self, limit, companies=None):
        """Put down the number of up to ``limit`` visits; return how many it were.

        :param companies: whose visits; None: all. Without a model, their number is the
            public share until the first training, which is asked for unless the
            last one failed: that is tried again once a week.
        """
        self.env["clinic.appointment"].flush_model()
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                UNSCORED,
                outcomes=[*ATTENDED_STATES, "no_show"],
                since=fields.Datetime.subtract(now, days=PAST_DAYS),
                now=now,
                limit=limit,
                companies=None if companies is None else companies.ids,
            )
        )
        by_company = defaultdict(list)
        for visit, company, *known in rows:
            by_company[company].append((visit, no_show.Known(*known)))
        for company, visits in by_company.items():
            self._put_down_no_shows(self.env["res.company"].browse(company), visits)
        return len(rows)

    def _put_down_no_shows(self, company, visits):
        """Write the numbers of one company's visits, (id, ``Known``), at once."""
        models_sudo = self.env["clinic.no.show.model"].sudo()
        current_sudo = models_sudo._get_current(company)
        if not current_sudo and company not in models_sudo._get_failed_companies():
            models_sudo._ask_training(company)
        engine = current_sudo._to_engine()
        ids = [visit for visit, _known in visits]
        # past the ORM: a number of the background is no change of the visit
        self.env.cr.execute(
            SQL(
                """
                UPDATE clinic_appointment visit
                   SET no_show_probability = found.chance, no_show_model_id = %s
                  FROM unnest(%s::int[], %s::float8[]) AS found (id, chance)
                 WHERE visit.id = found.id
                   AND (visit.no_show_probability IS DISTINCT FROM found.chance
                        OR visit.no_show_model_id IS DISTINCT FROM %s)
                """,
                current_sudo.id or None,
                ids,
                [engine.probability(known) for _visit, known in visits],
                current_sudo.id or None,
            )
        )
        self.browse(ids).invalidate_recordset(
            ["no_show_probability", "no_show_model_id"]
        )

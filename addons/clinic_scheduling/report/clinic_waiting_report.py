# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import SQL

from ..const import LEADS, WEEKDAYS

#: Groups of patients by what the model expected of them: upper bounds and keys.
BANDS = [
    ("unknown", "No number"),
    ("low", "Below 10 %"),
    ("middle", "10 to 20 %"),
    ("high", "20 to 30 %"),
    ("highest", "30 % and more"),
]

#: One row per visit of which is known when the patient came and when it began.
ROWS = """
    SELECT visit.id,
           visit.id AS appointment_id,
           visit.company_id,
           visit.site_id,
           visit.doctor_id,
           visit.service_id,
           visit.lead,
           visit.weekday,
           visit.hour,
           visit.start,
           (visit.start AT TIME ZONE 'UTC' AT TIME ZONE site.tz)::date AS date,
           COALESCE(visit.is_overbooked, FALSE) AS is_overbooked,
           EXISTS (SELECT FROM clinic_appointment other
                    WHERE other.doctor_id = visit.doctor_id
                      AND other.id <> visit.id
                      AND other.is_overbooked
                      AND other.state IN ('arrived', 'in_progress', 'completed')
                      AND other.start < visit.stop AND other.stop > visit.start)
               AS is_shared,
           CASE WHEN visit.no_show_model_id IS NULL THEN 'unknown'
                WHEN visit.no_show_probability < 0.1 THEN 'low'
                WHEN visit.no_show_probability < 0.2 THEN 'middle'
                WHEN visit.no_show_probability < 0.3 THEN 'high'
                ELSE 'highest' END AS band,
           GREATEST(0, EXTRACT(EPOCH FROM visit.started_at
                    - GREATEST(visit.start, visit.arrived_at)) / 60.0) AS wait_minutes
      FROM clinic_appointment visit
      JOIN clinic_site site ON site.id = visit.site_id
     WHERE visit.active
       AND visit.state IN ('in_progress', 'completed')
       AND visit.arrived_at IS NOT NULL
       AND visit.started_at IS NOT NULL
"""


class ClinicWaitingReport(models.Model):
    """How long patients waited, by group.

    It shows whether overbooking lets some wait longer than others. The wait counts from
    the planned start, or from the arrival of who came later.
    """

    _name = "clinic.waiting.report"
    _description = "Waiting Analysis"
    _auto = False
    _rec_name = "appointment_id"
    _order = "start desc, id desc"
    _depends = {
        "clinic.appointment": [
            "active",
            "arrived_at",
            "company_id",
            "doctor_id",
            "hour",
            "is_overbooked",
            "lead",
            "no_show_model_id",
            "no_show_probability",
            "service_id",
            "site_id",
            "start",
            "started_at",
            "state",
            "stop",
            "weekday",
        ],
        "clinic.site": ["tz"],
    }

    appointment_id = fields.Many2one("clinic.appointment", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    site_id = fields.Many2one("clinic.site", readonly=True)
    doctor_id = fields.Many2one("clinic.doctor", readonly=True)
    service_id = fields.Many2one("clinic.service", readonly=True)
    lead = fields.Selection(LEADS, string="Lead Time", readonly=True)
    band = fields.Selection(BANDS, string="No-show Probability", readonly=True)
    weekday = fields.Selection(WEEKDAYS, readonly=True)
    hour = fields.Integer(readonly=True, aggregator=None)
    start = fields.Datetime(readonly=True)
    date = fields.Date(readonly=True)
    is_overbooked = fields.Boolean(string="Overbooked", readonly=True)
    is_shared = fields.Boolean(
        string="Beside an Overbooked Visit",
        readonly=True,
        help="Another patient was booked above the capacity at that time.",
    )
    wait_minutes = fields.Float(
        string="Wait (min)", readonly=True, aggregator="avg", digits=(8, 1)
    )

    @property
    def _table_query(self):
        """The rows: visits that began."""
        return SQL(ROWS)

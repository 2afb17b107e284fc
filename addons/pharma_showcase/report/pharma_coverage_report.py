# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import SQL

from .pharma_figures_mixin import PRACTICE, SPECIALTY

#: One row per doctor who is to be called on, as of now.
ROWS = """
    SELECT doctor.id,
           doctor.id AS doctor_id,
           COALESCE(doctor.company_id, territory.company_id) AS company_id,
           territory.team_id,
           doctor.territory_id,
           doctor.segment_id,
           %(specialty)s AS specialty_id,
           place.city AS area,
           target.period_days,
           1 AS doctor_count,
           target.calls AS target_calls,
           held.calls AS held_calls,
           LEAST(held.calls, target.calls) AS counted_calls,
           GREATEST(0, target.calls - held.calls) AS missing_calls,
           planned.calls AS planned_calls,
           (held.calls > 0)::int AS reached_count,
           CASE WHEN held.calls > 0 THEN 1.0 ELSE 0.0 END AS coverage,
           CASE WHEN target.calls > 0
                THEN LEAST(1.0, held.calls::numeric / target.calls) END AS attainment,
           held.last_on,
           CASE WHEN target.calls > 0
                 AND COALESCE(held.last_on, '-infinity') < %(now)s
                     - make_interval(days => target.period_days / target.calls)
                THEN 1 ELSE 0 END AS due_count
      FROM clinic_doctor doctor
      JOIN pharma_territory territory ON territory.id = doctor.territory_id
 LEFT JOIN pharma_segment segment ON segment.id = doctor.segment_id
 LEFT JOIN res_partner place ON place.id = COALESCE(%(practice)s, doctor.partner_id)
CROSS JOIN LATERAL (
           SELECT COALESCE(NULLIF(doctor.own_target_calls, 0), segment.target_calls, 0)
                      AS calls,
                  COALESCE(NULLIF(doctor.own_period_days, 0), segment.period_days, 90)
                      AS period_days
           ) target
CROSS JOIN LATERAL (
           SELECT count(*) FILTER (
                      WHERE showcase.start
                            >= %(now)s - make_interval(days => target.period_days)
                  ) AS calls,
                  max(showcase.start) AS last_on
             FROM pharma_showcase showcase
            WHERE showcase.doctor_id = doctor.id AND showcase.active
              AND showcase.company_id = territory.company_id
              AND showcase.state = 'done'
           ) held
CROSS JOIN LATERAL (
           SELECT count(*) AS calls
             FROM pharma_showcase showcase
            WHERE showcase.doctor_id = doctor.id AND showcase.active
              AND showcase.company_id = territory.company_id
              AND showcase.state IN ('proposed', 'confirmed')
              AND showcase.start >= %(now)s
           ) planned
     WHERE doctor.active AND NOT COALESCE(doctor.no_see, FALSE)
"""


class PharmaCoverageReport(models.Model):
    """How often each doctor was seen in the period that ends now, of the target."""

    _name = "pharma.coverage.report"
    _description = "Coverage and Frequency"
    _inherit = "pharma.figures.mixin"
    _auto = False
    _rec_name = "doctor_id"
    _order = "due_count desc, missing_calls desc, last_on, id"
    _depends = {
        "clinic.doctor": [
            "active",
            "company_id",
            "no_see",
            "own_period_days",
            "own_target_calls",
            "segment_id",
            "territory_id",
        ],
        "pharma.segment": ["period_days", "target_calls"],
        "pharma.showcase": ["active", "company_id", "doctor_id", "start", "state"],
        "pharma.territory": ["company_id", "team_id"],
    }
    _export_fields = (
        "doctor_id",
        "specialty_id",
        "segment_id",
        "territory_id",
        "area",
        "period_days",
        "target_calls",
        "held_calls",
        "missing_calls",
        "planned_calls",
        "attainment",
        "last_on",
    )

    # a doctor is nobody's own
    user_id = fields.Many2one(store=False)

    doctor_id = fields.Many2one("clinic.doctor", readonly=True)
    segment_id = fields.Many2one("pharma.segment", readonly=True)
    specialty_id = fields.Many2one("clinic.specialty", readonly=True)
    area = fields.Char(readonly=True)
    period_days = fields.Integer(string="Period (days)", readonly=True, aggregator=None)
    doctor_count = fields.Integer(string="Doctors", readonly=True)
    reached_count = fields.Integer(string="Doctors Reached", readonly=True)
    coverage = fields.Float(
        aggregator="avg", readonly=True, help="Share of doctors seen at least once."
    )
    target_calls = fields.Integer(readonly=True)
    held_calls = fields.Integer(string="Calls Held", readonly=True)
    counted_calls = fields.Integer(
        string="Calls That Count",
        readonly=True,
        help="Calls above a doctor's target do not count.",
    )
    missing_calls = fields.Integer(string="Calls Missing", readonly=True)
    planned_calls = fields.Integer(string="Calls to Come", readonly=True)
    attainment = fields.Float(
        string="Frequency Reached", aggregator="avg", readonly=True
    )
    last_on = fields.Datetime(string="Last Call", readonly=True)
    due_count = fields.Integer(
        string="Due",
        readonly=True,
        help="The last call is longer ago than the target allows.",
    )

    @property
    def _table_query(self):
        """The rows: doctors of territories who receive representatives."""
        return SQL(
            ROWS,
            specialty=SPECIALTY,
            practice=PRACTICE,
            now=fields.Datetime.now(),
        )

    def action_view_showcases(self):
        """Open the history of the doctor."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pharma_showcase.pharma_showcase_action"
        )
        return {**action, "domain": [("doctor_id", "=", self.doctor_id.id)]}

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.clinic_scheduling.const import WEEKDAYS

from ..const import MODALITIES, STATES
from .pharma_figures_mixin import LOCAL_DATE, PRACTICE, SPECIALTY

#: One row per call that left the drawer.
ROWS = """
    SELECT showcase.id,
           showcase.id AS showcase_id,
           showcase.company_id,
           showcase.team_id,
           showcase.territory_id,
           showcase.representative_id,
           showcase.user_id,
           showcase.doctor_id,
           showcase.segment_id,
           showcase.site_id,
           showcase.campaign_id,
           showcase.state,
           showcase.modality,
           showcase.source,
           showcase.end_reason_id,
           showcase.start,
           showcase.weekday,
           showcase.hour,
           showcase.solicited_by_doctor AS is_solicited,
           %(specialty)s AS specialty_id,
           place.city AS area,
           %(date)s AS date,
           1 AS call_count,
           (showcase.state IN ('proposed', 'confirmed'))::int AS planned_count,
           (showcase.state = 'done')::int AS held_count,
           (showcase.state = 'declined')::int AS declined_count,
           (showcase.state = 'cancelled')::int AS cancelled_count,
           (showcase.state = 'no_show')::int AS no_show_count,
           CASE WHEN showcase.state = 'done' THEN 1.0
                WHEN showcase.state IN ('declined', 'cancelled', 'no_show') THEN 0.0
                END AS success_rate,
           CASE WHEN showcase.state = 'done' THEN showcase.duration ELSE 0 END
               AS held_minutes,
           GREATEST(0, EXTRACT(EPOCH FROM showcase.start - showcase.create_date)
                       / 86400.0) AS lead_days,
           said.rating AS rating,
           COALESCE(shown.request_count, 0) AS request_count
      FROM pharma_showcase showcase
      JOIN clinic_doctor doctor ON doctor.id = showcase.doctor_id
      JOIN pharma_representative rep ON rep.id = showcase.representative_id
      JOIN resource_resource clock ON clock.id = rep.resource_id
 LEFT JOIN clinic_site site ON site.id = showcase.site_id
 LEFT JOIN res_partner place
        ON place.id = COALESCE(site.partner_id, %(practice)s, doctor.partner_id)
 LEFT JOIN LATERAL (
           SELECT avg(rating.rating) AS rating FROM rating_rating rating
            WHERE rating.pharma_showcase_id = showcase.id AND rating.consumed
           ) said ON TRUE
 LEFT JOIN LATERAL (
           SELECT count(*) FILTER (WHERE line.is_requested) AS request_count
             FROM pharma_showcase_line line
            WHERE line.showcase_id = showcase.id AND showcase.state = 'done'
           ) shown ON TRUE
     WHERE showcase.active AND showcase.state <> 'draft'
"""


class PharmaShowcaseReport(models.Model):
    """One row per call, for pivots and graphs. Drafts are no calls.

    Rates are columns of ones, zeros and blanks, so that their average is exact for
    every group: blank is what the rate does not speak of.
    """

    _name = "pharma.showcase.report"
    _description = "Showcase Analysis"
    _inherit = "pharma.figures.mixin"
    _auto = False
    _rec_name = "showcase_id"
    _order = "start desc, id desc"
    _depends = {
        "pharma.showcase": [
            "active",
            "campaign_id",
            "company_id",
            "doctor_id",
            "duration",
            "end_reason_id",
            "hour",
            "modality",
            "representative_id",
            "segment_id",
            "site_id",
            "solicited_by_doctor",
            "source",
            "start",
            "state",
            "team_id",
            "territory_id",
            "user_id",
            "weekday",
        ],
        "pharma.showcase.line": ["is_requested", "showcase_id"],
        "rating.rating": ["consumed", "pharma_showcase_id", "rating"],
    }
    _export_fields = (
        "showcase_id",
        "date",
        "start",
        "representative_id",
        "team_id",
        "territory_id",
        "doctor_id",
        "specialty_id",
        "segment_id",
        "area",
        "campaign_id",
        "state",
        "end_reason_id",
        "modality",
        "is_solicited",
        "held_minutes",
        "request_count",
        "rating",
        "lead_days",
    )

    showcase_id = fields.Many2one("pharma.showcase", readonly=True)
    representative_id = fields.Many2one("pharma.representative", readonly=True)
    doctor_id = fields.Many2one("clinic.doctor", readonly=True)
    specialty_id = fields.Many2one("clinic.specialty", readonly=True)
    segment_id = fields.Many2one("pharma.segment", readonly=True)
    site_id = fields.Many2one("clinic.site", readonly=True)
    area = fields.Char(readonly=True)
    campaign_id = fields.Many2one("pharma.campaign", readonly=True)
    state = fields.Selection(STATES, readonly=True)
    end_reason_id = fields.Many2one(
        "pharma.showcase.reason", string="Reason", readonly=True
    )
    modality = fields.Selection(MODALITIES, readonly=True)
    source = fields.Selection(
        lambda self: self._get_choices("pharma.showcase", "source"), readonly=True
    )
    start = fields.Datetime(readonly=True)
    date = fields.Date(readonly=True, help="Day of the call on the place's clock.")
    weekday = fields.Selection(WEEKDAYS, readonly=True)
    hour = fields.Integer(readonly=True, aggregator=None)
    is_solicited = fields.Boolean(string="Asked for by the Doctor", readonly=True)
    call_count = fields.Integer(string="Calls", readonly=True)
    planned_count = fields.Integer(string="To Come", readonly=True)
    held_count = fields.Integer(string="Held", readonly=True)
    declined_count = fields.Integer(string="Declined", readonly=True)
    cancelled_count = fields.Integer(string="Cancelled", readonly=True)
    no_show_count = fields.Integer(string="No-shows", readonly=True)
    success_rate = fields.Float(
        aggregator="avg",
        readonly=True,
        help="Calls held, as a share of those held, declined, cancelled or missed.",
    )
    held_minutes = fields.Integer(string="With Doctors (min)", readonly=True)
    lead_days = fields.Float(string="Lead Time (days)", aggregator="avg", readonly=True)
    # a row is one call: who was rated does not read what its doctor said
    rating = fields.Float(
        aggregator="avg",
        readonly=True,
        groups="pharma_showcase.group_pharma_scheduler",
        help="What doctors said, of 5 stars.",
    )
    request_count = fields.Integer(
        string="Requests", readonly=True, help="Products that were asked for."
    )

    @property
    def _table_query(self):
        """The rows: every call that was proposed."""
        return SQL(ROWS, specialty=SPECIALTY, practice=PRACTICE, date=LOCAL_DATE)

    def action_view_showcase(self):
        """Open the call behind a row."""
        self.ensure_one()
        self.check_access("read")
        return self.showcase_id._get_records_action()

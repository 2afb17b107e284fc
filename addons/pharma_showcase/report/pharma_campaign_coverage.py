# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import SQL

from .pharma_figures_mixin import PRACTICE, SPECIALTY

#: One row per doctor whom a campaign is for. Its id is that of the target, shifted by
#: as many bits as ids of doctors take: it stays the same, and small enough for clients.
ROWS = """
    SELECT (target.id::bigint << doctors.bits) + doctor.id AS id,
           campaign.id AS campaign_id,
           campaign.company_id,
           territory.team_id,
           doctor.territory_id,
           doctor.id AS doctor_id,
           target.segment_id,
           %(specialty)s AS specialty_id,
           place.city AS area,
           1 AS doctor_count,
           target.target_calls,
           calls.held AS held_calls,
           calls.planned AS planned_calls,
           (calls.held > 0)::int AS reached_count,
           CASE WHEN calls.held > 0 THEN 1.0 ELSE 0.0 END AS coverage,
           CASE WHEN target.target_calls > 0
                THEN LEAST(1.0, calls.held::numeric / target.target_calls)
                END AS attainment,
           calls.last_on
      FROM pharma_campaign campaign
CROSS JOIN (SELECT length(ltrim(max(id)::bit(32)::text, '0')) AS bits
              FROM clinic_doctor) doctors
      JOIN pharma_campaign_target target ON target.campaign_id = campaign.id
      JOIN clinic_doctor doctor ON doctor.segment_id = target.segment_id
      JOIN pharma_territory territory ON territory.id = doctor.territory_id
 LEFT JOIN res_partner place ON place.id = COALESCE(%(practice)s, doctor.partner_id)
CROSS JOIN LATERAL (
           SELECT count(*) FILTER (WHERE showcase.state = 'done') AS held,
                  count(*) FILTER (WHERE showcase.state IN ('proposed', 'confirmed'))
                      AS planned,
                  max(showcase.start) FILTER (WHERE showcase.state = 'done') AS last_on
             FROM pharma_showcase showcase
            WHERE showcase.doctor_id = doctor.id AND showcase.active
              AND showcase.campaign_id = campaign.id
           ) calls
     WHERE doctor.active AND NOT COALESCE(doctor.no_see, FALSE) AND campaign.active
       AND (doctor.company_id IS NULL OR doctor.company_id = campaign.company_id)
       AND (NOT EXISTS (SELECT FROM pharma_campaign_pharma_territory_rel rel
                         WHERE rel.pharma_campaign_id = campaign.id)
            OR EXISTS (SELECT FROM pharma_campaign_pharma_territory_rel rel
                        WHERE rel.pharma_campaign_id = campaign.id
                          AND rel.pharma_territory_id = doctor.territory_id))
       AND (NOT EXISTS (SELECT FROM clinic_specialty_pharma_campaign_rel rel
                         WHERE rel.pharma_campaign_id = campaign.id)
            OR EXISTS (SELECT FROM clinic_specialty_pharma_campaign_rel rel
                         JOIN clinic_doctor_clinic_specialty_rel own
                           ON own.clinic_specialty_id = rel.clinic_specialty_id
                        WHERE rel.pharma_campaign_id = campaign.id
                          AND own.clinic_doctor_id = doctor.id))
"""


class PharmaCampaignCoverage(models.Model):
    """The doctors whom a campaign is for, and how often they were seen in it."""

    _name = "pharma.campaign.coverage"
    _description = "Campaign Coverage"
    _inherit = "pharma.figures.mixin"
    _auto = False
    _rec_name = "doctor_id"
    _order = "campaign_id desc, held_calls, segment_id, id"
    _depends = {
        "clinic.doctor": [
            "active",
            "company_id",
            "no_see",
            "segment_id",
            "specialty_ids",
            "territory_id",
        ],
        "pharma.campaign": ["active", "company_id", "specialty_ids", "territory_ids"],
        "pharma.campaign.target": ["campaign_id", "segment_id", "target_calls"],
        "pharma.showcase": ["active", "campaign_id", "doctor_id", "start", "state"],
    }
    _export_fields = (
        "campaign_id",
        "doctor_id",
        "specialty_id",
        "segment_id",
        "territory_id",
        "area",
        "target_calls",
        "held_calls",
        "planned_calls",
        "attainment",
        "last_on",
    )

    # a doctor is nobody's own
    user_id = fields.Many2one(store=False)

    campaign_id = fields.Many2one("pharma.campaign", readonly=True)
    doctor_id = fields.Many2one("clinic.doctor", readonly=True)
    segment_id = fields.Many2one("pharma.segment", readonly=True)
    specialty_id = fields.Many2one("clinic.specialty", readonly=True)
    area = fields.Char(readonly=True)
    doctor_count = fields.Integer(string="Doctors", readonly=True)
    reached_count = fields.Integer(string="Doctors Reached", readonly=True)
    coverage = fields.Float(aggregator="avg", readonly=True)
    target_calls = fields.Integer(readonly=True)
    held_calls = fields.Integer(string="Calls Held", readonly=True)
    planned_calls = fields.Integer(string="Calls to Come", readonly=True)
    attainment = fields.Float(
        string="Frequency Reached", aggregator="avg", readonly=True
    )
    last_on = fields.Datetime(string="Last Call", readonly=True)

    @property
    def _table_query(self):
        """The rows: the doctors of each campaign's segments and territories."""
        return SQL(ROWS, specialty=SPECIALTY, practice=PRACTICE)

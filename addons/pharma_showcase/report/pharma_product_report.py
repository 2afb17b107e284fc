# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import SQL

from .pharma_figures_mixin import LOCAL_DATE, PRACTICE, SPECIALTY, ZONE

#: One row per product of a call, and one per product of an opportunity: what was shown
#: counts on the day of the call, what was won on the day of the order, both on the
#: place's clock. Planned is what was to be shown in a call that nobody called off.
ROWS = """
    SELECT line.id * 2 AS id,
           'call' AS kind,
           showcase.company_id,
           showcase.team_id,
           showcase.territory_id,
           showcase.representative_id,
           showcase.user_id,
           showcase.doctor_id,
           showcase.segment_id,
           showcase.campaign_id,
           showcase.id AS showcase_id,
           showcase.opportunity_id AS lead_id,
           %(specialty)s AS specialty_id,
           place.city AS area,
           %(date)s AS date,
           line.product_id,
           template.categ_id,
           (NOT COALESCE(line.is_unplanned, FALSE)
            AND showcase.state NOT IN ('declined', 'cancelled'))::int AS planned_count,
           (showcase.state = 'done' AND line.is_discussed)::int AS discussed_count,
           (showcase.state = 'done' AND line.is_requested)::int AS requested_count,
           0 AS won_count,
           0 AS lost_count,
           CASE WHEN showcase.state = 'done' AND line.is_requested
                THEN COALESCE(NULLIF(line.requested_quantity, 0), 1) ELSE 0
                END AS requested_quantity,
           0.0 AS won_quantity,
           0.0 AS expected_revenue,
           0.0 AS won_revenue,
           0.0 AS lost_revenue,
           CASE WHEN showcase.state = 'done' AND line.is_discussed
                THEN COALESCE(line.interest, 0) END AS interest
      FROM pharma_showcase_line line
      JOIN pharma_showcase showcase ON showcase.id = line.showcase_id
      JOIN clinic_doctor doctor ON doctor.id = showcase.doctor_id
      JOIN pharma_representative rep ON rep.id = showcase.representative_id
      JOIN resource_resource clock ON clock.id = rep.resource_id
      JOIN product_product product ON product.id = line.product_id
      JOIN product_template template ON template.id = product.product_tmpl_id
 LEFT JOIN clinic_site site ON site.id = showcase.site_id
 LEFT JOIN res_partner place
        ON place.id = COALESCE(site.partner_id, %(practice)s, doctor.partner_id)
     WHERE showcase.active AND showcase.state <> 'draft'
 UNION ALL
    SELECT line.id * 2 + 1,
           'opportunity',
           lead.company_id,
           lead.team_id,
           doctor.territory_id,
           seller.id,
           lead.user_id,
           lead.pharma_doctor_id,
           doctor.segment_id,
           lead.pharma_campaign_id,
           NULL,
           lead.id,
           %(specialty)s,
           place.city,
           (COALESCE(CASE WHEN lead.won_status <> 'pending' THEN lead.date_closed END,
                     lead.create_date) AT TIME ZONE 'UTC'
            AT TIME ZONE COALESCE(%(zone)s, seller.tz, 'UTC'))::date,
           line.product_id,
           template.categ_id,
           0,
           0,
           0,
           (lead.won_status = 'won')::int,
           (lead.won_status = 'lost')::int,
           0,
           CASE WHEN lead.won_status = 'won' THEN line.quantity ELSE 0 END,
           CASE WHEN lead.won_status = 'pending' THEN line.amount ELSE 0 END,
           CASE WHEN lead.won_status = 'won' THEN line.amount ELSE 0 END,
           CASE WHEN lead.won_status = 'lost' THEN line.amount ELSE 0 END,
           NULL
      FROM pharma_opportunity_line line
      JOIN crm_lead lead ON lead.id = line.lead_id
      JOIN clinic_doctor doctor ON doctor.id = lead.pharma_doctor_id
      JOIN product_product product ON product.id = line.product_id
      JOIN product_template template ON template.id = product.product_tmpl_id
 LEFT JOIN res_partner place
        ON place.id = COALESCE(%(practice)s, doctor.partner_id)
 LEFT JOIN LATERAL (
           SELECT rep.id, clock.tz
             FROM pharma_representative rep
             JOIN resource_resource clock ON clock.id = rep.resource_id
            WHERE rep.user_id = lead.user_id
              AND (rep.company_id = lead.company_id OR rep.company_id IS NULL)
         ORDER BY rep.id LIMIT 1
           ) seller ON TRUE
"""


class PharmaProductReport(models.Model):
    """Products from the call to the order: planned, discussed, requested, won."""

    _name = "pharma.product.report"
    _description = "Product Funnel"
    _inherit = "pharma.figures.mixin"
    _auto = False
    _rec_name = "product_id"
    _order = "date desc, id desc"
    _depends = {
        "pharma.showcase": [
            "active",
            "campaign_id",
            "company_id",
            "doctor_id",
            "opportunity_id",
            "representative_id",
            "segment_id",
            "site_id",
            "start",
            "state",
            "team_id",
            "territory_id",
            "user_id",
        ],
        "pharma.showcase.line": [
            "is_discussed",
            "interest",
            "product_id",
            "is_requested",
            "is_unplanned",
            "requested_quantity",
            "showcase_id",
        ],
        "pharma.opportunity.line": ["amount", "lead_id", "product_id", "quantity"],
        "crm.lead": [
            "company_id",
            "date_closed",
            "pharma_campaign_id",
            "pharma_doctor_id",
            "team_id",
            "user_id",
            "won_status",
        ],
    }
    _export_fields = (
        "date",
        "kind",
        "product_id",
        "categ_id",
        "doctor_id",
        "specialty_id",
        "segment_id",
        "area",
        "territory_id",
        "representative_id",
        "campaign_id",
        "planned_count",
        "discussed_count",
        "interest",
        "requested_count",
        "requested_quantity",
        "won_count",
        "won_quantity",
        "won_revenue",
        "expected_revenue",
        "lost_count",
        "lost_revenue",
    )

    kind = fields.Selection(
        [("call", "Call"), ("opportunity", "Opportunity")], readonly=True
    )
    representative_id = fields.Many2one("pharma.representative", readonly=True)
    doctor_id = fields.Many2one("clinic.doctor", readonly=True)
    specialty_id = fields.Many2one("clinic.specialty", readonly=True)
    segment_id = fields.Many2one("pharma.segment", readonly=True)
    area = fields.Char(readonly=True)
    campaign_id = fields.Many2one("pharma.campaign", readonly=True)
    showcase_id = fields.Many2one("pharma.showcase", readonly=True)
    lead_id = fields.Many2one("crm.lead", string="Opportunity", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one(
        "product.category", string="Product Category", readonly=True
    )
    date = fields.Date(
        readonly=True,
        help="Day of the call; of an opportunity, the day it was opened or closed.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    planned_count = fields.Integer(
        string="Planned",
        readonly=True,
        help="Products that were to be shown, in calls that nobody called off.",
    )
    discussed_count = fields.Integer(string="Discussed", readonly=True)
    requested_count = fields.Integer(string="Requested", readonly=True)
    won_count = fields.Integer(string="Won", readonly=True)
    lost_count = fields.Integer(string="Lost", readonly=True)
    requested_quantity = fields.Float(readonly=True, digits="Product Unit")
    won_quantity = fields.Float(readonly=True, digits="Product Unit")
    expected_revenue = fields.Monetary(readonly=True)
    won_revenue = fields.Monetary(readonly=True)
    lost_revenue = fields.Monetary(readonly=True)
    interest = fields.Float(aggregator="avg", readonly=True, help="From 0 to 5.")

    @property
    def _table_query(self):
        """The rows: products of calls and of opportunities."""
        return SQL(
            ROWS, specialty=SPECIALTY, practice=PRACTICE, date=LOCAL_DATE, zone=ZONE
        )

    def _to_cell(self, name, labels):
        """Override: what was not discussed has no interest, rather than none at all."""
        if name == "interest" and not self.discussed_count:
            return ""
        return super()._to_cell(name, labels)

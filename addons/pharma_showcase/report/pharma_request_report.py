# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import SQL

from .pharma_figures_mixin import LOCAL_DATE, PRACTICE, SPECIALTY

#: One row per month and group; a month in which nothing more was asked for has one,
#: too, as long as it is not to come.
ROWS = """
    WITH asked AS (
        SELECT min(line.id) AS id,
               showcase.company_id,
               showcase.team_id,
               showcase.territory_id,
               showcase.user_id,
               line.product_id,
               %(specialty)s AS specialty_id,
               place.city AS area,
               date_trunc('month', %(date)s)::date AS month,
               count(*) AS requests,
               sum(COALESCE(NULLIF(line.requested_quantity, 0), 1)) AS quantity
          FROM pharma_showcase_line line
          JOIN pharma_showcase showcase ON showcase.id = line.showcase_id
          JOIN clinic_doctor doctor ON doctor.id = showcase.doctor_id
          JOIN pharma_representative rep ON rep.id = showcase.representative_id
          JOIN resource_resource clock ON clock.id = rep.resource_id
     LEFT JOIN clinic_site site ON site.id = showcase.site_id
     LEFT JOIN res_partner place
            ON place.id = COALESCE(site.partner_id, %(practice)s, doctor.partner_id)
         WHERE showcase.active AND showcase.state = 'done' AND line.is_requested
      GROUP BY 2, 3, 4, 5, 6, 7, 8, 9
    ), paired AS (
        SELECT id * 2 AS id, company_id, team_id, territory_id, user_id, product_id,
               specialty_id, area, month AS date,
               requests, quantity, 0 AS before
          FROM asked
     UNION ALL
        SELECT id * 2 + 1, company_id, team_id, territory_id, user_id, product_id,
               specialty_id, area, (month + interval '1 month')::date,
               0, 0, quantity
          FROM asked
         WHERE month + interval '1 month' <= %(today)s
    )
    SELECT paired.id,
           paired.company_id,
           paired.team_id,
           paired.territory_id,
           paired.user_id,
           paired.product_id,
           template.categ_id,
           paired.specialty_id,
           paired.area,
           paired.date,
           paired.requests AS request_count,
           paired.quantity,
           paired.before AS previous_quantity,
           paired.quantity - paired.before AS change
      FROM paired
      JOIN product_product product ON product.id = paired.product_id
      JOIN product_template template ON template.id = product.product_tmpl_id
"""


class PharmaRequestReport(models.Model):
    """Which products doctors ask for, month by month, and the trend.

    Each quantity stands in its own month, and once more in the next one as what was
    asked for before: sums of both are exact for every group.
    """

    _name = "pharma.request.report"
    _description = "Requests by Month"
    _inherit = "pharma.figures.mixin"
    _auto = False
    _rec_name = "product_id"
    _order = "date desc, product_id, id"
    _depends = {
        "pharma.showcase": [
            "active",
            "company_id",
            "doctor_id",
            "representative_id",
            "site_id",
            "start",
            "state",
            "team_id",
            "territory_id",
            "user_id",
        ],
        "pharma.showcase.line": [
            "product_id",
            "is_requested",
            "requested_quantity",
            "showcase_id",
        ],
    }
    _export_fields = (
        "date",
        "product_id",
        "categ_id",
        "specialty_id",
        "area",
        "territory_id",
        "team_id",
        "request_count",
        "quantity",
        "previous_quantity",
        "change",
    )

    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one(
        "product.category", string="Product Category", readonly=True
    )
    specialty_id = fields.Many2one("clinic.specialty", readonly=True)
    area = fields.Char(readonly=True)
    date = fields.Date(string="Month", readonly=True)
    request_count = fields.Integer(string="Requests", readonly=True)
    quantity = fields.Float(readonly=True, digits="Product Unit")
    previous_quantity = fields.Float(
        string="Month Before", readonly=True, digits="Product Unit"
    )
    change = fields.Float(
        readonly=True,
        digits="Product Unit",
        help="Quantity asked for, against the month before.",
    )

    @property
    def _table_query(self):
        """The rows: months with requests, and the months after them."""
        return SQL(
            ROWS,
            specialty=SPECIALTY,
            practice=PRACTICE,
            date=LOCAL_DATE,
            today=fields.Date.context_today(self),
        )

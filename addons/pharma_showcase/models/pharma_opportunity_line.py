# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class PharmaOpportunityLine(models.Model):
    """A product that a doctor asked for, in an opportunity."""

    _name = "pharma.opportunity.line"
    _description = "Requested Product"
    _inherit = ["clinic.protected.mixin"]
    _order = "lead_id, sequence, id"

    lead_id = fields.Many2one("crm.lead", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="lead_id.company_id", store=True)
    currency_id = fields.Many2one(related="lead_id.company_currency")
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one("product.product", required=True, ondelete="restrict")
    requested_quantity = fields.Float(
        string="Requested",
        readonly=True,
        copy=False,
        digits="Product Unit",
        help="As reported of the calls.",
    )
    quantity = fields.Float(
        default=1.0,
        digits="Product Unit",
        help="What is expected to be ordered. It follows what is requested.",
    )
    price_unit = fields.Monetary(
        string="Unit Price",
        compute="_compute_price_unit",
        store=True,
        readonly=False,
        aggregator="avg",
    )
    amount = fields.Monetary(compute="_compute_amount", store=True)

    _one_per_product = models.UniqueIndex(
        "(lead_id, product_id)", "This product is in the opportunity already."
    )
    _check_quantity = models.Constraint(
        "CHECK (quantity >= 0)", "A quantity cannot be negative."
    )

    @api.depends("product_id")
    def _compute_price_unit(self):
        today = fields.Date.context_today(self)
        for line in self:
            product = line.product_id
            company = line.lead_id.company_id or self.env.company
            line.price_unit = product.currency_id._convert(
                product.with_company(company).lst_price,
                line.currency_id or company.currency_id,
                company,
                today,
            )

    @api.depends("quantity", "price_unit")
    def _compute_amount(self):
        for line in self:
            line.amount = line.quantity * line.price_unit

    @api.model_create_multi
    def create(self, vals_list):
        self = self._refuse_forgeries(vals_list)
        lines = super().create(vals_list)
        lines.lead_id._update_expected_revenue()
        return lines

    def write(self, vals):
        self._refuse_forgeries([vals])
        result = super().write(vals)
        if vals.keys() & {"quantity", "price_unit", "product_id"}:
            self.lead_id._update_expected_revenue()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_update_revenue(self):
        for lead, lines in self.grouped("lead_id").items():
            lead._update_expected_revenue(without=lines)

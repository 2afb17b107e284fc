# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from odoo.addons.clinic_scheduling.models.clinic_reservation_door import DOOR


class PharmaShowcaseLine(models.Model):
    """A product that is to be shown, in its place of the call."""

    _name = "pharma.showcase.line"
    _description = "Product of a Showcase"
    _order = "showcase_id, sequence, id"
    _check_company_auto = True

    showcase_id = fields.Many2one(
        "pharma.showcase", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="showcase_id.company_id", store=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        "product.product",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    minutes = fields.Integer(default=5, help="How long the product is planned for.")

    _check_minutes = models.Constraint(
        "CHECK (minutes >= 0)", "Minutes are not negative."
    )
    _unique_product = models.UniqueIndex(
        "(showcase_id, product_id)", "This product is planned already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: what is added to a booked call is asked about as at the door."""
        lines = super().create(vals_list)
        lines._check_products()
        return lines

    def write(self, vals):
        """Override: see ``create``."""
        result = super().write(vals)
        if {"product_id", "showcase_id"} & vals.keys():
            self._check_products()
        return result

    def _check_products(self):
        # the door asks by itself; what came up in a call is a fact
        if self.env.context.get("clinic_door") is not DOOR:
            planned = self.filtered(lambda line: not line.is_unplanned)
            planned.showcase_id._check_rules_again({"products"})

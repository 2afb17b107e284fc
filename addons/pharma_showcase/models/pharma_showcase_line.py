# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


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

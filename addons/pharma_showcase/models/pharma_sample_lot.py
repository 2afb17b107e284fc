# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class ProductTemplate(models.Model):
    """Whether a product is given away as a sample."""

    _inherit = "product.template"

    is_sampled = fields.Boolean(
        string="Given as Sample",
        help="Representatives may hand out packs of it. Leave it off for narcotics and "
        "whatever else the law forbids.",
    )


class PharmaSampleLot(models.Model):
    """A lot of samples of one product, with its expiry."""

    _name = "pharma.sample.lot"
    _description = "Lot of Samples"
    _inherit = ["mail.thread"]
    _order = "expires_on, name"
    _check_company_auto = True

    name = fields.Char(string="Lot Number", required=True, tracking=True)
    active = fields.Boolean(default=True)
    product_id = fields.Many2one(
        "product.product",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('is_sampled', '=', True)]",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    expires_on = fields.Date(string="Expires", required=True, tracking=True)
    is_blocked = fields.Boolean(
        string="Blocked", tracking=True, help="Recalled: nobody hands it out any more."
    )
    movement_ids = fields.One2many("pharma.sample.movement", "lot_id")
    stock_ids = fields.One2many("pharma.sample.stock", "lot_id")
    quantity = fields.Integer(
        string="With Representatives", compute="_compute_quantity", aggregator=None
    )

    _unique_name = models.UniqueIndex(
        "(company_id, product_id, name)", "This product has a lot of that number."
    )

    @api.depends("product_id", "name")
    def _compute_display_name(self):
        for lot in self:
            lot.display_name = f"{lot.product_id.display_name or ''} · {lot.name or ''}"

    def write(self, vals):
        """Override: packs that moved stay packs of the same product.

        :raise UserError: the product or the company of a lot in use was to change
        """
        changed = self.filtered(
            lambda lot: any(
                name in vals and vals[name] != lot[name].id
                for name in ("product_id", "company_id")
            )
        )
        if changed.sudo().movement_ids:
            raise UserError(
                self.env._(
                    "Packs of this lot have moved: its product stays. Add a lot."
                )
            )
        return super().write(vals)

    @api.depends("stock_ids.quantity")
    def _compute_quantity(self):
        for lot in self:
            lot.quantity = sum(lot.stock_ids.mapped("quantity"))


class PharmaSampleStock(models.Model):
    """How many packs of a lot a representative has: the sum of the movements.

    The database keeps it from going below nothing, and of two movements at once the
    second one waits and begins anew, since both change the same row.
    """

    _name = "pharma.sample.stock"
    _description = "Samples of a Representative"
    _order = "representative_id, product_id, expires_on"
    _rec_name = "lot_id"

    representative_id = fields.Many2one(
        "pharma.representative",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        related="representative_id.user_id", store=True, index=True, precompute=True
    )
    lot_id = fields.Many2one(
        "pharma.sample.lot",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    product_id = fields.Many2one(
        related="lot_id.product_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="lot_id.company_id", store=True, index=True, precompute=True
    )
    expires_on = fields.Date(related="lot_id.expires_on", store=True, precompute=True)
    quantity = fields.Integer(required=True, readonly=True, default=0)

    _unique_lot = models.UniqueIndex(
        "(representative_id, lot_id)", "The samples have changed meanwhile. Try again."
    )
    _check_quantity = models.Constraint(
        "CHECK (quantity >= 0)", "There are not that many packs of the lot."
    )

    @api.model
    def _get_quantity(self, representative, lot):
        """Return how many packs of the lot the representative has."""
        return self._get_row(representative, lot).quantity

    @api.model
    def _get_row(self, representative, lot):
        return self.sudo().search(
            [
                ("representative_id", "=", representative.id),
                ("lot_id", "=", lot.id),
            ]
        )

    @api.model
    def _add(self, representative, lot, change):
        """Add packs to, or take them from, what a representative has of a lot."""
        row_sudo = self._get_row(representative, lot)
        if not row_sudo:
            row_sudo = row_sudo.create(
                {"representative_id": representative.id, "lot_id": lot.id}
            )
        row_sudo.quantity += change
        row_sudo.flush_recordset(["quantity"])

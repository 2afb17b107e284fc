# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Command


class PharmaShowcase(models.Model):
    """The campaign that a call belongs to, and what it gives to show."""

    _inherit = "pharma.showcase"

    campaign_id = fields.Many2one(
        "pharma.campaign",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        check_company=True,
        domain="[('state', '=', 'running')]",
    )
    message_line_ids = fields.Many2many(
        "pharma.campaign.message",
        string="Key Messages",
        compute="_compute_material",
    )
    material_ids = fields.Many2many("product.document", compute="_compute_material")
    opportunity_status = fields.Selection(
        related="opportunity_id.won_status", string="Outcome", related_sudo=True
    )

    @api.depends("campaign_id", "line_ids.product_id")
    def _compute_material(self):
        """Valid material and messages of the products that are planned."""
        for showcase in self:
            products = showcase.line_ids.product_id._origin
            campaign = showcase.campaign_id._origin
            extra = campaign.document_ids.filtered("is_showcase_valid")
            showcase.material_ids = extra | products._get_showcase_materials()
            showcase.message_line_ids = campaign.message_line_ids.filtered(
                lambda line, products=products: (
                    not line.product_id or line.product_id in products
                )
            )

    @api.onchange("campaign_id")
    def _onchange_campaign_id(self):
        """Plan the campaign's products where none are planned yet."""
        if self.campaign_id and not self.line_ids:
            may_show = self.representative_id.product_ids
            products = self.campaign_id.product_ids
            if may_show:
                products &= may_show
            self.line_ids = [
                Command.create({"product_id": product.id, "sequence": 10 * number})
                for number, product in enumerate(products, start=1)
            ]

    def action_view_opportunity(self):
        """Open what came of the call."""
        self.ensure_one()
        self.check_access("read")
        return self.opportunity_id._get_records_action()

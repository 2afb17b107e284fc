# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Ratings of calls: whose they are, and who may see them.

Odoo lets every employee read and write every rating. What a doctor said of a
representative is for sales managers, who change nothing of it.
"""

from odoo import api, fields, models
from odoo.exceptions import AccessError


class RatingRating(models.Model):
    """Ratings of calls."""

    _inherit = "rating.rating"

    pharma_showcase_id = fields.Many2one(
        "pharma.showcase",
        string="Showcase",
        compute="_compute_pharma_showcase_id",
        store=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    pharma_representative_id = fields.Many2one(
        related="pharma_showcase_id.representative_id",
        store=True,
        string="Representative",
    )
    pharma_doctor_id = fields.Many2one(
        related="pharma_showcase_id.doctor_id", store=True, string="Visited Doctor"
    )
    pharma_campaign_id = fields.Many2one(
        related="pharma_showcase_id.campaign_id",
        store=True,
        string="Showcase Campaign",
    )
    pharma_company_id = fields.Many2one(
        related="pharma_showcase_id.company_id", store=True, string="Sales Company"
    )

    _one_per_showcase = models.UniqueIndex(
        "(pharma_showcase_id) WHERE pharma_showcase_id IS NOT NULL",
        "This showcase is rated already.",
    )

    @api.depends("res_model", "res_id")
    def _compute_pharma_showcase_id(self):
        for rating in self:
            is_call = rating.res_model == "pharma.showcase"
            rating.pharma_showcase_id = rating.res_id if is_call else False

    def _is_from_own_page(self):
        """Override: doctors rate calls on their own page."""
        return super()._is_from_own_page() or bool(self.sudo().pharma_showcase_id)

    def write(self, vals):
        # there is no doctor to show a comment to, either
        if not self.env.su and self.sudo().pharma_showcase_id:
            raise AccessError(self.env._("What was said stays as it is."))
        return super().write(vals)

    def action_open_pharma_showcase(self):
        """Open the call that was rated."""
        self.check_access("read")
        return self.pharma_showcase_id._get_records_action()

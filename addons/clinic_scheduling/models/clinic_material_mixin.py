# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class ClinicMaterialMixin(models.AbstractModel):
    """A thing at a site that visits take up: a resource with a number of places."""

    _name = "clinic.material.mixin"
    _description = "Room or Equipment"
    _inherit = ["resource.mixin"]
    _check_company_auto = True

    name = fields.Char(
        related="resource_id.name", store=True, readonly=False, required=True
    )
    active = fields.Boolean(
        related="resource_id.active", store=True, readonly=False, default=True
    )
    sequence = fields.Integer(default=10, help="The first free one is taken first.")
    site_id = fields.Many2one(
        "clinic.site", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="site_id.company_id",
        store=True,
        readonly=True,
        precompute=True,
        default=None,
    )
    capacity = fields.Integer(
        default=1, help="How many visits it serves at the same time."
    )
    note = fields.Text()

    _check_capacity = models.Constraint(
        "CHECK (capacity > 0)", "A room or device serves at least one visit at a time."
    )

    @api.model_create_multi
    def create(self, vals_list):
        sites = self.env["clinic.site"].browse(
            [vals["site_id"] for vals in vals_list if vals.get("site_id")]
        )
        by_id = {site.id: site for site in sites}
        for vals in vals_list:
            if site := by_id.get(vals.get("site_id")):
                vals.setdefault("tz", site.tz)
                vals["company_id"] = site.company_id.id
        return super().create(vals_list)

    def write(self, vals):
        if "resource_id" in vals:
            moved = self.filtered(
                lambda item: item.resource_id.id != vals["resource_id"]
            )
            self.env["clinic.reservation"]._check_unclaimed(moved.resource_id)
        return super().write(vals)

    def _prepare_resource_values(self, vals, tz):
        values = super()._prepare_resource_values(vals, tz)
        return {**values, "resource_type": "material"}

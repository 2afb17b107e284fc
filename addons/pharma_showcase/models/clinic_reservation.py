# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class ClinicReservation(models.Model):
    """Showcases claim time in the same ledger as appointments."""

    _inherit = "clinic.reservation"

    role = fields.Selection(
        selection_add=[("representative", "Representative")],
        ondelete={"representative": "cascade"},
    )
    showcase_id = fields.Many2one(
        "pharma.showcase", readonly=True, index="btree_not_null", ondelete="cascade"
    )

    @api.model
    def _owner_fields(self):
        return [*super()._owner_fields(), "showcase_id"]

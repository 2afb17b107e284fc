# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class PaymentProvider(models.Model):
    """What happens to a held time while this provider's payments are pending."""

    _inherit = "payment.provider"

    clinic_pending = fields.Selection(
        [
            ("hold", "The hold goes on, and ends at its time"),
            ("book", "The visit is booked, to be paid"),
        ],
        string="Pending Payments of Visits",
        default="hold",
        required=True,
        help="Wire transfers take days: book the visit, and confirm the payment when "
        "the money is there.",
    )
    clinic_by_staff = fields.Boolean(
        string="Staff Note What Arrives",
        compute="_compute_clinic_by_staff",
        store=True,
        readonly=False,
        help="The provider tells nothing, as with wire transfers: reception notes that "
        "the money has arrived. Meanwhile patients may pay another way.",
    )

    @api.depends("code")
    def _compute_clinic_by_staff(self):
        for provider in self:
            provider.clinic_by_staff = provider.code == "custom"

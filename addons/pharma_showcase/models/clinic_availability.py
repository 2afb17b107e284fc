# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from ..const import PRACTICE


class ClinicAvailability(models.Model):
    """Representatives read when they are received, not what patients come for."""

    _inherit = "clinic.availability"

    service_ids = fields.Many2many(groups=PRACTICE)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ClinicService(models.Model):
    """Outside doctors see no patients here: they offer none of our services."""

    _inherit = "clinic.service"

    def _get_doctors(self):
        """Override."""
        return super()._get_doctors().filtered(lambda item: not item.is_outside)

    def _get_bookable_doctors(self):
        """Override."""
        doctors = super()._get_bookable_doctors()
        return doctors.filtered(lambda item: not item.is_outside)

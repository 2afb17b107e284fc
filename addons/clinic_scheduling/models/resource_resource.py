# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResourceResource(models.Model):
    """What of the practice a resource stands for; absences are chosen by it."""

    _inherit = "resource.resource"

    clinic_doctor_ids = fields.One2many("clinic.doctor", "resource_id")
    clinic_room_ids = fields.One2many("clinic.room", "resource_id")
    clinic_equipment_ids = fields.One2many("clinic.equipment", "resource_id")

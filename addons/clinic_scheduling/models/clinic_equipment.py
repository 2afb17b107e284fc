# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ClinicEquipmentKind(models.Model):
    """A kind of device that a service needs: ultrasound scanner, ECG…"""

    _name = "clinic.equipment.kind"
    _description = "Kind of Equipment"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _unique_name = models.UniqueIndex(
        "(name)", "This kind of equipment exists already."
    )


class ClinicEquipment(models.Model):
    """A device that visits take up."""

    _name = "clinic.equipment"
    _description = "Equipment"
    _inherit = ["clinic.material.mixin"]
    _order = "site_id, sequence, name"

    kind_id = fields.Many2one("clinic.equipment.kind", required=True, index=True)
    serial_number = fields.Char()

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ClinicRoomKind(models.Model):
    """What a room is fit for: consultation, ultrasound, surgery…"""

    _name = "clinic.room.kind"
    _description = "Kind of Room"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _unique_name = models.UniqueIndex("(name)", "This kind of room exists already.")


class ClinicRoom(models.Model):
    """A room that visits take up."""

    _name = "clinic.room"
    _description = "Room"
    _inherit = ["clinic.material.mixin"]
    _order = "site_id, sequence, name"

    kind_id = fields.Many2one("clinic.room.kind", required=True, index=True)
    floor = fields.Char()
    wheelchair_accessible = fields.Boolean(default=True)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ClinicSpecialty(models.Model):
    """A department of medicine: what doctors are trained in and services belong to."""

    _name = "clinic.specialty"
    _description = "Medical Specialty"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(help="Short code, for instance a SNOMED CT code.")
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)
    description = fields.Text(translate=True)
    doctor_ids = fields.Many2many("clinic.doctor", string="Doctors")
    service_ids = fields.One2many("clinic.service", "specialty_id", string="Services")

    _unique_name = models.UniqueIndex("(name)", "This specialty exists already.")

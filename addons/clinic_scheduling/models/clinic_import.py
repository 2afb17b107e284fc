# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Master data from CSV through Odoo's own import: templates, and what blanks mean."""

from odoo import api, models

TEMPLATE_URL = "/clinic_scheduling/static/csv/%s.csv"


class ClinicImportMixin(models.AbstractModel):
    """Offer a template in the import screen, and read empty cells kindly."""

    _name = "clinic.import.mixin"
    _description = "Import from CSV"
    #: Name of the file in static/csv, without its ending
    _import_template = None

    @api.model
    def get_import_templates(self):
        """Return the templates that the import screen offers for download."""
        name = self.env["ir.model"]._get(self._name).name
        return [
            {
                "label": self.env._("Import Template for %(model)s", model=name),
                "template": TEMPLATE_URL % self._import_template,
            }
        ]

    def _load_records_create(self, vals_list):
        """Override: an empty cell of a new row means the field's default."""
        return super()._load_records_create(
            [self._drop_blanks(vals) for vals in vals_list]
        )

    def _load_records_write(self, values):
        """Override: an empty cell leaves a field that has a default as it is."""
        return super()._load_records_write(self._drop_blanks(values))

    def _drop_blanks(self, vals):
        return {
            name: value
            for name, value in vals.items()
            if value is not False
            or self._fields[name].type == "boolean"
            or not self._fields[name].default
        }


class ClinicSpecialty(models.Model):
    _name = "clinic.specialty"
    _inherit = ["clinic.specialty", "clinic.import.mixin"]
    _import_template = "specialties"


class ClinicSite(models.Model):
    _name = "clinic.site"
    _inherit = ["clinic.site", "clinic.import.mixin"]
    _import_template = "sites"


class ClinicRoomKind(models.Model):
    _name = "clinic.room.kind"
    _inherit = ["clinic.room.kind", "clinic.import.mixin"]
    _import_template = "room_kinds"


class ClinicRoom(models.Model):
    _name = "clinic.room"
    _inherit = ["clinic.room", "clinic.import.mixin"]
    _import_template = "rooms"


class ClinicService(models.Model):
    _name = "clinic.service"
    _inherit = ["clinic.service", "clinic.import.mixin"]
    _import_template = "services"


class ClinicDoctor(models.Model):
    _name = "clinic.doctor"
    _inherit = ["clinic.doctor", "clinic.import.mixin"]
    _import_template = "doctors"


class ClinicAvailability(models.Model):
    _name = "clinic.availability"
    _inherit = ["clinic.availability", "clinic.import.mixin"]
    _import_template = "availability"


class ClinicPatient(models.Model):
    _name = "clinic.patient"
    _inherit = ["clinic.patient", "clinic.import.mixin"]
    _import_template = "patients"

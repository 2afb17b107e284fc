# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What all figures share: whose they are, pieces of SQL, and the way out as CSV."""

import csv
import io
import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.clinic_scheduling.utils import to_safe_cell

EXPORT_URL = "/pharma_showcase/export/%s"

#: The doctor's first specialty: figures count each call once.
SPECIALTY = SQL(
    "(SELECT rel.clinic_specialty_id FROM clinic_doctor_clinic_specialty_rel rel"
    " JOIN clinic_specialty specialty ON specialty.id = rel.clinic_specialty_id"
    " WHERE rel.clinic_doctor_id = doctor.id"
    " ORDER BY specialty.sequence, specialty.id LIMIT 1)"
)

#: The doctor's first practice, as its contact: where calls without a place count.
PRACTICE = SQL(
    "(SELECT site.partner_id FROM clinic_doctor_clinic_site_rel rel"
    " JOIN clinic_site site ON site.id = rel.clinic_site_id"
    " WHERE rel.clinic_doctor_id = doctor.id AND site.partner_id IS NOT NULL"
    " ORDER BY site.sequence, site.id LIMIT 1)"
)

#: The clock of the doctor's first practice, for what has no place of its own.
ZONE = SQL(
    "(SELECT site.tz FROM clinic_doctor_clinic_site_rel rel"
    " JOIN clinic_site site ON site.id = rel.clinic_site_id"
    " WHERE rel.clinic_doctor_id = doctor.id"
    " ORDER BY site.sequence, site.id LIMIT 1)"
)

#: A call's day on the clock of the place.
LOCAL_DATE = SQL(
    "(showcase.start AT TIME ZONE 'UTC'"
    " AT TIME ZONE COALESCE(site.tz, clock.tz, 'UTC'))::date"
)


class PharmaFiguresMixin(models.AbstractModel):
    """Rows of figures: read-only, of a company, a team and a representative's user."""

    _name = "pharma.figures.mixin"
    _description = "Figures of Showcases"

    #: columns of the CSV, in their order
    _export_fields = ()

    company_id = fields.Many2one("res.company", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    user_id = fields.Many2one("res.users", readonly=True)
    territory_id = fields.Many2one("pharma.territory", readonly=True)

    def _get_choices(self, model, name):
        """Return the choices of another model's field, in the user's language."""
        return self.env[model]._fields[name]._description_selection(self.env)

    def action_export_csv(self):
        """Download these rows as CSV."""
        self._check_export(len(self))
        self.check_access("read")
        return {
            "type": "ir.actions.client",
            "tag": "clinic_scheduling.download",
            "params": {
                "url": EXPORT_URL % self._name,
                "data": {"domain": json.dumps([("id", "in", self.ids)])},
            },
        }

    @api.model
    def _check_export(self, count):
        """Refuse an export without the right, or of too many rows.

        :raise UserError: saying what to do
        """
        self.env["clinic.appointment"]._check_export_right()
        limit = self.env.company.sudo().clinic_export_limit
        if count > limit:
            raise UserError(
                self.env._(
                    "This export would hold %(count)s rows, and one export may hold "
                    "%(limit)s at most. Narrow the filter, and export in parts.",
                    count=count,
                    limit=limit,
                )
            )

    def export_data(self, fields_to_export):
        """Override: Odoo's own export obeys the limit too."""
        self._check_export(len(self))
        return super().export_data(fields_to_export)

    def _export_csv(self):
        """Return these rows as CSV: UTF-8 with a mark for spreadsheets."""
        file = io.StringIO()
        writer = csv.writer(file, quoting=csv.QUOTE_MINIMAL)
        names = [
            name
            for name in self._export_fields
            if self._has_field_access(self._fields[name], "read")
        ]
        writer.writerow(
            [self._fields[name]._description_string(self.env) for name in names]
        )
        labels = {
            name: dict(self._fields[name]._description_selection(self.env))
            for name in names
            if self._fields[name].type == "selection"
        }
        for row in self:
            cells = [row._to_cell(name, labels) for name in names]
            writer.writerow([to_safe_cell(cell) for cell in cells])
        return file.getvalue().encode("utf-8-sig")

    def _to_cell(self, name, labels):
        value = self[name]
        if isinstance(value, models.BaseModel):
            # sudo: names of rows that the user may read
            return value.sudo().display_name
        if name in labels:
            return labels[name].get(value)
        if self._fields[name].type == "boolean":
            return self.env._("yes") if value else self.env._("no")
        if isinstance(value, float):
            return round(value, 2)
        return value

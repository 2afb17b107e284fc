# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class PharmaTerritory(models.Model):
    """An area whose doctors a team's representatives call on."""

    _name = "pharma.territory"
    _description = "Territory"
    _order = "sequence, name"
    _check_company_auto = True

    name = fields.Char(required=True)
    code = fields.Char(help="Short name on lists and maps.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    team_id = fields.Many2one(
        "crm.team", string="Sales Team", index=True, check_company=True
    )
    representative_ids = fields.Many2many(
        "pharma.representative", string="Representatives", check_company=True
    )
    doctor_ids = fields.One2many("clinic.doctor", "territory_id", string="Doctors")
    speed = fields.Integer(
        string="Speed (km/h)",
        default=30,
        required=True,
        aggregator=None,
        help="How fast one gets on here: travel times are reckoned with it where none "
        "were loaded.",
    )
    doctor_count = fields.Integer(compute="_compute_doctor_count")

    _unique_name = models.UniqueIndex(
        "(company_id, name)", "A territory of this company has that name already."
    )

    _check_speed = models.Constraint("CHECK (speed > 0)", "The speed is above 0.")

    @api.depends("doctor_ids")
    def _compute_doctor_count(self):
        counts = dict(
            self.env["clinic.doctor"]._read_group(
                [("territory_id", "in", self.ids)], ["territory_id"], ["__count"]
            )
        )
        for territory in self:
            territory.doctor_count = counts.get(territory, 0)

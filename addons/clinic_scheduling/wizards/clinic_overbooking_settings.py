# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError

#: The fields of the company that managers of the clinic decide about.
SETTINGS = (
    "clinic_overbooking_advice",
    "clinic_cost_empty",
    "clinic_cost_extra",
    "clinic_overbooking_percent",
    "clinic_overbooking_days",
)


class ClinicOverbookingSettings(models.TransientModel):
    """The settings of overbooking, for managers who do not administer Odoo."""

    _name = "clinic.overbooking.settings"
    _description = "Overbooking Settings"

    clinic_overbooking_advice = fields.Boolean(string="Overbooking Advice")
    clinic_cost_empty = fields.Float(string="An Empty Place Costs")
    clinic_cost_extra = fields.Float(string="One Patient Too Many")
    clinic_overbooking_percent = fields.Integer(string="At Most (%)")
    clinic_overbooking_days = fields.Integer(string="Days Ahead")

    @api.model
    def default_get(self, fields_list):
        """Start from what the company has."""
        values = super().default_get(fields_list)
        company = self.env.company
        found = {name: company[name] for name in SETTINGS if name in fields_list}
        return {**values, **found}

    def action_save(self):
        """Write the company's settings and advise anew.

        :raise AccessError: not by a manager of the clinic
        """
        self.ensure_one()
        if not self.env.user.has_group("clinic_scheduling.group_clinic_manager"):
            raise AccessError(self.env._("Only managers of the clinic may do this."))
        company = self.env.company
        # sudo: managers of the clinic decide about these fields of the company alone
        company.sudo().write({name: self[name] for name in SETTINGS})
        self.env["clinic.overbooking.advice"]._refresh(company)
        return {"type": "ir.actions.act_window_close"}

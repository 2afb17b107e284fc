# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class ClinicDoctorApplicationApprove(models.TransientModel):
    """How a doctor who applied joins."""

    _name = "clinic.doctor.application.approve"
    _inherit = "clinic.wizard.mixin"
    _description = "Approve an Application"

    application_id = fields.Many2one(
        "clinic.doctor.application", required=True, ondelete="cascade"
    )
    email = fields.Char(related="application_id.email")
    login = fields.Selection(
        [
            ("portal", "Portal: the own page with schedule and absences"),
            ("internal", "Internal: the backend, with own patients' clinical data"),
        ],
        default="portal",
        required=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Existing Account",
        domain=[("clinic_doctor_ids", "=", False)],
        help="Only if it is the same person's. It stays as it is. Empty: a new account "
        "is made and the doctor invited.",
    )
    site_ids = fields.Many2many(
        "clinic.site",
        string="Sites",
        compute="_compute_wishes",
        store=True,
        readonly=False,
    )
    specialty_ids = fields.Many2many(
        "clinic.specialty",
        string="Specialties",
        compute="_compute_wishes",
        store=True,
        readonly=False,
    )
    portal_hours = fields.Selection(
        selection=lambda self: (
            self.env["clinic.doctor"]
            ._fields["portal_hours"]
            ._description_selection(self.env)
        ),
        string="May Change",
        default="absences",
        required=True,
    )

    @api.depends("application_id")
    def _compute_wishes(self):
        for wizard in self:
            wizard.site_ids = wizard.application_id.site_ids
            wizard.specialty_ids = wizard.application_id.specialty_ids

    def action_approve(self):
        """Make account and doctor, and open the doctor.

        :raise UserError: nothing to work at or in, decided already, account taken
        """
        self.ensure_one()
        if not (self.site_ids and self.specialty_ids):
            raise UserError(self.env._("Choose at least one site and one specialty."))
        values = {
            "site_ids": [Command.set(self.site_ids.ids)],
            "specialty_ids": [Command.set(self.specialty_ids.ids)],
            "portal_hours": self.portal_hours,
        }
        doctor = self.application_id._approve(self.login, values, self.user_id)
        return {
            "type": "ir.actions.act_window",
            "res_model": "clinic.doctor",
            "res_id": doctor.id,
            "view_mode": "form",
        }


class ClinicDoctorApplicationRefuse(models.TransientModel):
    """Why a doctor who applied does not join."""

    _name = "clinic.doctor.application.refuse"
    _inherit = "clinic.wizard.mixin"
    _description = "Refuse an Application"

    application_id = fields.Many2one(
        "clinic.doctor.application", required=True, ondelete="cascade"
    )
    reason = fields.Text(required=True)
    tell = fields.Boolean(string="Tell the Doctor", default=True)

    def action_refuse(self):
        """Refuse; the doctor gets the reason by mail if wanted."""
        self.ensure_one()
        self.application_id._refuse(self.reason, self.tell)
        return {"type": "ir.actions.act_window_close"}

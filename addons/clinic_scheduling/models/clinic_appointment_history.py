# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ClinicAppointmentHistory(models.Model):
    """One move of an appointment: from where to where, by whom and why."""

    _name = "clinic.appointment.history"
    _description = "Move of an Appointment"
    _order = "id desc"

    appointment_id = fields.Many2one(
        "clinic.appointment",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    from_start = fields.Datetime(string="From", readonly=True)
    to_start = fields.Datetime(string="To", readonly=True)
    from_doctor_id = fields.Many2one("clinic.doctor", readonly=True)
    to_doctor_id = fields.Many2one("clinic.doctor", readonly=True)
    from_site_id = fields.Many2one("clinic.site", readonly=True)
    to_site_id = fields.Many2one("clinic.site", readonly=True)
    reason = fields.Char(readonly=True)
    user_id = fields.Many2one(
        "res.users", readonly=True, default=lambda self: self.env.user
    )

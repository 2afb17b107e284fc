# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class ClinicAppointmentSeries(models.Model):
    """Appointments that were booked together, week after week."""

    _name = "clinic.appointment.series"
    _description = "Series of Appointments"
    _order = "id desc"

    name = fields.Char(compute="_compute_name", store=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    every_weeks = fields.Integer(default=1, required=True)
    appointment_ids = fields.One2many("clinic.appointment", "series_id")
    patient_id = fields.Many2one("clinic.patient", required=True, index=True)
    service_id = fields.Many2one("clinic.service", required=True)
    doctor_id = fields.Many2one("clinic.doctor", required=True)

    @api.depends("patient_id", "service_id")
    def _compute_name(self):
        for series in self:
            parts = (series.service_id.name, series.patient_id.name)
            series.name = " · ".join(filter(None, parts))

    def action_cancel_upcoming(self):
        """Cancel what of the series is still to come."""
        upcoming = self.appointment_ids.filtered("is_upcoming")
        upcoming.cancel(reason=self.env._("The series was cancelled."))

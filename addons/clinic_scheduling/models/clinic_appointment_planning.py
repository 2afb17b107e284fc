# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ClinicAppointment(models.Model):
    """Buttons that look for other times for a visit."""

    _inherit = "clinic.appointment"

    def action_find_time(self):
        """Look for times this visit can move to; one click then moves it."""
        self.ensure_one()
        return self.env["clinic.find.time"].action_open(
            {
                "appointment_id": self.id,
                "service_id": self.service_id.id,
                "patient_id": self.patient_id.id,
                "doctor_ids": self.doctor_id.ids,
                "why_doctor_id": self.doctor_id.id,
            }
        )

    def action_repeat(self):
        """Book this visit again, week after week; shows first what is free."""
        self.ensure_one()
        repeat = self.env["clinic.appointment.repeat"].create(
            {"appointment_id": self.id}
        )
        return repeat.action_preview()

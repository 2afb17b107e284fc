# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ClinicAppointment(models.Model):
    """What the buttons of the views do besides changes of state."""

    _inherit = "clinic.appointment"

    def action_view_patient_appointments(self):
        """Open all appointments of this patient."""
        return self.patient_id.action_view_appointments()

    def action_view_doctor_calendar(self):
        """Open the doctor's calendar on the day of this appointment."""
        self.ensure_one()
        action = self.doctor_id.action_view_appointments()
        action["context"]["initial_date"] = fields.Datetime.to_string(self.start)
        action["name"] = self.doctor_id.display_name
        return action

    def action_view_series(self):
        """Open the appointments that were booked together with this one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_scheduling.clinic_appointment_action_list"
        )
        action["domain"] = [("series_id", "=", self.series_id.id)]
        action["context"] = {}
        return action

    def action_keep(self):
        """Decide that these visits take place as booked."""
        self.check_access("write")
        self._write_by_door({"attention": False})
        for appointment in self:
            appointment.message_post(
                body=self.env._("It takes place although the doctor's hours changed.")
            )
        return True

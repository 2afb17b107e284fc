# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Hours that are added and absences that go away: there may be time for who waits."""

from datetime import timedelta

from odoo import api, fields, models

from .clinic_waitlist_gap import LOOK_DAYS


class ClinicDoctor(models.Model):
    """Doctors whose hours changed."""

    _inherit = "clinic.doctor"

    def _note_new_hours(self):
        """Let the waitlist look for time of these doctors after the commit."""
        gaps = self.env["clinic.waitlist.gap"]
        now = fields.Datetime.now()
        stop = now + timedelta(days=LOOK_DAYS)
        # written, so that a run that looks at them just now begins again
        known = gaps._get_open_looks(self)
        known.write({"start": now, "stop": stop, "next_at": now})
        vals_list = []
        for doctor in self.sudo().filtered("active") - known.doctor_id:
            company = doctor.company_id or self.env.company
            if gaps._is_wanted(company):
                vals_list.append(
                    {
                        "doctor_id": doctor.id,
                        "company_id": company.id,
                        "start": now,
                        "stop": stop,
                        "cause": "hours",
                        "state": "look",
                    }
                )
        gaps._note(vals_list)


class ClinicAvailability(models.Model):
    """Hours that change."""

    _inherit = "clinic.availability"

    @api.model_create_multi
    def create(self, vals_list):
        hours = super().create(vals_list)
        hours.doctor_id._note_new_hours()
        return hours

    def write(self, vals):
        result = super().write(vals)
        self.doctor_id._note_new_hours()
        return result

    def unlink(self):
        # a date that was closed opens again
        doctors = self.doctor_id
        result = super().unlink()
        doctors._note_new_hours()
        return result


class ResourceCalendarLeaves(models.Model):
    """Absences that end."""

    _inherit = "resource.calendar.leaves"

    def write(self, vals):
        doctors = self._get_waitlist_doctors()
        result = super().write(vals)
        doctors._note_new_hours()
        return result

    def unlink(self):
        doctors = self._get_waitlist_doctors()
        result = super().unlink()
        doctors._note_new_hours()
        return result

    def _get_waitlist_doctors(self):
        """Return, as superuser, the doctors who may be there without these absences."""
        resources = {leave.resource_id.id or 0 for leave in self}
        doctors_sudo = self._get_impact_doctors(resources)
        if doctors_sudo is None:
            doctors_sudo = self.env["clinic.doctor"].sudo().search([])
        return doctors_sudo or self.env["clinic.doctor"].sudo()

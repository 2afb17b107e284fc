# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The change behind ``clinic.impact``: what if, and for real."""

from contextlib import closing, contextmanager

from odoo import models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..models.clinic_impact_check import added
from ..models.clinic_impact_guard import SKIP

#: What a stored change may do; it runs with the rights of whoever applies it.
MODELS = {
    "clinic.availability",
    "clinic.availability.break",
    "clinic.doctor",
    "clinic.service",
}
METHODS = {"create", "write", "unlink"}

GROUP_RECEPTION = "clinic_scheduling.group_clinic_receptionist"


class ClinicImpact(models.TransientModel):
    """Applying the change, or only looking at what it would do."""

    _inherit = "clinic.impact"

    @contextmanager
    def _what_if(self):
        """Let the body look at the practice as if the change were made."""
        with closing(self.env.cr.savepoint()):
            self._write_change()
            self.env.flush_all()
            yield

    def _get_hits(self):
        """Return {appointment id: causes} of what the change newly hits.

        An absence also lists the visits in its time that wait for a decision since
        an earlier one.
        """
        self.ensure_one()
        if self.kind == "decide":
            return {
                visit.id: {visit.attention}
                for visit in self.appointment_ids.sudo()
                if visit.attention
            }
        doctors = self._get_changed_doctors()
        before = self._get_causes(doctors)
        with self._what_if():
            after = self._get_causes(doctors)
        hits = added(before, after)
        if self.kind == "absence":
            hits.update(self._get_waiting(after))
        return hits

    def _get_waiting(self, causes):
        waiting_sudo = (
            self.env["clinic.appointment"]
            .sudo()
            .search([("id", "in", list(causes)), ("attention", "!=", False)])
        )
        return {visit.id: causes[visit.id] for visit in waiting_sudo}

    def _get_causes(self, doctors):
        start, stop = None, None
        if self.kind == "absence":
            start, stop = self.start, self.stop
        return self.env["clinic.impact.check"]._get_causes(doctors, start, stop)

    def _get_changed_doctors(self):
        """Return the doctors whose visits the change may hit; ask before it is made."""
        if self.kind == "absence":
            return self.doctor_ids
        doctors = self.env["clinic.doctor"].sudo()
        for operation in self._get_operations():
            records = self._get_records(operation).sudo()
            doctors |= records._get_impact_doctors(operation["values"])
        return doctors.sudo(False)

    def _get_operations(self):
        """Return the stored steps, checked.

        :raise UserError: when a step is none that a person could have made here
        """
        operations = self.operations or []
        for operation in operations:
            if operation["model"] not in MODELS or operation["method"] not in METHODS:
                raise UserError(self.env._("This change cannot be made here."))
        return operations

    def _get_records(self, operation):
        return self.env[operation["model"]].browse(operation["ids"]).exists()

    def _write_change(self):
        """Write the absence or the changed hours, with the user's own rights."""
        wizard = self.with_context(clinic_impact=SKIP)
        if self.kind == "absence":
            wizard._write_absence()
        for operation in wizard._get_operations():
            records = wizard._get_records(operation)
            values = operation["values"]
            if operation["method"] == "create":
                records.create(values)
            elif operation["method"] == "write":
                records.write(values[0])
            else:
                records.unlink()

    def _write_absence(self):
        """Make the absence of each doctor.

        Reception may: it is they whom an ill doctor calls. The absence itself is
        written with higher rights, since Odoo gives those to nobody but managers.
        """
        if not self.env.su and not self.env.user.has_group(GROUP_RECEPTION):
            raise AccessError(self.env._("Reception enters absences of doctors."))
        self._check_absence()
        self.doctor_ids.check_access("read")
        doctors_sudo = self.doctor_ids.sudo()
        self.env["resource.calendar.leaves"].sudo().create(
            [
                {
                    "name": self.reason or self.env._("Absence"),
                    "resource_id": doctor.resource_id.id,
                    "calendar_id": doctor.resource_id.calendar_id.id,
                    "company_id": doctor.company_id.id or self.env.company.id,
                    "date_from": self.start,
                    "date_to": self.stop,
                    "time_type": "leave",
                }
                for doctor in doctors_sudo
            ]
        )

    def _check_absence(self):
        if not (self.doctor_ids and self.start and self.stop):
            raise ValidationError(
                self.env._("Choose the doctors, and from when until when.")
            )
        if self.stop <= self.start:
            raise ValidationError(self.env._("The absence ends after it starts."))

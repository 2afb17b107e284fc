# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""No change of hours, doctors or services orphans a booked visit unnoticed.

A person who saves such a change is led to ``clinic.impact``, which shows who is hit
and then writes the change. Code that nobody can answer (superuser, installation,
import) is never refused: the visits are flagged as "needs a decision" instead.

The context key ``clinic_impact`` says otherwise: ``FLAG`` flags for people too (for
code that changes hours in several steps), ``SKIP`` does not look at all (the caller
looks itself). Both are objects: no client can send them.
"""

import json
from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import RedirectWarning
from odoo.tools import json_default

from odoo.addons.clinic_engine.availability import RuleError

from .clinic_impact_check import BOOKED_STATES, added

#: Values of the context key: JSON cannot carry an object's identity.
SKIP, FLAG = object(), object()

#: Fields of a doctor that decide over what is offered where.
DOCTOR_FIELDS = {
    "active",
    "site_ids",
    "service_ids",
    "specialty_ids",
    "availability_ids",
}

#: The same of a service.
SERVICE_FIELDS = {"doctor_ids", "specialty_id"}


class ClinicImpactMixin(models.AbstractModel):
    """A model whose records decide where booked visits may lie."""

    _name = "clinic.impact.mixin"
    _description = "Guard of Booked Appointments"

    def _get_impact_doctors(self, vals_list):
        """Return the doctors whose visits a change of these records may hit."""
        raise NotImplementedError

    @contextmanager
    def _guard_impact(self, method, vals_list=()):
        """Compare booked visits before and after the change made in the body.

        Yields the records to change.

        :raise RedirectWarning: leading to the preview of the same change
        """
        if self.env.context.get("clinic_impact") is SKIP:
            yield self
            return
        check = self.env["clinic.impact.check"]
        doctors = self._get_impact_doctors(vals_list)
        before = self._get_causes_before(doctors)
        yield self.with_context(clinic_impact=SKIP)
        if before is None:
            return
        hits = added(before, check._get_causes(doctors))
        if hits and self._is_impact_refused():
            self._raise_impact(hits, method, vals_list)
        if hits:
            check._flag(hits)
        check._refresh_flags(doctors)

    def _get_causes_before(self, doctors):
        """Return the causes before a change; None when bad hours are being mended."""
        try:
            return self.env["clinic.impact.check"]._get_causes(doctors)
        except RuleError:
            return None

    def _is_impact_refused(self):
        context = self.env.context
        return not (
            self.env.su
            or context.get("clinic_impact") is FLAG
            or context.get("import_file")
            or context.get("install_mode")
        )

    def _raise_impact(self, hits, method, vals_list):
        operation = {
            "model": self._name,
            "method": method,
            "ids": self.ids,
            "values": vals_list,
        }
        # as the client sends it back: dates as text, commands as lists
        operation = json.loads(json.dumps(operation, default=json_default))
        action = self.env.ref("clinic_scheduling.clinic_impact_action_change")
        raise RedirectWarning(
            self.env._(
                "%(count)s booked appointments would be left without a doctor's hours. "
                "Nothing was saved yet. See who is affected, then move, keep or cancel "
                "each of them: the change is saved together with that.",
                count=len(hits),
            ),
            action.id,
            self.env._("Show affected patients"),
            {"clinic_impact_operations": [operation]},
        )


class ClinicAvailability(models.Model):
    """Hours: guarded."""

    _name = "clinic.availability"
    _inherit = ["clinic.availability", "clinic.impact.mixin"]

    def _get_impact_doctors(self, vals_list):
        ids = {vals["doctor_id"] for vals in vals_list if vals.get("doctor_id")}
        # sudo: hours at sites the user does not see have the same doctors
        return self.sudo().doctor_id | self.env["clinic.doctor"].sudo().browse(ids)

    @api.model_create_multi
    def create(self, vals_list):
        """Hours that only add cannot orphan anybody; entries for a date can."""
        if not any(vals.get("recurrence") == "date" for vals in vals_list):
            created = super().create(vals_list)
            created._refresh_impact_flags()
            return created
        with self._guard_impact("create", vals_list) as records:
            created = super(ClinicAvailability, records).create(vals_list)
        return created.with_env(self.env)

    def write(self, vals):
        with self._guard_impact("write", [vals]) as records:
            return super(ClinicAvailability, records).write(vals)

    def unlink(self):
        with self._guard_impact("unlink") as records:
            return super(ClinicAvailability, records).unlink()

    def _refresh_impact_flags(self):
        if self.env.context.get("clinic_impact") is not SKIP:
            self.env["clinic.impact.check"]._refresh_flags(self.doctor_id)


class ClinicAvailabilityBreak(models.Model):
    """Breaks: guarded."""

    _name = "clinic.availability.break"
    _inherit = ["clinic.availability.break", "clinic.impact.mixin"]

    def _get_impact_doctors(self, vals_list):
        ids = [
            vals["availability_id"] for vals in vals_list if "availability_id" in vals
        ]
        hours_sudo = self.sudo().availability_id
        return (hours_sudo | hours_sudo.browse(filter(None, ids))).doctor_id

    @api.model_create_multi
    def create(self, vals_list):
        with self._guard_impact("create", vals_list) as records:
            created = super(ClinicAvailabilityBreak, records).create(vals_list)
        return created.with_env(self.env)

    def write(self, vals):
        with self._guard_impact("write", [vals]) as records:
            return super(ClinicAvailabilityBreak, records).write(vals)

    def unlink(self):
        with self._guard_impact("unlink") as records:
            return super(ClinicAvailabilityBreak, records).unlink()


class ClinicDoctor(models.Model):
    """Doctors: guarded where they leave, or offer less."""

    _name = "clinic.doctor"
    _inherit = ["clinic.doctor", "clinic.impact.mixin"]

    def _get_impact_doctors(self, vals_list):
        return self

    def write(self, vals):
        if not DOCTOR_FIELDS & vals.keys():
            return super().write(vals)
        with self._guard_impact("write", [vals]) as records:
            return super(ClinicDoctor, records).write(vals)


class ClinicService(models.Model):
    """Services: guarded where doctors stop offering them."""

    _name = "clinic.service"
    _inherit = ["clinic.service", "clinic.impact.mixin"]

    def _get_impact_doctors(self, vals_list):
        # sudo: as for hours
        visits = (
            self.env["clinic.appointment"]
            .sudo()
            ._read_group(
                [
                    ("service_id", "in", self.ids),
                    ("state", "in", ("hold", *BOOKED_STATES)),
                    ("stop", ">", fields.Datetime.now()),
                ],
                ["doctor_id"],
            )
        )
        return self.env["clinic.doctor"].browse(doctor.id for (doctor,) in visits)

    def write(self, vals):
        if not SERVICE_FIELDS & vals.keys():
            return super().write(vals)
        with self._guard_impact("write", [vals]) as records:
            return super(ClinicService, records).write(vals)

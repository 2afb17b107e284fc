# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import AccessError

#: Whose addresses these are decides who gets the links that answer calls.
ADDRESS_FIELDS = {"email", "name", "phone"}

#: Who keeps all contacts: reception, and who administers accounts.
KEEPERS = "clinic_scheduling.group_clinic_receptionist,base.group_erp_manager"


class ResPartner(models.Model):
    """The contacts of doctors, to whom links are sent."""

    _inherit = "res.partner"

    def write(self, vals):
        """Override: an address of a doctor is for who may change the doctor.

        Representatives ask for it; Odoo tracks the change on the contact.
        """
        if ADDRESS_FIELDS & vals.keys() and not self.env.su:
            self._check_doctors_address(vals)
        return super().write(vals)

    def _check_doctors_address(self, vals):
        """Refuse a new address of a doctor whom the user may not change.

        :raise AccessError: saying whom to ask
        """
        if self.env.user.has_groups(KEEPERS):
            return
        # sudo: whether a contact is a doctor's, seen or not
        changed_sudo = self.sudo().filtered(
            lambda partner: any(
                (partner[name] or "") != (vals[name] or "")
                for name in ADDRESS_FIELDS & vals.keys()
            )
        )
        doctors = changed_sudo.clinic_practitioner_ids.with_env(self.env)
        own = doctors.sudo().filtered(
            lambda doctor: (
                self.env.user in (doctor.user_id, *doctor.partner_id.user_ids)
            )
        )
        for doctor in doctors - own.with_env(self.env):
            if not doctor.has_access("write"):
                raise AccessError(
                    self.env._(
                        "Links are sent to the address of %(doctor)s: a scheduler of "
                        "the team or the practice changes it.",
                        doctor=doctor.sudo().display_name,
                    )
                )

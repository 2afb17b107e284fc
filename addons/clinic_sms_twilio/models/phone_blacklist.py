# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which numbers are blocked by STOP alone, so that START may let them in again.

Odoo keeps one list for all companies. Staff who block a number have their reasons: no
SMS of the patient takes that back. Nor does START at one company take back STOP at
another.
"""

from odoo import api, fields, models

#: In the context of an entry that a patient's STOP makes
BY_SMS = "clinic_blocked_by_sms"


class PhoneBlacklist(models.Model):
    """Blocked numbers, and whose SMS they were blocked by."""

    _inherit = "phone.blacklist"

    clinic_stop_company_ids = fields.Many2many(
        "res.company",
        relation="phone_blacklist_clinic_company_rel",
        column1="blacklist_id",
        column2="company_id",
        string="Stopped by SMS to",
        readonly=True,
    )
    clinic_is_by_sms = fields.Boolean(
        string="Blocked by SMS Alone",
        readonly=True,
        help="Nobody of the staff has blocked it: START by SMS lifts it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: what staff add is theirs, also when a STOP was there before."""
        records = super().create(vals_list)
        if not self.env.context.get(BY_SMS):
            records.filtered("clinic_is_by_sms").clinic_is_by_sms = False
        return records

    def write(self, vals):
        """Override: a number that is let in again starts anew."""
        if "active" in vals and not vals["active"]:
            vals = {
                **vals,
                "clinic_stop_company_ids": [fields.Command.clear()],
                "clinic_is_by_sms": False,
            }
        return super().write(vals)

    @api.model
    def _stop_by_sms(self, number, company, message):
        """Block a number because its owner asked this company for it."""
        was_blocked = self.search_count([("number", "=", number)])
        entry = self.with_context(**{BY_SMS: True})._add([number], message=message)
        entry.clinic_stop_company_ids += company
        if not was_blocked:
            entry.clinic_is_by_sms = True

    @api.model
    def _start_by_sms(self, number, company, message):
        """Take back what STOP to this company did; return whether SMS are sent now."""
        entry = self.search([("number", "=", number)])
        entry.clinic_stop_company_ids -= company
        if entry.clinic_is_by_sms and not entry.clinic_stop_company_ids:
            self._remove([number], message=message)
        return not entry.active

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.fields import Command

from ..models.clinic_waitlist_entry import WEEKDAY_FIELDS

#: The wizard's weekdays, Monday first.
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class ClinicFindTime(models.TransientModel):
    """When nothing suits: the waitlist."""

    _inherit = "clinic.find.time"

    def action_join_waitlist(self):
        """Open a new entry of the waitlist with what was searched."""
        self.ensure_one()
        wishes = {
            field: self[day]
            for field, day in zip(WEEKDAY_FIELDS, WEEKDAYS, strict=True)
        }
        if all(wishes.values()):
            wishes = {}
        if self.day_part in ("morning", "afternoon", "evening"):
            wishes[f"in_{self.day_part}"] = True
        values = {
            "patient_id": self.patient_id.id,
            "service_id": self.service_id.id,
            "doctor_ids": [Command.set(self.doctor_ids.ids)],
            "site_ids": [Command.set(self.site_ids.ids)],
            "earliest_date": self.date_from,
            **wishes,
        }
        return {
            "name": self.env._("Put on the Waitlist"),
            "type": "ir.actions.act_window",
            "res_model": "clinic.waitlist.entry",
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {f"default_{name}": value for name, value in values.items()},
        }

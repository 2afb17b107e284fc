# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

#: Messages that can be answered by a number: those about a visit that is booked.
ANSWERABLE = ("booked", "moved", "reminder")


class ClinicReminder(models.Model):
    """Messages that can be answered."""

    _inherit = "clinic.reminder"

    def _get_short_text(self):
        """Override: say how to answer an SMS, where answers are received."""
        text = super()._get_short_text()
        company = self.company_id
        is_asked = self.channel == "sms" and self.event in ANSWERABLE
        if not is_asked or company.sms_provider != "twilio":
            return text
        if not company.clinic_sms_replies:
            return text
        reader = self.with_context(lang=self._get_lang())
        hint = reader.env._("Reply 1 to confirm, 2 to cancel, STOP for no more SMS.")
        return f"{text}\n{hint}"

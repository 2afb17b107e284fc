# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.tools import html2plaintext


class MailThread(models.AbstractModel):
    """E-mails that come back."""

    _inherit = "mail.thread"

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        """Override: a message to a patient that came back has failed."""
        result = super()._routing_handle_bounce(email_message, message_dict)
        if names := message_dict.get("bounced_msg_ids"):
            text = html2plaintext(message_dict.get("body") or "").strip()
            self.env["clinic.reminder"]._note_bounce(names, text)
        return result

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What became of messages after they were handed over: SMS and notifications."""

import re

from odoo import api, fields, models
from odoo.tools import plaintext2html

#: A notification opens its page: the address is none of its words.
LINK = re.compile(r"\s*:?\s*\bhttps?://\S+")

#: What a state of an SMS means for its message; others bring nothing new.
DELIVERY = {"pending": "sent", "sent": "delivered", "error": "failed"}


class SmsTracker(models.Model):
    """Reports of an SMS also reach the message that it carries."""

    _inherit = "sms.tracker"

    clinic_reminder_id = fields.Many2one(
        "clinic.reminder", ondelete="cascade", index="btree_not_null"
    )

    def _action_update_from_sms_state(
        self, sms_state, failure_type=False, failure_reason=False
    ):
        """Override: tell the message."""
        result = super()._action_update_from_sms_state(
            sms_state, failure_type=failure_type, failure_reason=failure_reason
        )
        if sms_state == "canceled":
            self._tell_reminder("failed", self.env._("The SMS was cancelled."))
        elif sms_state in DELIVERY:
            error = failure_reason or self._get_failure(failure_type)
            self._tell_reminder(DELIVERY[sms_state], error)
        return result

    def _action_update_from_provider_error(self, provider_error):
        """Override: tell the message."""
        result = super()._action_update_from_provider_error(provider_error)
        _status, failure_type, failure_reason = result
        error = failure_reason or self._get_failure(failure_type)
        self._tell_reminder("failed", error)
        return result

    def _get_failure(self, failure_type):
        field = self.env["mail.notification"]._fields["failure_type"]
        labels = dict(field._description_selection(self.env))
        return labels.get(failure_type) or failure_type or None

    def _tell_reminder(self, state, error=None):
        # sudo: who tells us was asked for its signature, or is the queue itself
        reminders_sudo = self.sudo().clinic_reminder_id
        if reminders_sudo:
            reminders_sudo._note_delivery(state, error)


class ClinicReminder(models.Model):
    """Messages whose delivery is reported."""

    _inherit = "clinic.reminder"

    @api.model
    def _is_sms_stopped(self, partner):
        """Whether a contact answered STOP to an SMS, or was blocked by staff."""
        if not (number := partner.phone_sanitized):
            return False
        blocked_sudo = self.env["phone.blacklist"].sudo()
        return bool(blocked_sudo.search_count([("number", "=", number)], limit=1))

    def _send_sms(self):
        """Override: in the name of the visit's company, and with reports."""
        self.ensure_one()
        result = super(ClinicReminder, self.with_company(self.company_id))._send_sms()
        self.env["sms.tracker"].sudo().create(
            {
                "sms_uuid": self.message_uid.replace("-", ""),
                "clinic_reminder_id": self.id,
            }
        )
        return result

    def _send_push(self):
        """Override: queue it for each device of the reader, if there is one."""
        self.ensure_one()
        text = LINK.sub("", self._get_short_text()).strip()
        title = self.company_id.name
        options = {
            "body": text,
            "tag": f"clinic-{self.id}",
            "lang": (self._get_lang() or "en_US").replace("_", "-").partition("@")[0],
            "data": {"url": self.appointment_id._get_message_link(self.event)},
        }
        payload = {"title": title, "options": options}
        push = self.env["mail.push"]
        if not push._queue_for_patient(self, self.partner_id, payload):
            return super()._send_push()
        self.write({"subject": title, "body": plaintext2html(text)})
        return None


class ClinicAppointment(models.Model):
    """Channels that reach a contact."""

    _inherit = "clinic.appointment"

    def _get_message_channels(self, partner):
        """Override: not by SMS to who has answered STOP, or was blocked by staff."""
        channels = super()._get_message_channels(partner)
        is_stopped = self.env["clinic.reminder"]._is_sms_stopped(partner)
        return channels - {"sms"} if is_stopped else channels

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.addons.sms_twilio.controllers.controllers import SmsTwilioController
from odoo.addons.sms_twilio.tools.sms_twilio import get_twilio_status_callback_url

from .sms_inbound import SIGNATURE, is_signed


class ClinicSmsStatus(SmsTwilioController):
    """Twilio's reports of what became of an SMS."""

    def _validate_twilio_signature(self, request, uuid):
        """Override: the company is known as long as the message is.

        Odoo forgets whose an SMS was when its row is removed, and then checks the
        report of one company with the token of another.
        """
        sms_sudo = request.env["sms.sms"].sudo().search([("uuid", "=", uuid)])
        tracker_sudo = request.env["sms.tracker"].sudo()
        tracker_sudo = tracker_sudo.search([("sms_uuid", "=", uuid)])
        company_sudo = (
            sms_sudo.record_company_id
            or tracker_sudo.clinic_reminder_id.company_id
            or tracker_sudo.mail_notification_id.mail_message_id.record_company_id
            or request.env.company
        ).sudo()
        return is_signed(
            get_twilio_status_callback_url(company_sudo, uuid),
            request.httprequest.form,
            request.httprequest.headers.get(SIGNATURE, ""),
            company_sudo.sms_twilio_auth_token,
        )

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..controllers.sms_inbound import SIGNATURE
from .common import NUMBER, TwilioCommon
from .fake_twilio import LOST_ANSWER

STATUS = "odoo.addons.sms_twilio.controllers.controllers"


@tagged("post_install", "-at_install")
class TestStatus(TwilioCommon, HttpCase):
    """Twilio's reports reach the message."""

    def _send(self, **values):
        reminder = self._create_reminder(**values)
        self._run_queue()
        return reminder, self.fake.messages[-1]

    def _report(self, message, status, **params):
        self.env.flush_all()
        url = message["callback"]
        data = {
            "AccountSid": message["account_sid"],
            "MessageSid": message["sid"],
            "SmsSid": message["sid"],
            "MessageStatus": status,
            "SmsStatus": status,
            "To": message["to"],
            "From": message["from"],
            **params,
        }
        token = self.fake.tokens[message["account_sid"]]
        return self._post(url, data, self.fake.sign(url, data, token))

    def _post(self, url, data, signature):
        path = url.removeprefix(self.company.get_base_url())
        with mute_logger(STATUS, "odoo.http"):
            response = self.opener.post(
                self.base_url() + path,
                data=data,
                headers={SIGNATURE: signature} if signature else {},
                timeout=60,
            )
        self.env.invalidate_all()
        return response.status_code

    def test_from_sent_to_delivered(self):
        reminder, message = self._send()
        self.assertEqual((reminder.state, reminder.provider_state), ("sent", "sent"))
        for status in ("queued", "sending", "sent"):
            self.assertEqual(self._report(message, status), 200)
            self.assertEqual(reminder.state, "sent")
        self.assertEqual(self._report(message, "delivered"), 200)
        self.assertEqual(reminder.state, "delivered")
        self._report(message, "sent")  # late
        self.assertEqual(reminder.state, "delivered")

    def test_failure_goes_by_another_channel_once(self):
        reminder, message = self._send()
        for _time in range(2):
            self._report(
                message,
                "undelivered",
                ErrorCode="30005",
                ErrorMessage="Unknown handset",
            )
        self.assertEqual(reminder.state, "failed")
        self.assertIn("Unknown handset", reminder.error)
        instead = self.env["clinic.reminder"].search(
            [("fallback_of_id", "=", reminder.id)]
        )
        self.assertEqual(instead.mapped("channel"), ["email"])

    def test_refusal_at_once_is_a_failure(self):
        self.patient.phone = "+15005550001"
        reminder, _message = self._create_reminder(), self._run_queue()
        self.assertEqual(reminder.state, "failed")
        self.assertIn("not a valid phone number", reminder.error)

    def test_report_settles_what_was_not_answered(self):
        self.fake.fail(LOST_ANSWER)
        reminder, message = self._send()
        sms = self._get_sms(reminder)
        self.assertEqual((sms.state, sms.to_delete), ("process", False))
        self.assertEqual(self._report(message, "delivered"), 200)
        self.assertEqual(reminder.state, "delivered")
        self.assertTrue(sms.to_delete)
        sms.twilio_asked_at = "2020-01-01"
        self._settle()
        self.assertEqual(reminder.state, "delivered")
        self.assertEqual(len(self.fake.sent_to(NUMBER)), 1)

    def test_reports_after_the_row_is_gone_in_a_second_company(self):
        quiet = {"clinic_quiet_from": 0, "clinic_quiet_to": 0}
        other = self.env["res.company"].create({"name": "Other", **quiet})
        self._set_up_twilio(other, "+33199000002")
        other.clinic_messages_active = True
        reminder = self._create_reminder(send=False)
        reminder.company_id = other
        reminder._process(None)
        sms = self._get_sms(reminder)
        self.assertEqual(sms.record_company_id, other)
        self._run_queue()
        message = self.fake.messages[-1]
        self.assertEqual(message["from"], "+33199000002")
        sms.unlink()
        self.assertEqual(self._report(message, "delivered"), 200)
        self.assertEqual(reminder.state, "delivered")

    def test_unsigned_reports_are_refused(self):
        reminder, message = self._send()
        url = message["callback"]
        data = {"SmsStatus": "delivered", "MessageSid": message["sid"]}
        good = self.fake.sign(url, data, self.company.sms_twilio_auth_token)
        other = self.fake.sign(f"{url[:-1]}0", data, self.company.sms_twilio_auth_token)
        for signature in (None, "", "x", other, self.fake.sign(url, data, "guess")):
            self.assertEqual(self._post(url, data, signature), 404)
        forged = {**data, "SmsStatus": "failed"}
        self.assertEqual(self._post(url, forged, good), 404)
        self.company.sms_twilio_auth_token = False
        self.assertEqual(self._post(url, data, good), 404)
        self.assertEqual(reminder.state, "sent")

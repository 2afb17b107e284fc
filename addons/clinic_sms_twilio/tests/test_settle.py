# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from unittest.mock import patch

from odoo.tests import tagged

from .. import const
from ..twilio_api import TwilioReader
from .common import NUMBER, TwilioCommon
from .fake_twilio import LOST_ANSWER


@tagged("post_install", "-at_install")
class TestSettle(TwilioCommon):
    """What became of an SMS that Twilio did not answer for."""

    def _lose(self, kind=LOST_ANSWER, reminder=None):
        """Return an SMS without an answer that has waited long enough."""
        sms = self._get_sms(reminder) if reminder else self._create_sms()
        self.fake.fail(kind)
        self._run_queue()
        self.assertEqual(sms.state, "process")
        self._settle()
        self.assertEqual(sms.state, "process")  # its report may still come
        self._age(sms, const.PATIENCE + 1)
        return sms

    def test_twilio_knows_it(self):
        reminder = self._create_reminder()
        sms = self._lose(reminder=reminder)
        self.fake.messages[0]["status"] = "delivered"
        self._settle()
        self.assertEqual((sms.state, sms.to_delete), ("sent", True))
        self.assertEqual(reminder.state, "delivered")
        self.assertEqual(len(self.fake.messages), 1)

    def test_twilio_changed_its_signs(self):
        sms = self._create_sms(body="It’s on Monday – see you")
        self.fake.fail(LOST_ANSWER)
        self._run_queue()
        self.fake.messages[0]["body"] = "Trial account - It's on Monday - see you"
        self._age(sms, const.PATIENCE + 1)
        self._settle()
        self.assertEqual(sms.state, "pending")

    def test_twilio_does_not_know_it(self):
        reminder = self._create_reminder()
        sms = self._lose(500, reminder)
        self._settle()
        self.assertEqual((sms.state, sms.failure_type), ("error", "sms_server"))
        self.assertEqual(reminder.state, "failed")
        instead = self.env["clinic.reminder"].search(
            [("fallback_of_id", "=", reminder.id)]
        )
        self.assertEqual(instead.channel, "email")

    def test_another_sms_with_the_same_words_is_not_it(self):
        self._create_sms()
        self._run_queue()
        sms = self._lose(500)
        self._settle()
        self.assertEqual(sms.state, "error")
        self.assertEqual(len(self.fake.sent_to(NUMBER)), 1)

    def test_twilio_says_that_it_failed(self):
        sms = self._lose()
        self.fake.messages[0].update(status="undelivered", error_code=30005)
        self._settle()
        self.assertEqual(sms.state, "error")

    def test_without_a_token_twilio_cannot_be_asked(self):
        sms = self._lose()
        self.company.sms_twilio_auth_token = False
        self._settle()
        self.assertEqual(sms.state, "process")

    def test_a_report_comes_while_twilio_is_asked(self):
        sms = self._lose()
        with patch.object(TwilioReader, "find", self._report(sms)):
            self._settle()
        self.assertEqual(sms.state, "process")
        self.assertTrue(sms.to_delete)

    def _report(self, sms):
        def find(_reader, *_args):
            sms.to_delete = True
            sms.flush_recordset()
            return []

        return find

    def test_twilio_cannot_be_asked(self):
        sms = self._lose()
        set_param = self.env["ir.config_parameter"].sudo().set_param
        set_param(const.PARAM_ADDRESS, "http://127.0.0.1:9")
        self._settle()
        self.assertEqual(sms.state, "process")
        self._age(sms, const.GIVE_UP)
        self._settle()
        self.assertEqual((sms.state, sms.failure_type), ("error", "sms_server"))

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from unittest.mock import patch

import psycopg2.errors

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.sms.tools.sms_api import SmsApi

from .. import const
from ..twilio_api import ClinicSmsApiTwilio
from .common import NUMBER, Killed, TwilioCommon
from .fake_twilio import LOST_ANSWER
from .fake_twilio.server import BAD_NUMBER, UNSUBSCRIBED


@tagged("post_install", "-at_install")
class TestQueue(TwilioCommon):
    """Each SMS leaves once, by the provider and account of its company."""

    def test_two_companies_and_providers_in_one_batch(self):
        second = self.env["res.company"].create({"name": "Second"})
        self._set_up_twilio(second, "+33199000002")
        third = self.env["res.company"].create({"name": "Third"})
        third.sms_provider = "iap"
        batch = self.env["sms.sms"]
        for number, company in enumerate((self.company, second, third, self.company)):
            batch |= self._create_sms(
                f"+3319900100{number}", record_company_id=company.id
            )
        told = []

        def send(api, messages, delivery_reports_url=False):
            uuids = [info["uuid"] for item in messages for info in item["numbers"]]
            told.extend(uuids)
            return [{"uuid": uuid, "state": "success"} for uuid in uuids]

        with patch.object(SmsApi, "_send_sms_batch", send):
            self._run_queue()
        self.assertEqual(set(batch.mapped("state")), {"pending"})
        self.assertEqual(told, [batch[2].uuid])
        by_account = {
            message["to"]: (message["account_sid"], message["from"])
            for message in self.fake.messages
        }
        first = (self.company.sms_twilio_account_sid, "+33199000001")
        self.assertEqual(
            by_account,
            {
                "+33199001000": first,
                "+33199001001": (second.sms_twilio_account_sid, "+33199000002"),
                "+33199001003": first,
            },
        )

    def test_an_sms_is_sent_once(self):
        sms = self._create_sms()
        self._run_queue()
        self._run_queue()
        self.assertEqual(sms.state, "pending")
        self.assertEqual(len(self.fake.sent_to(NUMBER)), 1)
        message = self.fake.messages[0]
        self.assertEqual(sms.sms_twilio_sid, message["sid"])
        self.assertTrue(message["callback"].endswith(f"/sms_twilio/status/{sms.uuid}"))

    def test_a_row_that_another_process_changes_is_looked_at_again(self):
        self._create_sms()
        queue = self.registry["sms.sms"]
        lock, looked = queue.try_lock_for_update, []

        def collide(records, **options):
            looked.append(records)
            if len(looked) == 1:
                raise psycopg2.errors.SerializationFailure
            return lock(records, **options)

        with patch.object(queue, "try_lock_for_update", collide):
            self._run_queue()
        self.assertEqual(len(looked), 2)
        self.assertEqual(len(self.fake.sent_to(NUMBER)), 1)

    def test_a_refusal_is_tried_again_with_pauses(self):
        for kind in (429, 503):
            with self.subTest(kind=kind):
                self.fake.messages.clear()
                sms = self._create_sms()
                self.fake.fail(kind)
                self._run_queue()
                self.assertEqual((sms.state, sms.to_delete), ("outgoing", False))
                self.assertEqual(sms.twilio_tries, 1)
                self._run_queue()  # it is not its turn yet
                self.assertFalse(self.fake.messages)
                sms.twilio_not_before = "2020-01-01"
                self._run_queue()
                self.assertEqual(sms.state, "pending")
                self.assertEqual(len(self.fake.messages), 1)

    def test_refusals_end(self):
        sms = self._create_sms()
        self.fake.fail(429, times=len(const.BACKOFF) + 1)
        for _try in range(len(const.BACKOFF) + 3):
            sms.twilio_not_before = False
            self._run_queue()
        self.assertEqual((sms.state, sms.failure_type), ("error", "sms_server"))
        self.assertEqual(len(self.fake.requests), len(const.BACKOFF) + 1)

    def test_nobody_at_home_is_a_refusal(self):
        sms = self._create_sms()
        set_param = self.env["ir.config_parameter"].sudo().set_param
        set_param(const.PARAM_ADDRESS, "http://127.0.0.1:9")
        self._run_queue()
        self.assertEqual((sms.state, sms.twilio_tries), ("outgoing", 1))

    def test_no_answer_is_not_asked_again(self):
        faults = [
            (LOST_ANSWER, None, 1),
            (500, None, 0),
            (502, b"<html>Bad gateway</html>", 0),
            (200, b"<html>", 0),
        ]
        for kind, body, taken in faults:
            with self.subTest(kind=kind):
                self.fake.messages.clear()
                self.fake.requests.clear()
                sms = self._create_sms()
                self.fake.fail(kind, body=body)
                self._run_queue()
                self._run_queue()
                self.assertEqual((sms.state, sms.to_delete), ("process", False))
                self.assertEqual(len(self.fake.requests), 1)
                self.assertEqual(len(self.fake.messages), taken)

    def test_a_broken_answer_harms_no_other(self):
        first, second = self._create_sms(), self._create_sms("+33199001111")
        self.fake.fail(502, body=b"<html>")
        self._run_queue()
        self.assertEqual(first.state, "process")
        self.assertEqual(second.state, "pending")

    def test_a_crash_before_the_answer(self):
        """What was marked before the process ended is not asked for again."""
        sms = self._create_sms()
        answer = ClinicSmsApiTwilio._send_sms_batch

        def die(api, *args, **kwargs):
            answer(api, *args, **kwargs)
            raise Killed()

        with patch.object(ClinicSmsApiTwilio, "_send_sms_batch", die):
            self._run_queue()
        self._run_queue()
        self.assertEqual(sms.state, "process")
        self.assertEqual(len(self.fake.messages), 1)
        self._age(sms, const.PATIENCE + 1)
        self._settle()
        self.assertEqual(sms.state, "pending")
        self.assertEqual(sms.sms_twilio_sid, self.fake.messages[0]["sid"])

    def test_errors_have_their_meaning(self):
        bad = self._create_sms(BAD_NUMBER)
        stopped = self._create_sms(UNSUBSCRIBED)
        self._run_queue()
        self.assertEqual((bad.state, bad.failure_type), ("error", "sms_number_format"))
        self.assertEqual((stopped.state, stopped.failure_type), ("error", "sms_optout"))
        blocked = self.env["phone.blacklist"].search([])
        self.assertIn(UNSUBSCRIBED, blocked.mapped("number"))

    def test_a_wrong_token_fails_at_once(self):
        sms = self._create_sms()
        self.company.sms_twilio_auth_token = "wrong"
        self._run_queue()
        self.assertEqual((sms.state, sms.failure_type), ("error", "sms_credit"))
        self.company.sms_twilio_account_sid = "nonsense"
        other = self._create_sms()
        self._run_queue()
        self.assertEqual((other.state, other.failure_type), ("error", "sms_server"))

    def test_only_this_machine_can_stand_in(self):
        set_param = self.env["ir.config_parameter"].sudo().set_param
        set_param(const.PARAM_ADDRESS, "https://twilio.example.com")
        with self.assertRaises(ValidationError):
            self.company._get_twilio_test_address()
        set_param(const.PARAM_ADDRESS, "")
        self.assertIsNone(self.company._get_twilio_test_address())

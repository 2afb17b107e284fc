# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import uuid
import xml.etree.ElementTree as ET
from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic_scheduling.exceptions import TooManyRequests

from .. import const
from ..controllers import sms_inbound
from .common import NUMBER, OUR_NUMBER, TwilioCommon

LOGGERS = ("odoo.http", sms_inbound.__name__)


@tagged("post_install", "-at_install")
class TestInbound(TwilioCommon, HttpCase):
    """The webhook believes Twilio alone, and each message once."""

    def setUp(self):
        super().setUp()
        address = str(uuid.uuid4())
        self.startPatcher(
            patch.object(sms_inbound, "get_address", return_value=address)
        )
        # attempts stay counted when a test is rolled back
        self.number = f"+331{uuid.uuid4().int % 10**8:08d}"
        self.patient.phone = self.number
        self.token = self.company.sms_twilio_auth_token
        self.env.flush_all()

    def _params(self, body="1", **params):
        return {
            "AccountSid": self.company.sms_twilio_account_sid,
            "MessageSid": f"SM{uuid.uuid4().hex}",
            "From": self.number,
            "To": OUR_NUMBER,
            "Body": body,
            "NumMedia": "0",
            **params,
        }

    def _bring(self, params, token=None, query="", **headers):
        """Post as Twilio does, signed with a token (False: unsigned)."""
        url = self.company._get_sms_webhook() + query
        if token is not False:
            signature = self.fake.sign(url, params, token or self.token)
            headers = {sms_inbound.SIGNATURE: signature, **headers}
        address = self.base_url() + const.INBOUND_PATH + query
        with mute_logger(*LOGGERS):
            response = self.opener.post(
                address, data=params, headers=headers, timeout=60
            )
        self.env.invalidate_all()
        return response

    def _get_texts(self, response):
        """Return the texts of a TwiML answer."""
        self.assertEqual(response.status_code, 200)
        self.assertTrue(response.headers["Content-Type"].startswith("text/xml"))
        root = ET.fromstring(response.content)
        self.assertEqual(root.tag, "Response")
        return [message.text for message in root.findall("Message")]

    def _count(self):
        return self.env["clinic.sms.reply"].search_count([])

    def test_signed_reply_is_acted_on_and_answered(self):
        self._create_reminder()
        texts = self._get_texts(self._bring(self._params("1")))
        self.assertEqual(len(texts), 1)
        self.assertIn("confirmed", texts[0])
        self.assertEqual(self.visit.state, "confirmed")

    def test_replayed_reply_changes_nothing(self):
        self._create_reminder()
        params = self._params("1")
        first = self._get_texts(self._bring(params))
        self.visit.reopen()
        self.env.flush_all()
        count = self._count()
        self.assertEqual(self._get_texts(self._bring(params)), first)
        self.assertEqual(self.visit.state, "scheduled")
        self.assertEqual(self._count(), count)

    def test_missing_wrong_and_altered_signatures(self):
        self._create_reminder()
        params, count = self._params("2"), self._count()
        url = self.company._get_sms_webhook()
        signature = self.fake.sign(url, params, self.token)
        attempts = [
            self._bring(params, token=False),
            self._bring(params, token=False, **{sms_inbound.SIGNATURE: ""}),
            self._bring(params, token=False, **{sms_inbound.SIGNATURE: "é\u00ff"}),
            self._bring(params, token="guess"),
            self._bring(params, token=False, **{sms_inbound.SIGNATURE: signature[:-2]}),
            self._bring(
                {**params, "Body": "1"},
                token=False,
                **{sms_inbound.SIGNATURE: signature},
            ),
            self._bring(
                params, token=False, query="?x=1", **{sms_inbound.SIGNATURE: signature}
            ),
        ]
        for number, response in enumerate(attempts):
            with self.subTest(number=number):
                self.assertEqual(response.status_code, 403)
                self.assertNotIn("Traceback", response.text)
        self.assertEqual(self._count(), count)
        self.assertEqual(self.visit.state, "scheduled")

    def test_signature_covers_the_query(self):
        self._create_reminder()
        self.assertEqual(
            self._bring(self._params("1"), query="?a=b%20c").status_code, 200
        )

    def test_another_companys_token_is_none(self):
        other = self.env["res.company"].create({"name": "Other"})
        token = self._set_up_twilio(other, "+33199000002")
        self._create_reminder()
        self.env.flush_all()
        self.assertEqual(self._bring(self._params("2"), token=token).status_code, 403)
        theirs = self._params("2", To="+33199000002")
        self.assertEqual(self._bring(theirs).status_code, 403)
        texts = self._get_texts(self._bring(theirs, token=token))
        self.assertIn("no appointment", texts[0])
        self.assertEqual(self.visit.state, "scheduled")

    def test_two_companies_share_a_number(self):
        other = self.env["res.company"].create({"name": "Other"})
        token = self._set_up_twilio(other, OUR_NUMBER)
        self._create_reminder()
        self.env.flush_all()
        self._get_texts(self._bring(self._params("1"), token=token))
        self.assertEqual(self.visit.state, "scheduled")
        self._get_texts(self._bring(self._params("1")))
        self.assertEqual(self.visit.state, "confirmed")

    def test_unknown_numbers(self):
        for number in ("+33199000009", "", "x"):
            response = self._bring(self._params(To=number))
            self.assertEqual(response.status_code, 404)

    def test_without_a_token_nothing_is_believed(self):
        self.company.sms_twilio_auth_token = False
        self.env.flush_all()
        self.assertEqual(self._bring(self._params(), token="").status_code, 403)
        self.assertEqual(self._bring(self._params(), token="x").status_code, 403)

    def test_reading_changes_nothing(self):
        with mute_logger(*LOGGERS):
            response = self.url_open(const.INBOUND_PATH)
        self.assertIn(response.status_code, (404, 405))

    def test_too_many_unsigned(self):
        def refuse(_self, kind, _identity):
            self.assertEqual(kind, "sms_unsigned")
            raise TooManyRequests("Too often.", retry_after=60)

        model = self.env.registry["clinic.rate.limit"]
        with patch.object(model, "_count", refuse):
            response = self._bring(self._params(), token=False)
        self.assertEqual(response.status_code, 429)
        self.assertEqual(response.headers["Retry-After"], "60")

    def test_robots_get_no_answers_but_can_stop(self):
        set_param = self.env["ir.config_parameter"].sudo().set_param
        set_param("clinic_scheduling.limit.sms_reply", "1/3600")
        self.env.flush_all()
        self.assertTrue(self._get_texts(self._bring(self._params("hello"))))
        self.assertFalse(self._get_texts(self._bring(self._params("hello"))))
        self.assertTrue(self._get_texts(self._bring(self._params("STOP"))))
        blocked = self.env["phone.blacklist"].search([("number", "=", self.number)])
        self.assertTrue(blocked)

    def test_odd_messages_are_taken(self):
        for body in ("", "\x00", "x" * 5000, "<script>", "😀"):
            with self.subTest(body=body[:9]):
                self._get_texts(self._bring(self._params(body)))
        self._get_texts(self._bring(self._params(MessageSid="")))

    def test_no_session_is_made(self):
        response = self._bring(self._params("1"))
        self.assertNotIn("session_id", response.headers.get("Set-Cookie", ""))
        self.assertNotEqual(self.number, NUMBER)

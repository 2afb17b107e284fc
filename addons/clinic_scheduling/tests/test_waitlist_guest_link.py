# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import random
import uuid
from unittest.mock import patch

from odoo.tests import tagged

from .booking_common import BookingCase
from .waitlist_common import WaitlistMixin


@tagged("post_install", "-at_install")
class TestWaitlistGuestLink(WaitlistMixin, BookingCase):
    """The message with the link to a guest's entry: once, counted, and written down."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_waitlist()

    def setUp(self):
        super().setUp()
        # attempts stay counted when a test is rolled back: a company of its own
        self.company = self.env["res.company"].create(
            {"name": f"Hill & <b>Dale</b> {uuid.uuid4()}"}
        )
        self.service.company_id = False
        self.first.company_id = False
        self.entry = self._join(self.first, company_id=self.company.id)

    def _get_number(self):
        return "+33612" + "".join(random.choices("0123456789", k=6))

    def _find_messages(self, number):
        return self.env["sms.sms"].search([("number", "=", number)])

    def _get_log(self):
        return " ".join(self.entry.message_ids.mapped("body"))

    def test_an_sms_is_sent_by_the_company_and_written_down(self):
        number, senders = self._get_number(), []
        model = self.env.registry["sms.sms"]
        create = model.create

        def note(records, vals_list):
            senders.append(records.env.company)
            return create(records, vals_list)

        with patch.object(model, "create", note):
            self.assertTrue(self.entry._send_guest_link("sms", number))
        self.assertEqual(senders, [self.company])
        [sms] = self._find_messages(number)
        secret = self.entry.sudo().access_token
        self.assertIn(secret, sms.body)
        self.assertIn(f"was sent to {number}", self._get_log())
        self.assertNotIn(secret, self._get_log())

    def test_who_stopped_text_messages_gets_none(self):
        number = self._get_number()
        self.env["phone.blacklist"]._add([number])
        self.assertFalse(self.entry._send_guest_link("sms", number))
        self.assertFalse(self._find_messages(number))
        self.assertIn(f"was not sent to {number}", self._get_log())

    def test_text_messages_are_counted_with_the_codes(self):
        self.company.clinic_code_sms_per_hour = 1
        number = self._get_number()
        self.assertTrue(self.entry._send_guest_link("sms", self._get_number()))
        self.assertFalse(self.entry._send_guest_link("sms", number))
        self.assertFalse(self._find_messages(number))
        self.assertIn("too many text messages", self._get_log())

    def test_names_are_no_markup_in_the_mail(self):
        self.assertTrue(self.entry._send_guest_link("email", self.mailbox))
        [mail] = self.env["mail.mail"].search([("email_to", "=", self.mailbox)])
        self.assertIn("Hill &amp; &lt;b&gt;Dale&lt;/b&gt;", mail.body_html)
        self.assertEqual(mail.subject.count("<b>"), 1)
        self.assertIn(f"was sent to {self.mailbox}", self._get_log())

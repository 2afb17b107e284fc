# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re
import uuid
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged

from ..exceptions import TooManyRequests
from ..models import clinic_verification


@tagged("post_install", "-at_install")
class TestVerification(TransactionCase):
    """One-time codes: to whom, how long, how often."""

    def setUp(self):
        super().setUp()
        self.codes = self.env["clinic.verification"]
        # attempts are counted outside of the test's transaction
        self.contact = f"{uuid.uuid4().hex}@example.com"
        self.address = uuid.uuid4().hex

    def _send(self, contact=None, purpose="booking"):
        """Send a code and return it as the message says it."""
        self.codes._send(contact or self.contact, purpose, self.address)
        domain = [("email_to", "=", contact or self.contact)]
        mail = self.env["mail.mail"].search(domain, order="id desc", limit=1)
        return re.search(r"\b\d{6}\b", mail.body_html).group()

    def _verify(self, code, contact=None, purpose="booking"):
        contact = contact or self.contact
        return self.codes._verify(contact, code, purpose, self.address)

    def _uncounted(self):
        limits = type(self.env["clinic.rate.limit"])
        return patch.object(limits, "_count", lambda *_args: None)

    def test_right_code_is_good_once(self):
        code = self._send()
        self.assertTrue(self._verify(code))
        self.assertFalse(self._verify(code))

    def test_code_may_be_typed_with_spaces(self):
        code = self._send()
        self.assertTrue(self._verify(f" {code[:3]} {code[3:]} "))

    def test_wrong_code(self):
        code = self._send()
        wrong = str((int(code) + 1) % 10**6).zfill(6)
        for given in (wrong, "", None, code[:5], f"{code}0", "é", "%00"):
            # how often is another test's matter
            with self.subTest(given=given), self._uncounted():
                self.assertFalse(self._verify(given))
        self.assertTrue(self._verify(code))

    def test_code_is_for_its_contact_and_purpose(self):
        code = self._send()
        self.assertFalse(self._verify(code, contact=f"x{self.contact}"))
        self.assertFalse(self._verify(code, purpose="join"))
        self.assertTrue(self._verify(code))

    def test_a_new_code_replaces_the_one_before(self):
        first, second = self._send(), self._send()
        if first != second:
            self.assertFalse(self._verify(first))
        self.assertTrue(self._verify(second))

    def test_code_expires(self):
        code = self._send()
        later = fields.Datetime.now() + timedelta(
            minutes=clinic_verification.MINUTES, seconds=1
        )
        with patch.object(fields.Datetime, "now", lambda: later):
            self.assertFalse(self._verify(code))

    def test_five_tries_are_all(self):
        code = self._send()
        wrong = str((int(code) + 1) % 10**6).zfill(6)
        for _attempt in range(5):
            self.assertFalse(self._verify(wrong))
        with self.assertRaises(TooManyRequests) as caught:
            self._verify(code)
        self.assertGreater(caught.exception.context["retry_after"], 0)

    def test_tries_of_one_address_are_counted_over_contacts(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("clinic_scheduling.limit.verify_address", "2/60")
        for number in range(2):
            self.assertFalse(self._verify("123456", f"{number}{self.contact}"))
        with self.assertRaises(TooManyRequests):
            self._verify("123456", f"3{self.contact}")

    def test_neither_code_nor_contact_is_kept(self):
        code = self._send()
        self.codes.flush_model()
        self.env.cr.execute(
            "SELECT row_to_json(kept)::text FROM clinic_verification kept"
            " ORDER BY id DESC LIMIT 1"
        )
        [kept] = self.env.cr.fetchone()
        self.assertNotIn(self.contact, kept)
        self.assertNotIn(f'"{code}"', kept)

    def test_contacts_are_normalized(self):
        self.env.company.country_id = self.env.ref("base.fr")
        for typed, wanted in (
            (" Ann@Example.COM ", ("email", "ann@example.com")),
            ("06 12 34 56 78", ("sms", "+33612345678")),
            ("+32 470 12 34 56", ("sms", "+32470123456")),
        ):
            with self.subTest(typed=typed):
                self.assertEqual(self.codes._normalize(typed), wanted)
        for typed in ("", None, "Ann", "@x.y", "a@b", "12", "+"):
            with self.subTest(typed=typed), self.assertRaises(UserError):
                self.codes._normalize(typed)

    def test_old_codes_are_forgotten(self):
        self._send()
        sent = self.codes.search([], order="id desc", limit=1)
        sent.expires_at = fields.Datetime.now() - timedelta(days=2)
        self.codes._gc_codes()
        self.assertFalse(sent.exists())

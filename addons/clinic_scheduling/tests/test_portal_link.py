# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from dateutil.relativedelta import relativedelta
from lxml import html

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .booking_common import BookingCase

PAGE = "/my/clinic/link"


@tagged("post_install", "-at_install")
class TestPortalLink(BookingCase):
    """An account is connected with a patient by the patient's own contact."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.returning = cls._create_account("test_returning")

    def setUp(self):
        super().setUp()
        self.known = self._create_known()
        self._sign_in(self.returning)

    def _create_known(self, **values):
        values = {"name": "Karl Known", "birthdate": "1980-05-06", **values}
        return self.env["clinic.patient"].create({"email": self.mailbox, **values})

    def _send_link(self, suffix="", **data):
        response = self._post(f"{PAGE}{suffix}", **data)
        self.env.invalidate_all()
        return response

    def _ask_code(self, contact=None):
        contact = contact or self.mailbox
        self._assert_leads_to(self._send_link("/code", contact=contact), "link")
        return self._read_code(contact)

    def _prove_link(self, contact=None):
        code = self._ask_code(contact)
        self._assert_leads_to(self._send_link("/code/check", code=code), "link")

    def _get_people(self):
        """Return {id: name} of whom the page offers."""
        page = html.fromstring(self._get(PAGE).text)
        return {
            int(item.get("value")): page.xpath(f"//label[@for='{item.get('id')}']")[
                0
            ].text_content()
            for item in page.xpath("//input[@name='patient']")
        }

    def _get_words(self, contact):
        page = html.fromstring(self._get(PAGE).text)
        [main] = page.xpath("//div[@id='wrap']")
        return " ".join(main.text_content().replace(contact, "…").split())

    def _get_consent(self, patient):
        return patient.consent_ids.filtered(
            lambda item: item.partner_id == self.returning.partner_id
        )

    def test_pages_lead_here(self):
        for url in ("/my/clinic/profile", "/my/appointments", "/my/dependants"):
            with self.subTest(url=url):
                self.assertIn(f'href="{PAGE}"', self._get(url).text)

    def test_the_patients_own_contact_connects(self):
        visit = self._book(12, patient_id=self.known.id)
        self.assertEqual(self._get(self._url(visit)).status_code, 404)
        self.assertFalse(self._get_people())
        self._prove_link()
        self.assertEqual(self._get_people(), {self.known.id: "Karl K., 1980"})
        response = self._send_link(patient=str(self.known.id))
        self.assertEqual(response.status_code, 303)
        consent = self._get_consent(self.known)
        self.assertEqual(
            (consent.relationship, consent.scope, consent.source),
            ("self", "manage", "code"),
        )
        self.assertFalse(self._get_people())
        self.assertIn("is connected with your account", self._get(PAGE).text)
        self.assertEqual(self._get(self._url(visit)).status_code, 200)
        self.assertIn("Karl Known", self._get("/my/clinic/profile").text)

    def test_answer_is_the_same_for_known_and_unknown(self):
        unknown = f"x{self.mailbox}"
        words = []
        for contact in (self.mailbox, unknown):
            self._ask_code(contact)
            words.append(self._get_words(contact))
            self._send_link("/code/other")
        self.assertEqual(*words)
        self.assertNotIn("Karl", words[0])
        self._prove_link(unknown)
        self.assertFalse(self._get_people())
        self.assertIn("We know no patient by this contact", self._get(PAGE).text)

    def test_what_is_no_contact_is_said(self):
        for contact in ("", "x", "a@", "\0", "<b>@", "é" * 300):
            with self.subTest(contact=contact):
                response = self._send_link("/code", contact=contact)
                self.assertEqual(response.status_code, 422)
                self._assert_clean(response)

    def test_nobody_is_connected_without_the_code(self):
        for proof in (lambda: None, self._ask_code):
            proof()
            response = self._send_link(patient=str(self.known.id))
            self.assertEqual(response.status_code, 422)
        for code in ("", "é", "1" * 300):
            response = self._send_link("/code/check", code=code)
            self.assertEqual(response.status_code, 422)
        self.assertFalse(self._get_people() or self.known.consent_ids)

    def test_others_are_not_connected_by_the_code(self):
        self._prove_link()
        for value in (self.patient.id, self.other_patient.id, "", "x", -1, 10**12):
            with self.subTest(value=value):
                response = self._send_link(patient=str(value))
                self.assertEqual(response.status_code, 422)
        self.assertFalse(self._get_consent(self.patient | self.other_patient))

    def test_wrong_codes_are_counted(self):
        right = self._ask_code()
        wrong = str(int(right) ^ 1).zfill(6)
        for _attempt in range(5):
            response = self._send_link("/code/check", code=wrong)
            self.assertEqual(response.status_code, 422)
        response = self._send_link("/code/check", code=right)
        self.assertEqual(response.status_code, 429)
        self.assertGreater(int(response.headers["Retry-After"]), 0)
        self.assertFalse(self._get_people())

    def test_codes_are_counted(self):
        for _attempt in range(5):
            self._ask_code()
        response = self._send_link("/code", contact=self.mailbox)
        self.assertEqual(response.status_code, 429)
        self.assertGreater(int(response.headers["Retry-After"]), 0)

    def test_code_expires(self):
        code = self._ask_code()
        sent = self.env["clinic.verification"].search([], order="id desc", limit=1)
        sent.expires_at = fields.Datetime.now() - timedelta(seconds=1)
        response = self._send_link("/code/check", code=code)
        self.assertEqual(response.status_code, 422)
        self.assertIn("too old", response.text)
        self.assertFalse(self._get_people())

    def test_code_of_another_account(self):
        code = self._ask_code()
        self._sign_in(self.stranger)
        response = self._send_link("/code/check", code=code)
        self._assert_leads_to(response, "link")
        self.assertFalse(self._get_people())
        # who asked for a code of their own does not get on with this one either
        other = self._ask_code()
        if other != code:
            response = self._send_link("/code/check", code=code)
            self.assertEqual(response.status_code, 422)
        self.assertFalse(self._get_people())

    def test_code_for_a_booking(self):
        hold = self._hold_time()
        self._send(hold, "code", contact=self.mailbox)
        code = self._read_code(self.mailbox)
        if self._ask_code() != code:
            response = self._send_link("/code/check", code=code)
            self.assertEqual(response.status_code, 422)
        self.assertFalse(self._get_people())

    def test_shared_address(self):
        today = fields.Date.today()
        child = self._create_known(
            name="Kim Known", birthdate=today - relativedelta(years=7)
        )
        self._prove_link()
        self.assertEqual(list(self._get_people()), [self.known.id, child.id])
        self._send_link(patient=str(child.id))
        consent = self._get_consent(child)
        self.assertEqual((consent.relationship, consent.scope), ("parent", "book"))
        self.assertEqual(list(self._get_people()), [self.known.id])
        self.assertFalse(self._get_consent(self.known))
        self._send_link(patient=str(self.known.id))
        consent = self._get_consent(self.known)
        # who of them reads the address is not known
        self.assertEqual((consent.relationship, consent.scope), ("other", "book"))
        self.assertEqual(consent.valid_until, today + relativedelta(years=1))

    def test_account_is_one_patient_only(self):
        self._sign_in()
        self._prove_link()
        self._send_link(patient=str(self.known.id))
        self.assertEqual(
            (self.known.consent_ids.relationship, self.known.consent_ids.scope),
            ("other", "book"),
        )

    def test_code_by_text_message(self):
        self.env.company.country_id = self.env.ref("base.fr")
        self.known.phone = "+33 6 12 34 56 78"
        self._send_link("/code", contact="06 12 34 56 78")
        sms = self.env["sms.sms"].search([("number", "=", "+33612345678")], limit=1)
        code = "".join(char for char in sms.body.partition(" is ")[2] if char.isdigit())
        self._send_link("/code/check", code=code[:6])
        self.assertEqual(list(self._get_people()), [self.known.id])

    def test_patient_of_another_company(self):
        company = self.env["res.company"].create({"name": "Other Practice"})
        self.known.partner_id.company_id = company
        self._prove_link()
        self.assertFalse(self._get_people())

    def test_reload_leads_back_to_the_page(self):
        for suffix in ("/code", "/code/check", "/code/other"):
            self._assert_leads_to(self._get(f"{PAGE}{suffix}"), "link")

    @mute_logger("odoo.http")
    def test_forms_need_their_own_token(self):
        for suffix in ("", "/code", "/code/check", "/code/other"):
            with self.subTest(suffix=suffix):
                response = self._post(f"{PAGE}{suffix}", csrf=False, contact="x")
                self.assertEqual(response.status_code, 400)

    def test_signed_out(self):
        self.authenticate(None, None)
        self._assert_to_sign_in(self._get(PAGE))

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import random
import uuid

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .booking_common import BookingCase


@tagged("post_install", "-at_install")
class TestVerificationSms(BookingCase):
    """To which countries codes go by text message, and how many."""

    def setUp(self):
        super().setUp()
        # attempts stay counted when a test is rolled back: a company of its own
        self.company = self.env["res.company"].create(
            {
                "name": f"Practice {uuid.uuid4()}",
                "country_id": self.env.ref("base.fr").id,
            }
        )
        self.codes = self.env["clinic.verification"].with_company(self.company)

    def _create_practice(self):
        country = self.env.ref("base.fr").id
        return self.env["res.company"].create(
            {"name": f"Practice {uuid.uuid4()}", "country_id": country}
        )

    def _send_code(self, contact):
        """Ask for a code from an address of its own."""
        return self.codes._send(contact, "booking", uuid.uuid4().hex)[0]

    def _get_number(self):
        # of a range that is in use: a random one may be none
        return "+33 6 12 " + "".join(random.choices("0123456789", k=6))

    def _assert_refused(self, number, *words):
        count = self.env["sms.sms"].search_count([])
        with self.assertRaises(UserError) as caught:
            self._send_code(number)
        for word in (*words, "e-mail address instead"):
            self.assertIn(word, caught.exception.args[0])
        self.assertEqual(self.env["sms.sms"].search_count([]), count)

    def test_own_country_at_first(self):
        self.assertEqual(self._send_code(self._get_number()), "sms")
        self._assert_refused("+32 470 12 34 56", "these countries only: France.")
        self._assert_refused("+1 202 555 0173", "France")
        # no country at all: satellite telephones
        self._assert_refused("+881 6 1234 5678", "France")

    def test_countries_of_the_list(self):
        self.company.clinic_code_country_ids = [
            Command.set((self.env.ref("base.be") | self.env.ref("base.ca")).ids)
        ]
        self.assertEqual(self._send_code("+32 470 12 34 57"), "sms")
        self.assertEqual(self._send_code("+1 416 555 0174"), "sms")
        self._assert_refused(self._get_number(), "Belgium, Canada")
        # the same prefix, another country
        self._assert_refused("+1 202 555 0173", "Belgium")

    def test_a_long_list_is_not_read_out(self):
        countries = self.env["res.country"].search([("code", "!=", "FR")], limit=20)
        self.company.clinic_code_country_ids = [Command.set(countries.ids)]
        self._assert_refused(self._get_number(), "numbers of this country")

    def test_without_any_country_nothing_is_refused(self):
        self.company.country_id = False
        self.assertEqual(self._send_code("+32 470 12 34 58"), "sms")

    def test_mail_goes_everywhere(self):
        self.assertEqual(self._send_code(self.mailbox), "email")

    def test_so_many_within_an_hour_for_all_together(self):
        self.company.clinic_code_sms_per_hour = 2
        for _attempt in range(2):
            self._send_code(self._get_number())
        self._assert_refused(self._get_number(), "at the moment", "60 min")
        self.assertEqual(self._send_code(self.mailbox), "email")
        # another practice spends its own
        self.codes = self.codes.with_company(self._create_practice())
        self.assertEqual(self._send_code(self._get_number()), "sms")

    def test_refused_countries_are_not_counted(self):
        self.company.clinic_code_sms_per_hour = 1
        self._assert_refused("+32 470 12 34 56")
        self.assertEqual(self._send_code(self._get_number()), "sms")

    def test_page_says_it_and_takes_the_mail_address(self):
        self.env.company.country_id = self.env.ref("base.fr")
        hold = self._hold_time()
        response = self._send(hold, "code", contact="+32 470 12 34 56")
        self.assertEqual(response.status_code, 422)
        self.assertIn("numbers of these countries only: France", response.text)
        self.assertIn('value="+32 470 12 34 56"', response.text)
        self._prove(hold)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Times that the waitlist offers are paid for like any other."""

import re
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.clinic_scheduling.exceptions import BookingError
from odoo.addons.clinic_scheduling.tests.waitlist_common import WaitlistMixin

from .portal_common import ClinicPaymentPortalCommon


@tagged("post_install", "-at_install")
class TestOfferPayment(WaitlistMixin, ClinicPaymentPortalCommon):
    """Accept, pay, booked; and nobody gets around the payment."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_waitlist()
        cls.first.email = "wanda@example.com"
        cls.entry = cls._join(cls.first)

    def setUp(self):
        super().setUp()
        other = self._book(14, patient_id=self.second.id)
        self.offer = self._get_offer(self._cancel_and_work(other))
        self.offered = self.offer.appointment_id
        self.env.flush_all()

    def _open(self, page="offer", base="/my/appointments"):
        return self.url_open(self._url(self.offered, page, base))

    def _accept(self):
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', self._open().text)[1]
        response = self.url_open(
            self._url(self.offered, "offer/accept", "/my/appointments"),
            data={"csrf_token": csrf},
        )
        self.env.invalidate_all()
        return response

    def test_accepting_leads_to_the_payment(self):
        self.assertIn("on the next page", self._open().text)
        page = self._accept()
        self.assertIn(f"/clinic/book/{self.offered.id}/pay", page.url)
        context = self._get_payment_context(page)
        self.assertEqual(context["amount"], 60)
        self.assertEqual(context["partner_id"], self.first.partner_id.id)
        self.assertEqual((self.offered.state, self.offer.state), ("hold", "offered"))
        self.assertEqual(self._start(self.offered)["state"], "draft")
        payment = self._get_transactions(self.offered)
        self.assertEqual(payment.amount, 60)
        payment._set_done()
        payment._post_process()
        self.assertEqual(self.offered.state, "scheduled")
        self.assertEqual((self.offer.state, self.entry.state), ("accepted", "booked"))
        page = self._open("paid", "/clinic/book")
        self.assertIn(f"/clinic/book/{self.offered.id}/done", page.url)

    def test_no_way_around_the_payment(self):
        visitor = self.env.ref("base.public_user")
        with self.assertRaises(BookingError):
            self.offer.with_user(visitor).sudo()._accept()
        self.assertEqual(self.offered.state, "hold")
        self.offer.with_user(self.receptionist).action_accept()
        self.assertEqual(self.offered.state, "scheduled", "by telephone it is theirs")

    def test_accepting_where_nothing_is_asked(self):
        self.offered._write_by_door({"fee_waiver": "Test"})
        self.assertNotIn("on the next page", self._open().text)
        self._accept()
        self.assertEqual(self.offered.state, "scheduled")

    def test_offer_lasts_as_long_as_the_time_to_pay(self):
        self.env.company.clinic_payment_minutes = 60
        soon = fields.Datetime.now() + timedelta(minutes=5)
        self.offered._write_by_door({"hold_expires_at": soon})
        self.offer.expires_at = soon
        self.assertEqual(self._start(self.offered)["state"], "draft")
        self.env.invalidate_all()
        self.assertEqual(self.offer.expires_at, self.offered.hold_expires_at)
        self.assertGreater(self.offer.expires_at, soon)

    def test_offer_that_ended_is_not_paid(self):
        self._let_expire(self.offered)
        page = self._open("pay", "/clinic/book")
        self.assertNotIn("o_payment_form", page.text)
        self.assertIn("/offer", page.url)
        self.assertEqual(self._start(self.offered)["state"], "error")
        self.assertFalse(self._get_transactions(self.offered))

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A payment that is on its way is told of, and not asked for again."""

from odoo.tests import tagged

from .portal_common import ClinicPaymentPortalCommon


@tagged("post_install", "-at_install")
class TestPortalPending(ClinicPaymentPortalCommon):
    """What guests see and may do until their payment arrives."""

    def _get(self, visit, page, base="/clinic/book"):
        return self.url_open(self._url(visit, page, base))

    def test_held_time_is_not_paid_twice(self):
        transaction = self._pay(self.hold, "pending")
        answer = self._start(self.hold)
        self.assertEqual(answer["state"], "error")
        self.assertIn("is on its way already", answer["state_message"])
        self.assertIn("60.00", answer["state_message"])
        self.assertEqual(self._get_transactions(self.hold), transaction)

    def test_page_of_the_payment_leads_to_what_became_of_it(self):
        self._pay(self.hold, "pending")
        page = self._get(self.hold, "pay")
        self.assertIn(f"/clinic/book/{self.hold.id}/paid", page.url)
        self.assertIn("Your payment is on its way", page.text)
        self.assertNotIn("o_payment_form", page.text)
        until = self.hold._format_time(self.hold.hold_expires_at, self.hold.site_id)
        self.assertIn(until, page.text)
        self.assertIn(f"/clinic/book/{self.hold.id}/review", page.text)
        review = self._get(self.hold, "review")
        self.assertIn("is on its way", review.text)
        self.assertNotIn("Go on to payment", review.text)

    def test_pending_payment_of_a_time_that_is_over(self):
        self._pay(self.hold, "pending")
        self.hold._expire_hold()
        page = self._get(self.hold, "pay")
        self.assertEqual(page.status_code, 200)
        self.assertIn("The time is not held any more", page.text)
        self.assertIn("/clinic/book/times?service=", page.text)

    def test_another_try_after_a_failed_payment(self):
        self._pay(self.hold, "pending")._set_canceled()
        page = self._get(self.hold, "pay")
        self.assertEqual(self._get_payment_context(page)["amount"], 60)
        self.assertEqual(self._start(self.hold)["state"], "draft")

    def test_rest_is_not_paid_twice(self):
        self.service.write({"payment_rule": "deposit_fixed", "deposit_amount": 15})
        visit = self._hold(14)
        self._pay(visit)
        base = "/my/appointments"
        before = self._get(visit, "", base)
        self.assertIn(f"{base}/{visit.id}/pay", before.text)
        transaction = self._pay(visit, "pending")
        page = self._get(visit, "pay", base)
        self.assertEqual(page.url.split("?")[0], f"{self.base_url()}{base}/{visit.id}")
        self.assertIn('name="portal_coming"', page.text)
        self.assertIn("45.00", page.text)
        self.assertNotIn(f"{base}/{visit.id}/pay", page.text)
        answer = self._start(visit, base, amount=45)
        self.assertIn("is on its way already", answer["state_message"])
        transaction._set_done()
        transaction._post_process()
        self.assertNotIn("portal_coming", self._get(visit, "", base).text)

    def test_booked_while_the_money_comes(self):
        self.provider.clinic_pending = "book"
        self._pay(self.hold, "pending")
        page = self._get(self.hold, "pay")
        self.assertIn(f"/clinic/book/{self.hold.id}/done", page.url)
        self.assertIn("is on its way", page.text)

    def test_cancelled_while_the_money_comes(self):
        self.provider.clinic_pending = "book"
        self._pay(self.hold, "pending")
        self.hold.cancel()
        page = self._get(self.hold, "paid")
        self.assertIn(f"/my/appointments/{self.hold.id}", page.url)
        self.assertIn('name="portal_coming"', page.text)
        self.assertNotIn("is booked", page.text)

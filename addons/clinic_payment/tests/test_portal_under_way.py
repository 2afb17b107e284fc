# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Money on its way for a held time: who holds it goes on, or gives up."""

from lxml import html

from odoo import http
from odoo.tests import tagged

from .portal_common import ClinicPaymentPortalCommon


@tagged("post_install", "-at_install")
class TestPortalUnderWay(ClinicPaymentPortalCommon):
    """No page of the booking hides that a payment is on its way."""

    def _open(self, page):
        response = self.url_open(self._url(self.hold, page))
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.text)

    def _give_up(self):
        data = {
            "csrf_token": http.Request.csrf_token(self),
            "access_token": self.hold._portal_ensure_token(),
        }
        url = f"/clinic/book/{self.hold.id}/release"
        return self.url_open(url, data=data, allow_redirects=False)

    def _make_transfer(self):
        self.provider.write({"clinic_by_staff": True, "clinic_pending": "hold"})
        return self._pay(self.hold, "pending")

    def test_each_step_says_so(self):
        self._make_transfer()
        for step in ("who", "details", "review"):
            with self.subTest(step=step):
                page = self._open(step)
                [notice] = page.xpath("//*[@name='portal_book_coming']")
                text = " ".join(notice.text_content().split())
                self.assertIn("60.00", text)
                self.assertIn("Pay another way", text)
                self.assertIn("goes back to you", text)
                links = notice.xpath(".//a/@href")
                self.assertTrue(
                    links[0].startswith(f"/clinic/book/{self.hold.id}/paid")
                )
                self.assertIn("other=1", links[1])
                self.assertEqual(len(notice.xpath(".//form[@method='post']")), 1)
                self.assertFalse(
                    page.xpath("//*[contains(@class, 'o_clinic_countdown')]")
                )
                self.assertNotIn("Choose another time", page.text_content())

    def test_card_payment_has_no_other_way(self):
        self._pay(self.hold, "pending")
        [notice] = self._open("review").xpath("//*[@name='portal_book_coming']")
        self.assertNotIn("Pay another way", notice.text_content())

    def test_nothing_on_its_way(self):
        page = self._open("review")
        self.assertFalse(page.xpath("//*[@name='portal_book_coming']"))
        self.assertTrue(page.xpath("//*[contains(@class, 'o_clinic_countdown')]"))

    def test_given_up(self):
        payment = self._pay(self.hold, "pending")
        self.assertIn("Give up", self._open("paid").text_content())
        self.assertEqual(self._give_up().status_code, 303)
        self.assertEqual(self.hold.state, "cancelled")
        payment._set_done()
        payment._post_process()
        self.assertEqual(self.hold.state, "cancelled", "it is not booked again")
        self.assertEqual(self.hold.refund_ids.amount, 60)

    def test_reception_reads_it(self):
        payment = self._pay(self.hold, "pending")
        visit = self.hold.with_user(self.receptionist)
        self.assertIn("60.00", visit.coming_text)
        self.assertIn(payment.reference, visit.coming_text)
        self.assertIn(payment.provider_id.name, visit.coming_text)
        payment._set_done()
        self.env.invalidate_all()
        self.assertFalse(visit.coming_text)

    def test_reference_of_what_has_no_number(self):
        self._start(self.hold)
        reference = self._get_transactions(self.hold).reference
        self.assertRegex(reference, r"^P\d{6,}")
        self.hold.transaction_ids._set_canceled()
        self.hold.with_user(self.receptionist).confirm()
        self._start(self.hold, "/my/appointments")
        latest = self._get_transactions(self.hold).sorted("id")[-1]
        self.assertTrue(latest.reference.startswith(self.hold.name))

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What pages say of the price, of what was paid, and of what goes back."""

from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import html2plaintext

from .portal_common import ClinicPaymentPortalCommon


@tagged("post_install", "-at_install")
class TestPortalMoney(ClinicPaymentPortalCommon):
    """The figures on the pages of patients."""

    def _read(self, visit, page="", base="/my/appointments"):
        """Return the page as one line of text."""
        return self._read_url(self._url(visit, page, base))

    def _read_url(self, url):
        self.env.flush_all()
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        text = html2plaintext(response.text).replace("\xa0", " ").replace("*", "")
        return " ".join(text.split())

    def _amount(self, amount):
        return self.currency.format(amount).replace("\xa0", " ")

    def _book_deposit(self):
        self.service.write({"payment_rule": "deposit_fixed", "deposit_amount": 20})
        visit = self._hold(14)
        self._pay(visit)
        return visit

    def test_price_is_told_with_its_taxes_everywhere(self):
        """What is paid in the end is what the first page says."""
        self.service.bookable_online = True

        def add_taxes(_services, _product, amount, *_args):
            return amount * 1.2

        services = type(self.service)
        self.startPatcher(patch.object(services, "_get_tax_included", add_taxes))
        price = self._amount(72)
        query = f"service={self.service.id}&doctor={self.doctor.id}"
        for url in (
            f"/clinic/book/services?doctor={self.doctor.id}",
            f"/clinic/book/doctors?service={self.service.id}",
            "/clinic/book?by=service",
        ):
            with self.subTest(url=url):
                text = self._read_url(url)
                self.assertIn(price, text)
                self.assertNotIn(self._amount(60), text)
        self.service.write({"payment_rule": "deposit_percent", "deposit_percent": 50})
        self.assertIn(self._amount(36), self._read_url(f"/clinic/book/times?{query}"))
        hold = self._hold(14)
        self._complete(hold)
        self.assertEqual((hold.amount_total, hold.amount_due_now), (72, 36))
        self.assertIn(price, self._read(hold, "review", "/clinic/book"))
        self.assertIn(price, self._read(hold, "pay", "/clinic/book"))
        self._pay(hold)
        self.assertIn(f"{price} (Partly paid)", self._read(hold))

    def test_product_of_a_service_has_its_price_and_taxes(self):
        """Taxes come with accounting: without it, the price is the product's."""
        self.service.price = 0
        self.doctor.fee = 0
        product = self.env["product.product"].create(
            {"name": "Test Visit", "type": "service", "list_price": 50}
        )
        total = 50
        if "taxes_id" in product._fields:
            tax = self.env["account.tax"].create({"name": "Test 20 %", "amount": 20})
            product.taxes_id = tax
            total = 60
        self.service.product_id = product
        self.assertEqual(self.service._get_patient_price(self.doctor), total)
        hold = self._hold(14)
        self.assertEqual((hold.amount, hold._get_patient_price()), (50, total))

    def test_deposit_kept(self):
        visit = self._book_deposit()
        self.assertIn(f"{self._amount(60)} (Partly paid)", self._read(visit))
        self.policy.late_percent = 100
        self.policy.free_hours = 9999999
        visit._cancel_by_patient()
        text = self._read(visit)
        self.assertEqual(visit.payment_status, "paid")
        self.assertNotIn("(Paid)", text)
        self.assertIn(f"Paid {self._amount(20)}", text)
        self.assertIn(f"Fee {self._amount(20)}", text)
        self.assertNotIn("Refund", text)

    def test_refund_of_all(self):
        visit = self._book_paid(14)
        self.assertIn(f"{self._amount(60)} (Paid)", self._read(visit))
        visit.cancel()
        text = self._read(visit)
        self.assertNotIn("(Paid)", text)
        self.assertIn(f"{self._amount(60)} is on its way back to you", text)
        self._send_refunds()
        text = self._read(visit)
        self.assertIn(f"{self._amount(60)} was paid back", text)
        self.assertNotIn("is on its way", text)
        self.assertNotIn("(Refunded)", text)

    def test_refund_of_a_part(self):
        visit = self._book_paid(14)
        visit.with_user(self.manager)._request_refund(15, "Goodwill")
        text = self._read(visit)
        self.assertNotIn("(Paid)", text)
        self.assertIn(f"{self._amount(15)} is on its way back to you", text)

    def test_refund_that_failed(self):
        visit = self._book_paid(14)
        visit.cancel()
        type(self).refund_answer = "error"
        self.addCleanup(setattr, type(self), "refund_answer", "done")
        self._send_refunds()
        text = self._read(visit)
        self.assertIn(f"{self._amount(60)} could not be paid back yet", text)
        self.assertNotIn("is on its way", text)

    def test_missed(self):
        visit = self._book_paid(14)
        self.policy.no_show_percent = 50
        visit.mark_no_show()
        text = self._read(visit)
        self.assertNotIn("(Paid)", text)
        self.assertIn(f"Fee {self._amount(30)}", text)
        self.assertIn(f"{self._amount(30)} is on its way back to you", text)

    # ------------------------------------------------------------------
    # Before and after the booking
    # ------------------------------------------------------------------

    def test_what_is_asked_is_announced(self):
        deposit = {"payment_rule": "deposit_percent", "deposit_percent": 25}
        cases = [
            ({"payment_rule": "none"}, ""),
            ({"payment_rule": "full"}, "To be paid at booking"),
            (deposit, f"Deposit of {self.currency.format(15)} at booking"),
            (
                {**deposit, "payment_when": "later"},
                f"Deposit of {self.currency.format(15)} before the appointment",
            ),
            ({**deposit, "price": 0}, "Deposit of 25 % at booking"),
        ]
        for values, text in cases:
            with self.subTest(values):
                before = {"payment_when": "booking", "price": 60}
                self.service.write({**before, **values})
                service = self.service.with_user(self.public_user)
                self.assertEqual(service._get_asked_text(), text)

    def test_price_of_the_doctor(self):
        self.service.write(
            {"price": 0, "payment_rule": "deposit_percent", "deposit_percent": 25}
        )
        self.doctor.fee = 80
        text = self.service.with_user(self.public_user)._get_asked_text(self.doctor)
        self.assertEqual(text, f"Deposit of {self.currency.format(20)} at booking")

    def test_deposit_on_the_pages_before_the_booking(self):
        self.service.write({"payment_rule": "deposit_fixed", "deposit_amount": 20})
        hold = self._hold(14)
        self._complete(hold)
        text = f"Deposit of {self._amount(20)} at booking"
        self.assertIn(text, self._read(hold, "review", "/clinic/book"))
        for path in (
            "/clinic/book?by=service",
            f"/clinic/book/doctors?service={self.service.id}",
            f"/clinic/book/times?service={self.service.id}",
        ):
            with self.subTest(path):
                page = self.url_open(path).text.replace("\xa0", " ")
                self.assertIn(text, page)

    def test_done_page_says_what_remains(self):
        visit = self._book_deposit()
        self._complete(visit)
        text = self._read(visit, "done", "/clinic/book")
        self.assertIn(f"Paid: {self._amount(20)}", text)
        self.assertIn(
            f"Still to be paid: {self._amount(40)}, by the day of the appointment", text
        )
        self.assertNotIn("Deposit of", text)

    def test_receipt_names_the_practice(self):
        company = self.env.company
        company.write({"street": "Lindenweg 4", "city": "Bern", "vat": "TAX-77"})
        visit = self._book_paid(14)
        text = self._read(visit, "receipt")
        for part in (company.name, "Lindenweg 4", "Bern", "TAX-77"):
            self.assertIn(part, text)
        page = self.url_open(self._url(visit, "receipt", "/my/appointments"))
        back = self._url(visit, "", "/my/appointments").replace("/?", "?")
        path = back.removeprefix(self.base_url())
        self.assertIn(f'href="{path}"', page.text)
        self.assertEqual(self.url_open(path).status_code, 200)

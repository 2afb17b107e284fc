# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The payment pages: what a visitor sends decides nothing but how to pay."""

import json
import re
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.clinic_payment.controllers.portal_receipt import ClinicReceipt

from .portal_common import ClinicPaymentPortalCommon


@tagged("post_install", "-at_install")
class TestPortalPayment(ClinicPaymentPortalCommon):
    """Guests and accounts at the payment pages."""

    # ------------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------------

    def test_page_asks_for_the_amount_of_the_server(self):
        response = self.url_open(self._url(self.hold, "pay"))
        self.assertEqual(response.status_code, 200)
        context = self._get_payment_context(response)
        self.assertEqual(context["amount"], 60)
        self.assertEqual(context["currency_id"], self.hold.currency_id.id)
        self.assertEqual(context["partner_id"], self.patient.partner_id.id)
        self.assertFalse(context["token_ids"])
        self.assertIn("You can cancel free of charge until", response.text)
        self.assertIn("no-store", response.headers["Cache-Control"])

    def test_page_needs_the_token_of_the_visit(self):
        other = self._hold(12, patient_id=self.other_patient.id)
        for token in ("", "x", "False", other._portal_ensure_token()):
            for page in ("pay", "paid"):
                with self.subTest(token=token, page=page):
                    url = f"/clinic/book/{self.hold.id}/{page}?access_token={token}"
                    self.assertEqual(self.url_open(url).status_code, 404)

    def test_review_leads_to_the_payment(self):
        page = self.url_open(self._url(self.hold, "review"))
        self.assertIn("Go on to payment", page.text)
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
        posted = self.url_open(
            self._url(self.hold, "review"),
            data={"csrf_token": csrf},
            allow_redirects=False,
        )
        self.assertEqual(posted.status_code, 303)
        self.assertIn(f"/clinic/book/{self.hold.id}/pay", posted.headers["Location"])
        self.assertEqual(self.hold.state, "hold")

    def test_page_of_what_is_not_held_any_more(self):
        self.hold.cancel()
        response = self.url_open(self._url(self.hold, "pay"))
        self.assertEqual(response.status_code, 410)
        self.assertNotIn("o_payment_form", response.text)

    def test_back_from_the_provider(self):
        cases = {
            "draft": f"/clinic/book/{self.hold.id}/pay",
            "error": f"/clinic/book/{self.hold.id}/pay",
            "pending": f"/clinic/book/{self.hold.id}/paid",
            "done": f"/clinic/book/{self.hold.id}/done",
        }
        for state, address in cases.items():
            with self.subTest(state=state):
                self._pay(self.hold, state)
                response = self.url_open(self._url(self.hold, "paid"))
                self.assertEqual(response.status_code, 200)
                self.assertIn(address, response.url)

    def test_failed_payment_is_told(self):
        self._pay(self.hold, "error")
        response = self.url_open(self._url(self.hold, "pay"))
        self.assertIn("The payment was not completed", response.text)
        self.assertNotIn("charged", response.text)

    def test_page_of_who_paid_too_late(self):
        transaction = self._pay(self.hold, "draft")
        self.hold._expire_hold()
        self.env["clinic.appointment"].book(
            self._vals(patient_id=self.other_patient.id)
        )
        transaction._set_done()
        transaction._post_process()
        response = self.url_open(self._url(self.hold, "paid"))
        self.assertIn("not booked", response.text)
        self.assertIn("/clinic/book/times?service=", response.text)
        self.assertIn("Ben Moreau", response.text, "free times, and colleagues")
        self._assert_said_of_the_refund()

    def _assert_said_of_the_refund(self):
        """What the page says of the money is true of each state of its refund."""
        refund = self.hold.refund_ids.sudo()
        said = {
            "queued": "is on its way back to you",
            "sent": "is on its way back to you",
            "failed": "could not be paid back yet",
            "unknown": "finding out whether",
            "by_hand": "was paid back",
        }
        for state, words in said.items():
            with self.subTest(state=state):
                refund.state = state
                text = self.url_open(self._url(self.hold, "paid")).text
                self.assertIn(words, text)
                self.assertIn("60.00", text)
                self.assertNotIn("the way you paid", text)
        refund.state = "queued"
        self.pm_unknown.support_refund = "none"
        text = self.url_open(self._url(self.hold, "paid")).text
        self.assertIn(said["failed"], text, "the provider does not pay back")

    # ------------------------------------------------------------------
    # Starting a payment
    # ------------------------------------------------------------------

    def test_transaction_has_the_values_of_the_server(self):
        answer = self._start(self.hold)
        transaction = self._get_transactions(self.hold)
        self.assertEqual(answer["reference"], transaction.reference)
        self.assertEqual(transaction.amount, 60)
        self.assertEqual(transaction.currency_id, self.hold.currency_id)
        self.assertEqual(transaction.partner_id, self.patient.partner_id)
        self.assertFalse(transaction.tokenize)
        self.assertEqual(transaction.landing_route, self._url(self.hold, "paid"))

    def test_what_is_refused(self):
        token = self._create_token(partner_id=self.patient.partner_id.id)
        disabled = self.provider.copy({"state": "disabled"})
        refused = {
            "less": {"amount": 1},
            "more": {"amount": 61},
            "no number": {"amount": "60"},
            "truth": {"amount": True},
            "nothing": {"amount": None},
            "not a flow": {"flow": "gift"},
            "validation": {"is_validation": True},
            "disabled provider": {"provider_id": disabled.id},
            "unknown provider": {"provider_id": 999999999},
            "text": {"provider_id": "1 OR 1=1"},
            "list": {"provider_id": [self.provider.id]},
            "method of another": {"payment_method_id": 999999999},
            "no method": {"payment_method_id": None},
            "saved card of a guest": {
                "flow": "token",
                "token_id": token.id,
                "payment_method_id": None,
            },
            "partner": {"partner_id": 1},
            "currency": {"currency_id": 1},
            "reference": {"reference_prefix": "X"},
            "custom values": {"custom_create_values": {"state": "done"}},
            "other token": {"access_token": "x"},
            "no token": {"access_token": None},
        }
        for name, values in refused.items():
            with self.subTest(name):
                answer = self._start(self.hold, **values)
                self.assertEqual(set(answer), {"state", "state_message"})
                self.assertEqual(answer["state"], "error")
                self.assertTrue(answer["state_message"])
                self.assertFalse(self._get_transactions(self.hold))

    def _post_amount(self, amount):
        """Return the answer to an amount in the words of JSON, or beyond them."""
        url = self.base_url() + f"/clinic/book/{self.hold.id}/transaction"
        call = {"jsonrpc": "2.0", "id": 7, "params": self._values(self.hold, amount=0)}
        text = json.dumps(call).replace('"amount": 0,', f'"amount": {amount},')
        headers = {"Content-Type": "application/json"}
        return self.opener.post(url, data=text, headers=headers, timeout=60)

    def test_amounts_that_are_no_numbers(self):
        numbers = ("NaN", "Infinity", "-Infinity", "1e400", "1" + "0" * 400, "1e15")
        for amount in numbers:
            with self.subTest(amount=amount):
                response = self._post_amount(amount)
                self.assertNotIn("Traceback", response.text)
                answer = response.json()["result"]
                self.assertIn("The amount has changed", answer["state_message"])
        self.assertFalse(self._get_transactions(self.hold))

    def test_no_step_is_left_out(self):
        said = {
            "no review": {"is_reviewed": False},
            "no details": {"is_complete": False},
            "nobody": {"who": None},
        }
        for name, values in said.items():
            with self.subTest(name):
                self._complete(self.hold)
                self.hold._note_intake(**values)
                answer = self._start(self.hold)
                self.assertEqual(answer["state"], "error")
                self.assertFalse(self._get_transactions(self.hold))
        self._complete(self.hold)
        self.patient.company_id.clinic_patient_max_upcoming = 1
        self.env.company.clinic_patient_max_upcoming = 1
        self._book(15)
        self.assertIn("appointments ahead", self._start(self.hold)["state_message"])
        self.assertFalse(self._get_transactions(self.hold))

    def test_token_of_another_visit(self):
        other = self._hold(12, patient_id=self.other_patient.id)
        answer = self._start(self.hold, access_token=other._portal_ensure_token())
        self.assertEqual(answer["state"], "error")
        self.assertFalse(self._get_transactions(self.hold))

    def test_nothing_is_paid_for_a_hold_that_is_over(self):
        self.hold._expire_hold()
        self.assertEqual(self._start(self.hold, amount=60)["state"], "error")
        self.assertFalse(self._get_transactions(self.hold))

    def test_nothing_is_paid_twice(self):
        self._pay(self.hold)
        for base in ("/clinic/book", "/my/appointments"):
            self.assertEqual(self._start(self.hold, base, amount=60)["state"], "error")
        self.assertEqual(len(self._get_transactions(self.hold)), 1)

    def test_leaving_for_the_provider_keeps_the_hold(self):
        until = self.hold.hold_expires_at
        self._start(self.hold)
        self.env.invalidate_all()
        self.hold._leave_hold()
        self.assertEqual(set(self.hold.reservation_ids.mapped("expires_at")), {until})
        self.hold.transaction_ids._set_canceled()
        self.hold._leave_hold()
        self.assertNotIn(until, self.hold.reservation_ids.mapped("expires_at"))

    # ------------------------------------------------------------------
    # Later, from the visit's page
    # ------------------------------------------------------------------

    def test_rest_is_paid_from_the_page_of_the_visit(self):
        self.service.write({"payment_rule": "deposit_fixed", "deposit_amount": 15})
        visit = self._hold(14)
        self._pay(visit)
        page = self.url_open(self._url(visit, "pay", "/my/appointments"))
        self.assertEqual(self._get_payment_context(page)["amount"], 45)
        self._start(visit, "/my/appointments")
        last = self._get_transactions(visit).sorted("id")[-1]
        self.assertEqual(last.amount, 45)
        self.assertEqual(
            last.landing_route, self._url(visit, "paid", "/my/appointments")
        )

    def test_visit_of_another_account(self):
        self._pay(self.hold)
        self.service.payment_rule = "none"
        self.authenticate(self.portal_user.login, self.portal_user.login)
        for page in ("pay", "paid", "receipt"):
            with self.subTest(page=page):
                url = f"/my/appointments/{self.hold.id}/{page}"
                self.assertEqual(self.url_open(url).status_code, 404)
        answer = self._start(self.hold, "/my/appointments", access_token=None)
        self.assertEqual(answer["state"], "error")

    def test_account_pays_for_itself_with_a_saved_card(self):
        own = self.env["clinic.patient"].create({"partner_id": self.portal_partner.id})
        self.service.payment_when = "later"
        visit = self._book(14, patient_id=own.id)
        card = self._create_token(partner_id=self.portal_partner.id)
        foreign = self._create_token(partner_id=self.default_partner.id)
        self.authenticate(self.portal_user.login, self.portal_user.login)
        page = self.url_open(f"/my/appointments/{visit.id}/pay")
        self.assertEqual(self._get_payment_context(page)["token_ids"], card.ids)
        values = {"flow": "token", "payment_method_id": None, "access_token": None}
        base = "/my/appointments"
        answer = self._start(visit, base, token_id=foreign.id, **values)
        self.assertEqual(answer["state"], "error")
        answer = self._start(visit, base, token_id=card.id, **values)
        self.assertEqual(self._get_transactions(visit).token_id, card)
        self.assertEqual(visit.transaction_ids.partner_id, self.portal_partner)

    def test_receipt(self):
        url = self._url(self.hold, "receipt", "/my/appointments")
        self.assertEqual(self.url_open(url).status_code, 404, "nothing was paid")
        self._pay(self.hold)
        page = self.url_open(url)
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.hold.name, page.text)
        self.assertIn("60.00", page.text)
        self.assertNotIn("Secret", page.text)

    def test_receipt_as_a_file(self):
        self._pay(self.hold)
        url = self._url(self.hold, "receipt", "/my/appointments")
        for has_pdf, kind in ((True, "application/pdf"), (False, "text/html")):
            with (
                self.subTest(has_pdf=has_pdf),
                patch.object(ClinicReceipt, "_has_pdf", return_value=has_pdf),
            ):
                page = self.url_open(url)
                self.assertEqual("report_type=pdf" in page.text, has_pdf)
                file = self.url_open(f"{url}&report_type=pdf")
                self.assertIn(kind, file.headers["Content-Type"])
                self.assertIn("60.00", file.text)

    def test_too_many_attempts(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("clinic_scheduling.limit.change", "2/60")
        answers = [self._post_amount(60) for _time in range(4)]
        statuses = [response.status_code for response in answers]
        self.assertEqual(statuses, [200, 200, 429, 429])
        states = [response.json()["result"]["state"] for response in answers]
        self.assertEqual(states, ["draft", "draft", "error", "error"])
        self.assertEqual(len(self._get_transactions(self.hold)), 2)
        response = answers[-1]
        self.assertTrue(1 <= int(response.headers["Retry-After"]) <= 60)
        answer = response.json()
        self.assertEqual(answer["id"], 7)
        self.assertIn("too often", answer["result"]["state_message"])

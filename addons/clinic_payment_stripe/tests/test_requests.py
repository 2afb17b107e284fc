# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .. import const
from .common import REFUSALS, StripeCommon
from .fake_stripe.server import LOST_ANSWER, NO_CONNECTION


@tagged("post_install", "-at_install")
class TestRequests(StripeCommon):
    """Answers get lost; nobody pays or is paid back twice for it."""

    def _create_paid_by_token(self, reference="TOKEN-1"):
        card = self.account.create_card()
        token = self._create_token(
            provider_ref="cus_1", stripe_payment_method=card["id"]
        )
        tx = self._create_transaction(
            "token", reference=reference, token_id=token.id, operation="online_token"
        )
        tx._charge_with_token()
        return tx

    def test_payments_are_marked_as_ours(self):
        tx = self._begin()
        metadata = self._get_intent(tx)["metadata"]
        self.assertEqual(metadata[const.META_REFERENCE], "VISIT-1")
        self.assertEqual(metadata[const.META_DATABASE], self.stripe._get_stripe_mark())
        self.assertTrue(tx._is_stripe_marked(self._get_intent(tx)))

    def test_charge_whose_answer_is_lost_is_made_once(self):
        self.fake.fail("POST", "/payment_intents", LOST_ANSWER)
        tx = self._create_paid_by_token()
        self.assertEqual(tx.state, "done")
        self.assertEqual(len(self.fake.asked("POST", "/payment_intents")), 2)
        self.assertEqual(len(self.account.all("charge")), 1)

    def test_charge_without_any_answer_is_made_once_and_found_at_night(self):
        self.fake.fail("POST", "/payment_intents", LOST_ANSWER, times=2)
        tx = self._create_paid_by_token()
        self.assertEqual(tx.state, "error")
        self.assertEqual(len(self.account.all("charge")), 1)
        run = self._reconcile()
        self.assertEqual(tx.state, "done")
        self.assertEqual(run.settled_count, 1)

    def test_form_whose_answer_is_lost_has_one_payment(self):
        self.fake.fail("POST", "/payment_intents", LOST_ANSWER)
        tx = self._create_transaction("direct", reference="VISIT-1")
        values = tx._get_processing_values()
        (intent,) = self.account.all("payment_intent")
        self.assertEqual(values["client_secret"], intent["client_secret"])

    def test_refund_whose_answer_is_lost_is_made_once(self):
        tx = self._begin_paid()
        self.fake.fail("POST", "/refunds", LOST_ANSWER)
        refund_tx = tx._refund(20)
        self.assertEqual(refund_tx.state, "done")
        (refund,) = self.account.all("refund")
        self.assertEqual(refund["amount"], 2000)
        self.assertEqual(refund["metadata"][const.META_REFERENCE], refund_tx.reference)

    def test_refund_that_is_tried_again_is_made_once(self):
        """Both tries without an answer, then somebody presses the button again."""
        tx = self._begin_paid()
        for times in (2, 2, 0):
            self.fake.fail("POST", "/refunds", LOST_ANSWER, times=times)
            refund_tx = tx._refund(20)
            self.assertEqual(refund_tx.state, "error" if times else "done")
        self.assertEqual(len(self.account.all("refund")), 1)
        self._reconcile()
        done = tx.child_transaction_ids.filtered(lambda child: child.state == "done")
        self.assertEqual(done, refund_tx)

    @mute_logger(REFUSALS)
    def test_two_refunds_of_the_same_amount_are_two(self):
        tx = self._begin_paid()
        self.assertEqual(tx._refund(20).state, "done")
        self.assertEqual(tx._refund(20).state, "done")
        self.assertEqual(len(self.account.all("refund")), 2)
        self.assertEqual(tx._refund(20).state, "error")
        self.assertEqual(len(self.account.all("refund")), 2)

    @mute_logger(REFUSALS)
    def test_refusals_are_not_repeated(self):
        tx = self._begin_paid()
        self.fake.fail("POST", "/refunds", 402)
        self.assertEqual(tx._refund(20).state, "error")
        self.assertFalse(self.fake.asked("POST", "/refunds"))

    def test_requests_without_a_key_are_not_repeated(self):
        self.fake.fail("POST", "/customers", NO_CONNECTION)
        tx = self._create_transaction("direct", reference="VISIT-1")
        tx._get_processing_values()
        self.assertEqual(tx.state, "error")
        self.assertFalse(self.fake.asked("POST", "/customers"))

    def test_capture_has_a_key(self):
        self.stripe.payment_method_ids = self.payment_method
        self.stripe.capture_manually = True
        tx = self._begin()
        intent = self._get_intent(tx)
        data = {"payment_intent": self._pay_at_stripe(tx)["data"]["object"]}
        tx._process("stripe", {"reference": tx.reference, **data})
        self.assertEqual(tx.state, "authorized")
        path = f"/payment_intents/{intent['id']}/capture"
        self.fake.fail("POST", path, LOST_ANSWER)
        tx._capture()
        self.assertEqual(tx.state, "done")
        first, second = self.fake.asked("POST", path)
        self.assertTrue(first.key)
        self.assertEqual(first.key, second.key)

    def test_unreachable_stripe_is_said(self):
        self.fake.fail("GET", "/customers", NO_CONNECTION, times=5)
        with self.assertRaises(ValidationError):
            self.stripe._send_api_request("GET", "customers/cus_1")

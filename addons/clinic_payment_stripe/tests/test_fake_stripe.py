# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The stand-in behaves as Stripe does, as far as Stripe's own SDK can tell."""

import json
import time

import requests
import stripe

from odoo.tests import BaseCase, tagged

from odoo.addons.payment_stripe.const import API_VERSION

from .fake_stripe import FakeStripe
from .fake_stripe.server import LOST_ANSWER, NO_CONNECTION


@tagged("post_install", "-at_install")
class TestFakeStripe(BaseCase):
    """Stripe's SDK, talking to the stand-in."""

    def setUp(self):
        super().setUp()
        self.fake = FakeStripe()
        self.fake.__enter__()
        self.addCleanup(self.fake.__exit__)
        self.client = stripe.StripeClient(
            self.fake.secret_key,
            stripe_version=API_VERSION,
            base_addresses={"api": self.fake.url},
            http_client=stripe.RequestsClient(),
        )
        self.intents = self.client.v1.payment_intents

    def _create(self, amount=1000, **options):
        params = {"amount": amount, "currency": "eur", "description": "A"}
        return self.intents.create(params, options)

    def test_sdk_verifies_signed_events(self):
        event = self.fake.account.pay(self._create().id)
        body, headers = self.fake.sign(event)
        read = stripe.Webhook.construct_event(
            body, headers["Stripe-Signature"], self.fake.webhook_secret
        )
        self.assertEqual(read.type, "payment_intent.succeeded")
        self.assertEqual(read.data.object.amount_received, 1000)

    def test_sdk_refuses_forged_events(self):
        event = self.fake.account.pay(self._create().id)
        body, headers = self.fake.sign(event)
        signature = headers["Stripe-Signature"]
        _body, stale = self.fake.sign(event, at=time.time() - 3600)
        _body, foreign = self.fake.sign(event, secret="whsec_other")
        other = json.dumps({**event, "type": "x"}).encode()
        forged = (
            (other, signature),
            (body, stale["Stripe-Signature"]),
            (body, foreign["Stripe-Signature"]),
            (body, signature.replace("v1", "v0")),
            (body, None),
        )
        for payload, header in forged:
            with self.subTest(header=header):
                with self.assertRaises(stripe.SignatureVerificationError):
                    stripe.Webhook.construct_event(
                        payload, header, self.fake.webhook_secret
                    )

    def test_same_key_is_one_payment(self):
        first = self._create(idempotency_key="k")
        second = self._create(idempotency_key="k")
        self.assertEqual(first.id, second.id)
        with self.assertRaises(stripe.IdempotencyError):
            self._create(2000, idempotency_key="k")
        self.assertEqual(len(self.fake.account.all("payment_intent")), 1)

    def test_lost_answer_means_done(self):
        self.fake.fail("POST", "/payment_intents", LOST_ANSWER)
        self.fake.fail("POST", "/refunds", NO_CONNECTION)
        with self.assertRaises(stripe.APIConnectionError):
            self._create(max_network_retries=0)
        (intent,) = self.fake.account.all("payment_intent")
        self.fake.account.pay(intent["id"])
        with self.assertRaises(stripe.APIConnectionError):
            self.client.v1.refunds.create({"payment_intent": intent["id"]})
        self.assertFalse(self.fake.account.all("refund"))

    def test_errors_are_the_sdks(self):
        self.fake.fail("GET", "/payment_intents", 429)
        with self.assertRaises(stripe.RateLimitError):
            self.intents.list()
        with self.assertRaises(stripe.InvalidRequestError):
            self.intents.retrieve("pi_none")
        answer = requests.get(f"{self.fake.url}/v1/refunds", timeout=10)
        self.assertEqual(answer.status_code, 401)

    def test_lists_come_in_pages_newest_first(self):
        created = [self._create().id for _index in range(7)]
        found = self.intents.list({"limit": 3}).auto_paging_iter()
        self.assertEqual([item.id for item in found], created[::-1])
        self.assertEqual(len(self.fake.asked("GET", "/payment_intents")), 3)
        later = self.intents.list({"created": {"gte": int(time.time()) + 60}})
        self.assertFalse(later.data)

    def test_never_more_is_refunded_than_was_paid(self):
        intent = self._create()
        refund = self.client.v1.refunds.create
        with self.assertRaises(stripe.InvalidRequestError):
            refund({"payment_intent": intent.id})
        self.fake.account.pay(intent.id)
        refund({"payment_intent": intent.id, "amount": 600})
        with self.assertRaises(stripe.InvalidRequestError):
            refund({"payment_intent": intent.id, "amount": 600})
        refund({"payment_intent": intent.id, "amount": 400})
        self.assertEqual(len(self.fake.account.all("refund")), 2)

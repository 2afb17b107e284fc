# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import time

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.payment_stripe.controllers.main import StripeController

from .. import const
from .common import StripeCommon, mute_late

THEIRS = "odoo.addons.payment_stripe.controllers.main"
MODEL = "odoo.addons.clinic_payment_stripe.models.payment_transaction"
OURS = "odoo.addons.clinic_payment_stripe.controllers.stripe"


@tagged("post_install", "-at_install")
class TestWebhook(StripeCommon, HttpCase):
    """Events as they come: signed or forged, twice, late, in any order."""

    def _post(self, event, headers=None, **signature):
        """Send an event as Stripe does; return the status of our answer."""
        body, signed = self.fake.sign(event, **signature)
        headers = {**signed, **(headers or {})}
        headers = {name: value for name, value in headers.items() if value is not None}
        url = StripeController._webhook_url
        with mute_logger(THEIRS, OURS):
            return self.url_open(url, data=body, headers=headers).status_code

    def test_signed_event_confirms(self):
        tx = self._begin()
        self.assertEqual(self._post(self._pay_at_stripe(tx)), 200)
        self.assertEqual(tx.state, "done")

    def test_forged_events_are_refused(self):
        tx = self._begin()
        event = self._pay_at_stripe(tx)
        now = int(time.time())
        forged = (
            {"headers": {"Stripe-Signature": None}},
            {"headers": {"Stripe-Signature": ""}},
            {"headers": {"Stripe-Signature": "nonsense"}},
            {"headers": {"Stripe-Signature": f"t={now}"}},
            {"headers": {"Stripe-Signature": f"t={now},v1="}},
            {"headers": {"Stripe-Signature": "t=x,v1=00"}},
            {"headers": {"Stripe-Signature": f"t={now},v1=00=00"}},
            {"secret": "whsec_guess"},
            {"at": now - 3600},
        )
        for signature in forged:
            with self.subTest(**signature):
                self.assertEqual(self._post(event, **signature), 403)
                self.assertEqual(tx.state, "draft")

    def test_no_event_is_believed_without_a_secret(self):
        """Also where the database was made before the secret was asked for."""
        tx = self._begin()
        event = self._pay_at_stripe(tx)
        self.stripe.write({"is_published": False, "stripe_webhook_secret": False})
        unsigned = {"Stripe-Signature": None}
        self.assertEqual(self._post(event, headers=unsigned), 403)
        self.assertEqual(self._post(event), 403)
        self.assertEqual(tx.state, "draft")

    @mute_late()
    def test_events_count_once_and_in_no_order(self):
        tx = self._begin()
        intent = self._get_intent(tx)["id"]
        started = self.account.start(intent)
        declined = self.account.decline(intent)
        paid = self.account.pay(intent)
        self.assertEqual(self._post(paid), 200)
        changed = tx.last_state_change
        for event in (paid, declined, started, paid, started):
            self.assertEqual(self._post(event), 200)
            self.assertEqual(tx.state, "done")
        self.assertEqual(tx.last_state_change, changed)

    @mute_late()
    def test_decline_after_the_start_is_overcome_by_the_payment(self):
        tx = self._begin()
        intent = self._get_intent(tx)["id"]
        self._post(self.account.start(intent))
        self.assertEqual(tx.state, "pending")
        self._post(self.account.decline(intent))
        self.assertEqual(tx.state, "error")
        self._post(self.account.pay(intent))
        self.assertEqual(tx.state, "done")

    def test_another_amount_is_an_error_however_often(self):
        tx = self._begin()
        intent = self._get_intent(tx)
        intent["amount"] = 100
        event = self._pay_at_stripe(tx)
        for _report in range(3):
            self.assertEqual(self._post(event), 200)
            self.assertEqual(tx.state, "error")

    def test_another_currency_is_an_error_however_often(self):
        tx = self._begin()
        self._get_intent(tx)["currency"] = "usd"
        event = self._pay_at_stripe(tx)
        for _report in range(3):
            self.assertEqual(self._post(event), 200)
            self.assertEqual(tx.state, "error")

    def test_payment_given_up_here_and_made_there_counts(self):
        tx = self._begin()
        tx._set_canceled()
        self._post(self._pay_at_stripe(tx))
        self.assertEqual(tx.state, "done")
        self.assertTrue(tx.provider_reference)

    def _return_from_stripe(self, tx, intent):
        """Open the page to which patients come back from Stripe."""
        return self.url_open(
            f"{StripeController._return_url}?reference={tx.reference}"
            f"&payment_intent={intent['id']}",
            allow_redirects=False,
        ).status_code

    def test_return_of_the_patient_confirms(self):
        tx = self._begin()
        self._pay_at_stripe(tx)
        self.assertEqual(self._return_from_stripe(tx, self._get_intent(tx)), 303)
        self.assertEqual(tx.state, "done")

    def test_nobody_pays_twice_with_one_payment(self):
        """The address is the patient's: it may name a payment made for another."""
        paid = self._begin_paid("VISIT-1")
        free = self._begin("VISIT-2")
        stranger = self.account.create_intent({"amount": 4550, "currency": "eur"})
        self.account.pay(stranger["id"])
        with mute_logger(MODEL):
            for intent in (self._get_intent(paid), stranger):
                self._return_from_stripe(free, intent)
                self.assertEqual(free.state, "draft")
                self.assertFalse(free.provider_reference)
        self._pay_at_stripe(free)
        self._return_from_stripe(free, self._get_intent(free))
        self.assertEqual(free.state, "done")

    # Refunds --------------------------------------------------------------

    def _get_refund_event(self):
        events = self.account.events
        return [event for event in events if event["type"] == "charge.refunded"][-1]

    def test_pending_refund_ends(self):
        for status, state in (("succeeded", "done"), ("failed", "error")):
            with self.subTest(status=status):
                tx = self._begin_paid(f"VISIT-{status}")
                self.account.refund_status = "pending"
                refund_tx = tx._refund(20)
                self.assertEqual(refund_tx.state, "pending")
                key = refund_tx.provider_reference
                event = self.account.finish_refund(key, status)
                self.assertEqual(self._post(event), 200)
                self.assertEqual(refund_tx.state, state)

    def test_refund_of_ours_is_not_counted_again(self):
        tx = self._begin_paid()
        refund_tx = tx._refund(20)
        for _report in range(2):
            self.assertEqual(self._post(self._get_refund_event()), 200)
        self.assertEqual(tx.child_transaction_ids, refund_tx)

    def test_refund_whose_answer_was_lost_finds_its_transaction(self):
        tx = self._begin_paid()
        self.fake.fail("POST", "/refunds", "lost answer", times=2)
        refund_tx = tx._refund(20)
        self.assertEqual(refund_tx.state, "error")
        self.assertEqual(self._post(self._get_refund_event()), 200)
        self.assertEqual(refund_tx.state, "done")
        self.assertEqual(tx.child_transaction_ids, refund_tx)

    def test_event_before_the_request_ends_comes_again(self):
        """Stripe is faster than the commit of the request that asked for it."""
        tx = self._begin_paid()
        refund_tx = tx._refund(20)
        event = self._get_refund_event()
        refund_tx.unlink()  # not committed yet: nobody else sees it
        self.assertEqual(self._post(event), 503)
        self.assertFalse(tx.child_transaction_ids)
        (refund,) = event["data"]["object"]["refunds"]["data"]
        refund["created"] -= const.GRACE + 1  # that request was rolled back
        self.assertEqual(self._post(event), 200)
        self.assertEqual(tx.child_transaction_ids.state, "done")

    def test_refund_made_at_stripe_is_taken_over(self):
        tx = self._begin_paid()
        intent = self._get_intent(tx)["id"]
        self.account.create_refund({"payment_intent": intent, "amount": "500"})
        for _report in range(2):
            self.assertEqual(self._post(self._get_refund_event()), 200)
        self.assertEqual(tx.child_transaction_ids.amount, -5)
        self.assertEqual(tx.child_transaction_ids.state, "done")

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from contextlib import ExitStack

from odoo.tools import mute_logger

from odoo.addons.payment.tests.common import PaymentCommon

from .. import const
from .fake_stripe import FakeStripe

#: We warn when Stripe cannot be asked; Odoo logs each refusal of Stripe's.
RECONCILE = "odoo.addons.clinic_payment_stripe.models.clinic_payment_reconcile"
REFUSALS = "odoo.addons.payment.models.payment_provider"
#: Odoo warns of each report that comes too late to count.
LATE = "odoo.addons.payment.models.payment_transaction"


class FakeStripeMixin:
    """A Stripe provider in test mode, whose Stripe is the stand-in."""

    @classmethod
    def _set_up_stripe(cls):
        """Make Stripe the provider of the test's payments."""
        cls.stripe = cls._prepare_provider(
            "stripe",
            update_values={
                "stripe_secret_key": FakeStripe.secret_key,
                "stripe_publishable_key": FakeStripe.publishable_key,
                "stripe_webhook_secret": FakeStripe.webhook_secret,
                "is_published": True,
            },
        )
        cls.provider = cls.stripe
        cls.payment_method = cls.env.ref("payment.payment_method_card")
        cls.payment_method_id = cls.payment_method.id

    def setUp(self):
        super().setUp()
        self.fake = FakeStripe()
        self.fake.__enter__()
        self.addCleanup(self.fake.__exit__)
        self.account = self.fake.account
        set_param = self.env["ir.config_parameter"].sudo().set_param
        set_param(const.PARAM_ADDRESS, self.fake.url)

    def _begin(self, reference="VISIT-1", **values):
        """Return a transaction whose payment waits for the patient at Stripe."""
        tx = self._create_transaction("direct", reference=reference, **values)
        tx._get_processing_values()
        return tx

    def _get_intent(self, tx):
        """Return the payment at Stripe of a transaction."""
        found = self.account.all("payment_intent")
        return next(item for item in found if item["description"] == tx.reference)

    def _pay_at_stripe(self, tx):
        """Pay at Stripe; return the event, which nobody has heard of yet."""
        return self.account.pay(self._get_intent(tx)["id"])

    def _begin_paid(self, reference="VISIT-1", **values):
        """Return a transaction that was paid, and that we know of."""
        tx = self._begin(reference, **values)
        event = self._pay_at_stripe(tx)
        data = {"reference": tx.reference, "payment_intent": event["data"]["object"]}
        tx._process("stripe", data)
        self.assertEqual(tx.state, "done")
        return tx

    def _reconcile(self):
        """Run the scheduled action as the scheduler does; return its result."""
        with ExitStack() as stack:
            if not type(self)._registry_patched:
                stack.enter_context(self.enter_registry_test_mode())
            self.env.flush_all()
            cr = stack.enter_context(self.registry.cursor())
            self.env(cr=cr)["clinic.payment.reconcile"]._cron_reconcile()
        self.env.invalidate_all()
        return self.stripe.reconcile_ids[:1]


class StripeCommon(FakeStripeMixin, PaymentCommon):
    """Payments of 45.50 EUR through Stripe."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_stripe()
        cls.currency = cls.currency_euro
        cls.amount = 45.5


def mute_late():
    """Mute what Odoo says of reports that come too late to count."""
    return mute_logger(LATE)

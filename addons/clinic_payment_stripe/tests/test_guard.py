# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .. import const
from .common import RECONCILE, StripeCommon
from .fake_stripe import FakeStripe


@tagged("post_install", "-at_install")
class TestGuard(StripeCommon):
    """Stripe is never open to patients without its webhook secret."""

    def _assert_refused(self, **values):
        refused = self.assertRaisesRegex(ValidationError, "webhook signing secret")
        with refused, self.env.cr.savepoint():
            self.stripe.write(values)

    def test_secret_cannot_be_removed_while_in_use(self):
        self._assert_refused(stripe_webhook_secret=False)
        self.stripe.write({"state": "enabled"})
        self._assert_refused(stripe_webhook_secret="")

    def test_enabling_without_secret_is_refused(self):
        self.stripe.write(
            {"state": "disabled", "is_published": False, "stripe_webhook_secret": False}
        )
        self._assert_refused(state="enabled")
        self._assert_refused(state="enabled", is_published=True)
        self._assert_refused(state="test", is_published=True)
        self.stripe.write({"state": "enabled", "stripe_webhook_secret": "whsec_x"})
        self.assertEqual(self.stripe.state, "enabled")

    def test_publishing_a_test_account_without_secret_is_refused(self):
        self.stripe.write({"is_published": False, "stripe_webhook_secret": False})
        self.assertEqual(self.stripe.state, "test")
        self._assert_refused(is_published=True)

    def test_button_makes_the_secret_before_patients_come(self):
        self.stripe.write({"is_published": False, "stripe_webhook_secret": False})
        self.stripe.action_stripe_create_webhook()
        self.assertEqual(self.stripe.stripe_webhook_secret, FakeStripe.webhook_secret)
        self.stripe.is_published = True

    def test_other_providers_are_left_alone(self):
        self.dummy_provider.write({"state": "enabled", "is_published": True})
        self.assertFalse(self.dummy_provider._is_stripe_unguarded())

    def _get_health(self):
        health = self.env["clinic.health"].create({})
        return {line.name: line.count for line in health.line_ids}

    def test_health_counts_what_was_there_before(self):
        name = "Stripe providers without a webhook secret"
        self.assertEqual(self._get_health()[name], 0)
        self.stripe.flush_recordset()
        self.env.cr.execute(
            "UPDATE payment_provider SET stripe_webhook_secret = NULL WHERE id = %s",
            [self.stripe.id],
        )
        self.stripe.invalidate_recordset()
        self.assertEqual(self._get_health()[name], 1)

    def test_health_counts_nights_without_a_comparison(self):
        name = "Stripe providers that were not compared lately"
        self.assertEqual(self._get_health()[name], 0)
        self.fake.fail("GET", "/payment_intents", 429)
        with mute_logger(RECONCILE):
            self._reconcile()
        self.assertEqual(self._get_health()[name], 1)
        self._reconcile()
        self.assertEqual(self._get_health()[name], 0)

    # Where requests go ----------------------------------------------------

    def _get_url(self):
        return self.stripe._build_request_url("refunds")

    def test_stand_in_is_for_test_accounts_only(self):
        self.assertEqual(self._get_url(), f"{self.fake.url}/v1/refunds")
        self.stripe.stripe_secret_key = "sk_live_x"
        self.assertEqual(self._get_url(), "https://api.stripe.com/v1/refunds")
        self.stripe.write({"stripe_secret_key": "sk_test_x", "state": "enabled"})
        self.assertEqual(self._get_url(), "https://api.stripe.com/v1/refunds")
        self.assertIsNone(self.stripe._get_stripe_test_address())

    def test_stand_in_is_on_this_machine_only(self):
        addresses = (
            "http://203.0.113.9",
            "https://api.stripe.example",
            "http://127.0.0.1.example.com",
            "http://127.0.0.1@example.com/",
            "file:///etc/passwd",
        )
        for address in addresses:
            with self.subTest(address=address):
                params = self.env["ir.config_parameter"].sudo()
                params.set_param(const.PARAM_ADDRESS, address)
                with self.assertRaisesRegex(ValidationError, "this machine"):
                    self._get_url()

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from odoo.addons.clinic_payment.tests.portal_common import ClinicPaymentPortalCommon

SCRIPT = "js.stripe.com"


@tagged("post_install", "-at_install")
class TestForm(ClinicPaymentPortalCommon):
    """Stripe's script sees patients where they may pay with Stripe, and only there."""

    def _get_page(self):
        page = self.url_open(self._url(self.hold, "pay"))
        self.assertIn("o_payment_form", page.text)
        return page.text

    def test_without_stripe(self):
        self.assertNotIn(SCRIPT, self._get_page())

    def test_with_stripe(self):
        stripe = self._prepare_provider(
            "stripe",
            update_values={
                "stripe_secret_key": "sk_test_fake",
                "stripe_publishable_key": "pk_test_fake",
                "stripe_webhook_secret": "whsec_fake",
                "is_published": True,
            },
        )
        card = self.env.ref("payment.payment_method_card")
        card.active = True
        stripe.payment_method_ids = card
        self.assertIn(SCRIPT, self._get_page())

    def test_other_forms_are_as_odoo_made_them(self):
        self.authenticate(self.portal_user.login, self.portal_user.login)
        self.assertIn(SCRIPT, self.url_open("/my/payment_method").text)

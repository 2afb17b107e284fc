# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import hashlib

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.urls import urljoin

from odoo.addons.payment_stripe import utils as stripe_utils

from .. import const
from ..stripe_api import StripeReader, is_loopback


class PaymentProvider(models.Model):
    """Stripe: never without its webhook secret, and asked every night."""

    _inherit = "payment.provider"

    reconcile_ids = fields.One2many("clinic.payment.reconcile", "provider_id")

    @api.constrains("code", "state", "is_published", "stripe_webhook_secret")
    def _check_stripe_webhook_secret(self):
        """Refuse Stripe where forged news of payments would be believed.

        Odoo takes any event for Stripe's when it has no secret to check it with. So
        the secret is needed as soon as money or patients are involved: when real
        payments are taken (enabled), or when patients can reach a test account
        (published). Not needed is it where staff alone tries out a test account: its
        secret is only made by a button that asks Stripe with the keys just entered.

        :raise ValidationError: naming the way out.
        """
        if self.filtered(lambda provider: provider._is_stripe_unguarded()):
            raise ValidationError(
                self.env._(
                    "Stripe cannot be enabled or published without its webhook signing "
                    "secret: anybody could report payments that were never made. Save "
                    "your keys with Stripe disabled, press “Generate your webhook” (or "
                    "copy the secret from Stripe's dashboard), then enable it."
                )
            )

    def _is_stripe_unguarded(self):
        """Tell whether a patient's payment could be forged (see the constraint)."""
        self.ensure_one()
        if self.code != "stripe" or self.state == "disabled":
            return False
        is_open = self.state == "enabled" or self.is_published
        return is_open and not stripe_utils.get_webhook_secret(self.sudo())

    def action_stripe_reconcile(self):
        """Let the scheduled action compare with Stripe now; it never runs in a page."""
        self.check_access("write")
        cron = self.env.ref("clinic_payment_stripe.ir_cron_stripe_reconcile")
        cron.sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "Payments are being compared with Stripe. The result appears under "
                    "Reconciliations in a minute."
                ),
            },
        }

    def action_view_reconciliations(self):
        """Open what the comparisons with Stripe found."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_payment_stripe.clinic_payment_reconcile_action"
        )
        return {**action, "domain": [("provider_id", "in", self.ids)]}

    # Asking Stripe --------------------------------------------------------

    def _get_stripe_reader(self):
        """Return a client that reads from this account, with its own connections."""
        self.ensure_one()
        key = stripe_utils.get_secret_key(self.sudo())
        return StripeReader(key, self._get_stripe_test_address())

    def _get_stripe_test_address(self):
        """Return the address of a stand-in for Stripe, or None for Stripe itself.

        Only a test account with a test key ever looks at the system parameter, and
        only an address of this machine counts: no real payment and no key can be
        led elsewhere.

        :raise ValidationError: when the parameter holds another address.
        """
        self.ensure_one()
        key = stripe_utils.get_secret_key(self.sudo()) or ""
        if self.state != "test" or not key.startswith("sk_test_"):
            return None
        get_param = self.env["ir.config_parameter"].sudo().get_param
        address = get_param(const.PARAM_ADDRESS)
        if address and not is_loopback(address):
            raise ValidationError(
                self.env._(
                    "The system parameter %(name)s must be an address of this machine, "
                    "such as http://127.0.0.1:12111.",
                    name=const.PARAM_ADDRESS,
                )
            )
        return address or None

    def _build_request_url(self, endpoint, *, is_proxy_request=False, **kwargs):
        """Override: tests talk to a stand-in on the loopback interface."""
        if self.code == "stripe" and not is_proxy_request:
            address = self._get_stripe_test_address()
            if address:
                return urljoin(f"{address}/v1/", endpoint)
        return super()._build_request_url(
            endpoint, is_proxy_request=is_proxy_request, **kwargs
        )

    @api.model
    def _get_stripe_mark(self):
        """Return what marks this database's payments among those of the account."""
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return hashlib.sha256(f"{uuid}".encode()).hexdigest()[:32]

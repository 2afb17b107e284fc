# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging
import time

from werkzeug.exceptions import Forbidden, ServiceUnavailable

from odoo.addons.payment_stripe import utils as stripe_utils
from odoo.addons.payment_stripe.controllers.main import StripeController

from .. import const

_logger = logging.getLogger(__name__)


class ClinicStripeController(StripeController):
    """Stripe's webhook, which believes nothing that is not signed."""

    def _verify_signature(self, tx_sudo):
        """Override: no secret and a malformed signature are refusals too.

        :raise Forbidden: also where Odoo would let the event pass or fail with 500.
        """
        if not stripe_utils.get_webhook_secret(tx_sudo.provider_id):
            _logger.warning(
                "Stripe's event refused: provider %s has no webhook secret.",
                tx_sudo.provider_id.id,
            )
            raise Forbidden()
        try:
            return super()._verify_signature(tx_sudo)
        except (KeyError, ValueError) as error:
            raise Forbidden() from error

    @staticmethod
    def _create_refund_tx_from_refund(source_tx_sudo, refund_object):
        """Override: a refund of ours has its transaction, perhaps not yet visible.

        Stripe tells of a refund before the request that asked for it has ended. A
        second transaction would count the money twice, so Stripe is told to come
        again.

        :raise ServiceUnavailable: while that request may still run.
        """
        known = source_tx_sudo._find_stripe_refund(refund_object)
        if known:
            return known
        is_young = time.time() - refund_object.get("created", 0) < const.GRACE
        if is_young and source_tx_sudo._is_stripe_marked(refund_object):
            raise ServiceUnavailable()
        row_sudo = source_tx_sudo._find_stripe_refund_row(refund_object)
        if row_sudo.transaction_id == source_tx_sudo:
            source_tx_sudo = source_tx_sudo.with_context(clinic_refund_id=row_sudo.id)
        return StripeController._create_refund_tx_from_refund(
            source_tx_sudo, refund_object
        )

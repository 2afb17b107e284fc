# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging

from odoo import models
from odoo.exceptions import ValidationError
from odoo.tools import float_round

from odoo.addons.clinic_payment.models.payment_transaction import is_without_answer
from odoo.addons.payment import utils as payment_utils

from .. import const

_logger = logging.getLogger(__name__)


class PaymentTransaction(models.Model):
    """Transactions with Stripe: marked as ours, and asked for only once."""

    _inherit = "payment.transaction"

    # Asking Stripe --------------------------------------------------------

    def _stripe_prepare_payment_intent_payload(self):
        """Override: mark the payment, to know it again if its news are lost."""
        payload = super()._stripe_prepare_payment_intent_payload()
        return {**payload, **self._get_stripe_metadata()}

    def _get_stripe_metadata(self):
        """Return the parameters by which Stripe remembers whose payment this is."""
        values = {
            f"metadata[{const.META_DATABASE}]": self.provider_id._get_stripe_mark(),
            f"metadata[{const.META_REFERENCE}]": self.reference,
        }
        if self.clinic_refund_id:
            values[f"metadata[{const.META_REFUND}]"] = str(self.clinic_refund_id.id)
        return values

    def _send_api_request(self, method, endpoint, *, data=None, **kwargs):
        """Override: what moves money has a key, so that it can be asked for again.

        Without an answer nobody knows whether Stripe did it. With the same key the
        second request gets the first one's answer, and nothing is paid twice.
        """
        if self.provider_code != "stripe" or method != "POST":
            return super()._send_api_request(method, endpoint, data=data, **kwargs)
        original = self
        if endpoint == "refunds":
            original = self._get_unanswered_twin()
            data = {**data, **original._get_stripe_metadata()}
        if endpoint == "refunds" or endpoint.endswith(("/capture", "/cancel")):
            # a reference that was rolled back is given again, a row's number never
            scope = f"{endpoint}{original.clinic_refund_id.id or ''}"
            key = payment_utils.generate_idempotency_key(original, scope=scope)
            kwargs.setdefault("idempotency_key", key)
        send = super()._send_api_request
        try:
            return send(method, endpoint, data=data, **kwargs)
        except ValidationError as error:
            if not kwargs.get("idempotency_key") or not is_without_answer(error):
                raise
        answer = send(method, endpoint, data=data, **kwargs)
        self.clinic_unanswered = False
        return answer

    def _get_unanswered_twin(self):
        """Return the refund that this one repeats, for want of an answer; else itself.

        Who tries again after a lost answer means the same money. As long as Stripe
        remembers the first request's key, it is given back once. Which refund is
        repeated says its row in the outbox; one that was made without (from the
        transaction itself) repeats such a one of the same amount.
        """
        twins = self.source_transaction_id.child_transaction_ids.filtered(
            lambda tx: (
                tx._is_unanswered_refund()
                and tx.clinic_refund_id == self.clinic_refund_id
                and tx.amount == self.amount
            )
        )
        return twins.sorted("id")[:1] or self

    # What Stripe says -----------------------------------------------------

    def _apply_updates(self, payment_data):
        """Override: another amount is never accepted, however often it is reported.

        Odoo compares amounts, but puts the transaction in error only once: the second
        report of the same wrong amount finds it there, and would make it done.

        Nor is the payment of another transaction: the page to which patients return
        from Stripe believes the number of the payment that its address holds.

        What Stripe did do counts, whatever we took for its end: a payment that was
        given up here and made after all, a refund whose answer was lost.
        """
        if self.provider_code != "stripe" or self.operation == "validation":
            return super()._apply_updates(payment_data)
        is_refund = self.operation == "refund"
        item = payment_data["refund" if is_refund else "payment_intent"]
        if not (is_refund or self._is_stripe_payment_of_this(item)):
            _logger.warning("Refused another's payment for %s.", self.reference)
            return None
        if not self._is_stripe_amount_right(payment_data):
            return None
        if item["status"] == "pending" and self._is_unanswered_refund():
            self.provider_reference = item["id"]
            return self._set_pending(extra_allowed_states=("error",))
        if not is_refund and item["status"] == "succeeded" and self.state == "cancel":
            self.provider_reference = item["id"]
            return self._set_done(extra_allowed_states=("cancel",))
        return super()._apply_updates(payment_data)

    def _is_stripe_payment_of_this(self, payment):
        """Tell whether a payment at Stripe was begun for this very transaction."""
        if self.source_transaction_id:  # a capture, asked for by its source's number
            return True
        if self.provider_reference not in (False, payment["id"]):
            return False
        reference = (payment.get("metadata") or {}).get(const.META_REFERENCE)
        return self.reference == (reference or payment.get("description"))

    def _is_stripe_amount_right(self, payment_data):
        """Tell whether Stripe speaks of the amount and currency that we asked for."""
        found = self._extract_amount_data(payment_data)
        amount = self.amount * (-1 if self.operation == "refund" else 1)
        digits = found["precision_digits"]
        amount = float_round(amount, precision_digits=digits, rounding_method="DOWN")
        if found["currency_code"] != self.currency_id.name:
            return False
        return self.currency_id.compare_amounts(found["amount"], amount) == 0

    def _is_unanswered_refund(self):
        """Tell whether a refund only counts as failed because no answer came."""
        is_refund = self.operation == "refund" and self.state == "error"
        return is_refund and self.clinic_unanswered and not self.provider_reference

    def _find_stripe_refund(self, refund):
        """Return our transaction of a refund at Stripe; empty when it has none.

        :param dict refund: as Stripe's API gives it
        """
        domain = [("provider_code", "=", "stripe"), ("operation", "=", "refund")]
        known = self.search([*domain, ("provider_reference", "=", refund["id"])])
        if known or not self._is_stripe_marked(refund):
            return known[:1]
        row = self._find_stripe_refund_row(refund)
        reference = refund["metadata"][const.META_REFERENCE]
        found = self.search([*domain, ("reference", "=", reference)])
        found = found.filtered(lambda tx: tx.clinic_refund_id == row)
        found = found or row.refund_transaction_id
        return found.filtered(lambda tx: not tx.provider_reference)

    def _find_stripe_refund_row(self, refund):
        """Return the row of our outbox for which Stripe made a refund, if any."""
        rows_sudo = self.env["clinic.payment.refund"].sudo()
        number = (refund.get("metadata") or {}).get(const.META_REFUND) or ""
        if not number.isdecimal() or not self._is_stripe_marked(refund):
            return rows_sudo
        return rows_sudo.search([("id", "=", int(number))])

    def _is_stripe_marked(self, item):
        """Tell whether this database asked for a payment or refund at Stripe."""
        mark = (item.get("metadata") or {}).get(const.META_DATABASE)
        return bool(mark) and mark == self.env["payment.provider"]._get_stripe_mark()

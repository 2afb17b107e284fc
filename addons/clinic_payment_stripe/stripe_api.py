# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Asking Stripe, through its SDK: what was paid, what was given back.

It only reads. Objects are plain dictionaries in the shape of the API version that
Odoo's own addon speaks, so that its code understands them.
"""

from urllib.parse import urlsplit

import stripe

from odoo.addons.payment_stripe.const import API_VERSION

from . import const

#: What the methods of ``StripeReader`` raise
StripeError = stripe.StripeError
StripeNotFound = stripe.InvalidRequestError

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def is_loopback(address):
    """Tell whether an address is plain HTTP to this very machine."""
    parts = urlsplit(address)
    return parts.scheme == "http" and parts.hostname in LOOPBACK


def describe(error):
    """Return an error in a few words that hold neither keys nor personal data."""
    status = getattr(error, "http_status", None)
    number = getattr(error, "request_id", None)
    words = [type(error).__name__]
    words += [f"HTTP {status}"] if status else []
    words += [f"request {number}"] if number else []
    return ", ".join(words)


class StripeReader:
    """Reads payments and refunds of one account.

    Each instance has a client and connections of its own; nothing global is set.
    """

    def __init__(self, secret_key, address=None):
        self.client = stripe.StripeClient(
            secret_key,
            stripe_version=API_VERSION,
            base_addresses={"api": address} if address else None,
            max_network_retries=const.RETRIES,
            http_client=stripe.RequestsClient(timeout=const.TIMEOUT),
        )

    def payments(self, since):
        """Yield the payments that were begun since then (seconds since the epoch)."""
        params = {"expand": ["data.payment_method"]}
        yield from self._read(self.client.v1.payment_intents, since, params)

    def refunds(self, since):
        """Yield the refunds that were begun since then (seconds since the epoch)."""
        yield from self._read(self.client.v1.refunds, since, {})

    def payment(self, key):
        """Return one payment."""
        params = {"expand": ["payment_method"]}
        return self.client.v1.payment_intents.retrieve(key, params).to_dict()

    def refund(self, key):
        """Return one refund."""
        return self.client.v1.refunds.retrieve(key).to_dict()

    def _read(self, service, since, params):
        params = {**params, "created": {"gte": int(since)}, "limit": const.PAGE}
        for item in service.list(params).auto_paging_iter():
            yield item.to_dict()

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A stand-in for Stripe's API on the loopback interface, for tests.

It keeps accounts of customers, payments and refunds as Stripe does, honours
idempotency keys, signs its events as Stripe signs them, and fails on demand. Plain
Python: it imports neither Odoo nor Stripe's SDK, so it cannot share their mistakes.
"""

from .account import Account, Refused
from .server import FakeStripe

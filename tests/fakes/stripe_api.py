# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Stripe's API, as the addon's own tests know it, for tests of running servers."""

from .loader import load

FakeStripe = load("fake_stripe", "clinic_payment_stripe").FakeStripe

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Twilio's API, as the addon's own tests know it, for tests of running servers."""

from .loader import load

_module = load("fake_twilio", "clinic_sms_twilio")
FakeTwilio, HANG, TAKE_AND_HANG = (
    _module.FakeTwilio,
    _module.HANG,
    _module.TAKE_AND_HANG,
)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A stand-in for Twilio's API on the loopback interface.

It knows sending and listing SMS, and signs what it reports and brings with the signer
of Twilio's own SDK. It imports nothing of Odoo.
"""

from .server import (
    HANG,
    LOST_ANSWER,
    NO_CONNECTION,
    TAKE_AND_HANG,
    FakeTwilio,
)

__all__ = ["HANG", "LOST_ANSWER", "NO_CONNECTION", "TAKE_AND_HANG", "FakeTwilio"]

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a showcase can be refused for, besides what any booking can.

See ``clinic_scheduling/exceptions.py``: each class carries a stable ``code``.
"""

from odoo.addons.clinic_scheduling.exceptions import BookingError, SlotTaken


class RepresentativeBusy(SlotTaken):
    """The representative has another call, a meeting, or is away."""

    code = "representative_busy"


class PracticeRuleBroken(BookingError):
    """The practice does not receive such a call; ``rule`` says which rule it is."""

    code = "practice_rule"


class NotEligible(BookingError):
    """This representative cannot make this call to this doctor."""

    code = "not_eligible"


class DoctorNotReceiving(BookingError):
    """The doctor does not want to be called on, or no longer practises."""

    code = "not_receiving"

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a booking can be refused for.

Each class carries a stable ``code`` for programs, the sentence for people, and in
``context`` the data a client needs to go on (alternatives, limits): Odoo's RPC
layer passes ``context`` to the caller.
"""

from odoo.exceptions import ValidationError


class BookingError(ValidationError):
    """A booking, move or change of state that cannot be done as asked."""

    code = "booking_refused"

    def __init__(self, message, **context):
        super().__init__(message)
        self.context = {"code": self.code, **context}


class SlotTaken(BookingError):
    """Somebody else holds the time; ``alternatives`` lists the nearest free ones.

    Each alternative is a dict: ``start``, ``stop`` (UTC, as Odoo writes
    datetimes), ``doctor_id``, ``site_id`` and ``label`` (site's wall clock).
    """

    code = "slot_taken"
    http_status = 409


class PatientBusy(SlotTaken):
    """The patient already has an appointment that overlaps the wanted one."""

    code = "patient_busy"


class OutsideAvailability(BookingError):
    """The doctor does not see patients at that time, site or for that service."""

    code = "outside_availability"


class NoticeTooShort(BookingError):
    """Too close to (or behind) the present for this service's notice."""

    code = "notice_too_short"


class BeyondHorizon(BookingError):
    """Further ahead than the service may be booked."""

    code = "beyond_horizon"


class HoldExpired(BookingError):
    """The held time was given back before it was confirmed."""

    code = "hold_expired"
    http_status = 409


class IllegalTransition(BookingError):
    """The life of an appointment has no such step."""

    code = "illegal_transition"
    http_status = 409


class IdempotencyConflict(BookingError):
    """The same idempotency key came with another request."""

    code = "idempotency_conflict"


class TooManyBookings(BookingError):
    """The patient has as many visits ahead as the practice lets them book."""

    code = "too_many_bookings"


class TooManyRequests(BookingError):
    """Somebody asks too often; ``retry_after`` says how many seconds to wait."""

    code = "too_many_requests"
    http_status = 429

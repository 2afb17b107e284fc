# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Values shared by models, wizards and views of this addon."""

WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]

STATES = [
    ("hold", "On hold"),
    ("scheduled", "Scheduled"),
    ("confirmed", "Confirmed"),
    ("arrived", "Arrived"),
    ("in_progress", "In consultation"),
    ("completed", "Completed"),
    ("cancelled", "Cancelled"),
    ("no_show", "No-show"),
]

#: The only steps in the life of an appointment: state -> states it may take next.
TRANSITIONS = {
    "hold": {"scheduled", "confirmed", "cancelled"},
    "scheduled": {"confirmed", "arrived", "cancelled", "no_show"},
    "confirmed": {"scheduled", "arrived", "cancelled", "no_show"},
    "arrived": {"scheduled", "confirmed", "in_progress", "cancelled", "no_show"},
    "in_progress": {"arrived", "completed"},
    "completed": {"in_progress"},
    "cancelled": set(),
    "no_show": {"scheduled", "arrived"},
}

#: States whose time is taken in the ledger.
CLAIMING_STATES = (
    "hold",
    "scheduled",
    "confirmed",
    "arrived",
    "in_progress",
    "completed",
)

#: States of a visit that is still to come, the ones that can move.
UPCOMING_STATES = ("hold", "scheduled", "confirmed", "arrived")

#: The steps of a visit that goes well, in their order.
VISIT_STATES = ("scheduled", "confirmed", "arrived", "in_progress", "completed")

#: How many rooms, devices or seats are tried when a race takes the first choice.
MAX_CLAIM_ATTEMPTS = 12

#: How far ahead (days) the nearest free times are looked for after a refusal.
ALTERNATIVE_DAYS = 14
ALTERNATIVE_COUNT = 5
#: Of these, how many are the wanted doctor's own; the others are colleagues'.
OWN_ALTERNATIVES = 3
#: Not all on the same day, and not more than these are considered.
ALTERNATIVES_A_DAY = 2
ALTERNATIVES_LOOKED_AT = 50

#: How long ahead a visit was booked, in groups.
LEADS = [
    ("0", "Less than a day"),
    ("1", "1 to 2 days"),
    ("3", "3 to 7 days"),
    ("8", "8 to 30 days"),
    ("31", "More than 30 days"),
]

#: (days, key of LEADS): the first whose days lie above the lead time holds.
LEAD_LIMITS = (
    (1, "0"),
    (3, "1"),
    (8, "3"),
    (31, "8"),
    (float("inf"), "31"),
)

#: What messages to patients are about.
REMINDER_EVENTS = [
    ("booked", "Booked"),
    ("moved", "Moved"),
    ("cancelled", "Cancelled"),
    ("reminder", "Reminder"),
    ("follow_up", "Follow-up"),
    ("feedback", "Feedback"),
    ("waitlist_offer", "Offer from the waitlist"),
    ("offer_withdrawn", "Offer taken back"),
    ("running_late", "Running late"),
    ("away_offer", "Offer because the doctor is away"),
]

#: How messages go to patients; a call is a task for staff.
REMINDER_CHANNELS = [
    ("email", "E-mail"),
    ("sms", "SMS"),
    ("push", "Notification on the device"),
    ("call", "Call by staff"),
]

REMINDER_STATES = [
    ("pending", "Pending"),
    ("sent", "Sent"),
    ("delivered", "Delivered"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
    ("skipped", "Skipped"),
]

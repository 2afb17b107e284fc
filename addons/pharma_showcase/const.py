# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Values shared by models and views of this addon."""

STATES = [
    ("draft", "Draft"),
    ("proposed", "Proposed"),
    ("confirmed", "Confirmed"),
    ("done", "Done"),
    ("declined", "Declined"),
    ("cancelled", "Cancelled"),
    ("no_show", "No-show"),
]

#: The only steps in the life of a showcase: state -> states it may take next.
TRANSITIONS = {
    "draft": {"proposed", "confirmed", "cancelled"},
    "proposed": {"confirmed", "done", "declined", "cancelled", "no_show"},
    "confirmed": {"proposed", "done", "declined", "cancelled", "no_show"},
    "done": {"confirmed"},
    "declined": {"proposed"},
    "cancelled": set(),
    "no_show": {"confirmed"},
}

#: States whose time is taken in the ledger. A draft takes nobody's time.
CLAIMING_STATES = ("proposed", "confirmed", "done")

#: States of a showcase that is still to come, the ones that can move.
UPCOMING_STATES = ("draft", "proposed", "confirmed")

MODALITIES = [
    ("in_person", "In person"),
    ("video", "Video call"),
    ("phone", "Telephone"),
    ("lunch", "Over lunch"),
]

#: By which channel of a consent a call takes place, where the two are not the same.
CONSENT_CHANNELS = {"in_person": "visit", "lunch": "visit"}

#: Where nobody travels and no room is needed.
REMOTE_MODALITIES = ("video", "phone")

LICENCE_STATES = [
    ("unknown", "Not checked"),
    ("active", "Active"),
    ("inactive", "Inactive"),
]

#: Who may know about patients' visits: the practice's own staff.
PRACTICE = (
    "clinic_scheduling.group_clinic_doctor,clinic_scheduling.group_clinic_receptionist"
)

#: What doctors are told of showcases.
MESSAGE_EVENTS = [
    ("showcase_booked", "Showcase proposed"),
    ("showcase_moved", "Showcase moved"),
    ("showcase_cancelled", "Showcase cancelled"),
    ("showcase_reminder", "Reminder of a showcase"),
    ("showcase_feedback", "Feedback on a showcase"),
]

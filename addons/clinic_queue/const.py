# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Values shared by models and views of this addon."""

TICKET_STATES = [
    ("waiting", "Waiting"),
    ("called", "Called"),
    ("in_consultation", "In consultation"),
    ("parked", "Parked"),
    ("completed", "Completed"),
    ("absent", "Absent"),
    ("cancelled", "Cancelled"),
]

#: The only steps in the life of a ticket: state -> states it may take next.
TICKET_TRANSITIONS = {
    "waiting": {"called", "in_consultation", "parked", "cancelled"},
    "called": {"waiting", "in_consultation", "parked", "absent", "cancelled"},
    "in_consultation": {"waiting", "called", "parked", "completed"},
    "parked": {"waiting", "called", "cancelled"},
    "completed": {"in_consultation"},
    "absent": {"waiting", "called", "cancelled"},
    "cancelled": {"waiting"},
}

#: Who may read and write special requirements: whoever calls, or receives.
REQUIREMENT_READERS = (
    "clinic_scheduling.group_clinic_clinical,"
    "clinic_scheduling.group_clinic_receptionist"
)

#: States of who is still here.
PRESENT_STATES = ("waiting", "called", "in_consultation", "parked")

#: States of who was called, and came or may still come.
SEEN_STATES = ("called", "in_consultation", "completed")

#: Minutes within which levels 1 to 5 are to be seen, by the name of the preset, and
#: the share of people for whom that is to be reached. The first is the Australasian
#: Triage Scale's, the only one whose shares are published; numbers only, the
#: descriptions of levels belong to their authors.
PRESETS = {
    "0_10_30_60_120": ((0, 10, 30, 60, 120), (100, 80, 75, 70, 70)),
    "0_15_30_60_120": ((0, 15, 30, 60, 120), (100, 80, 75, 70, 70)),
    "0_10_60_120_240": ((0, 10, 60, 120, 240), (100, 80, 75, 70, 70)),
    "0_10_60_240_240": ((0, 10, 60, 240, 240), (100, 80, 75, 70, 70)),
}

#: Score of somebody who has just arrived, by level.
HEAD_STARTS = (0.0, 0.0, 0.6, 0.3, 0.0)

#: Minutes after which somebody who waits is looked at again, by level; 0: never.
REASSESS_MINUTES = (0, 15, 30, 60, 120)

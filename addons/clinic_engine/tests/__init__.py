# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import (
    test_availability,
    test_claims,
    test_clock,
    test_clock_changes,
    test_explain,
    test_filters,
    test_intervals,
    test_needs,
    test_observances,
    test_queue_estimate,
    test_queue_policy,
    test_queue_theory,
    test_ranking,
    test_recurrence,
    test_seats,
    test_slots,
    test_slots_oracle,
    test_utilisation,
    test_waitlist,
)

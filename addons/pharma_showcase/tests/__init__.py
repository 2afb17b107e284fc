# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import (
    test_pharma_access,
    test_pharma_campaign,
    test_pharma_dashboard,
    test_pharma_demo,
    test_pharma_feedback,
    test_pharma_figures,
    test_pharma_follow_up,
    test_pharma_meeting,
    test_pharma_plan,
    test_showcase_booking,
    test_showcase_message,
    test_showcase_page,
    test_showcase_state,
    test_adverse_event,
    test_call_caps,
    test_call_report,
    test_consent,
    test_samples,
    test_call_hoot,
    test_pharma_access_compliance,
)

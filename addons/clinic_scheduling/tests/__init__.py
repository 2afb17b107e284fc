# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import (
    test_access,
    test_appointment_booking,
    test_appointment_repeat,
    test_appointment_report,
    test_appointment_state,
    test_export,
    test_export_download,
    test_availability_copy,
    test_find_time,
    test_impact,
    test_import,
    test_impact_speed,
    test_impact_notice,
    test_impact_hours,
    test_impact_holds,
    test_leaves_flagging,
    test_providers_import,
    test_quiet,
    test_reservation,
    test_utilisation,
)

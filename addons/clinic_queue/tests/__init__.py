# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import (
    test_queue_access,
    test_queue_alarm,
    test_queue_board,
    test_queue_call,
    test_queue_check_in,
    test_queue_desk_screen,
    test_queue_desk_tour,
    test_queue_forecast,
    test_queue_hoot,
    test_queue_join,
    test_queue_kiosk,
    test_queue_live,
    test_queue_page,
    test_queue_report,
    test_queue_setup,
    test_queue_security,
    test_queue_security_kiosk,
    test_queue_shown,
    test_queue_sync,
    test_queue_ticket,
)

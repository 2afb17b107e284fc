# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import (
    test_access,
    test_account,
    test_busy,
    test_caldav,
    test_caldav_habits,
    test_channels,
    test_channels_microsoft,
    test_connect_caldav,
    test_connect_consent,
    test_crashes,
    test_disconnect,
    test_google,
    test_google_login,
    test_meeting,
    test_microsoft,
    test_microsoft_login,
    test_moved_outside,
    test_neutralize,
    test_out,
    test_state,
)

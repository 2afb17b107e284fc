# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import (
    calendar_sync_account,
    calendar_sync_login,
    calendar_sync_words,
    calendar_sync_calendar,
    calendar_sync_link,
    calendar_sync_operation,
    calendar_sync_conflict,
    calendar_sync_busy,
    calendar_sync_push,
    calendar_sync_pull,
    calendar_sync_channel,
    calendar_sync_merge,
    calendar_sync_meeting,
    clinic_rate_limit,
    clinic_reservation,
    clinic_reservation_mixin,
    clinic_appointment,
    clinic_schedule,
    clinic_video,
)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import (
    clinic_appointment,
    clinic_reminder,
    clinic_sms_reply,
    phone_blacklist,
    res_company,
    res_config_settings,
    sms_sms,
)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import (
    clinic_appointment_cancel,
    clinic_appointment_desk,
    clinic_appointment_refund,
    clinic_appointment_waive,
    clinic_payment_refund_by_hand,
    clinic_payment_refund_decide,
)

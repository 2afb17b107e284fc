# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import (
    clinic_cancel_policy,
    clinic_service,
    clinic_payment_refund,
    clinic_payment_desk,
    clinic_appointment_money,
    clinic_appointment_page,
    clinic_appointment_payment,
    clinic_appointment_terms,
    clinic_appointment_refund,
    clinic_appointment_desk,
    clinic_appointment_transfer,
    clinic_appointment_coming,
    clinic_appointment_actions,
    clinic_appointment_email,
    clinic_appointment_receipt,
    clinic_demo,
    payment_provider_pending,
    payment_transaction,
    res_company,
    res_config_settings,
)

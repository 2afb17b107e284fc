# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import (
    payment_provider,
    payment_transaction,
    clinic_payment_reconcile_line,
    clinic_payment_reconcile,
)

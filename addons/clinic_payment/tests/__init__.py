# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from . import (
    test_cancel_policy,
    test_desk,
    test_due,
    test_offer_payment,
    test_payment_access,
    test_payment_email,
    test_payment_report,
    test_payment_state,
    test_portal_money,
    test_portal_payment,
    test_portal_payment_guards,
    test_portal_pending,
    test_portal_under_way,
    test_receipt,
    test_refund,
    test_refund_doubt,
    test_transfer,
)

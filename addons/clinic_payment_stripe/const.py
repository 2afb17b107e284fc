# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What we ask Stripe, how long we wait, and what its words mean here."""

#: System parameters
PARAM_ADDRESS = "clinic_payment_stripe.api_base"
PARAM_DAYS = "clinic_payment_stripe.reconcile_days"

#: Days back whose payments and refunds are compared
DAYS = 7
#: Days back in which a payment or refund that we know as unfinished is asked about
UNFINISHED_DAYS = 60

TIMEOUT = 20  # seconds for an answer
RETRIES = 2  # of a request that the network lost
PAGE = 100  # objects in one answer: the most that Stripe gives

#: Seconds after which a refund that names a transaction of ours which is not there
#: belongs to a request that was rolled back, not to one that still runs
GRACE = 10 * 60

#: What is written to payments and refunds at Stripe, to know ours again
META_DATABASE, META_REFERENCE = "odoo_database", "odoo_reference"

#: What tells for which row of the outbox a refund was asked: its transaction may be
#: rolled back, and its reference be given to another one
META_REFUND = "odoo_refund"

#: The state of our transaction that a state of Stripe's payment stands for
PAYMENT_STATES = {
    "succeeded": "done",
    "requires_capture": "authorized",
    "processing": "pending",
    "canceled": "cancel",
}
REFUND_STATES = {
    "succeeded": "done",
    "pending": "pending",
    "failed": "error",
    "canceled": "cancel",
}

#: States of ours after which a state of Stripe's brings nothing new
LATER = {
    "done": {"done"},
    "authorized": {"authorized", "done", "cancel"},
    "pending": {"pending", "authorized", "done", "cancel", "error"},
    "cancel": {"cancel", "error"},
    "error": {"error", "cancel"},
}

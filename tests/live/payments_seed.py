# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Our side of payments through Stripe. Runs inside Odoo's shell, which gives ``env``.

The variable CLINIC_PAYMENTS holds the order in JSON: a task, and what it needs.
"""

import json
import os
from datetime import date, datetime, time, timedelta
from pathlib import Path

from odoo.fields import Command

ADDRESS = "clinic_payment_stripe.api_base"


def set_up_stripe(env, url):
    """Return the Stripe provider, in test mode with the stand-in's keys."""
    env["ir.config_parameter"].set_param(ADDRESS, url)
    provider = env.ref("payment.payment_provider_stripe")
    provider.write(
        {
            "state": "test",
            "is_published": True,
            "stripe_secret_key": "sk_test_fake",
            "stripe_publishable_key": "pk_test_fake",
            "stripe_webhook_secret": "whsec_fake",
        }
    )
    return provider


def begin(env, order):
    """Hold visits in the portal's name and begin their payments."""
    provider = set_up_stripe(env, order["url"])
    day = datetime.combine(date.today() + timedelta(days=400), time(9))
    references = []
    for doctor, patient in order["visits"]:
        values = {"doctor_id": doctor, "patient_id": patient, "source": "portal"}
        values |= {"service_id": order["service"], "start": day}
        visit = env["clinic.appointment"].hold(values)
        tx = env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": env.ref("payment.payment_method_card").id,
                "reference": f"LIVE-{visit.id}",
                "amount": visit.amount_due_now,
                "currency_id": visit.currency_id.id,
                "partner_id": visit.partner_id.id,
                "operation": "online_direct",
                "appointment_ids": [Command.set(visit.ids)],
            }
        )
        tx._get_processing_values()
        references.append(tx.reference)
    Path(order["file"]).write_text(json.dumps(references))


def reconcile(env, _order):
    """Compare with Stripe, as in the night; then tell visits of their payments."""
    env["clinic.payment.reconcile"]._cron_reconcile()
    env["payment.transaction"]._cron_post_process()


def post_process(env, _order):
    """Tell visits of their payments."""
    env["payment.transaction"]._cron_post_process()


def refund(env, order):
    """Give a part of a payment back."""
    domain = [("reference", "=", order["reference"])]
    env["payment.transaction"].search(domain)._refund(order["amount"])


TASKS = {task.__name__: task for task in (begin, reconcile, post_process, refund)}

env = globals()["env"]
order = json.loads(os.environ["CLINIC_PAYMENTS"])
TASKS[order["task"]](env, order)
env.cr.commit()

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Visits that are paid through Stripe, on a live database.

What happens at Stripe is told to the stand-in; what happens at our side goes through
running servers, or through processes of their own for the scheduled actions.
"""

import json
import time
from pathlib import Path

SEED = Path(__file__).with_name("payments_seed.py")
WEBHOOK = "/payment/stripe/webhook"

STATES = """
    SELECT t.reference, t.state, a.state
      FROM payment_transaction t
      JOIN clinic_appointment_transaction_rel r ON r.transaction_id = t.id
      JOIN clinic_appointment a ON a.id = r.appointment_id
     WHERE t.reference = ANY(%s)
"""
REFUNDS = """
    SELECT r.state, r.amount FROM payment_transaction r
      JOIN payment_transaction t ON t.id = r.source_transaction_id
     WHERE t.reference = %s ORDER BY r.id
"""
RUNS = """
    SELECT state, settled_count, problem_count FROM clinic_payment_reconcile
     ORDER BY id DESC LIMIT 1
"""


class Payments:
    """Makes payments and looks at what became of them."""

    def __init__(self, database, fake, folder, practice):
        self.database, self.fake, self.practice = database, fake, practice
        self.file = Path(folder) / "payments.json"

    def begin(self, count):
        """Return the references of visits that are held until they are paid."""
        practice = self.practice
        service = practice.create_service(
            price=60,
            payment_rule="full",
            booking_notice=0,
            horizon_days=0,
            cancel_notice=0,
        )
        doctors = practice.create_doctors(count)
        patients = practice.create_patients(count)
        visits = [list(visit) for visit in zip(doctors, patients, strict=True)]
        self._run("begin", service=service, visits=visits)
        return json.loads(self.file.read_text())

    def pay(self, reference):
        """The patient pays at Stripe; return the event."""
        found = self.fake.account.all("payment_intent")
        intent = next(item for item in found if item["description"] == reference)
        return self.fake.account.pay(intent["id"])

    def send(self, event, server, **signature):
        """Send an event to a server; return (status, seconds)."""
        start = time.monotonic()
        status = self.fake.deliver(event, server.address + WEBHOOK, **signature)
        return status, time.monotonic() - start

    def reconcile(self):
        """Run the nightly comparison in a process of its own."""
        self._run("reconcile")

    def post_process(self):
        """Run the scheduled action that tells visits of their payments."""
        self._run("post_process")

    def refund(self, reference, amount):
        """Give a part of a payment back."""
        self._run("refund", reference=reference, amount=amount)

    def states(self, *references):
        """Return {reference: (state of the transaction, state of its visit)}."""
        rows = self.database.query(STATES, list(references))
        return {reference: (tx, visit) for reference, tx, visit in rows}

    def refunds(self, reference):
        """Return (state, amount) of what was given back of a payment."""
        rows = self.database.query(REFUNDS, reference)
        return [(state, float(amount)) for state, amount in rows]

    def last_run(self):
        """Return (state, settled, problems) of the last comparison."""
        return self.database.query(RUNS)[0]

    def _run(self, task, **values):
        order = {"task": task, "url": self.fake.url, "file": str(self.file), **values}
        self.database.odoo(
            "shell",
            "--no-http",
            script=SEED.read_text(),
            environment={"CLINIC_PAYMENTS": json.dumps(order)},
        )

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Demo payments: what patients paid for the visits of the demo weeks.

Only the demo data calls this. The transactions are records of the past: nobody is
asked for money.
"""

import random

from odoo import api, models
from odoo.fields import Command

SEED = 20261

#: Share of the visits that were paid online.
PAID = 0.85


class ClinicDemo(models.AbstractModel):
    """Loader of demo payments."""

    _inherit = "clinic.demo"

    @api.model
    def _load_payments(self):
        """Have most visits paid that ask for it, and cancelled ones refunded."""
        rng = random.Random(SEED)
        visits = self.env["clinic.appointment"].search(
            [
                ("service_id.payment_rule", "!=", "none"),
                ("state", "not in", ("hold", "no_show")),
                ("name", "!=", "/"),
                ("transaction_ids", "=", False),
            ],
            order="id",
        )
        # they were booked before their services asked for anything
        names = ("amount_asked", "payment_when", "cancel_policy_id", "payment_status")
        for name in names:
            self.env.add_to_compute(visits._fields[name], visits)
        paid = visits.filtered(lambda visit: visit.amount_asked and rng.random() < PAID)
        payments = self.env["payment.transaction"].create(
            [self._prepare_payment(visit) for visit in paid]
        )
        cancelled = payments.filtered(
            lambda payment: payment.appointment_ids.state == "cancelled"
        )
        refunds = self.env["payment.transaction"].create(
            [self._prepare_refund(payment) for payment in cancelled]
        )
        (payments | refunds).write({"is_post_processed": True})
        over = paid.filtered(lambda visit: visit.state == "completed")
        self.env["clinic.payment.desk"].create(
            [
                self._prepare_desk_payment(visit, rng)
                for visit in over
                if visit.amount_due
            ]
        )

    def _prepare_desk_payment(self, visit, rng):
        """Return what reception took after the visit: the rest."""
        return {
            "appointment_id": visit.id,
            "kind": "payment",
            "method": rng.choice(("cash", "terminal", "terminal")),
            "currency_id": visit.currency_id.id,
            "amount": visit.amount_due,
            "date": visit.start.date(),
        }

    def _prepare_payment(self, visit):
        return {
            "provider_id": self.env.ref("payment.payment_provider_demo").id,
            "payment_method_id": self.env.ref("payment.payment_method_card").id,
            "reference": visit.name,
            "amount": visit.amount_asked,
            "currency_id": visit.currency_id.id,
            "partner_id": visit.partner_id.id,
            "operation": "online_direct",
            "state": "done",
            "last_state_change": visit.create_date,
            "appointment_ids": [Command.set(visit.ids)],
        }

    def _prepare_refund(self, payment):
        return {
            **self._prepare_payment(payment.appointment_ids),
            "reference": f"R-{payment.reference}",
            "amount": -payment.amount,
            "operation": "refund",
            "source_transaction_id": payment.id,
        }

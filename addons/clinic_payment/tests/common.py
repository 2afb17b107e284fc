# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import HttpCase, freeze_time

from odoo.addons.clinic_scheduling.tests.common import MONDAY, ClinicCommon
from odoo.addons.payment.tests.common import PaymentCommon

#: What the test provider answers when it does not work.
OUT_OF_ORDER = "The provider is out of order."

#: When visitors book in these tests: the Saturday before MONDAY.
NOW = "2030-06-01 10:00:00"


class ClinicPaymentCommon(ClinicCommon, PaymentCommon):
    """A practice whose consultation costs 60 and is paid in full at booking."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.currency = cls.env.company.currency_id
        cls.policy = cls.env["clinic.cancel.policy"].create(
            {"name": "Test Policy", "free_hours": 24, "late_percent": 50}
        )
        cls.service.write(
            {
                "price": 60,
                "payment_rule": "full",
                "cancel_policy_id": cls.policy.id,
                "booking_notice": 0,
                "horizon_days": 0,
                "cancel_notice": 0,
                "reschedule_notice": 0,
            }
        )
        cls.env.company.clinic_payment_minutes = 0
        cls.manager = cls._create_user("manager")
        cls._set_up_provider()
        cls.patient.write({"email": "paul@example.com"})

    @classmethod
    def _set_up_provider(cls):
        """Have the test provider support refunds, and answer them as a test says."""
        cls.refund_answer = "done"
        providers = type(cls.env["payment.provider"])
        compute = providers._compute_feature_support_fields

        def compute_support(records):
            compute(records)
            for provider in records.filtered(lambda item: item.code == "none"):
                provider.support_refund = "partial"

        def send_refund(transaction):
            if cls.refund_answer == "error":
                raise ValidationError(OUT_OF_ORDER)
            if cls.refund_answer == "done":
                transaction._set_done()
            elif cls.refund_answer == "pending":
                transaction._set_pending()

        for owner, name, function in (
            (providers, "_compute_feature_support_fields", compute_support),
            (type(cls.env["payment.transaction"]), "_send_refund_request", send_refund),
        ):
            cls.startClassPatcher(patch.object(owner, name, function))
        cls.pm_unknown.support_refund = "partial"
        cls.provider.invalidate_recordset()

    @classmethod
    def _hold(cls, hour=10, minute=0, day=0, **values):
        """Return a hold that a visitor of the portal got."""
        values = cls._vals(hour, minute, day, source="portal", **values)
        return cls.env["clinic.appointment"].hold(values)

    def _pay(self, visit, state="done", amount=None, provider=None, process=True):
        """Return a payment of ``visit`` in ``state``, post-processed or not."""
        provider = provider or self.provider
        transaction = self._create_transaction(
            "redirect",
            amount=visit.amount_due_now if amount is None else amount,
            currency_id=visit.currency_id.id,
            partner_id=visit.partner_id.id,
            provider_id=provider.id,
            reference=f"T-{visit.id}-{len(visit.transaction_ids)}",
            appointment_ids=[Command.set(visit.ids)],
        )
        self._set_state(transaction, state)
        if process:
            transaction._post_process()
        return transaction

    def _set_state(self, transaction, state):
        setters = {
            "done": lambda: transaction._set_done(),
            "pending": lambda: transaction._set_pending(),
            "cancel": lambda: transaction._set_canceled(),
            "error": lambda: transaction._set_error("Refused by the bank."),
            "draft": lambda: None,
        }
        setters[state]()

    def _book_paid(self, hour=10, **values):
        """Return a visit that was held and paid."""
        visit = self._hold(hour, **values)
        self._pay(visit)
        self.assertEqual(visit.state, "scheduled")
        return visit

    def _run_cron(self, xmlid):
        is_in_test_mode = isinstance(self, HttpCase)
        mode = nullcontext() if is_in_test_mode else self.enter_registry_test_mode()
        with mode:
            self.env.ref(xmlid).method_direct_trigger()
        self.env.invalidate_all()

    def _send_refunds(self):
        """Run the scheduled action that sends refunds."""
        self._run_cron("clinic_payment.ir_cron_send_refunds")

    def _release_holds(self):
        """Run the scheduled action that gives back expired holds."""
        self._run_cron("clinic_scheduling.ir_cron_release_expired_holds")

    @contextmanager
    def _later(self, **delta):
        """Go on at a later moment."""
        moment = fields.Datetime.now() + timedelta(**delta)
        with freeze_time(moment):
            yield moment

    def _mails(self):
        return self.env["mail.mail"].sudo().search([], order="id")


__all__ = ["MONDAY", "NOW", "ClinicPaymentCommon", "freeze_time"]

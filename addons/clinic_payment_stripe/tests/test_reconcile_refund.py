# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from .. import const
from .common import StripeCommon
from .fake_stripe.server import LOST_ANSWER

ROLES = {
    "nobody": "",
    "portal": "",
    "doctor": "",
    "receptionist": "",
    "nurse": "",
    "manager": "r",
    "system": "r",
}
GROUPS = {
    "nobody": "base.group_user",
    "portal": "base.group_portal",
    "system": "base.group_system",
}
OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}


@tagged("post_install", "-at_install")
class TestReconcileRefund(StripeCommon, CronMixinCase):
    """Refunds whose news were lost; and who may see what the nights found."""

    def test_pending_refund_ends(self):
        for status, state in (("succeeded", "done"), ("failed", "error")):
            with self.subTest(status=status):
                tx = self._begin_paid(f"VISIT-{status}")
                self.account.refund_status = "pending"
                refund_tx = tx._refund(20)
                self.assertEqual(refund_tx.state, "pending")
                self.assertFalse(self._reconcile().line_ids)
                key = refund_tx.provider_reference
                self.account.finish_refund(key, status)
                run = self._reconcile()
                self.assertEqual(refund_tx.state, state)
                self.assertEqual(run.line_ids.kind, "refund")
                self.assertEqual(run.settled_count, 1)

    def test_refund_whose_answer_was_lost_is_found(self):
        for status, state in (("succeeded", "done"), ("pending", "pending")):
            with self.subTest(status=status):
                tx = self._begin_paid(f"VISIT-{status}")
                self.account.refund_status = status
                self.fake.fail("POST", "/refunds", LOST_ANSWER, times=2)
                refund_tx = tx._refund(20)
                self.assertEqual(refund_tx.state, "error")
                self._reconcile()
                self.assertEqual(refund_tx.state, state)
                self.assertEqual(tx.child_transaction_ids, refund_tx)
                self.assertTrue(refund_tx.provider_reference)

    def test_refund_that_fails_after_its_success(self):
        tx = self._begin_paid()
        refund_tx = tx._refund(20)
        self.assertEqual(refund_tx.state, "done")
        self.account.finish_refund(refund_tx.provider_reference, "failed")
        self._reconcile()
        self.assertEqual(refund_tx.state, "error")

    def test_refund_made_at_stripe_is_taken_over(self):
        tx = self._begin_paid()
        intent = tx.provider_reference
        self.account.create_refund({"payment_intent": intent, "amount": "500"})
        for _night in range(2):
            self._reconcile()
            self.assertEqual(tx.child_transaction_ids.amount, -5)
            self.assertEqual(tx.child_transaction_ids.state, "done")

    def test_refund_of_a_request_that_was_rolled_back(self):
        tx = self._begin_paid()
        tx._refund(20).unlink()
        self._reconcile()
        self.assertFalse(tx.child_transaction_ids, "its request may still run")
        (refund,) = self.account.all("refund")
        refund["created"] -= const.GRACE + 1
        self._reconcile()
        self.assertEqual(tx.child_transaction_ids.state, "done")
        self.assertEqual(tx.child_transaction_ids.amount, -20)

    def test_refunds_of_others_are_left_alone(self):
        stranger = self.account.create_intent({"amount": 500, "currency": "eur"})
        self.account.pay(stranger["id"])
        self.account.create_refund({"payment_intent": stranger["id"]})
        run = self._reconcile()
        self.assertEqual(run.checked_count, 2)
        self.assertFalse(run.line_ids)

    # Rights ---------------------------------------------------------------

    def test_access(self):
        tx = self._begin()
        self._pay_at_stripe(tx)
        run = self._reconcile()
        for role, allowed in ROLES.items():
            group = GROUPS.get(role, f"clinic_scheduling.group_clinic_{role}")
            user = new_test_user(self.env, f"test_stripe_{role}", groups=group)
            for record in (run, run.line_ids):
                for letter, operation in OPERATIONS.items():
                    with self.subTest(role=role, operation=operation):
                        seen = record.with_user(user).has_access(operation)
                        self.assertEqual(seen, letter in allowed)
            if not allowed:
                with self.assertRaises(AccessError):
                    run.with_user(user).read(["state"])

    def test_other_companies_see_nothing(self):
        run = self._reconcile()
        company = self.env["res.company"].create({"name": "Another practice"})
        manager = new_test_user(
            self.env,
            "test_stripe_elsewhere",
            groups="clinic_scheduling.group_clinic_manager",
            company_id=company.id,
            company_ids=[company.id],
        )
        runs = self.env["clinic.payment.reconcile"].with_user(manager)
        self.assertFalse(runs.search([("id", "=", run.id)]))

    def test_button_only_asks_the_scheduler(self):
        cron = self.env.ref("clinic_payment_stripe.ir_cron_stripe_reconcile")
        with self.capture_triggers(cron.id) as captured:
            self.stripe.action_stripe_reconcile()
        self.assertEqual(len(captured.records), 1)
        self.assertFalse(self.fake.requests)
        user = new_test_user(self.env, "test_stripe_button")
        with self.assertRaises(AccessError):
            self.stripe.with_user(user).action_stripe_reconcile()

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .. import const
from .common import RECONCILE, StripeCommon, mute_late


@tagged("post_install", "-at_install")
class TestReconcile(StripeCommon):
    """Payments whose news were lost are settled in the night."""

    def test_lost_webhook_is_settled(self):
        tx = self._begin()
        self._pay_at_stripe(tx)
        self.assertEqual(tx.state, "draft")
        run = self._reconcile()
        self.assertEqual(tx.state, "done")
        self.assertTrue(tx.is_post_processed)
        self.assertTrue(tx.provider_reference)
        self.assertEqual(run.state, "done")
        self.assertEqual(run.settled_count, 1)
        self.assertEqual(run.line_ids.transaction_id, tx)
        self.assertEqual(run.line_ids.amount, 45.5)
        self.assertFalse(run.activity_ids)

    def test_second_night_has_nothing_to_do(self):
        tx = self._begin()
        self._pay_at_stripe(tx)
        self._reconcile()
        changed = tx.last_state_change
        run = self._reconcile()
        self.assertEqual((run.checked_count, run.settled_count), (1, 0))
        self.assertEqual(tx.last_state_change, changed)

    def test_nothing_is_settled_that_was_not_paid(self):
        waiting, declined = self._begin("A"), self._begin("B")
        self.account.decline(self._get_intent(declined)["id"])
        run = self._reconcile()
        self.assertEqual(run.checked_count, 2)
        self.assertFalse(run.line_ids)
        self.assertEqual(waiting.state, "draft")
        self.assertEqual(declined.state, "draft")

    def test_other_ends_are_settled_too(self):
        started, canceled = self._begin("A"), self._begin("B")
        self.account.start(self._get_intent(started)["id"])
        self.account.cancel(self._get_intent(canceled)["id"])
        self.assertEqual(self._reconcile().settled_count, 2)
        self.assertEqual(started.state, "pending")
        self.assertEqual(canceled.state, "cancel")

    def test_many_pages(self):
        paid = [self._begin(f"VISIT-{number}") for number in range(5)]
        for tx in paid:
            self._pay_at_stripe(tx)
        with patch.object(const, "PAGE", 2):
            run = self._reconcile()
        self.assertEqual(run.settled_count, 5)
        self.assertEqual({tx.state for tx in paid}, {"done"})

    def test_errors_of_the_network_are_overcome(self):
        tx = self._begin()
        self._pay_at_stripe(tx)
        self.fake.fail("GET", "/payment_intents", 503)
        self.fake.fail("GET", "/refunds", "no connection")
        run = self._reconcile()
        self.assertEqual(run.state, "done")
        self.assertEqual(tx.state, "done")

    @mute_logger(RECONCILE)
    def test_unreachable_stripe_is_a_failed_night(self):
        tx = self._begin()
        self._pay_at_stripe(tx)
        for fault in ("no connection", 500, 429):
            with self.subTest(fault=fault):
                self.fake.faults.clear()
                self.fake.fail("GET", "/payment_intents", fault, times=9)
                run = self._reconcile()
                self.assertEqual(run.state, "failed")
                self.assertTrue(run.error)
                self.assertEqual(tx.state, "draft")
        self.fake.faults.clear()
        self.assertEqual(self._reconcile().state, "done")
        self.assertEqual(tx.state, "done")

    def test_secrets_stay_secret(self):
        self.stripe.stripe_secret_key = "sk_test_wrong_key_of_ours"
        # by number: Odoo gives the name INFO to a level of its own
        ours = self.assertLogs("odoo.addons.clinic_payment_stripe", logging.INFO)
        with ours as logs, self.assertLogs("stripe", logging.INFO) as theirs:
            run = self._reconcile()
        self.assertEqual(run.state, "failed")
        self.assertIn("HTTP 401", run.error)
        text = "\n".join(logs.output + theirs.output)
        self.assertIn("Compared with Stripe", text)
        for secret in ("wrong_key", self.fake.webhook_secret, "_secret_"):
            self.assertNotIn(secret, text)
            self.assertNotIn(secret, run.error)

    # What cannot be settled -----------------------------------------------

    def test_another_amount_is_a_problem_that_is_told_once(self):
        tx = self._begin()
        self._get_intent(tx)["amount"] = 100
        self._pay_at_stripe(tx)
        run = self._reconcile()
        self.assertEqual(tx.state, "error")
        self.assertEqual((run.settled_count, run.problem_count), (0, 1))
        self.assertIn("another amount", run.line_ids.message)
        self.assertIn("45.50", run.line_ids.message)
        self.assertEqual(run.line_ids.amount, 1)
        activity = run.activity_ids
        self.assertIn("not settled: 1", activity.summary)
        self.assertTrue(
            activity.user_id.has_group("clinic_scheduling.group_clinic_manager")
            or activity.user_id == self.admin_user
        )
        again = self._reconcile()
        self.assertEqual(tx.state, "error")
        self.assertEqual(again.problem_count, 1)
        self.assertFalse(again.activity_ids)

    def test_paid_without_a_transaction_is_a_problem(self):
        tx = self._begin()
        self._pay_at_stripe(tx)
        tx.unlink()
        run = self._reconcile()
        self.assertEqual(run.problem_count, 1)
        self.assertTrue(run.activity_ids)

    def test_one_that_fails_does_not_keep_the_others(self):
        first, second = self._begin("A"), self._begin("B")
        self._pay_at_stripe(first)
        self._pay_at_stripe(second)
        process = type(first)._process

        def fail_for_b(self, provider_code, payment_data):
            result = process(self, provider_code, payment_data)
            if payment_data["reference"] == "B":
                raise ZeroDivisionError  # a flaw of an addon
            return result

        with patch.object(type(first), "_process", fail_for_b), mute_logger(RECONCILE):
            run = self._reconcile()
        self.assertEqual((first.state, second.state), ("done", "draft"))
        self.assertEqual((run.settled_count, run.problem_count), (1, 1))
        self.assertEqual(self._reconcile().settled_count, 1)
        self.assertEqual(second.state, "done")

    def test_payment_given_up_here_is_settled(self):
        tx = self._begin()
        tx._set_canceled()
        self._pay_at_stripe(tx)
        self.assertEqual(self._reconcile().settled_count, 1)
        self.assertEqual(tx.state, "done")

    # Whose payments -------------------------------------------------------

    def test_copy_of_the_database_touches_nothing(self):
        tx = self._begin()
        self._pay_at_stripe(tx)
        params = self.env["ir.config_parameter"].sudo()
        params.set_param("database.uuid", "that-of-the-copy")
        run = self._reconcile()
        self.assertFalse(run.line_ids)
        self.assertEqual(tx.state, "draft")

    def test_payment_without_mark_counts_by_its_reference(self):
        tx = self._begin()
        self._get_intent(tx)["metadata"] = {}
        self._pay_at_stripe(tx)
        stranger = self.account.create_intent({"amount": 5, "currency": "eur"})
        self.account.pay(stranger["id"])
        run = self._reconcile()
        self.assertEqual(tx.state, "done")
        self.assertEqual((run.settled_count, run.problem_count), (1, 0))

    def test_provider_that_is_off_is_not_asked(self):
        self.stripe.state = "disabled"
        before = self.stripe.reconcile_ids[:1]
        self.assertEqual(self._reconcile(), before)
        self.assertFalse(self.fake.requests)

    # Time -----------------------------------------------------------------

    @mute_logger(RECONCILE)
    def test_payment_that_stripe_does_not_know_keeps_none_waiting(self):
        unknown, slow = self._begin("A"), self._begin("B")
        for tx in (unknown, slow):
            self._begin_long_ago(tx)
        unknown.provider_reference = "pi_that_was_deleted"
        self._pay_at_stripe(slow)
        run = self._reconcile()
        self.assertEqual((run.state, run.settled_count), ("done", 1))
        self.assertEqual((unknown.state, slow.state), ("pending", "done"))
        problem = run.line_ids.filtered(lambda line: line.outcome == "problem")
        self.assertEqual(problem.stripe_reference, "pi_that_was_deleted")
        self.assertEqual((problem.amount, problem.kind), (45.5, "payment"))

    def _begin_long_ago(self, tx):
        """Have a payment be on its way since before the compared days."""
        event = self.account.start(self._get_intent(tx)["id"])
        data = {"payment_intent": event["data"]["object"]}
        tx._process("stripe", {"reference": tx.reference, **data})
        self.assertEqual(tx.state, "pending")
        self._get_intent(tx)["created"] -= 30 * 24 * 3600
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE payment_transaction SET create_date = %s WHERE id = %s",
            [tx.create_date - timedelta(days=30), tx.id],
        )

    def test_slow_payment_is_asked_about_after_the_window(self):
        tx = self._begin()
        self._begin_long_ago(tx)
        self._pay_at_stripe(tx)
        run = self._reconcile()
        self.assertEqual(run.settled_count, 1)
        self.assertEqual(tx.state, "done")

    def test_running_out_of_time_goes_on_later(self):
        paid = [self._begin(f"VISIT-{number}") for number in range(3)]
        for tx in paid:
            self._pay_at_stripe(tx)
        crons = type(self.env["ir.cron"])
        times = iter([60, 60, 0])
        with patch.object(crons, "_commit_progress", lambda *_a, **_k: next(times, 0)):
            run = self._reconcile()
        self.assertEqual(run.state, "partial")
        self.assertEqual(run.settled_count, 2)
        self.assertEqual(self._reconcile().settled_count, 1)
        self.assertEqual({tx.state for tx in paid}, {"done"})

    @mute_late()
    def test_webhook_after_the_night_changes_nothing(self):
        tx = self._begin()
        event = self._pay_at_stripe(tx)
        self._reconcile()
        data = {"payment_intent": event["data"]["object"]}
        tx._process("stripe", {"reference": tx.reference, **data})
        self.assertEqual(tx.state, "done")
        self.assertTrue(tx.is_post_processed)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic_payment.tests.common import NOW, ClinicPaymentCommon

from .. import const
from .common import REFUSALS, FakeStripeMixin
from .fake_stripe.server import LOST_ANSWER, NO_CONNECTION


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestRefundRows(FakeStripeMixin, ClinicPaymentCommon):
    """Each refund of the outbox is one at Stripe: no more, and no fewer."""

    @classmethod
    def _set_up_provider(cls):
        """Override: refunds go to the stand-in."""
        cls._set_up_stripe()

    def setUp(self):
        super().setUp()
        self.visit = self._hold()
        tx = self._begin(
            f"VISIT-{self.visit.id}",
            amount=60,
            currency_id=self.visit.currency_id.id,
            partner_id=self.visit.partner_id.id,
            appointment_ids=[Command.set(self.visit.ids)],
        )
        event = self._pay_at_stripe(tx)
        data = {"reference": tx.reference, "payment_intent": event["data"]["object"]}
        tx._process("stripe", data)
        tx._post_process()
        self.assertEqual(self.visit.state, "scheduled")

    def _refund(self, amount=20):
        refund = self.visit.with_user(self.manager)._request_refund(amount, "Test")
        self._send_refunds()
        return refund.sudo()

    def _decide(self, refund, has_arrived):
        refund.with_user(self.manager)._decide(has_arrived, "Seen at Stripe")
        self._send_refunds()

    def _get_at_stripe(self):
        return sorted(item["amount"] for item in self.account.all("refund"))

    def test_equal_refund_after_a_lost_answer_is_another_one(self):
        self.fake.fail("POST", "/refunds", LOST_ANSWER, times=2)
        first = self._refund()
        self.assertEqual(first.state, "unknown")
        second = self._refund()
        self.assertEqual(second.state, "done")
        self.assertEqual(self._get_at_stripe(), [2000, 2000])
        self._decide(first, has_arrived=False)
        self.assertEqual(first.state, "done")
        self.assertEqual(self._get_at_stripe(), [2000, 2000], "the same, not a third")
        self.assertEqual(self.visit.amount_refunded, 40)

    def test_two_in_doubt_are_sent_again_as_two(self):
        self.fake.fail("POST", "/refunds", NO_CONNECTION, times=4)
        first, second = self._refund(), self._refund()
        self.assertEqual((first.state, second.state), ("unknown", "unknown"))
        self.assertEqual(self._get_at_stripe(), [])
        self._decide(first, has_arrived=False)
        self._decide(second, has_arrived=False)
        self.assertEqual((first.state, second.state), ("done", "done"))
        self.assertEqual(self._get_at_stripe(), [2000, 2000])
        keys = {request.key for request in self.fake.asked("POST", "/refunds")}
        self.assertEqual(len(keys), 2)

    def test_night_ends_the_doubt(self):
        self.fake.fail("POST", "/refunds", LOST_ANSWER, times=2)
        refund = self._refund()
        self.assertEqual(refund.state, "unknown")
        self._reconcile()
        self.assertEqual(refund.state, "done")
        self.assertEqual(self.visit.amount_refunded, 20)

    def test_night_before_it_is_sent_again(self):
        self.fake.fail("POST", "/refunds", LOST_ANSWER, times=2)
        refund = self._refund()
        refund.with_user(self.manager)._decide(False, "Not at Stripe yet")
        self._reconcile()
        self.assertEqual(refund.state, "done")
        self._send_refunds()
        self.assertEqual(self._get_at_stripe(), [2000])
        self.assertEqual(self.visit.amount_refunded, 20)

    @mute_logger(REFUSALS)
    def test_server_error_is_no_refusal(self):
        self.fake.fail("POST", "/refunds", 500, times=2)
        refund = self._refund()
        self.assertEqual(refund.state, "unknown")
        self._decide(refund, has_arrived=False)
        self.assertEqual((refund.state, self._get_at_stripe()), ("done", [2000]))

    # What broke off -------------------------------------------------------

    def _break_off(self, has_mark=True):
        """Return a refund that Stripe made while its sender was cut off."""
        refund = self._refund()
        lost = refund.refund_transaction_id
        (item,) = self.account.all("refund")
        item["created"] -= const.GRACE + 1
        if not has_mark:
            item["metadata"] = {}
        refund.write({"refund_transaction_id": False, "state": "sending"})
        lost.unlink()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE clinic_payment_refund SET write_date = %s WHERE id = %s",
            ["2030-06-01 09:00:00", refund.id],
        )
        self.env.invalidate_all()
        return refund

    def test_broken_off_and_found_in_the_night(self):
        refund = self._break_off()
        self._send_refunds()
        self.assertEqual(refund.state, "unknown")
        self._reconcile()
        self.assertEqual((refund.state, self.visit.amount_refunded), ("done", 20))
        self.assertEqual(self.visit.refund_status, "partial")
        with self.assertRaises(UserError):
            self._decide(refund, has_arrived=True)
        self.assertEqual(self._get_at_stripe(), [2000])

    def test_broken_off_and_told_at_once(self):
        refund = self._break_off(has_mark=False)
        self._reconcile()
        self._send_refunds()
        self.assertEqual((refund.state, self.visit.amount_refunded), ("done", 20))
        self.assertEqual(self.visit.amount_refundable, 40)

    def test_decided_before_the_night(self):
        refund = self._break_off()
        self._send_refunds()
        other = self._refund(10)  # it gets the reference of what was lost
        refund.with_user(self.manager)._decide(True, "Seen at Stripe")
        for _night in range(2):
            self.assertFalse(self._reconcile().problem_count)
            self.assertEqual((refund.state, other.state), ("done", "done"))
            self.assertEqual(self.visit.amount_refunded, 30)

    def test_it_arrived_and_the_night_agrees(self):
        self.fake.fail("POST", "/refunds", LOST_ANSWER, times=2)
        refund = self._refund()
        self._decide(refund, has_arrived=True)
        run = self._reconcile()
        self.assertFalse(run.problem_count)
        self.assertEqual(self.visit.amount_refunded, 20)
        self.assertEqual(len(self.visit.transaction_ids), 2)

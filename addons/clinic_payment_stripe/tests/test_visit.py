# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from odoo.addons.clinic_payment.tests.common import NOW, ClinicPaymentCommon

from .common import FakeStripeMixin


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestVisit(FakeStripeMixin, ClinicPaymentCommon):
    """What a payment at Stripe means for its visit, when its webhook was lost."""

    @classmethod
    def _set_up_provider(cls):
        """Override: refunds go to the stand-in."""
        cls._set_up_stripe()

    def _begin_visit(self, **values):
        """Return a hold, and its payment that waits at Stripe."""
        visit = self._hold(**values)
        tx = self._begin(
            f"VISIT-{visit.id}",
            amount=visit.amount_due_now,
            currency_id=visit.currency_id.id,
            partner_id=visit.partner_id.id,
            appointment_ids=[Command.set(visit.ids)],
        )
        return visit, tx

    def test_paid_in_time_is_booked(self):
        visit, tx = self._begin_visit()
        self._pay_at_stripe(tx)
        self.assertEqual(visit.state, "hold")
        self._reconcile()
        self.assertEqual(visit.state, "scheduled")
        self.assertEqual(visit.payment_status, "paid")

    def test_paid_too_late_takes_its_time_again(self):
        visit, tx = self._begin_visit()
        self._pay_at_stripe(tx)
        with self._later(hours=2):
            self._release_holds()
            self.assertEqual(visit.state, "cancelled")
            self._reconcile()
        self.assertEqual(visit.state, "scheduled")
        self.assertTrue(visit.reservation_ids)

    def test_paid_too_late_for_a_taken_time_is_refunded(self):
        visit, tx = self._begin_visit()
        self._pay_at_stripe(tx)
        with self._later(hours=2):
            self._release_holds()
            other = self._book(10, patient_id=self.other_patient.id)
            self._reconcile()
            self.assertEqual(visit.state, "cancelled")
            self._send_refunds()
            self._reconcile()
        self.assertEqual(other.state, "scheduled")
        (refund,) = self.account.all("refund")
        self.assertEqual(refund["amount"], 6000)
        self.assertEqual(tx.child_transaction_ids.state, "done")
        self.assertEqual(visit.payment_status, "refunded")

    def test_another_amount_books_nothing_and_is_told(self):
        visit, tx = self._begin_visit()
        self._get_intent(tx)["amount"] = 100
        self._pay_at_stripe(tx)
        run = self._reconcile()
        self.assertEqual(visit.state, "hold")
        self.assertEqual(run.problem_count, 1)
        notes = "".join(visit.message_ids.mapped("body"))
        self.assertIn("another amount", notes)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One state machine: what each payment does to each state of a visit."""

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.clinic_scheduling.exceptions import BookingError

from .common import NOW, ClinicPaymentCommon, freeze_time

#: what the provider says -> (state of the visit, payment status) of a live hold
ANSWERS = {
    "draft": ("hold", "pending"),
    "pending": ("hold", "pending"),
    "done": ("scheduled", "paid"),
    "cancel": ("hold", "pending"),
    "error": ("hold", "pending"),
}

#: the rule of the service, when -> (next page, asked)
ASKED = {
    ("none", "booking"): ("done", 0),
    ("full", "booking"): ("pay", 60),
    ("full", "later"): ("done", 60),
    ("deposit_fixed", "booking"): ("pay", 15),
    ("deposit_percent", "booking"): ("pay", 12),
}


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestPaymentState(ClinicPaymentCommon):
    """Paid in time, too late, twice, not at all."""

    def test_payment_for_nobody_goes_back(self):
        hold = self._hold(patient_id=False)
        payer = self.other_patient.partner_id
        transaction = self._create_transaction(
            "redirect",
            amount=60,
            currency_id=hold.currency_id.id,
            partner_id=payer.id,
            reference="T-nobody",
            appointment_ids=[Command.set(hold.ids)],
        )
        transaction._set_done()
        transaction._post_process()
        transaction._post_process()
        self.assertEqual(hold.state, "cancelled")
        self.assertEqual(hold.refund_ids.mapped("amount"), [60])

    def test_pending_payment_for_nobody_books_nothing(self):
        hold = self._hold(patient_id=False)
        self.provider.clinic_pending = "book"
        transaction = self._create_transaction(
            "redirect",
            amount=60,
            currency_id=hold.currency_id.id,
            partner_id=self.other_patient.partner_id.id,
            reference="T-later",
            appointment_ids=[Command.set(hold.ids)],
        )
        transaction._set_pending()
        transaction._post_process()
        self.assertEqual(hold.state, "hold")

    def test_what_is_asked_before_the_booking(self):
        self.service.write({"deposit_amount": 15, "deposit_percent": 20})
        for hour, ((rule, moment), (page, asked)) in enumerate(ASKED.items(), 9):
            with self.subTest(rule=rule, moment=moment):
                self.service.write({"payment_rule": rule, "payment_when": moment})
                patient = self.patient.copy({"name": rule + moment})
                hold = self._hold(hour, patient_id=patient.id)
                self.assertEqual(hold.amount_asked, asked)
                self.assertEqual(hold._get_next_portal_step(), page)
                self.assertEqual(hold.state, "hold" if page == "pay" else "scheduled")

    def test_each_answer_within_the_hold(self):
        for hour, (answer, (state, status)) in enumerate(ANSWERS.items(), 9):
            with self.subTest(answer=answer):
                patient = self.patient.copy({"name": answer})
                hold = self._hold(hour, patient_id=patient.id)
                self._pay(hold, answer)
                self.assertEqual((hold.state, hold.payment_status), (state, status))
                self.assertFalse(hold.refund_ids)

    def test_failed_then_another_try(self):
        hold = self._hold()
        self._pay(hold, "error")
        self._pay(hold, "cancel")
        self.assertEqual(hold.amount_due_now, 60)
        self._pay(hold)
        self.assertEqual(hold.state, "scheduled")
        self.assertEqual(hold.amount_paid, 60)

    def test_abandoned(self):
        hold = self._hold()
        transaction = self._pay(hold, "draft")
        with self._later(minutes=11):
            self._release_holds()
            self.assertEqual(hold.state, "cancelled")
            other = self._hold(patient_id=self.other_patient.id)
            self.assertEqual(other.state, "hold")
            transaction._post_process()
        self.assertEqual(hold.state, "cancelled")
        self.assertEqual(hold.payment_status, "not_required")

    def test_paid_after_expiry_and_free(self):
        for released in (False, True):
            with self.subTest(released=released):
                patient = self.patient.copy({"name": "Late"})
                hold = self._hold(10 + released, patient_id=patient.id)
                transaction = self._pay(hold, "draft")
                with self._later(minutes=20):
                    if released:
                        self._release_holds()
                        self.assertEqual(hold.state, "cancelled")
                    transaction._set_done()
                    transaction._post_process()
                self.assertEqual(hold.state, "scheduled")
                self.assertFalse(hold.cancel_reason)
                self.assertNotEqual(hold.name, "/")
                self.assertEqual(len(self._claims(hold)), 2)
                self.assertFalse(any(hold.reservation_ids.mapped("expires_at")))
                self.assertFalse(hold.refund_ids)
                told = hold.sudo().reminder_ids
                in_time = self._book_paid(14 + released).sudo().reminder_ids
                self.assertLessEqual({"booked", "reminder"}, set(told.mapped("event")))
                self.assertEqual(
                    sorted(told.mapped("rule_id.id")),
                    sorted(in_time.mapped("rule_id.id")),
                )

    def test_released_between_payment_and_post_processing(self):
        hold = self._hold()
        transaction = self._pay(hold, process=False)
        with self._later(minutes=20):
            self._release_holds()
            self.assertEqual(hold.state, "cancelled")
            self.assertFalse(hold.refund_ids, "the payment decides")
            transaction._post_process()
        self.assertEqual(hold.state, "scheduled")

    def _pay_too_late(self):
        hold = self._hold()
        transaction = self._pay(hold, "draft")
        with self._later(minutes=20):
            winner = self.env["clinic.appointment"].book(
                self._vals(patient_id=self.other_patient.id)
            )
            transaction._set_done()
            transaction._post_process()
        self.assertEqual(winner.state, "scheduled")
        return hold, transaction

    def test_paid_after_expiry_and_taken(self):
        before = self._mails()
        hold, transaction = self._pay_too_late()
        self.assertEqual(hold.state, "cancelled")
        self.assertFalse(self._claims(hold))
        self.assertEqual(hold.refund_status, "pending")
        self.assertEqual(hold.refund_ids.amount, 60)
        mail = self._mails() - before
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.recipient_ids, self.patient.partner_id)
        self.assertIn("60.00", mail.body_html)
        self.assertIn("If it cannot go the way you paid", mail.body_html)
        self.assertIn("/clinic/book/times?service=", mail.body_html)
        self.assertIn("Ben Moreau", mail.body_html, "other times, and colleagues")
        with self._later(minutes=21):
            self._send_refunds()
        self.assertEqual(hold.refund_status, "refunded")
        self.assertEqual(hold.payment_status, "refunded")
        self.assertEqual(transaction.child_transaction_ids.amount, -60)

    def test_repeated_and_reordered_post_processing_changes_nothing(self):
        before = self._mails()
        hold, transaction = self._pay_too_late()
        with self._later(minutes=22):
            for _time in range(3):
                transaction._post_process()
            self._send_refunds()
            refund = hold.refund_ids.refund_transaction_id
            for again in (refund, transaction, refund, transaction):
                again._post_process()
            self._send_refunds()
        self.assertEqual(len(hold.refund_ids), 1)
        self.assertEqual(len(transaction.child_transaction_ids), 1)
        self.assertEqual(len(self._mails() - before), 1)
        self.assertEqual(hold.state, "cancelled")

    def test_the_time_comes_free_when_the_money_is_on_its_way_back(self):
        hold, transaction = self._pay_too_late()
        with self._later(minutes=23):
            winner = self.env["clinic.appointment"].search(
                [("patient_id", "=", self.other_patient.id)]
            )
            winner.cancel()
            transaction._post_process()
        self.assertEqual(hold.state, "cancelled", "not booked and refunded at once")
        self.assertEqual(hold.refund_ids.amount, 60)

    def test_post_processed_twice_confirms_once(self):
        hold = self._hold()
        transaction = self._pay(hold)
        number, stamp = hold.name, hold.write_date
        for _time in range(3):
            transaction._post_process()
        self.assertEqual((hold.name, hold.write_date), (number, stamp))
        self.assertFalse(hold.refund_ids)

    def test_old_answers_after_the_booking(self):
        hold = self._hold()
        first = self._pay(hold, "draft")
        self._pay(hold)
        for state in ("pending", "cancel"):
            self._set_state(first, state)
            first._post_process()
        self.assertEqual((hold.state, hold.payment_status), ("scheduled", "paid"))

    def test_paid_twice(self):
        hold = self._hold()
        first = self._pay(hold, "draft")
        self._pay(hold)
        first._set_done()
        first._post_process()
        self.assertEqual(hold.state, "scheduled")
        self.assertEqual(hold.refund_ids.amount, 60)
        self._send_refunds()
        self.assertEqual(hold.amount_paid - hold.amount_refunded, 60)
        self.assertEqual(hold.payment_status, "paid")
        self.assertEqual(hold.refund_status, "partial")

    def test_too_little_is_not_enough(self):
        hold = self._hold()
        self._pay(hold, amount=20)
        self.assertEqual((hold.state, hold.payment_status), ("hold", "partial"))
        self.assertEqual(hold.amount_due_now, 40)
        with self._later(minutes=11):
            self._release_holds()
        self.assertEqual(hold.state, "cancelled")
        self.assertEqual(hold.refund_ids.amount, 20)

    def test_amount_mismatch_leaves_the_visit_alone(self):
        hold = self._hold()
        transaction = self._pay(hold, "draft")
        for amount, currency in ((1.0, hold.currency_id.name), (60.0, "XXX")):
            with self.subTest(amount=amount, currency=currency):
                transaction.state = "draft"
                answer = {"amount": amount, "currency_code": currency}
                self.patch(
                    type(transaction),
                    "_extract_amount_data",
                    lambda _tx, _data, answer=answer: answer,
                )
                transaction._process("none", {"reference": transaction.reference})
                transaction._post_process()
                self.assertEqual(transaction.state, "error")
                self.assertEqual((hold.state, hold.amount_paid), ("hold", 0))

    def test_pending_books_where_the_provider_says_so(self):
        self.provider.clinic_pending = "book"
        hold = self._hold()
        transaction = self._pay(hold, "pending")
        self.assertEqual((hold.state, hold.payment_status), ("scheduled", "pending"))
        self.assertEqual(hold.amount_due_now, 60)
        transaction._set_done()
        transaction._post_process()
        self.assertEqual((hold.state, hold.payment_status), ("scheduled", "paid"))

    def test_paid_after_it_was_cancelled(self):
        hold = self._hold()
        transaction = self._pay(hold, "draft")
        hold.cancel(reason="Left")
        transaction._set_done()
        transaction._post_process()
        self.assertEqual(hold.state, "cancelled")
        self.assertEqual(hold.refund_ids.amount, 60)

    def test_paid_when_the_visit_would_be_over(self):
        hold = self._hold()
        transaction = self._pay(hold, "draft")
        with self._later(days=3):
            transaction._set_done()
            transaction._post_process()
        self.assertEqual(hold.state, "cancelled")
        self.assertEqual(hold.refund_ids.amount, 60)

    def test_deposit_then_the_rest(self):
        self.service.write({"payment_rule": "deposit_fixed", "deposit_amount": 15})
        hold = self._hold()
        self._pay(hold)
        self.assertEqual((hold.state, hold.payment_status), ("scheduled", "partial"))
        self.assertEqual(hold.amount_due_now, 45)
        self._pay(hold)
        self.assertEqual(hold.payment_status, "paid")
        self.assertEqual(hold.amount_due_now, 0)

    def test_no_way_around_the_payment(self):
        hold = self._hold()
        visitor = self.env.ref("base.public_user")
        with self.assertRaises(BookingError):
            hold.with_user(visitor).sudo().confirm()
        self.assertEqual(hold.state, "hold")
        hold.with_user(self.receptionist).confirm()
        self.assertEqual((hold.state, hold.payment_status), ("scheduled", "pending"))

    def test_time_to_pay(self):
        hold = self._hold()
        until = hold.hold_expires_at
        hold._extend_hold_to_pay()
        self.assertEqual(hold.hold_expires_at, until, "not unless the setting says so")
        self.env.company.clinic_payment_minutes = 30
        hold._extend_hold_to_pay()
        longer = hold.hold_expires_at
        self.assertGreater(longer, until)
        self.assertEqual(set(hold.reservation_ids.mapped("expires_at")), {longer})
        with self._later(minutes=5):
            hold._extend_hold_to_pay()
        self.assertEqual(hold.hold_expires_at, longer, "once")

    def test_a_later_rule_leaves_what_was_agreed(self):
        visit = self._book_paid()
        self.service.write({"payment_rule": "none", "price": 90})
        self.assertEqual((visit.amount_asked, visit.amount_total), (60, 60))

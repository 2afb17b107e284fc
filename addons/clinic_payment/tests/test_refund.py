# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Refunds: by whom, how much, once, and tracked until the provider answers."""

from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import NOW, ClinicPaymentCommon, freeze_time


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestRefund(ClinicPaymentCommon):
    """The outbox of refunds, and the buttons of managers."""

    def setUp(self):
        super().setUp()
        self.visit = self._book_paid()

    def _refund(self, amount, user=None):
        visit = self.visit.with_user(user or self.manager)
        return visit._request_refund(amount, "Part of it was left out")

    def _answer(self, answer):
        type(self).refund_answer = answer
        self.addCleanup(setattr, type(self), "refund_answer", "done")

    def test_part_then_the_rest(self):
        self._refund(20)
        self.assertEqual(self.visit.refund_status, "pending")
        self.assertEqual(self.visit.amount_refundable, 40)
        self._send_refunds()
        self.assertEqual(
            (self.visit.refund_status, self.visit.payment_status),
            ("partial", "partial"),
        )
        self._refund(40)
        self._send_refunds()
        self.assertEqual(
            (self.visit.refund_status, self.visit.payment_status),
            ("refunded", "refunded"),
        )
        self.assertEqual(self.visit.state, "scheduled", "the visit stays")

    def test_more_than_was_paid(self):
        self._refund(50)
        for amount in (10.01, 60, -5, 0):
            text = "At most" if amount > 0 else "Enter an amount above zero."
            with (
                self.subTest(amount=amount),
                self.assertRaisesRegex(ValidationError, text),
            ):
                self._refund(amount)
        self.assertEqual(len(self.visit.refund_ids), 1)

    def test_twice(self):
        self._refund(60)
        with self.assertRaises(ValidationError):
            self._refund(60)
        self._send_refunds()
        with self.assertRaises(ValidationError):
            self._refund(60)
        self._send_refunds()
        refunds = self.visit.transaction_ids.filtered(lambda tx: tx.amount < 0)
        self.assertEqual(refunds.mapped("amount"), [-60])

    def test_by_whom(self):
        for user in (self.receptionist, self._create_user("nurse")):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._refund(10, user)
        self.assertFalse(self.visit.refund_ids)
        wizards = self.env["clinic.appointment.refund"].with_user(self.receptionist)
        with self.assertRaises(AccessError):
            wizards.create(
                {"appointment_id": self.visit.id, "amount": 10, "reason": "x"}
            )

    def test_wizard(self):
        wizards = self.env["clinic.appointment.refund"].with_user(self.manager)
        form = Form(wizards.with_context(active_id=self.visit.id))
        self.assertEqual(form.amount, 60)
        form.amount = 12.5
        form.reason = "Waited too long"
        form.save().action_refund()
        self.assertEqual(self.visit.refund_ids.amount, 12.5)
        self.assertEqual(self.visit.refund_ids.reason, "Waited too long")

    def test_over_two_payments(self):
        self.service.write({"payment_rule": "deposit_fixed", "deposit_amount": 15})
        visit = self._hold(14, patient_id=self.other_patient.id)
        self._pay(visit)
        self._pay(visit)
        visit.cancel()
        self._send_refunds()
        self.assertEqual(sorted(visit.refund_ids.mapped("amount")), [15, 45])
        self.assertEqual(visit.payment_status, "refunded")

    def test_provider_answers_later(self):
        self._answer("pending")
        self._refund(60)
        self._send_refunds()
        self.assertEqual(self.visit.refund_ids.state, "sent")
        self.assertEqual(self.visit.refund_status, "pending")
        answer = self.visit.refund_ids.refund_transaction_id
        answer._set_done()
        answer._post_process()
        answer._post_process()
        self.assertEqual(self.visit.refund_status, "refunded")

    def test_provider_refuses_then_another_try(self):
        self._answer("error")
        self._refund(60)
        self._send_refunds()
        self.assertEqual(self.visit.refund_status, "failed")
        self.assertIn("out of order", self.visit.refund_ids.message)
        self.assertTrue(self.visit.activity_ids)
        self.assertEqual(self.visit.amount_refunded, 0)
        self._send_refunds()
        self.assertEqual(len(self.visit.refund_ids), 1, "it waits for a manager")
        self._answer("done")
        with self.assertRaises(AccessError):
            self.visit.refund_ids.with_user(self.receptionist).action_send_again()
        self.visit.refund_ids.with_user(self.manager).action_send_again()
        self._send_refunds()
        self.assertEqual(self.visit.refund_status, "refunded")

    def test_paid_back_by_hand(self):
        self.pm_unknown.support_refund = "none"
        self.visit.cancel()
        self._send_refunds()
        self.assertEqual(self.visit.refund_status, "failed")
        self.assertIn("by hand", self.visit.refund_ids.message)
        refund = self.visit.refund_ids.with_user(self.manager)
        with self.assertRaises(AccessError):
            refund.with_user(self.receptionist).action_paid_by_hand()
        with self.assertRaises(AccessError):
            refund.with_user(self.receptionist)._note_by_hand("Cash")
        for reason, day in ((" ", None), ("Cash", date(2030, 6, 2))):
            with self.assertRaises(ValidationError):
                refund._note_by_hand(reason, day)
        wizards = self.env["clinic.payment.refund.by.hand"].with_user(self.manager)
        form = Form(wizards.with_context(**refund.action_paid_by_hand()["context"]))
        self.assertEqual((form.amount, form.date), (60, date(2030, 6, 1)))
        form.date = "2030-05-31"
        form.reason = "Bank transfer"
        form.save().action_note()
        self.assertEqual(
            (self.visit.refund_status, self.visit.payment_status),
            ("refunded", "refunded"),
        )
        message = self.visit.message_ids.sudo()[:1]
        self.assertEqual(message.author_id, self.manager.partner_id)
        for text in ("60.00", "05/31/2030", "Bank transfer"):
            self.assertIn(text, message.body)
        rows = self.visit._get_receipt_values()["rows"]
        self.assertEqual(
            [(row["day"], row["amount"]) for row in rows],
            [(date(2030, 5, 31), -60), (date(2030, 6, 1), 60)],
        )
        with self.assertRaises(UserError):
            refund._note_by_hand("Twice")

    def test_disabled_provider(self):
        self.provider.state = "disabled"
        self.visit.cancel()
        with mute_logger("odoo.sql_db"):
            self._send_refunds()
        self.assertEqual(self.visit.refund_status, "failed")

    def test_broken_off_is_not_sent_twice(self):
        refund = self._refund(60)
        refund.sudo().state = "sending"
        self.env.cr.execute(
            "UPDATE clinic_payment_refund SET write_date = %s WHERE id = %s",
            ["2030-06-01 09:00:00", refund.id],
        )
        self.env.invalidate_all()
        self._send_refunds()
        self.assertEqual(refund.sudo().state, "unknown")
        self.assertFalse(refund.sudo().refund_transaction_id)

    def test_refund_within_the_request_asks_no_provider(self):
        self.visit.cancel()
        self.assertEqual(self.visit.refund_ids.state, "queued")
        self.assertFalse(self.visit.refund_ids.refund_transaction_id)

    # ------------------------------------------------------------------
    # Waivers and links
    # ------------------------------------------------------------------

    def _waive(self, visit, user, reason="Was in hospital"):
        wizard = self.env["clinic.appointment.waive"].with_user(user)
        wizard.create({"appointment_id": visit.id, "reason": reason}).action_waive()

    def test_waiver_after_a_no_show(self):
        self.visit.mark_no_show()
        self.assertEqual(self.visit.amount_fee, 60)
        with self.assertRaises(AccessError):
            self._waive(self.visit, self.receptionist)
        with self.assertRaises(AccessError):
            self.visit.with_user(self.receptionist)._waive_fee("x")
        with self.assertRaises(ValidationError):
            self._waive(self.visit, self.manager, "  ")
        self.env.flush_all()
        tracking = {"tracking_disable": False, "mail_notrack": False}
        self.visit.with_user(self.manager).with_context(**tracking)._waive_fee(
            "Was in hospital"
        )
        self.assertEqual(self.visit.refund_ids.amount, 60)
        self.assertEqual(self.visit.refund_ids.reason, "Was in hospital")
        self.assertEqual(self.visit.fee_waiver, "Was in hospital")
        self.assertFalse(self.visit.amount_fee)
        self.env.flush_all()
        self.env.cr.precommit.run()
        tracked = self.visit.message_ids.sudo().tracking_value_ids.field_id
        self.assertLessEqual({"fee_waiver", "amount_fee"}, set(tracked.mapped("name")))

    def test_waiver_before_the_visit(self):
        visit = self._book(14, patient_id=self.other_patient.id)
        self.assertEqual(visit.amount_due_now, 60)
        self._waive(visit, self.manager)
        self.assertEqual(
            (visit.amount_due_now, visit.payment_status), (0, "not_required")
        )
        self._waive(self.visit, self.manager)
        self.assertFalse(self.visit.refund_ids, "what is paid stays")

    def test_waiver_is_not_written_directly(self):
        for name in ("fee_waiver", "amount_fee", "amount_paid", "payment_status"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                self.visit.with_user(self.manager).write({name: False})

    def test_payment_link(self):
        visit = self._book(14)
        before = self._mails()
        visit.with_user(self.receptionist).action_send_payment_link()
        mail = self._mails() - before
        self.assertEqual(mail.recipient_ids, self.patient.partner_id)
        address = f"/my/appointments/{visit.id}/pay?access_token={visit.access_token}"
        self.assertIn(address, mail.body_html)
        with self.assertRaises(UserError):
            self.visit.with_user(self.receptionist).action_send_payment_link()

    def test_what_was_paid_for_is_not_deleted(self):
        self.visit.cancel()
        with self.assertRaises(UserError):
            self.visit.unlink()
        other = self._hold(14, patient_id=self.other_patient.id)
        other.unlink()
        self.assertFalse(other.exists())

    def test_receipt(self):
        self._refund(20)
        self._send_refunds()
        self.visit.transaction_ids._post_process()
        values = self.visit.with_user(self.receptionist)._get_receipt_values()
        self.assertEqual([row["amount"] for row in values["rows"]], [60, -20])
        self.assertEqual(values["net"], 40)
        report = self.env["ir.actions.report"].with_user(self.receptionist)
        html, _kind = report._render_qweb_html(
            "clinic_payment.report_receipt", self.visit.ids
        )
        self.assertIn(self.visit.name, html.decode())

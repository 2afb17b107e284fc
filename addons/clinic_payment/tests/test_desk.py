# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Money at the desk: by whom, how much, and counted like any other."""

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import NOW, ClinicPaymentCommon, freeze_time


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestDesk(ClinicPaymentCommon):
    """What reception takes and gives back."""

    def setUp(self):
        super().setUp()
        self.service.write({"payment_rule": "deposit_fixed", "deposit_amount": 15})
        self.visit = self._book_paid()

    def _take(self, amount, method="cash", user=None, **values):
        visit = self.visit.with_user(user or self.receptionist)
        return visit._register_desk_payment(amount, method, **values)

    def _give(self, amount, reason="Waited too long", user=None, **values):
        visit = self.visit.with_user(user or self.receptionist)
        return visit._register_desk_refund(amount, "cash", reason, **values)

    def _get_money(self):
        names = ("amount_paid", "amount_refunded", "amount_due", "amount_to_refund")
        return tuple(self.visit[name] for name in names)

    def test_the_rest_is_paid_at_the_desk(self):
        self.assertEqual(self._get_money(), (15, 0, 45, 0))
        self._take(45, "terminal", reference="SLIP-7")
        self.assertEqual(self._get_money(), (60, 0, 0, 0))
        self.assertEqual(self.visit.payment_status, "paid")
        self.assertEqual(self.visit.amount_due_now, 0)
        body = self.visit.message_ids.sudo()[:1].body
        self.assertIn("45.00", body)
        self.assertIn("Card terminal", body)

    def test_in_parts(self):
        self._take(20)
        self.assertEqual(self.visit.payment_status, "partial")
        self.assertEqual(self.visit.amount_due_now, 25)
        self._take(25, "other")
        self.assertEqual(self.visit.payment_status, "paid")

    def test_visit_that_asks_nothing_online(self):
        self.service.payment_rule = "none"
        self.visit = self._book(14, patient_id=self.other_patient.id)
        self.assertEqual(self.visit.payment_status, "not_required")
        self.assertEqual((self.visit.amount_due, self.visit.amount_due_now), (60, 0))
        self._take(60)
        self.assertEqual(self.visit.payment_status, "paid")

    def test_nothing_is_taken_twice(self):
        for amount in (45.01, 60, 0, -5):
            with self.subTest(amount=amount), self.assertRaises(ValidationError):
                self._take(amount)
        self._take(45)
        with self.assertRaises(ValidationError):
            self._take(0.01)
        self.assertEqual(len(self.visit.desk_ids), 1)

    def test_not_for_a_hold_nor_in_the_future(self):
        held = self._hold(14, patient_id=self.other_patient.id)
        with self.assertRaises(UserError):
            held.with_user(self.receptionist)._register_desk_payment(15, "cash")
        with self.assertRaises(ValidationError):
            self._take(10, date=fields.Date.to_date("2030-06-02"))

    def test_online_payment_that_comes_all_the_same_goes_back(self):
        late = self._pay(self.visit, "draft")
        self.assertEqual(late.amount, 45)
        self._take(45)
        late._set_done()
        late._post_process()
        self.assertEqual(self.visit.refund_ids.amount, 45)
        self._send_refunds()
        self.assertEqual(self.visit.amount_paid - self.visit.amount_refunded, 60)
        self.assertEqual(self.visit.amount_to_refund, 0)

    def test_wizard(self):
        action = self.visit.with_user(self.receptionist).action_register_payment()
        wizards = self.env[action["res_model"]].with_user(self.receptionist)
        form = Form(wizards.with_context(**action["context"]))
        self.assertEqual((form.amount, form.method), (45, "cash"))
        self.assertEqual(str(form.date), "2030-06-01")
        form.amount = 40
        form.method = "terminal"
        form.reference = "SLIP-9"
        form.save().action_register()
        row = self.visit.desk_ids
        self.assertEqual((row.amount, row.method), (40, "terminal"))
        self.assertEqual((row.reference, row.user_id), ("SLIP-9", self.receptionist))

    # ------------------------------------------------------------------
    # Giving back
    # ------------------------------------------------------------------

    def test_manager_gives_back_anything_that_was_paid(self):
        self._take(45)
        with self.assertRaises(ValidationError):
            self._give(10)
        with self.assertRaises(ValidationError):
            self._give(60.01, user=self.manager)
        with self.assertRaises(ValidationError):
            self._give(10, reason="  ", user=self.manager)
        self._give(60, user=self.manager)
        self.assertEqual(self._get_money()[:2], (60, 60))
        self.assertEqual(self.visit.payment_status, "refunded")
        self.assertEqual(self.visit.refund_status, "refunded")

    def test_what_was_given_back_is_not_refunded_online_again(self):
        self._give(10, user=self.manager)
        with self.assertRaises(ValidationError):
            self.visit.with_user(self.manager)._request_refund(5.01, "Test")
        self.visit.with_user(self.manager)._request_refund(5, "Test")
        with self.assertRaises(ValidationError):
            self._give(0.01, user=self.manager)

    def test_desk_money_of_a_cancelled_visit(self):
        self._take(45)
        self.visit.cancel()
        self.assertEqual(self.visit.refund_ids.amount, 15, "the way it was paid")
        self.assertEqual(self.visit.amount_to_refund, 45)
        page = self.visit._get_money_page()
        self.assertIn("45.00", page["excess"])
        action = self.visit.with_user(self.receptionist).action_refund_excess()
        self.assertEqual(action["res_model"], "clinic.appointment.desk")
        wizards = self.env[action["res_model"]].with_user(self.receptionist)
        form = Form(wizards.with_context(**action["context"]))
        self.assertEqual(form.amount, 45)
        form.reason = "Cancelled"
        form.save().action_register()
        self._send_refunds()
        self.assertEqual(self._get_money(), (60, 60, 0, 0))
        self.assertEqual(self.visit.refund_status, "refunded")

    def test_online_refund_leaves_money_of_the_desk_alone(self):
        self._take(45)
        manager = self.visit.with_user(self.manager)
        self.assertEqual(manager.amount_refundable_online, 15)
        with self.assertRaises(ValidationError):
            manager._request_refund(15.01, "Test")

    # ------------------------------------------------------------------
    # Where it is seen
    # ------------------------------------------------------------------

    def test_receipt(self):
        self._take(45, "terminal", reference="SLIP-7")
        self._give(5, user=self.manager)
        values = self.visit._get_receipt_values()
        self.assertEqual([row["amount"] for row in values["rows"]], [15, 45, -5])
        self.assertIn("Card terminal", values["rows"][1]["label"])
        self.assertEqual((values["net"], values["due"]), (55, 5))

    def test_revenue(self):
        self._take(45, "terminal")
        self._give(5, user=self.manager)
        self.env.flush_all()
        report = self.env["clinic.payment.report"].with_user(self.manager)
        found = report._read_group(
            [("appointment_id", "=", self.visit.id)],
            ["method", "kind"],
            ["paid:sum", "refunded:sum", "net:sum"],
            order="method, kind",
        )
        self.assertEqual(
            found,
            [
                ("cash", "by_hand", 0, 5, -5),
                ("online", "payment", 15, 0, 15),
                ("terminal", "desk", 45, 0, 45),
            ],
        )

    def test_what_was_paid_at_the_desk_is_not_deleted(self):
        self.service.payment_rule = "none"
        self.visit = self._book(14, patient_id=self.other_patient.id)
        self._take(10)
        self.visit.cancel()
        with self.assertRaises(UserError):
            self.visit.unlink()

    def test_rows_stay_as_they_are(self):
        row = self._take(10)
        for user in (self.receptionist, self.manager):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                row.with_user(user).write({"amount": 1})
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                row.with_user(user).unlink()

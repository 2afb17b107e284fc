# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Wire transfers: noted by staff, and no obstacle to paying another way."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .portal_common import ClinicPaymentPortalCommon


@tagged("post_install", "-at_install")
class TestTransfer(ClinicPaymentPortalCommon):
    """A transfer is announced; its money comes, or another payment does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wire = cls.provider.copy(
            {
                "name": "Test Wire Transfer",
                "state": "test",
                "clinic_pending": "book",
                "clinic_by_staff": True,
                "is_published": True,
                "payment_method_ids": [(6, 0, cls.pm_unknown.ids)],
            }
        )

    def setUp(self):
        super().setUp()
        self.visit = self.hold
        self.transfer = self._pay(self.visit, "pending", provider=self.wire)
        self.base = "/my/appointments"

    def _get(self, page, query="", base=None):
        return self.url_open(self._url(self.visit, page, base or self.base) + query)

    def test_booked_and_awaited(self):
        self.assertEqual(self.visit.state, "scheduled")
        self.assertIn("60.00", self.visit.transfer_text)
        page = self._get("")
        self.assertIn('name="portal_coming"', page.text)
        self.assertIn('name="portal_other_way"', page.text)

    def test_arrives(self):
        with self.assertRaises(AccessError):
            doctor = self._create_user("doctor")
            self.doctor.user_id = doctor
            self.visit.with_user(doctor).action_transfer_arrived()
        visit = self.visit.with_user(self.receptionist)
        visit.action_transfer_arrived()
        self.assertEqual(self.transfer.state, "done")
        self.assertEqual(self.visit.payment_status, "paid")
        self.assertFalse(self.visit.transfer_text)
        with self.assertRaises(UserError):
            visit.action_transfer_arrived()

    def test_another_way_settles_first(self):
        page = self._get("pay")
        self.assertNotIn("o_payment_form", page.text, "it is on its way")
        page = self._get("pay", "&other=1")
        self.assertEqual(self._get_payment_context(page)["amount"], 60)
        self.assertIn('name="portal_announced"', page.text)
        answer = self._start(self.visit, self.base, amount=60)
        self.assertEqual(answer["state"], "draft")
        payment = self._get_transactions(self.visit) - self.transfer
        self.assertEqual(self.transfer.state, "pending", "nothing is paid yet")
        payment._set_done()
        payment._post_process()
        self.assertEqual(self.transfer.state, "cancel")
        self.assertEqual(self.visit.payment_status, "paid")
        self.assertFalse(self.visit.refund_ids)
        self.assertNotIn("portal_coming", self._get("").text)
        # the money comes all the same
        visit = self.visit.with_user(self.receptionist)
        with self.assertRaises(UserError):
            visit.action_transfer_arrived()
        self.assertEqual(self.transfer.state, "cancel")
        visit.action_transfer_arrived_late()
        self.assertEqual(self.visit.refund_ids.amount, 60)
        self._send_refunds()
        self.assertEqual(self.visit.amount_paid - self.visit.amount_refunded, 60)

    def test_transfer_settles_first(self):
        self._get("pay", "&other=1")
        self._start(self.visit, self.base, amount=60)
        payment = self._get_transactions(self.visit) - self.transfer
        self.visit.with_user(self.receptionist).action_transfer_arrived()
        self.assertFalse(self.visit.refund_ids)
        self.assertIn("Nothing is due", self._get("pay").text)
        payment._set_done()
        payment._post_process()
        self.assertEqual(self.visit.refund_ids.amount, 60)
        self._send_refunds()
        self.assertEqual(self.visit.amount_paid - self.visit.amount_refunded, 60)

    def test_another_way_that_fails(self):
        self._start(self.visit, self.base, amount=60)
        payment = self._get_transactions(self.visit) - self.transfer
        payment._set_error("Refused by the bank.")
        self.assertEqual(self.transfer.state, "pending")
        page = self._get("paid")
        self.assertIn("The payment was not completed", page.text)
        self.assertEqual(self._get_payment_context(page)["amount"], 60)

    def test_later_transfer_for_the_rest_stays(self):
        self.transfer._set_canceled()
        self.service.write({"payment_rule": "deposit_fixed", "deposit_amount": 15})
        visit = self._hold(14, patient_id=self.other_patient.id)
        payment = self._pay(visit)
        rest = self._pay(visit, "pending", provider=self.wire)
        self.assertEqual(rest.amount, 45)
        payment._post_process()
        self.assertEqual(rest.state, "pending")

    def test_second_transfer_is_not_counted_by_a_second_click(self):
        second = self._pay(self.visit, "pending", provider=self.wire)
        self.assertEqual((self.transfer.state, second.state), ("pending", "pending"))
        visit = self.visit.with_user(self.receptionist)
        with self.assertRaises(UserError):
            visit.action_transfer_arrived_late()
        visit.action_transfer_arrived()
        self.assertEqual((self.transfer.state, second.state), ("done", "cancel"))
        with self.assertRaises(UserError):
            visit.action_transfer_arrived()
        self.assertEqual((self.visit.amount_paid, second.state), (60, "cancel"))
        self.assertFalse(self.visit.refund_ids)

    def test_paid_at_the_desk(self):
        visit = self.visit.with_user(self.receptionist)
        visit._register_desk_payment(20, "cash")
        self.assertEqual(self.transfer.state, "pending")
        visit._register_desk_payment(40, "cash")
        self.assertEqual(self.transfer.state, "cancel")
        self.assertIn("Nothing is due", self._get("pay").text)
        answer = self._start(self.visit, self.base, amount=60)
        self.assertEqual(answer["state"], "error")
        self.assertIn("Nothing is due", answer["state_message"])

    def test_held_time(self):
        self.wire.clinic_pending = "hold"
        self.visit = self._hold(14)
        self._complete(self.visit)
        transfer = self._pay(self.visit, "pending", provider=self.wire)
        self.assertEqual(self.visit.state, "hold")
        page = self._get("pay", base="/clinic/book")
        self.assertIn("Your payment is on its way", page.text)
        self.assertIn("other=1", page.text)
        page = self._get("pay", "&other=1", base="/clinic/book")
        self.assertEqual(self._get_payment_context(page)["amount"], 60)
        self._start(self.visit, amount=60)
        payment = self._get_transactions(self.visit) - transfer
        payment._set_done()
        payment._post_process()
        self.assertEqual((self.visit.state, transfer.state), ("scheduled", "cancel"))

    def test_other_payments_still_block(self):
        self.wire.clinic_by_staff = False
        answer = self._start(self.visit, self.base, amount=60)
        self.assertIn("is on its way already", answer["state_message"])
        page = self._get("pay", "&other=1")
        self.assertNotIn("o_payment_form", page.text)
        self.assertNotIn("portal_other_way", page.text)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Too much paid, or too little, after the terms of a visit changed."""

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import NOW, ClinicPaymentCommon, freeze_time


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestDue(ClinicPaymentCommon):
    """What staff see of it, and do about it."""

    def setUp(self):
        super().setUp()
        self.visit = self._book_paid()

    def _find(self, name):
        """Return this test's visits under a filter of the search view."""
        view = self.env.ref("clinic_payment.clinic_appointment_view_search")
        arch = self.env["clinic.appointment"].get_view(view.inherit_id.id)["arch"]
        domain = etree_domain(arch, name)
        return self.env["clinic.appointment"].search(
            [("id", "in", self.visit.ids), *domain]
        )

    def test_link_goes_to_who_reads_messages(self):
        child = self.env["clinic.patient"].create(
            {"name": "Kim Child", "guardian_id": self.patient.id}
        )
        self.patient.email = "guardian@example.com"
        visit = self._book(14, patient_id=child.id)
        for email in (False, "kim@example.com"):
            with self.subTest(email=email):
                child.email = email
                before = self._mails()
                visit.with_user(self.receptionist).action_send_payment_link()
                reader = (child if email else self.patient).partner_id
                mail = self._mails() - before
                self.assertEqual(mail.recipient_ids, reader)
                self.assertIn(reader.name, mail.body_html)
                self.assertEqual(visit._get_message_partner(), reader)

    def test_lowered_price(self):
        self.assertFalse(self._find("to_refund"))
        self.visit.with_user(self.receptionist).amount = 40
        self.assertEqual(self.visit.amount_to_refund, 20)
        self.assertEqual(self._find("to_refund"), self.visit)
        self.assertFalse(self.visit.refund_ids, "somebody decides")
        self.assertIsNone(
            self.visit.with_user(self.receptionist).action_refund_excess()
        )
        self.assertEqual(self.visit.refund_ids.amount, 20)
        self.assertEqual(self.visit.amount_to_refund, 0)
        with self.assertRaises(UserError):
            self.visit.with_user(self.receptionist).action_refund_excess()
        self._send_refunds()
        self.assertEqual(self.visit.amount_refunded, 20)
        self.assertEqual(self.visit.payment_status, "paid")
        self.assertFalse(self._find("to_refund"))

    def test_cheaper_service(self):
        cheaper = self.service.copy({"name": "Test Short Visit", "price": 25})
        self.visit.with_user(self.receptionist).reschedule({"service_id": cheaper.id})
        self.assertEqual((self.visit.amount_due, self.visit.amount_to_refund), (0, 35))

    def test_refund_that_failed_is_not_asked_for_again(self):
        self.pm_unknown.support_refund = "none"
        self.visit.amount = 40
        self.visit.with_user(self.receptionist).action_refund_excess()
        self._send_refunds()
        self.assertEqual(self.visit.refund_status, "failed")
        self.assertEqual(self.visit.amount_to_refund, 0)

    def test_by_whom(self):
        doctor = self._create_user("doctor")
        self.doctor.user_id = doctor
        self.visit.amount = 40
        with self.assertRaises(AccessError):
            self.visit.with_user(doctor).action_refund_excess()

    def test_raised_price(self):
        self.visit.with_user(self.receptionist).amount = 80
        self.assertEqual(self.visit.amount_due, 20)
        self.assertEqual(self.visit.amount_due_now, 20, "online, too")
        self.assertEqual(self._find("amount_due"), self.visit)

    def test_fee_above_what_was_paid(self):
        self.policy.write({"fee_base": "price", "late_percent": 50})
        self.service.write({"payment_rule": "deposit_fixed", "deposit_amount": 10})
        self.visit = self._book_paid(14, patient_id=self.other_patient.id)
        with self._later(days=1, hours=20):
            self.visit.with_context(clinic_fee_by_policy=True).cancel()
        self.assertEqual(self.visit.amount_fee, 30)
        self.assertEqual((self.visit.amount_due, self.visit.amount_due_now), (20, 20))
        self.assertFalse(self.visit.refund_ids)
        self.assertEqual(self._find("amount_due"), self.visit)
        self._pay(self.visit)
        self.assertEqual((self.visit.state, self.visit.amount_due), ("cancelled", 0))
        self.assertEqual(self.visit.payment_status, "paid")

    def test_filter_leaves_out_what_is_not_due_yet(self):
        self.service.payment_rule = "none"
        self.visit = self._book(14, patient_id=self.other_patient.id)
        self.assertEqual(self.visit.amount_due, 60)
        self.assertFalse(self._find("amount_due"), "they pay when they come")
        with self._later(days=2):
            self.visit.arrive()
            self.assertEqual(self._find("amount_due"), self.visit)

    def test_waived(self):
        self.visit = self._book(14, patient_id=self.other_patient.id)
        self.visit.with_user(self.manager)._waive_fee("Colleague")
        self.assertEqual((self.visit.amount_due, self.visit.amount_to_refund), (0, 0))


def etree_domain(arch, name):
    """Return the domain of a filter of a search view."""
    node = etree.fromstring(arch).find(f".//filter[@name='{name}']")
    return safe_eval(node.get("domain"))

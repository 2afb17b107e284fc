# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Refunds that no answer came for: nobody knows, so a manager finds out."""

from unittest.mock import patch

import requests

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ..models.clinic_payment_refund import MANAGER
from .common import NOW, ClinicPaymentCommon, freeze_time

#: Odoo's own log of requests
REQUESTS = "odoo.addons.payment.models.payment_provider"


@freeze_time(NOW)
@tagged("post_install", "-at_install")
class TestRefundDoubt(ClinicPaymentCommon):
    """It arrived, or it is sent again; never both, never by itself."""

    def setUp(self):
        super().setUp()
        self.visit = self._book_paid()

    def _refund(self, answer, amount=60):
        """Return a refund that was sent, and what its provider answered.

        :param answer: an exception of the network, or the status of an answer
        """

        def ask(*_args, **_kwargs):
            if isinstance(answer, Exception):
                raise answer
            response = requests.Response()
            response.status_code = answer
            response._content = b"Something"
            response.request = requests.Request("POST", "https://p.example").prepare()
            return response

        def send(transaction):
            transaction._send_api_request("POST", "refunds", json={})

        refund = self.visit.with_user(self.manager)._request_refund(amount, "Test")
        transactions = type(self.env["payment.transaction"])
        with (
            patch.object(transactions, "_send_refund_request", send),
            patch.object(requests, "request", ask),
            mute_logger(REQUESTS),
        ):
            self._send_refunds()
        return refund.sudo()

    def _decide(self, refund, decision, reason="Seen in the dashboard", user=None):
        refund = refund.with_user(user or self.manager)
        wizards = self.env["clinic.payment.refund.decide"].with_user(refund.env.user)
        form = Form(wizards.with_context(**refund.action_decide()["context"]))
        form.decision = decision
        form.reason = reason
        form.save().action_decide()

    def test_no_answer_is_no_failure(self):
        errors = (
            requests.exceptions.ReadTimeout(),
            requests.exceptions.ConnectionError(),
            502,
        )
        for error in errors:
            with self.subTest(error=error):
                refund = self._refund(error, 10)
                self.assertEqual(refund.state, "unknown")
                self.assertEqual(self.visit.refund_status, "unknown")
        self.assertEqual(len(self.visit.activity_ids), 3)
        self.assertEqual(self.visit.amount_refunded, 0)
        self.assertEqual(self.visit.amount_refundable, 30, "none of it twice")
        self._send_refunds()
        self.assertEqual(set(self.visit.refund_ids.mapped("state")), {"unknown"})

    def test_refusal_is_a_failure(self):
        refund = self._refund(402)
        self.assertEqual(refund.state, "failed")
        with self.assertRaises(UserError):
            refund.with_user(self.manager)._decide(True, "Test")

    def test_it_arrived(self):
        refund = self._refund(requests.exceptions.ReadTimeout())
        self._decide(refund, "arrived")
        self.assertEqual(refund.state, "done")
        self.assertEqual(refund.decision, "Seen in the dashboard")
        self.assertEqual(refund.refund_transaction_id.state, "done")
        self.assertEqual(self.visit.amount_refunded, 60)
        self.assertEqual(self.visit.refund_status, "refunded")
        self.assertIn("Seen in the dashboard", self.visit.message_ids.sudo()[:1].body)

    def test_send_again(self):
        refund = self._refund(requests.exceptions.ReadTimeout())
        first = refund.refund_transaction_id
        self._decide(refund, "again")
        self.assertEqual(refund.state, "queued")
        self._send_refunds()
        self.assertEqual(refund.state, "done")
        self.assertNotEqual(refund.refund_transaction_id, first)
        self.assertEqual(refund.refund_transaction_id.clinic_refund_id, refund)
        self.assertEqual(self.visit.amount_refunded, 60)

    def test_answer_that_comes_late(self):
        refund = self._refund(requests.exceptions.ReadTimeout())
        first = refund.refund_transaction_id
        self._decide(refund, "again")
        first._set_done()
        first._post_process()
        self.assertEqual(refund.state, "done", "it is not sent again")
        self._send_refunds()
        self.assertEqual(self.visit.amount_refunded, 60)
        self.assertEqual(len(first.source_transaction_id.child_transaction_ids), 1)

    def test_broken_off_then_found(self):
        refund = self.visit.with_user(self.manager)._request_refund(20, "Test").sudo()
        refund.state = "sending"
        self.env.cr.execute(
            "UPDATE clinic_payment_refund SET write_date = %s WHERE id = %s",
            ["2030-06-01 09:00:00", refund.id],
        )
        self.env.invalidate_all()
        self._send_refunds()
        self.assertEqual(refund.state, "unknown")
        self.assertFalse(refund.refund_transaction_id)
        self._decide(refund, "arrived")
        self.assertEqual(refund.refund_transaction_id.amount, -20)
        self.assertEqual((refund.state, self.visit.amount_refunded), ("done", 20))

    def test_by_whom_and_why(self):
        refund = self._refund(requests.exceptions.ReadTimeout())
        for user in (self.receptionist, self._create_user("nurse")):
            mine = refund.with_user(user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                mine.action_decide()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                mine._decide(False, "Test")
        with self.assertRaisesRegex(ValidationError, "how you found out"):
            refund.with_user(self.manager)._decide(False, "  ")
        self.assertEqual(refund.state, "unknown")
        refund.with_user(self.manager)._decide(True, "Seen")
        with self.assertRaises(UserError):
            refund.with_user(self.manager)._decide(False, "Changed my mind")

    def test_who_looks_after_it(self):
        managers = self.env.ref(MANAGER).all_user_ids - self.env.ref("base.user_admin")
        (managers - self.manager).active = False
        here = new_test_user(self.env, "test_manager_here", groups=MANAGER)
        elsewhere = self._create_site("Elsewhere")
        company = self.env.company
        for sites, at_site, of_company in (
            (self.env["clinic.site"], self.manager, self.manager),
            (elsewhere, here, here),
            (self.site, self.manager, here),
        ):
            with self.subTest(sites=sites.mapped("name")):
                self.manager.clinic_site_ids = sites
                self.assertEqual(company._get_money_manager(self.site), at_site)
                self.assertEqual(company._get_money_manager(), of_company)
        self._refund(402)
        self.assertEqual(self.visit.activity_ids.user_id, self.manager)
        (self.manager | here).active = False
        admin = self.env.ref("base.user_admin")
        self.assertEqual(company._get_money_manager(), admin)

    def test_no_other_button(self):
        refund = self._refund(requests.exceptions.ReadTimeout())
        refund.with_user(self.manager).action_send_again()
        with self.assertRaises(UserError):
            refund.with_user(self.manager)._note_by_hand("Cash")
        self.assertEqual(refund.state, "unknown")

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import time

from odoo import http
from odoo.tools import hmac

from odoo.addons.payment.tests.http_common import PaymentHttpCommon

from .common import ClinicPaymentCommon


class ClinicPaymentPortalCommon(ClinicPaymentCommon, PaymentHttpCommon):
    """A guest who held a time and has been through the steps before the payment."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        parameters = cls.env["ir.config_parameter"].sudo()
        for kind in ("change", "book", "hold"):
            parameters.set_param(f"clinic_scheduling.limit.{kind}", "10000/60")

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self.hold = self._hold()
        self._complete(self.hold)

    def _complete(self, hold):
        """Note what a guest says, and proves, on the pages before the payment."""
        contact = hold.patient_id.email
        end = int(time.time()) + 600
        proved = ["email", contact, self.public_user.id, end]
        self.session["clinic_contact_proved"] = proved
        http.root.session_store.save(self.session)
        hold.sudo()._note_intake(
            proof=hmac(self.env(su=True), "clinic_intake", f"email:{contact}"),
            uid=self.public_user.id,
            who="known",
            is_complete=True,
            is_reviewed=True,
            patient=hold.patient_id.id,
        )

    def _url(self, visit, page, base="/clinic/book"):
        token = visit._portal_ensure_token()
        return f"{base}/{visit.id}/{page}?access_token={token}"

    def _values(self, visit, **values):
        return {
            "provider_id": self.provider.id,
            "payment_method_id": self.payment_method_id,
            "token_id": None,
            "amount": visit.amount_due_now,
            "flow": "redirect",
            "tokenization_requested": False,
            "landing_route": "https://evil.example",
            "is_validation": False,
            "access_token": visit._portal_ensure_token(),
            **values,
        }

    def _start(self, visit, base="/clinic/book", **values):
        url = self.base_url() + f"{base}/{visit.id}/transaction"
        return self.make_jsonrpc_request(url, self._values(visit, **values))

    def _get_transactions(self, visit):
        self.env.invalidate_all()
        return visit.transaction_ids

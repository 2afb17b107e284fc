# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from pathlib import Path

from odoo.tests import tagged

from .portal_common import ClinicPaymentPortalCommon

ADDONS = Path(__file__).parents[2]

#: Every page of payments: where, and which.
PAGES = [
    ("/clinic/book", "pay"),
    ("/clinic/book", "pay&other=1"),
    ("/clinic/book", "paid"),
    ("/my/appointments", "pay"),
    ("/my/appointments", "pay&other=1"),
    ("/my/appointments", "paid"),
    ("/my/appointments", "receipt"),
    ("/my/appointments", "receipt&report_type=html"),
]


@tagged("post_install", "-at_install")
class TestPortalPaymentGuards(ClinicPaymentPortalCommon):
    """What looking at the pages of payments does: nothing."""

    def _state(self):
        """Return everything that a request could have changed."""
        self.env.flush_all()
        self.env.invalidate_all()
        visits = self.env["clinic.appointment"].search([], order="id")
        transactions = self.env["payment.transaction"].search([], order="id")
        refunds = self.env["clinic.payment.refund"].search([], order="id")
        return (
            visits.mapped(lambda item: (item.id, item.state, item.hold_expires_at)),
            visits.mapped(lambda item: (item.access_token, item.portal_intake)),
            visits.reservation_ids.sorted("id").mapped("expires_at"),
            transactions.mapped(lambda item: (item.id, item.state, item.write_date)),
            refunds.mapped(lambda item: (item.id, item.state)),
            self.env["payment.token"].search_count([]),
            self.env["res.partner"].search_count([]),
            self.env["mail.mail"].search_count([]),
        )

    def _url_of(self, visit, base, page):
        page, _and, query = page.partition("&")
        return f"{self.base_url()}{self._url(visit, page, base)}&{query}"

    def test_reading_changes_nothing(self):
        pending = self._hold(12, patient_id=self.other_patient.id)
        self._pay(pending, "pending")
        failed = self._hold(13, patient_id=self.patient.copy({"name": "Finn"}).id)
        self._pay(failed, "error")
        paid = self._book_paid(14)
        ended = self._book_paid(15)
        ended.cancel()
        visits = self.hold | pending | failed | paid | ended
        tokens = [visit._portal_ensure_token() for visit in visits]
        self.assertTrue(all(tokens))
        before = self._state()
        for visit in visits:
            for base, page in PAGES:
                for call in (self.opener.get, self.opener.head, self.opener.options):
                    with self.subTest(state=visit.state, page=page, by=call.__name__):
                        url = self._url_of(visit, base, page)
                        response = call(url, timeout=60, allow_redirects=False)
                        self.assertLess(response.status_code, 500)
        self.assertEqual(self._state(), before)

    def test_no_route_does_without_the_token(self):
        for addon in ("clinic_payment", "clinic_payment_stripe"):
            paths = list((ADDONS / addon / "controllers").glob("*.py"))
            self.assertTrue(paths)
            for path in paths:
                self.assertNotRegex(path.read_text(), r"csrf\s*=\s*False", path.name)
                self.assertNotIn("json2", path.read_text(), path.name)

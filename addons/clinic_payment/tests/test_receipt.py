# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Receipts on a page, and as a file where the server can make one."""

import io
from datetime import date
from unittest.mock import patch

from odoo.tests import freeze_time, tagged
from odoo.tools.pdf import PdfFileReader, PdfFileWriter

from odoo.addons.clinic_payment.controllers.portal_receipt import REPORT

from .portal_common import ClinicPaymentPortalCommon

PROGRAM = "odoo.addons.base.models.ir_actions_report.IrActionsReport"


def make_pdf():
    """Return a file of one empty page, as the program would make it."""
    writer, content = PdfFileWriter(), io.BytesIO()
    writer.addBlankPage(595, 842)
    writer.write(content)
    return content.getvalue()


@tagged("post_install", "-at_install")
class TestReceipt(ClinicPaymentPortalCommon):
    """The page has a button to print it; the file is that of the report."""

    def setUp(self):
        super().setUp()
        self.visit = self._book_paid(14)
        self.bodies = []

    def _has_program(self, state):
        """Have the server find the program that makes files, or not."""
        return patch(f"{PROGRAM}.get_wkhtmltopdf_state", lambda reports: state)

    def _run(self):
        """Stand in for the program, and keep what it is given."""

        def run(_reports, bodies, *_args, **_kwargs):
            self.bodies += bodies
            return make_pdf()

        return patch(f"{PROGRAM}._run_wkhtmltopdf", run)

    def _get(self, query=""):
        return self.url_open(
            self._url(self.visit, "receipt", "/my/appointments") + query
        )

    def test_page(self):
        with self._has_program("install"):
            page = self._get()
        self.assertIn("o_clinic_print", page.text)
        self.assertNotIn("report_type=pdf", page.text)
        with self._has_program("install"):
            page = self._get("&report_type=pdf")
        self.assertIn("text/html", page.headers["Content-Type"])

    def test_link_to_the_file(self):
        with self._has_program("ok"):
            page = self._get()
            self.assertIn("report_type=pdf", page.text)
            answer = self._get("&report_type=pdf")
        # in tests Odoo renders no files: the headers are ours all the same
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertIn(self.visit.name, answer.headers["Content-Disposition"])
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertIn(self.visit.name, answer.text)

    def test_file(self):
        reports = self.env["ir.actions.report"].with_context(
            force_report_rendering=True
        )
        with self._has_program("ok"), self._run():
            content, kind = reports._render_qweb_pdf(REPORT, self.visit.ids)
        self.assertEqual(kind, "pdf")
        self.assertEqual(len(PdfFileReader(io.BytesIO(content)).pages), 1)
        (body,) = self.bodies
        for text in (self.visit.name, "Payment by", "60.00", self.patient.name):
            self.assertIn(text, str(body))

    def test_days_are_the_sites(self):
        self.site.tz = "Pacific/Auckland"
        payment = self.visit.transaction_ids
        payment.last_state_change = "2030-05-31 13:00:00"
        with freeze_time("2030-05-31 23:00:00"):
            values = self.visit._get_receipt_values()
        schedule = self.env["clinic.schedule"]
        first = schedule._format_date(date(2030, 6, 1))
        self.assertEqual([row["date"] for row in values["rows"]], [first])
        self.assertEqual(values["issued"], first)

    def test_report_without_the_program(self):
        reports = self.env["ir.actions.report"].with_user(self.receptionist)
        html, kind = reports._render_qweb_html(
            "clinic_payment.report_receipt", self.visit.ids
        )
        self.assertEqual(kind, "html")
        self.assertIn(self.visit.name, html.decode())
        self.assertIn("60.00", html.decode())

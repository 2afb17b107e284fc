# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from werkzeug.exceptions import NotFound

from odoo.http import content_disposition, request, route

from odoo.addons.clinic_scheduling.controllers.portal_appointments import get_link
from odoo.addons.clinic_scheduling.controllers.portal_common import (
    get_appointment,
    show_page,
)
from odoo.addons.portal.controllers.portal import CustomerPortal

REPORT = "clinic_payment.clinic_appointment_action_report_receipt"


class ClinicReceipt(CustomerPortal):
    """Receipts, on a page or as a file."""

    @route(
        "/my/appointments/<int:appointment_id>/receipt",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def clinic_receipt(
        self, appointment_id, access_token=None, report_type=None, **_params
    ):
        """Show what was paid and refunded for a visit.

        :param report_type: "pdf" for a file, where the server can make one
        """
        visit_sudo = get_appointment(appointment_id, access_token, "view")
        if visit_sudo._is_nothing(visit_sudo.amount_paid):
            raise NotFound()
        has_pdf = self._has_pdf()
        if report_type == "pdf" and has_pdf:
            return self._send_pdf(visit_sudo)
        link = get_link(visit_sudo, access_token)
        values = {
            "page_name": "clinic_appointment",
            "no_breadcrumbs": True,
            "appointment": visit_sudo,
            # a hold that was never booked has no page to go back to
            "back_url": visit_sudo.name != "/" and link(),
            "pdf_url": has_pdf and link("/receipt", report_type="pdf"),
        }
        return show_page("clinic_payment.portal_receipt", values)

    def _has_pdf(self):
        reports = request.env["ir.actions.report"].sudo()
        return reports.get_wkhtmltopdf_state() in ("ok", "upgrade", "workers")

    def _send_pdf(self, visit_sudo):
        reports_sudo = request.env["ir.actions.report"].sudo()
        reports_sudo = reports_sudo.with_company(visit_sudo.company_id)
        content, _kind = reports_sudo._render_qweb_pdf(REPORT, visit_sudo.ids)
        name = f"{visit_sudo._get_receipt_number()}.pdf".replace("/", "-")
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", content_disposition(name)),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )

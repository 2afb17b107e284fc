# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Check-in by the patient, from the page of the visit."""

from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.clinic_scheduling.controllers.portal_appointments import (
    ClinicAppointments,
    find_visit,
    get_visit_values,
)
from odoo.addons.clinic_scheduling.controllers.portal_common import (
    count_attempt,
    show_page,
)

#: What the patient's page of a ticket is found under, with the ticket's secret.
TICKET_PAGE = "/clinic/queue/ticket"


class ClinicQueueCheckIn(ClinicAppointments):
    def _get_change_values(self, appointment_sudo, access_token):
        """Override: whether the visit can be checked in, or its number."""
        values = super()._get_change_values(appointment_sudo, access_token)
        user = request.env.user
        check_in = {"number": False, "is_open": False}
        if appointment_sudo._is_open_to(user, access_token, "book"):
            ticket_sudo = appointment_sudo._get_present_tickets()[:1]
            check_in = {
                "number": ticket_sudo.name,
                "url": f"{TICKET_PAGE}/{ticket_sudo.access_token}",
                "is_open": appointment_sudo._may_check_in_by_link(),
            }
        return {**values, "check_in": check_in}

    @route(
        "/my/appointments/<int:appointment_id>/check_in",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    @count_attempt("change")
    def portal_check_in(self, appointment_id, access_token=None, **_posted):
        """Give the number; pressing twice gives the same one."""
        appointment_sudo = find_visit(appointment_id, access_token, "book")
        ticket_sudo = appointment_sudo._get_present_tickets()[:1]
        if not ticket_sudo:
            try:
                with request.env.cr.savepoint():
                    ticket_sudo = appointment_sudo._check_in_by_link()
            except UserError as error:
                values = get_visit_values(appointment_sudo, access_token)
                values["error"] = error.args[0]
                template = "clinic_queue.portal_check_in_refused"
                return show_page(template, values, status=409)
        url = f"{TICKET_PAGE}/{ticket_sudo.access_token}"
        return request.redirect(url, code=303)

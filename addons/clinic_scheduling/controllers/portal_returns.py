# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Where a reload or "Back" leads from an address that only forms are sent to.

An error page stands at the address of its form. Browsers ask for that address again by
GET; these routes lead to the page with the form and change nothing.
"""

from odoo import http
from odoo.http import request

from . import portal_calendar, portal_doctor
from .portal_common import MAX_ID
from .portal_wizard import get_held, get_step_url

#: The catalogue, where a booking begins.
START = "/clinic/book"


def lead_to(address):
    """Return the answer that leads to a page of this site."""
    return request.redirect(address, code=303)


class PortalReturns(http.Controller):
    """Ways back to the pages with the forms."""

    @http.route(
        ["/clinic/book/hold", "/clinic/book/<int:appointment_id>/release"],
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def portal_back_to_start(self, **_params):
        """Lead to the start of a booking, which tells of a time that is held."""
        return lead_to(START)

    @http.route(
        [
            "/clinic/book/<int:appointment_id>/code",
            "/clinic/book/<int:appointment_id>/code/check",
            "/clinic/book/<int:appointment_id>/code/other",
        ],
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def portal_back_to_who(self, appointment_id, access_token="", **_params):
        """Lead to the page with the code; the form's address lacks the hold's secret.

        It is that of the time which this visitor's session holds, and no other one.
        """
        held_sudo = get_held()
        if held_sudo.id == appointment_id:
            access_token = held_sudo.access_token
        is_nobody = request.env.user._is_public() and not access_token
        if is_nobody or appointment_id > MAX_ID:
            return lead_to(START)
        visit = request.env["clinic.appointment"].browse(appointment_id)
        return lead_to(get_step_url(visit, "who", access_token))

    @http.route(
        [f"{portal_calendar.PAGE}/make", f"{portal_calendar.PAGE}/revoke"],
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def portal_back_to_calendar(self, **_params):
        """Lead to the page of an account's links."""
        return lead_to(portal_calendar.PAGE)

    @http.route(
        [
            f"{portal_doctor.PAGE}/absence",
            f"{portal_doctor.PAGE}/absence/<int:leave_id>/remove",
            f"{portal_doctor.PAGE}/hours",
            f"{portal_doctor.PAGE}/hours/<int:row_id>",
            f"{portal_doctor.PAGE}/hours/<int:row_id>/remove",
        ],
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def portal_back_to_availability(self, **_params):
        """Lead to the page of the doctor's hours and absences."""
        return lead_to(f"{portal_doctor.PAGE}/availability")

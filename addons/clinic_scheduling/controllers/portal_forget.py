# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Booking on somebody else's device: nothing of it stays in this browser's session."""

from odoo.http import Controller, request, route

from .portal_common import show_page
from .portal_wizard import get_held

FORGET = "/clinic/book/forget"
FORGOTTEN = "/clinic/book/forgotten"


class PortalForget(Controller):
    """The end of a visitor's session."""

    @route(
        FORGET,
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def portal_forget(self, **_posted):
        """Drop the proofs and the hold, and sign an account out."""
        # what is still held is nobody's now; what is booked stays
        get_held()._give_back_hold()
        request.session.logout(keep_db=True)
        return request.redirect(FORGOTTEN, code=303)

    @route(
        [FORGOTTEN, FORGET],
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def portal_forgotten(self, **_params):
        """Say that nothing is kept here, and what the browser itself still knows."""
        response = show_page("clinic_scheduling.portal_forgotten", {})
        response.headers["Clear-Site-Data"] = '"cache"'
        return response

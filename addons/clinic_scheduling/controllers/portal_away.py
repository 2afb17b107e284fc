# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The answer of a patient whose doctor is away: a page that asks, POSTs that act."""

from odoo.http import Controller, request, route

from ..exceptions import BookingError
from .portal_appointments import find_visit, get_visit_values
from .portal_common import count_attempt, refuse_unknown, show_page

ADDRESS = "/my/appointments/<int:appointment_id>/away"

#: What the page's forms send.
PARAMETERS = ("offer",)


class ClinicAway(Controller):
    """Accept the proposed time, ask for another one, or cancel."""

    @route(
        ADDRESS,
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def portal_away(self, appointment_id, access_token=None, **_params):
        """Say that the doctor is away, and what is proposed instead."""
        appointment_sudo = find_visit(appointment_id, access_token, "book")
        return self._show_away(appointment_sudo, access_token)

    @route(
        f"{ADDRESS}/accept",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    @count_attempt("change")
    def portal_away_accept(self, appointment_id, access_token=None, **posted):
        """Move the visit to the proposed time."""
        return self._answer(appointment_id, access_token, posted, "_accept")

    @route(
        f"{ADDRESS}/cancel",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    @count_attempt("change")
    def portal_away_cancel(self, appointment_id, access_token=None, **posted):
        """Cancel the visit."""
        return self._answer(appointment_id, access_token, posted, "_cancel_visit")

    @route(
        f"{ADDRESS}/other",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    @count_attempt("change")
    def portal_away_other(self, appointment_id, access_token=None, **posted):
        """Give the proposed time back, and lead to the free times."""
        return self._answer(
            appointment_id, access_token, posted, "_ask_another", "/reschedule"
        )

    def _answer(self, appointment_id, access_token, posted, method, suffix=None):
        refuse_unknown(posted, PARAMETERS)
        appointment_sudo = find_visit(appointment_id, access_token, "book")
        offer_sudo = appointment_sudo._get_away_offer()
        if not offer_sudo or posted.get("offer") != str(offer_sudo.id):
            # another time was proposed meanwhile: it is to be seen first
            return self._show_away(appointment_sudo, access_token, is_new=True)
        try:
            with request.env.cr.savepoint():
                getattr(offer_sudo, method)()
        except BookingError as error:
            return self._show_away(appointment_sudo, access_token, error)
        link = get_visit_values(appointment_sudo, access_token)["link"]
        # the free times come with the seal of their own page
        query = {"anybody": 1} if suffix else {}
        return request.redirect(link(suffix or "/away", **query), code=303)

    def _show_away(self, appointment_sudo, access_token, error=None, is_new=False):
        offer_sudo = appointment_sudo._get_away_offer()
        values = get_visit_values(appointment_sudo, access_token)
        may_change = appointment_sudo._needs_new_time()
        values.update(
            offer=offer_sudo._get_portal_values() if offer_sudo else {},
            may_change=may_change,
            error=error and error.args[0],
            is_new=is_new,
        )
        status = error.http_status if error else 200
        return show_page("clinic_scheduling.portal_away", values, status)

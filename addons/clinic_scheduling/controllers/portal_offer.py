# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The page of a time that is offered from the waitlist.

Links in messages only open it: programs that follow them neither accept nor decline.
"""

from werkzeug.exceptions import NotFound, abort

from odoo.http import Controller, request, route

from ..exceptions import BookingError
from ..models.clinic_schedule import epoch
from .portal_appointments import get_visit_values
from .portal_common import (
    count_attempt,
    get_appointment,
    get_given_token,
    refuse_unknown,
    show_page,
)
from .portal_parameters import read, to_id
from .portal_wizard import get_sentence

PARAMETERS = ("access_token", "move")

#: Status of the page once the time is no longer the patient's.
GONE = 410


def find_offer(appointment_id, access_token=None):
    """Return, as superuser, the offer that the caller may answer, or answer 404."""
    if not access_token and request.env.user._is_public():
        target = {"redirect": request.httprequest.path}
        abort(request.redirect_query("/web/login", target))
    hold_sudo = get_appointment(appointment_id, access_token, "book")
    offer_sudo = hold_sudo._get_waitlist_offer()
    if not offer_sudo:
        raise NotFound()
    return offer_sudo


class ClinicOffers(Controller):
    """Offers of the waitlist."""

    @route(
        "/my/appointments/<int:appointment_id>/offer",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def portal_offer(self, appointment_id, access_token=None, **_params):
        """Show the offered time, until when it is held, and what became of it."""
        return self._show(find_offer(appointment_id, access_token))

    @route(
        "/my/appointments/<int:appointment_id>/offer/accept",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    @count_attempt("change")
    def portal_accept_offer(self, appointment_id, access_token=None, **posted):
        """Book the time, or move the later visit there that the form names."""
        offer_sudo = find_offer(appointment_id, access_token)
        refuse_unknown(posted, PARAMETERS)
        wanted = read(posted, "move", to_id)
        if offer_sudo.state != "offered":
            return self._leave(offer_sudo)
        moving_sudo = offer_sudo._get_later_visits().filtered(
            lambda visit: visit.id == wanted
        )
        if wanted and not moving_sudo:
            return self._show(offer_sudo)
        try:
            with request.env.cr.savepoint():
                offer_sudo._accept(moving_sudo)
        except BookingError as error:
            return self._show(offer_sudo, error)
        return self._leave(offer_sudo)

    @route(
        "/my/appointments/<int:appointment_id>/offer/decline",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    @count_attempt("change")
    def portal_decline_offer(self, appointment_id, access_token=None, **posted):
        """Give the time to the next one; the patient goes on waiting."""
        offer_sudo = find_offer(appointment_id, access_token)
        refuse_unknown(posted, PARAMETERS)
        offer_sudo._decline()
        return self._leave(offer_sudo)

    def _show(self, offer_sudo, error=None):
        hold_sudo = offer_sudo.appointment_id
        token = get_given_token(hold_sudo)
        seconds = offer_sudo._get_seconds_left()
        values = get_visit_values(hold_sudo, token)
        values.update(
            page_name="clinic_waitlist",
            offer_state=self._get_state(offer_sudo, seconds),
            seconds_left=seconds,
            until=offer_sudo.expires_at
            and hold_sudo._format_time(offer_sudo.expires_at, hold_sudo.site_id),
            later=[
                self._get_later_row(visit) for visit in offer_sudo._get_later_visits()
            ]
            if seconds
            else [],
            booked=self._get_booked_values(offer_sudo, token),
            error=error and get_sentence(error),
            is_guest=request.env.user._is_public(),
            waitlist_url=self._get_waitlist_url(offer_sudo, seconds),
        )
        status = GONE if values["offer_state"] in ("expired", "gone") else 200
        return show_page("clinic_scheduling.portal_offer", values, status)

    def _get_state(self, offer_sudo, seconds):
        """Return which of its faces the page shows."""
        if offer_sudo.state == "offered":
            return "open" if seconds else "expired"
        known = {"accepted", "declined", "expired"}
        return offer_sudo.state if offer_sudo.state in known else "gone"

    def _get_waitlist_url(self, offer_sudo, seconds):
        """Return the way to the entry, None: there is none from here.

        A guest's link to the entry opens later offers, too: who finds an old message
        does not get it.
        """
        if not request.env.user._is_public():
            return "/my/waitlist"
        return offer_sudo.entry_id._get_guest_url() if seconds else None

    def _get_later_row(self, visit_sudo):
        return {
            "id": visit_sudo.id,
            "when": visit_sudo._format_moment_here(visit_sudo.start),
            "doctor": visit_sudo.doctor_id.display_name,
            "terms": visit_sudo._get_terms("reschedule").text,
        }

    def _get_booked_values(self, offer_sudo, token):
        """Return the visit that takes place; its link opens what the caller may see."""
        visit_sudo = offer_sudo.visit_id
        if offer_sudo.state != "accepted" or not visit_sudo:
            return None
        is_here = visit_sudo == offer_sudo.appointment_id
        query = f"?access_token={token}" if token and is_here else ""
        may_see = query or visit_sudo._is_open_to(request.env.user)
        return {
            "when": visit_sudo._format_moment_here(visit_sudo.start),
            "start": epoch(visit_sudo.start),
            "is_moved": not is_here,
            "url": f"{visit_sudo.access_url}{query}" if may_see else None,
        }

    def _leave(self, offer_sudo):
        hold_sudo = offer_sudo.appointment_id
        token = get_given_token(hold_sudo)
        query = {"access_token": token} if token else {}
        return request.redirect_query(f"{hold_sudo.access_url}/offer", query, code=303)

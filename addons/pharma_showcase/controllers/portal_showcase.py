# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The doctor's pages of showcases: GET shows, POST acts.

Programs that open the links in messages do not change anything so.
"""

from werkzeug.exceptions import NotFound

from odoo.http import Controller, request, route

from odoo.addons.clinic_scheduling.controllers.portal_common import (
    MAX_ID,
    count_attempt,
    refuse_unknown,
    show_page,
)
from odoo.addons.clinic_scheduling.controllers.portal_parameters import (
    read,
    to_id,
    to_moment,
)
from odoo.addons.clinic_scheduling.exceptions import BookingError

ADDRESS = "/showcase/<int:showcase_id>"

OPTIONS = {"type": "http", "auth": "public", "website": True, "sitemap": False}


def find_showcase(showcase_id, access_token):
    """Return, as superuser, the showcase that the secret opens, or answer 404.

    The answer is the same for one that is not there and for a wrong secret.
    """
    if showcase_id > MAX_ID:
        raise NotFound()
    showcase_sudo = request.env["pharma.showcase"].sudo().browse(showcase_id)
    known = showcase_sudo.exists()
    if not known or not known._has_page():
        raise NotFound()
    if not known._is_secret(access_token) and not known._is_pass(access_token):
        raise NotFound()
    lang = known.doctor_id.partner_id.lang
    return known.with_context(lang=lang) if lang else known


class PharmaShowcasePage(Controller):
    """Accept, move or decline a call; see those that are to come."""

    @route(ADDRESS, methods=["GET"], **OPTIONS)
    @count_attempt("search")
    def portal_showcase(self, showcase_id, access_token=None, **params):
        """Show the call, free times, and the other calls to come."""
        showcase_sudo = find_showcase(showcase_id, access_token)
        done = params.get("done")
        return self._show(showcase_sudo, access_token, done=done)

    @route(f"{ADDRESS}/accept", methods=["POST"], **OPTIONS)
    @count_attempt("change")
    def portal_showcase_accept(self, showcase_id, access_token=None, **posted):
        """Accept the call."""
        return self._answer(showcase_id, access_token, posted, "accept")

    @route(f"{ADDRESS}/decline", methods=["POST"], **OPTIONS)
    @count_attempt("change")
    def portal_showcase_decline(self, showcase_id, access_token=None, **posted):
        """Decline the call, with a reason."""
        names = ("reason", "reason_id")
        return self._answer(showcase_id, access_token, posted, "decline", names)

    @route(f"{ADDRESS}/move", methods=["POST"], **OPTIONS)
    @count_attempt("change")
    def portal_showcase_move(self, showcase_id, access_token=None, **posted):
        """Move the call to one of the free times."""
        names = ("time",)
        return self._answer(showcase_id, access_token, posted, "move", names)

    @route(
        [f"{ADDRESS}/accept", f"{ADDRESS}/decline", f"{ADDRESS}/move"],
        methods=["GET"],
        **OPTIONS,
    )
    @count_attempt("search")
    def portal_back_to_showcase(self, showcase_id, access_token=None, **_params):
        """Lead back to the page from an address that only forms are sent to."""
        showcase_sudo = find_showcase(showcase_id, access_token)
        return request.redirect(self._get_link(showcase_sudo, access_token), code=303)

    def _answer(self, showcase_id, access_token, posted, kind, names=()):
        refuse_unknown(posted, names)
        showcase_sudo = find_showcase(showcase_id, access_token)
        values = self._read(kind, posted)
        try:
            with request.env.cr.savepoint():
                getattr(showcase_sudo, f"_answer_{kind}")(*values)
        except BookingError as error:
            return self._show(showcase_sudo, access_token, error=error)
        link = self._get_link(showcase_sudo, access_token)
        return request.redirect(f"{link}&done={kind}", code=303)

    def _read(self, kind, posted):
        """Return the values of a form, answering 400 where they make no sense."""
        if kind == "decline":
            return posted.get("reason", ""), read(posted, "reason_id", to_id)
        if kind == "move":
            start, _dash, site = str(posted.get("time", "")).partition("-")
            parts = {"start": start, "site": site}
            return (
                read(parts, "start", to_moment, needed=True),
                read(parts, "site", to_id, needed=True),
            )
        return ()

    def _get_link(self, showcase_sudo, access_token):
        return f"/showcase/{showcase_sudo.id}?access_token={access_token}"

    def _show(self, showcase_sudo, access_token, error=None, done=None):
        call = showcase_sudo._get_page_values()
        values = {
            "page_name": "showcase",
            "call": call,
            "agenda": showcase_sudo._get_agenda(access_token),
            "times": showcase_sudo._get_page_times() if call["is_answerable"] else [],
            "reasons": showcase_sudo._get_page_reasons(),
            "token": access_token,
            "done": done if done in ("accept", "decline", "move") else None,
            "error": error and (error.context.get("reason") or error.args[0]),
        }
        status = getattr(error, "http_status", 422) if error else 200
        return show_page("pharma_showcase.portal_showcase", values, status)

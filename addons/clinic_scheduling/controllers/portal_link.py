# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""An account finds the patients that reception knows already.

A one-time code to the contact of the patient's own record proves it, as it does on the
way to an appointment. Nothing tells whether a contact is known before the code was
entered, and texts that match open nobody.
"""

from odoo.http import Controller, request, route

from ..exceptions import TooManyRequests
from .portal_common import count_attempt, refuse_attempt, show_page
from .portal_contact import (
    SESSION_PROVED,
    ask_code,
    get_contact,
    get_own_patients,
    get_proved_patients,
    take_code,
)
from .portal_identity import mask_contact

PAGE = "/my/clinic/link"

#: Where the session keeps a contact that a code of this page was sent to.
SESSION_LINK_SENT = "clinic_link_sent"


def get_purpose():
    """Return what a code of this page is good for: it is this account's alone."""
    return f"link:{request.env.uid}"


class ClinicLink(Controller):
    """Connecting an account with patients who were here before."""

    @route(PAGE, type="http", auth="user", methods=["GET"], website=True)
    def portal_link(self, **params):
        """Ask for the contact, then for the code, then show whom it opens."""
        return self._show_link(is_done=bool(params.get("done")))

    @route(
        f"{PAGE}/code",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
        captcha="clinic_booking",
    )
    def portal_link_send(self, contact="", **_posted):
        """Send a code; the answer never tells whether anybody knows the contact."""
        try:
            wrong = ask_code(SESSION_LINK_SENT, contact, get_purpose())
        except TooManyRequests as error:
            return refuse_attempt(error)
        if wrong:
            return self._show_link(422, **wrong)
        return request.redirect(PAGE, code=303)

    @route(
        f"{PAGE}/code/check", type="http", auth="user", methods=["POST"], website=True
    )
    def portal_link_check(self, code="", **_posted):
        """Take the code: its contact then opens the patients whose own it is."""
        if not get_contact(SESSION_LINK_SENT)[1]:
            return request.redirect(PAGE, code=303)
        try:
            wrong = take_code(SESSION_LINK_SENT, code, get_purpose())
        except TooManyRequests as error:
            return refuse_attempt(error)
        if wrong:
            return self._show_link(422, **wrong)
        return request.redirect(PAGE, code=303)

    @route(
        f"{PAGE}/code/other", type="http", auth="user", methods=["POST"], website=True
    )
    def portal_link_other(self, **_posted):
        """Forget the contact, so that another one can be named."""
        request.session.pop(SESSION_LINK_SENT, None)
        request.session.pop(SESSION_PROVED, None)
        return request.redirect(PAGE, code=303)

    @route(PAGE, type="http", auth="user", methods=["POST"], website=True)
    @count_attempt("change")
    def portal_link_patient(self, patient="", **_posted):
        """Open a patient of the proved contact to the account."""
        found_sudo = self._get_found()
        patient_sudo = found_sudo.filtered(lambda item: str(item.id) == patient)
        if not patient_sudo:
            message = request.env._("Please choose one of the people below.")
            return self._show_link(422, error=message)
        contact = get_contact(SESSION_PROVED)
        patient_sudo._grant_by_contact(request.env.user.partner_id, *contact)
        return request.redirect(f"{PAGE}?done=1", code=303)

    @route(
        [f"{PAGE}/code", f"{PAGE}/code/check", f"{PAGE}/code/other"],
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
    )
    def portal_back_to_link(self, **_params):
        """Lead back to the page from an address that only forms are sent to."""
        return request.redirect(PAGE, code=303)

    def _get_found(self):
        """Return, as superuser, whom the proved contact opens and who are not yet."""
        return get_proved_patients() - get_own_patients()

    def _show_link(self, status=200, **values):
        found_sudo = self._get_found()
        proved = get_contact(SESSION_PROVED)[1]
        values = {
            "page_name": "clinic_link",
            "book_url": PAGE,
            "is_guest": False,
            "proved": mask_contact(proved),
            "sent": get_contact(SESSION_LINK_SENT)[1],
            "is_known": bool(proved and get_proved_patients()),
            "people": [(item.id, item._get_short_name()) for item in found_sudo],
            **{"is_done": False, "error": None, "contact": ""},
            **{"contact_error": None, "code_error": None, **values},
        }
        return show_page("clinic_scheduling.portal_link", values, status)

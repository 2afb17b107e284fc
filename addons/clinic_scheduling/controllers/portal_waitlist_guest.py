# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Guests on the waitlist: a code proves their contact, a link leads back.

The limits are those of a guest's booking: of codes for each contact and address, of
tries of a code, of lists for each contact.
"""

from urllib.parse import quote, urlencode

from werkzeug.exceptions import NotFound

from odoo.http import request, route

from ..exceptions import BookingError, TooManyRequests
from .portal_common import (
    count_attempt,
    get_phones,
    refuse_attempt,
    show_page,
)
from .portal_contact import (
    SESSION_PROVED,
    ask_code,
    get_contact,
    get_proved_patients,
    take_code,
)
from .portal_identity import mask_contact
from .portal_parameters import to_id
from .portal_waitlist import ClinicWaitlist
from .portal_wizard import get_signup_url

#: Where the session keeps a contact that a code of this page was sent to.
SESSION_WAIT_SENT = "clinic_waitlist_sent"

#: What a code of this page is good for.
PURPOSE = "waitlist"

PAGE = "/clinic/waitlist/guest/<int:service_id>"


class ClinicWaitlistGuest(ClinicWaitlist):
    """Joining without an account."""

    def _lead_to_account(self, service_sudo, params):
        """Override: guests prove their contact, or sign in; then say what suits."""
        if not get_contact(SESSION_PROVED)[1]:
            return self._show_guest(service_sudo, params)
        said = {name: [params[name]] for name in ("doctor", "site") if params.get(name)}
        return self._show_join(service_sudo, said)

    def _show_guest(self, service_sudo, params, status=200, **values):
        query = {
            name: str(to_id(params.get(name)))
            for name in ("doctor", "site")
            if to_id(params.get(name))
        }
        query = {"service": str(service_sudo.id), **query}
        here = f"/clinic/waitlist/join?{urlencode(query)}"
        values = {
            "page_name": "clinic_book",
            "service": service_sudo,
            "login_url": f"/web/login?redirect={quote(here, safe='')}",
            "signup_url": get_signup_url(here),
            "times_url": f"/clinic/book/times?{urlencode(query)}",
            "book_url": f"/clinic/waitlist/guest/{service_sudo.id}",
            "is_guest": True,
            "access_token": "",
            "sent": get_contact(SESSION_WAIT_SENT)[1],
            "phones": get_phones(self._get_sites(service_sudo)),
            **{"contact": "", "contact_error": None, "code_error": None, **values},
        }
        return show_page("clinic_scheduling.portal_waitlist_guest", values, status)

    def _back(self, service_sudo):
        url = f"/clinic/waitlist/join?service={service_sudo.id}"
        return request.redirect(url, code=303)

    @route(
        f"{PAGE}/code",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
        captcha="clinic_booking",
    )
    def portal_wait_send_code(self, service_id, contact="", **_posted):
        """Send a code; the answer never tells whether anybody knows the contact."""
        service_sudo = self._get_service(str(service_id))
        try:
            wrong = ask_code(SESSION_WAIT_SENT, contact, PURPOSE)
        except TooManyRequests as error:
            return refuse_attempt(error)
        if wrong:
            return self._show_guest(service_sudo, {}, 422, **wrong)
        return self._back(service_sudo)

    @route(
        f"{PAGE}/code/check",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def portal_wait_check_code(self, service_id, code="", **_posted):
        """Take the code: its contact then waits for the patients whose own it is."""
        service_sudo = self._get_service(str(service_id))
        if not get_contact(SESSION_WAIT_SENT)[1]:
            return self._back(service_sudo)
        try:
            wrong = take_code(SESSION_WAIT_SENT, code, PURPOSE)
        except TooManyRequests as error:
            return refuse_attempt(error)
        if wrong:
            return self._show_guest(service_sudo, {}, 422, **wrong)
        return self._back(service_sudo)

    @route(
        f"{PAGE}/code/other",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def portal_wait_other(self, service_id, **_posted):
        """Forget the contact: somebody else is here now."""
        request.session.pop(SESSION_WAIT_SENT, None)
        request.session.pop(SESSION_PROVED, None)
        return self._back(self._get_service(str(service_id)))

    # ------------------------------------------------------------------
    # Joining
    # ------------------------------------------------------------------

    def _may_join(self):
        """Override: guests who proved their contact may."""
        return super()._may_join() or bool(get_contact(SESSION_PROVED)[1])

    def _take_patient(self, posted):
        """Override: guests name a patient of their contact, or a new one."""
        if not request.env.user._is_public():
            return super()._take_patient(posted)
        known_sudo = get_proved_patients()
        patient_sudo = known_sudo.filtered(
            lambda item: str(item.id) == posted.get("patient")
        )
        if patient_sudo:
            return patient_sudo
        if posted.get("patient") != "new":
            raise BookingError(request.env._("Please choose who waits."))
        request.env["clinic.waitlist.entry"]._check_guest_limit(known_sudo)
        patients = request.env["clinic.patient"]
        said = {name: posted.get(name) or "" for name in ("name", "birthdate")}
        values, errors = patients._read_registration(said)
        if errors:
            raise BookingError(next(iter(errors.values())))
        return patients._register_patient({**values, **self._get_proved_values()})

    def _get_proved_values(self):
        """Return the values that the guest's proof gives a new patient."""
        channel, contact = get_contact(SESSION_PROVED)
        values = {"lang": request.env.lang}
        if channel == "sms":
            return {**values, "phone": contact, "communication_channel": "sms"}
        return {**values, "email": contact}

    def _leave_joined(self, entry_sudo, is_known):
        """Override: guests get the link, and see their entry."""
        if not request.env.user._is_public():
            return super()._leave_joined(entry_sudo, is_known)
        if is_known:
            done = "changed"
        else:
            sent = entry_sudo._send_guest_link(*get_contact(SESSION_PROVED))
            done = "joined" if sent else "listed"
        return request.redirect(entry_sudo._get_guest_url(done=done), code=303)

    def _get_people(self):
        """Override: for guests those of the proved contact, and a new one."""
        if not request.env.user._is_public():
            return super()._get_people()
        known = [
            (str(item.id), item._get_short_name()) for item in get_proved_patients()
        ]
        return {
            "patients": [*known, ("new", request.env._("A new patient"))],
            "is_new": True,
            "is_new_optional": bool(known),
            "new_name": "",
            "known": [],
            "proved": mask_contact(get_contact(SESSION_PROVED)[1]),
            "no_breadcrumbs": True,
        }

    # ------------------------------------------------------------------
    # The entry, by its link
    # ------------------------------------------------------------------

    def _get_linked(self, entry_id, access_token):
        """Return, as superuser, the entry that the link opens, or answer 404."""
        entries_sudo = request.env["clinic.waitlist.entry"].sudo()
        entry_sudo = entries_sudo.search([("id", "=", entry_id)])
        if not entry_sudo or not entry_sudo._is_secret(access_token):
            raise NotFound()
        return entry_sudo

    @route(
        "/clinic/waitlist/entry/<int:entry_id>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def portal_guest_entry(self, entry_id, access_token=None, **params):
        """Show what is waited for, and what was offered."""
        entry_sudo = self._get_linked(entry_id, access_token)
        values = {
            "page_name": "clinic_waitlist",
            "no_breadcrumbs": request.env.user._is_public(),
            "entry": entry_sudo._get_guest_page(),
            "access_token": access_token,
            "done": params.get("done"),
        }
        return show_page("clinic_scheduling.portal_waitlist_linked", values)

    @route(
        "/clinic/waitlist/entry/<int:entry_id>/offer",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    @count_attempt("change")
    def portal_guest_offer(self, entry_id, access_token=None, **_posted):
        """Lead to the offer that can be answered now, or back to the entry."""
        entry_sudo = self._get_linked(entry_id, access_token)
        hold_sudo = entry_sudo._get_open_offer().appointment_id
        if not hold_sudo:
            return request.redirect(entry_sudo._get_guest_url(), code=303)
        query = {"access_token": hold_sudo._portal_ensure_token()}
        return request.redirect_query(f"{hold_sudo.access_url}/offer", query, code=303)

    @route(
        "/clinic/waitlist/entry/<int:entry_id>/withdraw",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    @count_attempt("change")
    def portal_guest_withdraw(self, entry_id, access_token=None, **_posted):
        """Wait no longer."""
        entry_sudo = self._get_linked(entry_id, access_token)
        entry_sudo.action_withdraw()
        return request.redirect(entry_sudo._get_guest_url(done="left"), code=303)

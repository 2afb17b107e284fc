# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Join the waitlist, and the own entries: for who has an account.

An offer goes to a contact that somebody has proved to be theirs, and is answered weeks
after the visit to this page. How guests prove theirs: ``portal_waitlist_guest.py``.
"""

from werkzeug.exceptions import NotFound

from odoo.http import Controller, request, route

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..exceptions import BookingError
from ..models.clinic_waitlist_portal import NOTICES
from .portal_common import count_attempt, refuse_unknown, show_page
from .portal_contact import get_own_patients
from .portal_identity import get_self
from .portal_parameters import to_id

#: What the forms send.
WISHES = ("doctor", "site", "time", "earliest_date", "latest_date", "notice_hours")
JOIN_PARAMETERS = (*WISHES, "service", "patient", "name", "birthdate")


class ClinicWaitlistHome(CustomerPortal):
    """The card on the home page."""

    def _prepare_home_portal_values(self, counters):
        """Override: on how many lists they wait."""
        values = super()._prepare_home_portal_values(counters)
        if "clinic_waitlist_count" in counters:
            partner = request.env.user.partner_id
            patients_sudo = request.env["clinic.patient"]._get_patients_of(partner)
            entries_sudo = request.env["clinic.waitlist.entry"]
            entries_sudo = entries_sudo._get_of_patients(patients_sudo)
            values["clinic_waitlist_count"] = len(entries_sudo)
        return values


class ClinicWaitlist(Controller):
    """Pages of the waitlist."""

    # ------------------------------------------------------------------
    # Join
    # ------------------------------------------------------------------

    @route(
        "/clinic/waitlist/join",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def portal_ask_join(self, **params):
        """Ask for whom, and when it suits; guests prove first who they are."""
        service_sudo = self._get_service(params.get("service"))
        if request.env.user._is_public():
            return self._lead_to_account(service_sudo, params)
        said = {name: [params[name]] for name in ("doctor", "site") if params.get(name)}
        return self._show_join(service_sudo, said)

    @route(
        "/clinic/waitlist/join",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    @count_attempt("change")
    def portal_join(self, **posted):
        """Put the chosen patient on the list."""
        refuse_unknown(posted, JOIN_PARAMETERS)
        service_sudo = self._get_service(posted.get("service"))
        if not self._may_join():
            return self._lead_to_account(service_sudo, posted)
        said = self._get_said()
        wishes, error = self._read_wishes(service_sudo, said)
        if error:
            return self._show_join(service_sudo, said, error)
        try:
            with request.env.cr.savepoint():
                patient_sudo = self._take_patient(posted)
                known = self._get_known(patient_sudo, service_sudo)
                entries = request.env["clinic.waitlist.entry"]
                entry_sudo = entries._join_online(patient_sudo, service_sudo, wishes)
        except BookingError as refusal:
            return self._show_join(service_sudo, said, refusal.args[0])
        return self._leave_joined(entry_sudo, bool(known))

    def _get_known(self, patients_sudo, service_sudo):
        """Return, as superuser, the entries of these patients for the service."""
        entries_sudo = request.env["clinic.waitlist.entry"]
        entries_sudo = entries_sudo._get_of_patients(patients_sudo)
        return entries_sudo.filtered(lambda item: item.service_id == service_sudo)

    def _get_service(self, text):
        """Return, as superuser, the service that may be waited for, or answer 404."""
        service_id = to_id(text)
        services = request.env["clinic.service"]
        service_sudo = services._get_portal_service(service_id) if service_id else None
        if not service_sudo:
            raise NotFound()
        company_sudo = service_sudo.company_id or request.env.company.sudo()
        if not company_sudo.clinic_waitlist_enabled:
            raise NotFound()
        return service_sudo

    def _lead_to_account(self, service_sudo, params):
        """Answer who is not signed in; ``portal_waitlist_guest.py`` says how."""
        raise NotFound()

    def _may_join(self):
        """Whether the caller is known well enough to be put on a list."""
        return not request.env.user._is_public()

    def _leave_joined(self, entry_sudo, is_known):
        """Return the answer to who has joined."""
        done = "changed" if is_known else "joined"
        return request.redirect(f"/my/waitlist?done={done}", code=303)

    def _take_patient(self, posted):
        """Return, as superuser, the patient who joins; oneself is registered if new.

        :raise BookingError: what is said of a new patient makes no sense
        """
        own_sudo = get_own_patients()
        wanted = posted.get("patient") or ""
        if wanted == "self" and not get_self(own_sudo):
            said = {name: posted.get(name) or "" for name in ("name", "birthdate")}
            patients = request.env["clinic.patient"]
            values, errors = patients._read_registration(said)
            if errors:
                raise BookingError(next(iter(errors.values())))
            partner = request.env.user.partner_id
            return patients._register_patient(values, partner=partner)
        patient_sudo = own_sudo.filtered(lambda item: str(item.id) == wanted)
        if not patient_sudo:
            raise BookingError(request.env._("Please choose who waits."))
        return patient_sudo

    def _show_join(self, service_sudo, said, error=None):
        people = self._get_people()
        posted = request.httprequest.form
        own_sudo = get_own_patients()
        values = {
            **self._get_form_values(service_sudo, said, error),
            "page_name": "clinic_waitlist_entry",
            "action": "/clinic/waitlist/join",
            "book_url": f"/clinic/waitlist/guest/{service_sudo.id}",
            "known": [
                (f"/my/waitlist/{item.id}", item.patient_id.name)
                for item in self._get_known(own_sudo, service_sudo)
            ],
            **people,
            "patient": posted.get("patient") or people["patients"][0][0],
            "new_name": posted.get("name") or people["new_name"],
            "new_birthdate": posted.get("birthdate") or "",
        }
        status = 422 if error else 200
        return show_page("clinic_scheduling.portal_waitlist_form", values, status)

    def _get_people(self):
        """Return who may wait, as the form shows them."""
        own_sudo = get_own_patients()
        mine_sudo = get_self(own_sudo)
        choices = [(str(item.id), item.name) for item in mine_sudo | own_sudo]
        if not mine_sudo:
            choices.append(("self", request.env._("Me (new here)")))
        return {
            "patients": choices,
            "is_new": not mine_sudo,
            "new_name": request.env.user.name,
        }

    # ------------------------------------------------------------------
    # What the forms share
    # ------------------------------------------------------------------

    def _get_said(self):
        """Return what the form says: a list of texts for each of its names."""
        form = request.httprequest.form
        return {name: form.getlist(name)[:100] for name in WISHES}

    def _get_sites(self, service_sudo):
        sites_sudo = service_sudo._get_portal_doctors().site_ids
        return sites_sudo & service_sudo.site_ids or sites_sudo

    def _read_wishes(self, service_sudo, said):
        return request.env["clinic.waitlist.entry"]._read_wishes(
            said, service_sudo._get_portal_doctors(), self._get_sites(service_sudo)
        )

    def _get_form_values(self, service_sudo, said, error):
        weekdays, parts = request.env["clinic.waitlist.entry"]._get_time_choices()
        doctors_sudo = service_sudo._get_portal_doctors()
        sites_sudo = self._get_sites(service_sudo)
        return {
            "service": service_sudo,
            "said": said,
            "error": error,
            "doctors": [(str(item.id), item.display_name) for item in doctors_sudo],
            "sites": [(str(item.id), item.name) for item in sites_sudo],
            "weekdays": weekdays,
            "day_parts": parts,
            "notices": [str(hours) for hours in NOTICES],
        }

    # ------------------------------------------------------------------
    # Own entries
    # ------------------------------------------------------------------

    @route("/my/waitlist", type="http", auth="user", methods=["GET"], website=True)
    def portal_my_waitlist(self, **params):
        """List what the account's patients wait for."""
        partner = request.env.user.partner_id
        patients = request.env["clinic.patient"]
        patients_sudo = patients._get_patients_of(partner)
        own_sudo = get_own_patients()
        entries_sudo = request.env["clinic.waitlist.entry"]
        entries_sudo = entries_sudo._get_of_patients(patients_sudo)
        values = {
            "page_name": "clinic_waitlist",
            "done": params.get("done"),
            "entries": [
                {**entry._get_portal_row(), "may_change": entry.patient_id in own_sudo}
                for entry in entries_sudo
            ],
        }
        return show_page("clinic_scheduling.portal_my_waitlist", values)

    def _get_entry(self, entry_id):
        """Return, as superuser, an open entry that the caller may change, or 404."""
        entries_sudo = request.env["clinic.waitlist.entry"]
        entries_sudo = entries_sudo._get_of_patients(get_own_patients())
        entry_sudo = entries_sudo.filtered(lambda item: item.id == entry_id)
        if not entry_sudo:
            raise NotFound()
        return entry_sudo

    @route(
        "/my/waitlist/<int:entry_id>",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
    )
    def portal_ask_change_entry(self, entry_id, **_params):
        """Show what suits the patient, to be changed."""
        entry_sudo = self._get_entry(entry_id)
        return self._show_entry(entry_sudo, entry_sudo._get_portal_form())

    @route(
        "/my/waitlist/<int:entry_id>",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    @count_attempt("change")
    def portal_change_entry(self, entry_id, **posted):
        """Change what suits the patient."""
        entry_sudo = self._get_entry(entry_id)
        refuse_unknown(posted, WISHES)
        said = self._get_said()
        wishes, error = self._read_wishes(entry_sudo.service_id, said)
        if error:
            return self._show_entry(entry_sudo, said, error)
        entry_sudo.write(wishes)
        return request.redirect("/my/waitlist?done=1", code=303)

    @route(
        "/my/waitlist/<int:entry_id>/withdraw",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    @count_attempt("change")
    def portal_withdraw_entry(self, entry_id, **_posted):
        """Wait no longer."""
        self._get_entry(entry_id).action_withdraw()
        return request.redirect("/my/waitlist?done=1", code=303)

    def _show_entry(self, entry_sudo, said, error=None):
        values = {
            **self._get_form_values(entry_sudo.service_id, said, error),
            "page_name": "clinic_waitlist_entry",
            "action": f"/my/waitlist/{entry_sudo.id}",
            "entry": entry_sudo._get_portal_row(),
            "patients": [],
        }
        status = 422 if error else 200
        return show_page("clinic_scheduling.portal_waitlist_form", values, status)

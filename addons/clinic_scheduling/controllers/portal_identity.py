# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""For whom a visit is booked, and how a visitor proves to be allowed to.

An account acts for its own patient and for those that a consent opens to it. A guest
proves a contact by a code that was sent there. Nobody gets at a patient because texts
match, and nothing tells whether a contact is known before the code was entered.
"""

from urllib.parse import quote

from odoo import http
from odoo.http import request

from ..exceptions import BookingError, TooManyRequests
from .portal_common import refuse_attempt
from .portal_contact import (
    SESSION_PROVED,
    SESSION_SENT,
    ask_code,
    get_contact,
    get_limited_patients,
    get_own_patients,
    get_proved_patients,
    get_speaker,
    take_code,
)
from .portal_parameters import to_id
from .portal_wizard import (
    get_intake,
    get_patient_name,
    get_sentence,
    get_signup_url,
    get_step_url,
    redirect_to,
    render_step,
    with_hold,
)

#: What the codes of these pages are good for.
PURPOSE = "booking"


def get_self(patients_sudo):
    """Return, as superuser, those of ``patients_sudo`` who the account's owner is."""
    partner = request.env.user.partner_id
    return patients_sudo.filtered(
        lambda patient: (
            patient.partner_id == partner
            or any(
                consent.partner_id == partner
                and consent.relationship == "self"
                and consent.state == "active"
                for consent in patient.consent_ids
            )
        )
    )


def mask_contact(contact):
    """Return a contact so that its owner knows it: a•••@example.com, •••678."""
    if not contact:
        return ""
    name, at, host = contact.partition("@")
    return f"{name[0]}•••@{host}" if at else f"•••{contact[-3:]}"


class PortalIdentity(http.Controller):
    """Who is it for?"""

    @http.route(
        "/clinic/book/<int:appointment_id>/who",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    @with_hold("who")
    def portal_who(self, hold_sudo, **_params):
        """Ask for whom the visit is; guests prove their contact first."""
        return self._render_who(hold_sudo)

    @http.route(
        "/clinic/book/<int:appointment_id>/who",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    @with_hold("who")
    def portal_choose_who(self, hold_sudo, patient="", **_params):
        """Note for whom the visit is."""
        choices = self._get_choices()
        if patient not in {choice["value"] for choice in choices}:
            message = request.env._("Please choose who comes to the appointment.")
            return self._render_who(hold_sudo, message, 422)
        try:
            with request.env.cr.savepoint():
                self._choose(hold_sudo, patient)
        except BookingError as error:
            return self._render_who(hold_sudo, get_sentence(error), 409)
        return redirect_to(hold_sudo, "details")

    def _choose(self, hold_sudo, value):
        """Hold the time for a known patient, or note what kind of new one comes."""
        patients_sudo = request.env["clinic.patient"].sudo()
        patient_sudo = patients_sudo.browse(to_id(value))
        if patient_sudo:
            self._link(patient_sudo)
        limited_sudo = get_limited_patients(patient_sudo, is_new=not patient_sudo)
        hold_sudo._check_upcoming_limit(limited_sudo)
        if hold_sudo.patient_id != patient_sudo:
            hold_sudo.write({"patient_id": patient_sudo.id})
        intake = get_intake(hold_sudo)
        who = "known" if patient_sudo else value
        if intake.get("who") != who or intake.get("patient") != patient_sudo.id:
            # another person: what was said of the one before is not theirs
            intake = {}
            hold_sudo._forget_intake()
        said = {**get_speaker(), "who": who, "patient": patient_sudo.id}
        hold_sudo._note_intake(**{**intake, **said, "is_reviewed": False})

    def _link(self, patient_sudo):
        """Open a patient to the account whose owner proved the patient's contact."""
        if not request.env.user._is_public() and patient_sudo not in get_own_patients():
            partner = request.env.user.partner_id
            patient_sudo._grant_by_contact(partner, *get_contact(SESSION_PROVED))

    def _get_choices(self):
        """Return the people that the visitor may book for: value, label and hint."""
        own_sudo = get_own_patients()
        if request.env.user._is_public():
            if not get_contact(SESSION_PROVED)[1]:
                return []
            known_sudo, mine_sudo = get_proved_patients(), own_sudo
        else:
            mine_sudo = get_self(own_sudo)
            known_sudo = own_sudo if mine_sudo else own_sudo | get_proved_patients()
        choices = [
            {
                "value": str(patient.id),
                "label": get_patient_name(patient)
                if patient in own_sudo
                else patient._get_short_name(),
                "hint": request.env._("me") if patient in mine_sudo else "",
            }
            for patient in mine_sudo | known_sudo
        ]
        return choices + self._get_new_choices(mine_sudo)

    def _get_new_choices(self, mine_sudo):
        """Return who may come that is not known yet."""
        if request.env.user._is_public():
            return [{"value": "new", "label": request.env._("A new patient")}]
        me, child = request.env._("Me"), request.env._("Somebody I look after")
        new = request.env._("new here")
        choices = [] if mine_sudo else [{"value": "self", "label": me, "hint": new}]
        return [*choices, {"value": "dependant", "label": child, "hint": new}]

    def _get_first_choice(self, choices):
        """Return which choice is made until another one is: oneself, if possible."""
        values = [choice["value"] for choice in choices]
        return "self" if "self" in values else next(iter(values), "")

    def _render_who(self, hold_sudo, error=None, status=200, **values):
        here = get_step_url(hold_sudo, "who")
        is_guest = request.env.user._is_public()
        choices = self._get_choices()
        intake = get_intake(hold_sudo)
        chosen = str(intake.get("patient") or intake.get("who") or "")
        return render_step(
            hold_sudo,
            "who",
            status,
            error=error,
            choices=choices,
            chosen=chosen or self._get_first_choice(choices),
            is_guest=is_guest,
            may_prove=is_guest or not get_self(get_own_patients()),
            proved=mask_contact(get_contact(SESSION_PROVED)[1]),
            sent=get_contact(SESSION_SENT)[1],
            login_url=f"/web/login?redirect={quote(here, safe='')}",
            signup_url=get_signup_url(here),
            **{"contact_error": None, "code_error": None, "contact": "", **values},
        )

    # ------------------------------------------------------------------
    # One-time codes
    # ------------------------------------------------------------------

    @http.route(
        "/clinic/book/<int:appointment_id>/code",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
        captcha="clinic_booking",
    )
    @with_hold("who")
    def portal_send_code(self, hold_sudo, contact="", **_params):
        """Send a code; the answer never tells whether anybody knows the contact."""
        try:
            wrong = ask_code(SESSION_SENT, contact, PURPOSE)
        except TooManyRequests as error:
            return refuse_attempt(error)
        if wrong:
            return self._render_who(hold_sudo, status=422, **wrong)
        return redirect_to(hold_sudo, "who")

    @http.route(
        "/clinic/book/<int:appointment_id>/code/check",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    @with_hold("who")
    def portal_check_code(self, hold_sudo, code="", **_params):
        """Take the code: its contact then opens the patients whose own it is."""
        if not get_contact(SESSION_SENT)[1]:
            return redirect_to(hold_sudo, "who")
        try:
            wrong = take_code(SESSION_SENT, code, PURPOSE)
        except TooManyRequests as error:
            return refuse_attempt(error)
        if wrong:
            return self._render_who(hold_sudo, status=422, **wrong)
        return self._go_on(hold_sudo)

    def _go_on(self, hold_sudo):
        """Lead to the choice of a person, or past it if only a new one can come."""
        if [choice["value"] for choice in self._get_choices()] != ["new"]:
            return redirect_to(hold_sudo, "who")
        try:
            with request.env.cr.savepoint():
                self._choose(hold_sudo, "new")
        except BookingError:
            # the choice itself says why not
            return redirect_to(hold_sudo, "who")
        return redirect_to(hold_sudo, "details")

    @http.route(
        "/clinic/book/<int:appointment_id>/code/other",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    @with_hold("who")
    def portal_other_contact(self, hold_sudo, **_params):
        """Forget the contact and what was said: somebody else is here now."""
        request.session.pop(SESSION_SENT, None)
        request.session.pop(SESSION_PROVED, None)
        hold_sudo._forget_intake()
        hold_sudo.write({"patient_id": False})
        return redirect_to(hold_sudo, "who")

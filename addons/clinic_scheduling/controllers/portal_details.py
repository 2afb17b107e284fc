# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who comes, why, and the answers to the questions of the service."""

from werkzeug.exceptions import BadRequest

from odoo import http
from odoo.http import request

from ..utils import clean_text
from .portal_contact import SESSION_PROVED, get_contact
from .portal_wizard import (
    get_intake,
    get_patient_name,
    get_step_url,
    redirect_to,
    render_step,
    with_hold,
)

MAX_REASON = 1000

#: What is asked about whom; a known patient is not described anew.
FIELDS = {
    "known": (),
    "self": ("name", "birthdate", "gender", "phone", "email", "lang"),
    "dependant": ("name", "birthdate", "gender"),
    "new": ("name", "birthdate", "gender", "phone", "email", "lang"),
}


class PortalDetails(http.Controller):
    """The details of a booking."""

    @http.route(
        "/clinic/book/<int:appointment_id>/details",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    @with_hold("details")
    def portal_details(self, hold_sudo, **_params):
        """Ask for the details, with what was said before."""
        intake = get_intake(hold_sudo)
        posted = {**self._get_defaults(intake["who"]), **(intake.get("details") or {})}
        posted["reason"] = intake.get("reason") or ""
        posted.update(intake.get("answers") or {})
        return self._render_details(hold_sudo, posted)

    @http.route(
        "/clinic/book/<int:appointment_id>/details",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    @with_hold("details")
    def portal_save_details(self, hold_sudo, **posted):
        """Keep the details with the hold, or say next to each field what is wrong."""
        who = get_intake(hold_sudo)["who"]
        names = self._get_fields(who)
        questions_sudo = hold_sudo._get_questions()
        allowed = {"reason", *names, *(f"q_{item}" for item in questions_sudo.ids)}
        if posted.keys() - allowed:
            raise BadRequest()
        details, errors = request.env["clinic.patient"]._read_registration(
            {name: posted.get(name) for name in names}
        )
        raw = {
            key: clean_text(posted[key], 2000) for key in posted if key.startswith("q_")
        }
        answers, wrong = hold_sudo._read_answers(
            {question: raw.get(f"q_{question}") for question in questions_sudo.ids}
        )
        errors.update({f"q_{question}": text for question, text in wrong.items()})
        if errors:
            return self._render_details(hold_sudo, posted, errors, 422)
        reason = clean_text(posted.get("reason"), MAX_REASON)
        hold_sudo._set_answers(answers)
        hold_sudo.write({"reason": reason})
        hold_sudo._note_intake(
            details={**details, **self._get_proof(who, details)},
            reason=reason,
            answers=raw,
            is_complete=True,
            is_reviewed=False,
        )
        return redirect_to(hold_sudo, "review")

    def _get_fields(self, who):
        """Return the names of the fields that are asked, without what is known."""
        names = list(FIELDS[who])
        known = set()
        if len(request.env["res.lang"].get_installed()) < 2:
            known.add("lang")
        if who == "new":
            known.add(self._get_proved_field())
        if who == "self" and request.env.user.partner_id.email:
            known.add("email")
        return [name for name in names if name not in known]

    def _get_proved_field(self):
        channel, _contact = get_contact(SESSION_PROVED)
        return {"email": "email", "sms": "phone"}.get(channel)

    def _get_proof(self, who, details):
        """Return the values that the guest's proof gives a new patient."""
        if who != "new":
            return {}
        channel, contact = get_contact(SESSION_PROVED)
        values = {self._get_proved_field(): contact}
        if channel == "sms" and not details.get("email"):
            values["communication_channel"] = "sms"
        return values

    def _get_defaults(self, who):
        """Return what the form says before anybody typed."""
        if who != "self":
            return {"lang": request.env.lang}
        partner = request.env.user.partner_id
        return {
            "name": partner.name,
            "phone": partner.phone or "",
            "lang": partner.lang or request.env.lang,
        }

    def _render_details(self, hold_sudo, posted, errors=None, status=200):
        intake = get_intake(hold_sudo)
        who = intake["who"]
        patient_sudo = hold_sudo.patient_id
        gender = request.env["clinic.patient"]._fields["gender"]
        _channel, proved = get_contact(SESSION_PROVED)
        return render_step(
            hold_sudo,
            "details",
            status,
            who=who,
            names=self._get_fields(who),
            patient_name=get_patient_name(patient_sudo) if who == "known" else "",
            proved=proved if who == "new" else "",
            genders=gender._description_selection(request.env),
            languages=request.env["res.lang"].get_installed(),
            questions=hold_sudo._get_questions(),
            posted=posted,
            errors=errors or {},
            who_url=get_step_url(hold_sudo, "who"),
            max_reason=MAX_REASON,
        )

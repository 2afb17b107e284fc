# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""From the chosen time to the confirmation: hold, leave, come back, review, done."""

from datetime import timedelta

from werkzeug.exceptions import BadRequest, NotFound

from odoo import fields, http
from odoo.http import request

from odoo.addons.clinic_engine.clock import from_epoch

from ..exceptions import BookingError, HoldExpired, TooManyRequests
from ..models.clinic_appointment_hold import INTAKE_HOURS
from ..models.clinic_schedule import epoch
from . import portal_common
from .portal_appointments import get_link
from .portal_common import (
    count_attempt,
    get_appointment,
    get_given_token,
    refuse_attempt,
    show_page,
    to_buttons,
)
from .portal_contact import get_booker, get_limited_patients
from .portal_parameters import read, to_id, to_moment
from .portal_wizard import (
    BOOKED,
    SESSION_HOLD,
    SESSION_HOLD_END,
    get_held,
    get_intake,
    get_patient_name,
    get_sentence,
    get_signup_url,
    get_step_url,
    get_times_url,
    lacks_proof,
    redirect_to,
    render_step,
    show_expired,
    with_hold,
)

#: What the page with the times sends, and the proofs that captchas add.
HOLD_PARAMETERS = {"service", "doctor", "site", "start"}
CAPTCHA_PARAMETERS = {"recaptcha_token_response", "turnstile_captcha"}

#: What a visitor said that goes on to the next hold; details are looked at again.
KEPT_INTAKE = ("uid", "proof", "who", "patient", "details", "reason", "answers")


class PortalBooking(http.Controller):
    """The time that a visitor holds, and its booking."""

    # ------------------------------------------------------------------
    # Holding a time
    # ------------------------------------------------------------------

    @http.route(
        "/clinic/book/hold",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
        captcha="clinic_booking",
    )
    @count_attempt("hold")
    def portal_hold(self, **params):
        """Hold the chosen time for the visitor, in place of one held before."""
        if params.keys() - HOLD_PARAMETERS - CAPTCHA_PARAMETERS:
            raise BadRequest()
        wanted = self._read_wanted(params)
        former_sudo = self._get_former_hold()
        address = portal_common.get_address()
        holds = request.env["clinic.appointment"]
        try:
            holds._check_unproved_holds(address, besides=former_sudo)
            with request.env.cr.savepoint():
                former_sudo._give_back_hold()
                hold_sudo = self._hold(wanted, former_sudo)
        except TooManyRequests as error:
            return refuse_attempt(error)
        except BookingError as error:
            return self._show_refusal(wanted, error)
        hold_sudo._note_address(address)
        token = hold_sudo._portal_ensure_token()
        request.session[SESSION_HOLD] = [hold_sudo.id, token]
        self._keep_former_end(hold_sudo)
        step = "details" if get_intake(hold_sudo) else "who"
        return redirect_to(hold_sudo, step, token)

    def _keep_former_end(self, hold_sudo):
        """Hold a time that this session held before no longer than it said first."""
        doctor, start, end = request.session.get(SESSION_HOLD_END) or (0, 0, 0)
        same = (hold_sudo.doctor_id.id, epoch(hold_sudo.start)) == (doctor, start)
        if same and end > epoch(fields.Datetime.now()):
            hold_sudo._end_hold_by(from_epoch(end).replace(tzinfo=None))
        request.session[SESSION_HOLD_END] = [
            hold_sudo.doctor_id.id,
            epoch(hold_sudo.start),
            epoch(hold_sudo.hold_expires_at),
        ]

    def _read_wanted(self, params):
        """Return the records and the start (UTC) that the visitor chose.

        :raise BadParameter: a parameter is missing or malformed
        :raise NotFound: there is nothing of the kind to book online
        """
        ids = {name: read(params, name, to_id) for name in ("doctor", "site")}
        start = read(params, "start", to_moment, needed=True)
        service_id = read(params, "service", to_id, needed=True)
        service_sudo = request.env["clinic.service"]._get_portal_service(service_id)
        doctors_sudo = service_sudo._get_portal_doctors() if service_sudo else ()
        if not doctors_sudo:
            raise NotFound()
        doctor_sudo = doctors_sudo.filtered(lambda item: item.id == ids["doctor"])
        domain = [
            ("id", "=", ids["site"]),
            ("company_id", "in", request.env.companies.ids),
        ]
        site_sudo = request.env["clinic.site"].sudo().search(domain)
        if (ids["doctor"] and not doctor_sudo) or (ids["site"] and not site_sudo):
            raise NotFound()
        return {
            "service": service_sudo,
            "doctor": doctor_sudo
            or self._choose_doctor(service_sudo, site_sudo, start),
            "site": site_sudo,
            "start": start,
        }

    def _choose_doctor(self, service_sudo, site_sudo, start):
        """Return a doctor who is free then, or else one whose refusal says why."""
        doctors_sudo = service_sudo._get_portal_doctors()
        found = request.env["clinic.schedule"]._find_public_starts(
            service_sudo,
            doctors_sudo,
            start,
            start + timedelta(minutes=service_sudo.duration),
            sites=site_sudo or None,
            merge=True,
        )
        moment = epoch(start)
        free = (doctor for (doctor, _site), starts in found.items() if moment in starts)
        return doctors_sudo.browse(next(free, doctors_sudo[:1].id))

    def _get_former_hold(self):
        """Return, as superuser, the hold that this visitor's session remembers.

        After a while it is nobody's: another visitor may use this browser now.
        """
        former_sudo = get_held(("hold", "cancelled"))
        oldest = fields.Datetime.now() - timedelta(hours=INTAKE_HOURS)
        return former_sudo.filtered(lambda item: item.write_date >= oldest)

    def _hold(self, wanted, former_sudo):
        """Hold the time, and take over what the visitor said before."""
        intake = get_intake(former_sudo) if former_sudo else {}
        if intake and lacks_proof(former_sudo):
            intake = {}
        values = {
            "service_id": wanted["service"].id,
            "doctor_id": wanted["doctor"].id,
            "start": fields.Datetime.to_string(wanted["start"]),
            "source": "portal",
            "kind": "online",
        }
        if wanted["site"]:
            values["site_id"] = wanted["site"].id
        if intake.get("who") == "known":
            values["patient_id"] = intake["patient"]
        hold_sudo = request.env["clinic.appointment"].sudo().hold(values)
        if intake:
            kept = {name: intake[name] for name in KEPT_INTAKE if name in intake}
            hold_sudo._note_intake(**kept)
        return hold_sudo

    def _show_refusal(self, wanted, error):
        """Return the page that says why not, with the nearest free times as buttons."""
        values = {
            "page_name": "clinic_book",
            "title": request.env._("This time cannot be booked"),
            "message": get_sentence(error),
            "service": wanted["service"],
            "doctor": wanted["doctor"],
            "site": wanted["site"],
            "alternatives": to_buttons(error.context.get("alternatives") or []),
            "times_action": "/clinic/book/hold",
            "times_captcha": "clinic_booking",
            "times_values": {"service": wanted["service"].id},
        }
        status = getattr(error, "http_status", 422)
        return show_page("clinic_scheduling.portal_book_refused", values, status)

    # ------------------------------------------------------------------
    # Leaving, coming back, choosing another time
    # ------------------------------------------------------------------

    @http.route(
        "/clinic/book/<int:appointment_id>/left",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def portal_left(self, appointment_id, access_token=None, **_params):
        """The page was left: the hold ends soon unless somebody comes back."""
        get_appointment(appointment_id, access_token, "book")._leave_hold()
        return request.make_response("", status=204)

    @http.route(
        "/clinic/book/<int:appointment_id>/back",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def portal_back(self, appointment_id, access_token=None, **_params):
        """The page is shown: the hold lasts until its first end, never longer."""
        hold_sudo = get_appointment(appointment_id, access_token, "book")
        try:
            seconds = hold_sudo._keep_hold()
        except HoldExpired as error:
            values = {"seconds": 0, "code": error.code, "message": error.args[0]}
            return request.make_json_response(values, status=410)
        return request.make_json_response({"seconds": seconds})

    @http.route(
        "/clinic/book/<int:appointment_id>/release",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def portal_release(self, appointment_id, access_token=None, **_params):
        """Give the time back at once and choose another one."""
        hold_sudo = get_appointment(appointment_id, access_token, "book")
        hold_sudo._give_back_hold()
        return request.redirect(get_times_url(hold_sudo), code=303)

    # ------------------------------------------------------------------
    # Review and confirmation
    # ------------------------------------------------------------------

    @http.route(
        "/clinic/book/<int:appointment_id>/review",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    @with_hold("review")
    def portal_review(self, hold_sudo, **_params):
        """Show everything once more before it is booked."""
        return self._render_review(hold_sudo)

    def _render_review(self, hold_sudo, error=None, status=200):
        intake = get_intake(hold_sudo)
        details = intake.get("details") or {}
        terms = hold_sudo._get_terms("cancel")
        born, words = details.get("birthdate"), request.env["clinic.schedule"]
        return render_step(
            hold_sudo,
            "review",
            status,
            error=error,
            patient_name=details.get("name") or get_patient_name(hold_sudo.patient_id),
            details=details,
            reason=intake.get("reason"),
            answers=hold_sudo.answer_ids,
            birthdate=words._format_birthdate(fields.Date.to_date(born))
            if born
            else "",
            terms=terms,
            until=terms.until
            and hold_sudo._format_time(terms.until, hold_sudo.site_id),
            privacy_url=hold_sudo.company_id.clinic_privacy_url,
            details_url=get_step_url(hold_sudo, "details"),
            who_url=get_step_url(hold_sudo, "who"),
        )

    @http.route(
        "/clinic/book/<int:appointment_id>/review",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    @count_attempt("book_address")
    @count_attempt("book", get_booker)
    @with_hold("review")
    def portal_confirm(self, hold_sudo, privacy=None, **_params):
        """Book what was reviewed, or go on to what has to be done before."""
        if hold_sudo.company_id.clinic_privacy_url and not privacy:
            message = request.env._("Please confirm that you have read the notice.")
            return self._render_review(hold_sudo, message, 422)
        try:
            with request.env.cr.savepoint():
                self._take_patient(hold_sudo)
                hold_sudo._note_intake(is_reviewed=True)
                step = hold_sudo._get_next_portal_step()
        except HoldExpired as error:
            return show_expired(hold_sudo, error)
        except BookingError as error:
            return self._render_review(hold_sudo, get_sentence(error), 409)
        return redirect_to(hold_sudo, step)

    def _take_patient(self, hold_sudo):
        """Make the patient whom the visitor described, and hold the time for them.

        :raise BookingError: the patient is busy then, or has too many visits ahead
        """
        is_new = get_intake(hold_sudo).get("who") != "known"
        hold_sudo._take_intake_patient(request.env.user.partner_id)
        limited_sudo = get_limited_patients(hold_sudo.patient_id, is_new)
        hold_sudo._check_upcoming_limit(limited_sudo)

    @http.route(
        "/clinic/book/<int:appointment_id>/done",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def portal_done(self, appointment_id, access_token=None, **_params):
        """Show what was booked; who may only look at visits is led to the visit."""
        appointment_sudo = get_appointment(appointment_id, access_token, "view")
        access_token = get_given_token(appointment_sudo)
        if not appointment_sudo._is_open_to(request.env.user, access_token, "book"):
            return request.redirect(appointment_sudo.access_url, code=303)
        if appointment_sudo.state == "hold":
            return redirect_to(appointment_sudo, "review")
        if appointment_sudo.state not in BOOKED:
            return show_expired(appointment_sudo, appointment_sudo._get_hold_expired())
        link = get_link(appointment_sudo, access_token)
        # how to find the site is for who goes there
        is_there = appointment_sudo.modality == "in_person"
        instructions = (
            appointment_sudo.service_id.instructions,
            is_there and appointment_sudo.site_id.instructions,
        )
        return render_step(
            appointment_sudo,
            "done",
            link=link,
            visit={"video": appointment_sudo._get_video_values()},
            manage_url=link(),
            ics_url=link("/ics"),
            instructions=[text for text in instructions if text],
            signup_url=get_signup_url("/my"),
        )

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the pages between the chosen time and the confirmation share.

Each of them is about one hold, opened by its access token. Reading changes nothing;
what a visitor sends first takes the hold back to its first end (``_keep_hold``).
"""

import functools
from urllib.parse import quote, urlencode

from odoo.http import request

from ..exceptions import HoldExpired, PatientBusy
from ..models.clinic_schedule import epoch
from .portal_common import get_appointment, get_given_token, show_page
from .portal_contact import is_speaker, may_book_for

#: The pages in their order; each is open once those before it are done.
STEPS = ("who", "details", "review")

#: States of a visit whose booking is done.
BOOKED = ("scheduled", "confirmed", "arrived", "in_progress", "completed")

#: Where the session keeps the visitor's hold.
SESSION_HOLD = "clinic_hold"

#: Where it keeps [doctor, start, end] of that hold (epoch seconds), for who chooses the
#: same time again.
SESSION_HOLD_END = "clinic_hold_end"


def with_hold(step):
    """Give the route its hold, as superuser, in place of the id in the address.

    It answers by itself: 404 without the token, the confirmation when the visit is
    booked already, a page that says so when the time was given back, and the step that
    comes first when one was left out.

    :param step: one of ``STEPS``
    """

    def decorate(function):
        @functools.wraps(function)
        def wrapper(self, appointment_id, access_token=None, **params):
            hold_sudo = get_appointment(appointment_id, access_token, "book")
            if hold_sudo._get_waitlist_offer():
                # it is for one patient alone, who answers on another page
                return request.redirect(f"/my/appointments/{appointment_id}", code=303)
            if hold_sudo.state in BOOKED:
                return redirect_to(hold_sudo, "done")
            try:
                if request.httprequest.method == "POST":
                    hold_sudo._keep_hold()
                elif not hold_sudo._get_seconds_left():
                    raise hold_sudo._get_hold_expired()
            except HoldExpired as error:
                return show_expired(hold_sudo, error)
            first = get_first_step(hold_sudo)
            if STEPS.index(step) > STEPS.index(first):
                return redirect_to(hold_sudo, first)
            return function(self, hold_sudo, **params)

        return wrapper

    return decorate


def get_held(states=("hold",)):
    """Return, as superuser, the visit that this session holds a time for, or none.

    :param states: ("hold", "cancelled") finds it after the time was given back, too
    """
    visit_id, token = request.session.get(SESSION_HOLD) or (0, "")
    visits_sudo = request.env["clinic.appointment"].sudo()
    if not visit_id:
        return visits_sudo
    held_sudo = visits_sudo.search([("id", "=", visit_id), ("state", "in", states)])
    is_theirs = held_sudo and held_sudo._is_open_to(request.env.user, token, "book")
    return held_sudo if is_theirs else visits_sudo


def get_intake(hold_sudo):
    """Return what was said so far by who is here now; anybody else starts anew."""
    intake = hold_sudo.portal_intake or {}
    return intake if is_speaker(intake) else {}


def lacks_proof(hold_sudo):
    """Whether who is here now may not, or no more, book for whom the hold is.

    A guest needs the proof of the contact by which this was said, even for somebody
    new; a known patient must be theirs at this moment, by the contact or a consent.
    """
    intake = get_intake(hold_sudo)
    if intake.get("who") != "known":
        return not intake.get("who")
    patient_sudo = hold_sudo.patient_id
    return patient_sudo.id != intake.get("patient") or not may_book_for(patient_sudo)


def get_first_step(hold_sudo):
    """Return the first step that is not done yet."""
    if lacks_proof(hold_sudo):
        return "who"
    return "review" if get_intake(hold_sudo).get("is_complete") else "details"


def get_patient_name(patient_sudo):
    """Return how the patient is called to who is here: guests read a short name."""
    is_guest = request.env.user._is_public()
    return patient_sudo._get_short_name() if is_guest else patient_sudo.name


def get_sentence(error):
    """Return what the visitor reads of a ``BookingError``."""
    if error.code == PatientBusy.code:
        # a guest need not read the whole name
        return request.env._("The patient already has an appointment at that time.")
    return error.context.get("reason") or error.args[0]


def get_step_url(appointment_sudo, step, token=None):
    """Return the address of a page of this booking.

    :param token: the secret that it carries; None: the one that the request brought
    """
    token = get_given_token(appointment_sudo) if token is None else token
    url = f"/clinic/book/{appointment_sudo.id}/{step}"
    return f"{url}?{urlencode({'access_token': token})}" if token else url


def redirect_to(appointment_sudo, step, token=None):
    """Return the answer that leads to another step; ``token`` as ``get_step_url``."""
    return request.redirect(get_step_url(appointment_sudo, step, token), code=303)


def get_signup_url(target):
    """Return where a guest makes an account, or None.

    :param str target: address of this site to come back to
    """
    users = request.env["res.users"]
    if (
        not request.env.user._is_public()
        or users._get_signup_invitation_scope() != "b2c"
    ):
        return None
    return f"/web/signup?redirect={quote(target, safe='')}"


def get_times_url(appointment_sudo):
    """Return the address of the page with the times of the same choice."""
    start = appointment_sudo._localize(appointment_sudo.start)
    parameters = {
        "service": appointment_sudo.service_id.id,
        "doctor": appointment_sudo.doctor_id.id,
        "site": appointment_sudo.site_id.id,
        "day": start.date().isoformat(),
    }
    return f"/clinic/book/times?{urlencode(parameters)}"


def get_step_links(appointment_sudo, step):
    """Return {step: address} of the steps before one, none once it is booked.

    The time stays held on the pages of the choice, which tell of it.
    """
    if step == "done":
        return {}
    names = STEPS[: STEPS.index(step)] if step in STEPS else STEPS
    service = urlencode({"service": appointment_sudo.service_id.id})
    return {
        "service": "/clinic/book",
        "doctor": f"/clinic/book/doctors?{service}",
        "time": get_times_url(appointment_sudo),
        **{name: get_step_url(appointment_sudo, name) for name in names},
    }


def render_step(appointment_sudo, step, status=200, **values):
    """Return the page of a step with its summary, countdown and ways back."""
    values = {
        "page_name": "clinic_book",
        "title": request.env._("Book an appointment"),
        "appointment": appointment_sudo,
        "step": step,
        "step_links": get_step_links(appointment_sudo, step),
        "access_token": get_given_token(appointment_sudo),
        "book_url": f"/clinic/book/{appointment_sudo.id}",
        "times_url": get_times_url(appointment_sudo),
        "seconds_left": appointment_sudo._get_seconds_left(),
        "summary": get_summary(appointment_sudo),
        "error": None,
        **values,
    }
    return show_page(f"clinic_scheduling.portal_book_{step}", values, status)


def show_expired(appointment_sudo, error):
    """Return the page that says that the time was given back."""
    values = {
        "page_name": "clinic_book",
        "title": request.env._("The time was given back"),
        "message": error.args[0],
        "times_url": get_times_url(appointment_sudo),
    }
    return show_page("clinic_scheduling.portal_book_expired", values, status=410)


def get_summary(appointment_sudo):
    """Return what patients may read of a visit, as texts."""
    site_sudo = appointment_sudo.site_id
    service_sudo = appointment_sudo.service_id
    modality = dict(
        service_sudo._fields["modality"]._description_selection(request.env)
    )
    amount = appointment_sudo._get_patient_price()
    currency = appointment_sudo.currency_id
    schedule, tz = request.env["clinic.schedule"], site_sudo.tz
    start, stop = epoch(appointment_sudo.start), epoch(appointment_sudo.stop)
    return {
        "service": service_sudo.name,
        "minutes": appointment_sudo.duration,
        "modality": modality[service_sudo.modality],
        "is_there": service_sudo.modality == "in_person",
        "is_video": service_sudo.modality == "video",
        "doctor": appointment_sudo.doctor_id.display_name,
        "site": site_sudo.name,
        "address": site_sudo.partner_id.contact_address_inline or "",
        "phone": site_sudo.phone,
        "day": schedule._format_day(start, tz),
        "time": schedule._format_range(start, stop, tz),
        "zone": tz,
        "zone_name": site_sudo._get_zone_city(),
        "start": start,
        "price": currency.format(amount) if amount else "",
    }

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A patient's appointments: the card on the home page, the list, and each one."""

from urllib.parse import urlencode

from werkzeug.exceptions import NotFound, abort

from odoo import fields
from odoo.fields import Domain
from odoo.http import content_disposition, request, route
from odoo.tools import format_amount

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ..models.clinic_appointment_page import OPEN_STATES
from ..models.clinic_appointment_portal import CHANGEABLE_STATES
from .portal_common import get_appointment, get_given_token, show_page

PAST_PER_PAGE = 20

#: Nobody has more visits ahead; the list does not end in a page of its own.
MOST_UPCOMING = 100


def find_visit(appointment_id, access_token=None, scope="view"):
    """Return, as superuser, the visit that the caller may see, or answer 404.

    Who is not signed in and brings no link is asked to sign in, whatever the id.

    :param scope: what is to be done: one of the scopes of ``clinic.consent``
    """
    if not access_token and request.env.user._is_public():
        target = {"redirect": request.httprequest.path}
        abort(request.redirect_query("/web/login", target))
    appointment_sudo = get_appointment(appointment_id, access_token, scope)
    if appointment_sudo.name == "/":
        _leave_hold(appointment_sudo)
    return appointment_sudo


def _leave_hold(appointment_sudo):
    """Lead from a hold back into its booking; one that ended is no visit.

    One from the waitlist has a page of its own, also for when it ended.
    """
    token = get_given_token(appointment_sudo)
    query = {"access_token": token} if token else {}
    if appointment_sudo._get_waitlist_offer():
        abort(request.redirect_query(f"{appointment_sudo.access_url}/offer", query))
    if appointment_sudo.state != "hold":
        raise NotFound()
    abort(request.redirect_query(f"/clinic/book/{appointment_sudo.id}/who", query))


def get_link(appointment_sudo, access_token=None):
    """Return a function that makes addresses of this visit's pages."""

    def link(suffix="", **query):
        if access_token:
            query["access_token"] = access_token
        address = f"{appointment_sudo.access_url}{suffix}"
        return f"{address}?{urlencode(query)}" if query else address

    return link


def get_visit_values(appointment_sudo, access_token=None):
    """Return what every page about one visit shows.

    The way into the consultation is for who may act for the patient, not for who may
    only look.
    """
    page = appointment_sudo._get_portal_page()
    if not appointment_sudo._is_open_to(request.env.user, access_token, "book"):
        page["video"]["is_video"] = False
    return {
        "page_name": "clinic_appointment",
        "no_breadcrumbs": request.env.user._is_public(),
        "visit": page,
        "appointment_sudo": appointment_sudo,
        "access_token": access_token or "",
        "link": get_link(appointment_sudo, access_token),
    }


class ClinicAppointments(CustomerPortal):
    """Reading: nothing here changes anything."""

    def _prepare_home_portal_values(self, counters):
        """Override: how many visits are ahead."""
        values = super()._prepare_home_portal_values(counters)
        if "clinic_appointment_count" in counters:
            visits_sudo = request.env["clinic.appointment"].sudo()
            domain = self._get_visits_domain(self._get_patients())
            count = visits_sudo.search_count(domain & self._get_ahead_domain())
            values["clinic_appointment_count"] = count
        return values

    def _get_patients(self, scope="view"):
        partner = request.env.user.partner_id
        return request.env["clinic.patient"]._get_patients_of(partner, scope)

    def _get_visits_domain(self, patients_sudo):
        """Return what the visits of these patients are; holds are none yet."""
        return (
            Domain("patient_id", "in", patients_sudo.ids)
            & Domain("state", "!=", "hold")
            & Domain("name", "!=", "/")
        )

    def _get_ahead_domain(self):
        now = fields.Datetime.now()
        return Domain("state", "in", OPEN_STATES) & Domain("stop", ">", now)

    @route(
        ["/my/appointments", "/my/appointments/page/<int:page>"],
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
    )
    def portal_my_appointments(self, page=1, patient=None, **_params):
        """List what is ahead, then what is over, of one or all of the patients."""
        patients_sudo = self._get_patients()
        chosen_sudo = self._choose_patient(patients_sudo, patient)
        domain = self._get_visits_domain(chosen_sudo or patients_sudo)
        ahead = self._get_ahead_domain()
        visits_sudo = request.env["clinic.appointment"].sudo()
        kept = {"patient": chosen_sudo.id} if chosen_sudo else {}
        pages = pager(
            url="/my/appointments",
            total=visits_sudo.search_count(domain & ~ahead),
            page=page,
            step=PAST_PER_PAGE,
            url_args=kept,
        )
        past_sudo = visits_sudo.search(
            domain & ~ahead,
            order="start desc, id desc",
            limit=PAST_PER_PAGE,
            offset=max(pages["offset"], 0),
        )
        upcoming_sudo = visits_sudo.search(
            domain & ahead, order="start, id", limit=MOST_UPCOMING
        )
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "clinic_appointments",
            "upcoming": [visit._get_portal_row() for visit in upcoming_sudo],
            "past": [visit._get_portal_row() for visit in past_sudo],
            "patients": [(item.id, item.name) for item in patients_sudo],
            "chosen": chosen_sudo.id,
            "pager": pages,
        }
        return show_page("clinic_scheduling.portal_my_appointments", values)

    def _choose_patient(self, patients_sudo, patient):
        if not patient:
            return patients_sudo.browse()
        for patient_sudo in patients_sudo:
            if str(patient_sudo.id) == patient:
                return patient_sudo
        raise NotFound()

    @route(
        "/my/appointments/<int:appointment_id>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def portal_my_appointment(self, appointment_id, access_token=None, **params):
        """Show one visit and what may be done with it."""
        appointment_sudo = find_visit(appointment_id, access_token)
        values = get_visit_values(appointment_sudo, access_token)
        values["is_done"] = bool(params.get("done"))
        values["is_away"] = appointment_sudo._needs_new_time()
        values["may_give_feedback"] = appointment_sudo._may_give_feedback()
        values.update(self._get_change_values(appointment_sudo, access_token))
        values.update(self._get_price_values(appointment_sudo))
        return show_page("clinic_scheduling.portal_my_appointment", values)

    def _get_change_values(self, appointment_sudo, access_token):
        """Return the terms of each change, for who may make one."""
        user = request.env.user
        may_change = appointment_sudo._is_open_to(user, access_token, "book")
        if not may_change or appointment_sudo.state not in CHANGEABLE_STATES:
            return {"terms": {}}
        if not appointment_sudo._is_ahead():
            return {"terms": {}}
        changes = ("reschedule", "cancel")
        terms = {change: appointment_sudo._get_terms(change) for change in changes}
        return {"terms": terms}

    def _get_price_values(self, appointment_sudo):
        amount = appointment_sudo._get_patient_price()
        currency = appointment_sudo.currency_id
        field = appointment_sudo._fields["payment_status"]
        labels = dict(field._description_selection(request.env))
        return {
            "price": amount and format_amount(request.env, amount, currency),
            "payment": labels[appointment_sudo.payment_status],
        }

    @route(
        "/my/appointments/<int:appointment_id>/ics",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def portal_my_appointment_ics(self, appointment_id, access_token=None, **_params):
        """Download the visit as an iCalendar file."""
        appointment_sudo = find_visit(appointment_id, access_token)
        name = content_disposition(f"{appointment_sudo.name}.ics".replace("/", "-"))
        return request.make_response(
            appointment_sudo._prepare_patient_calendar(),
            headers=[
                ("Content-Type", "text/calendar; charset=utf-8"),
                ("Content-Disposition", name),
                ("Cache-Control", "no-store"),
            ],
        )

    @route(
        "/my/appointments/<int:appointment_id>/documents/<int:attachment_id>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def portal_my_appointment_document(
        self, appointment_id, attachment_id, access_token=None, **_params
    ):
        """Download a file that staff share; no browser ever shows it in place."""
        appointment_sudo = find_visit(appointment_id, access_token)
        shared_sudo = appointment_sudo._get_shared_files()
        attachment_sudo = shared_sudo.filtered(lambda item: item.id == attachment_id)
        if not attachment_sudo:
            raise NotFound()
        stream = request.env["ir.binary"]._get_stream_from(attachment_sudo)
        response = stream.get_response(
            as_attachment=True, content_security_policy="default-src 'none'; sandbox"
        )
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

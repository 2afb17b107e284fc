# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The doctor's own pages: schedule, past visits, absences and hours."""

from datetime import datetime, time, timedelta

import pytz
from werkzeug.exceptions import BadRequest, NotFound

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import format_date
from odoo.tools.misc import format_duration

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..const import WEEKDAYS
from ..models.clinic_schedule import epoch
from .portal_common import count_attempt, show_page
from .portal_parameters import read, to_day, to_id, to_time

PAGE = "/my/clinic/doctor"

#: view -> how many days it shows
VIEWS = {"day": 1, "week": 7}

PAST_STEP = 20
NAME_LENGTH = 80


class ClinicDoctorPortal(CustomerPortal):
    """What doctors see and change of their own."""

    # ------------------------------------------------------------------
    # Looking
    # ------------------------------------------------------------------

    @http.route(PAGE, type="http", auth="user", website=True, methods=["GET"])
    def portal_doctor(self, view="day", day=None, **_kwargs):
        """Show a day or a week of the doctor's visits."""
        doctor_sudo = self._get_doctor()
        zone = self._get_zone(doctor_sudo)
        view = view if view in VIEWS else "day"
        first = to_day(day) or datetime.now(zone).date()
        if view == "week":
            first -= timedelta(days=first.weekday())
        days = [first + timedelta(days=number) for number in range(VIEWS[view])]
        start, stop = (
            self._to_utc(moment, time(), zone)
            for moment in (first, first + timedelta(days=VIEWS[view]))
        )
        visits_sudo = doctor_sudo._get_own_visits(start, stop)
        by_day = visits_sudo.grouped(
            lambda visit: max(self._localize(visit.start, zone).date(), first)
        )
        step = timedelta(days=VIEWS[view])
        return self._render(
            "clinic_scheduling.portal_doctor",
            "schedule",
            doctor_sudo,
            view=view,
            days=[(item, by_day.get(item, visits_sudo.browse())) for item in days],
            today=datetime.now(zone).date(),
            day_name=lambda item: format_date(
                request.env, item, date_format="EEEE d MMMM"
            ),
            links={
                "before": f"{PAGE}?view={view}&day={first - step}",
                "after": f"{PAGE}?view={view}&day={first + step}",
                "now": f"{PAGE}?view={view}",
                "day": f"{PAGE}?view=day&day={first}",
                "week": f"{PAGE}?view=week&day={first}",
            },
        )

    @http.route(
        [f"{PAGE}/past", f"{PAGE}/past/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def portal_doctor_past(self, page=1, **_kwargs):
        """Show the visits that are over, the last first."""
        doctor_sudo = self._get_doctor()
        visits_sudo = request.env["clinic.appointment"].sudo()
        domain = doctor_sudo._get_past_domain()
        pager = portal_pager(
            url=f"{PAGE}/past",
            total=visits_sudo.search_count(domain),
            page=page,
            step=PAST_STEP,
        )
        visits_sudo = visits_sudo.search(
            domain, order="start desc, id", limit=PAST_STEP, offset=pager["offset"]
        )
        return self._render(
            "clinic_scheduling.portal_doctor_past",
            "past",
            doctor_sudo,
            visits_sudo=visits_sudo,
            pager=pager,
            feedback=doctor_sudo._get_own_feedback(),
        )

    @http.route(
        f"{PAGE}/availability", type="http", auth="user", website=True, methods=["GET"]
    )
    def portal_doctor_availability(self, **_kwargs):
        """Show hours and absences, and the forms to change what may be changed."""
        return self._render_availability(self._get_doctor())

    # ------------------------------------------------------------------
    # Changing
    # ------------------------------------------------------------------

    @http.route(
        f"{PAGE}/absence", type="http", auth="user", website=True, methods=["POST"]
    )
    @count_attempt("change")
    def portal_doctor_add_absence(self, **posted):
        """Enter an absence: whole days, or from and until a time of day."""
        doctor_sudo = self._get_doctor()
        zone = self._get_zone(doctor_sudo)
        first = read(posted, "day_from", to_day, needed=True)
        last = read(posted, "day_to", to_day) or first
        begin, end = (read(posted, name, to_time) for name in ("time_from", "time_to"))
        start = self._to_utc(first, begin or time(), zone)
        day_after = last + timedelta(days=1)
        stop = self._to_utc(*((last, end) if end else (day_after, time())), zone)
        name = " ".join(posted.get("name", "").split())[:NAME_LENGTH]
        return self._change(
            doctor_sudo, lambda: doctor_sudo._add_absence(start, stop, name)
        )

    @http.route(
        f"{PAGE}/absence/<int:leave_id>/remove",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    @count_attempt("change")
    def portal_doctor_remove_absence(self, leave_id, **_posted):
        """Remove an absence that the doctor entered."""
        doctor_sudo = self._get_doctor()
        return self._change(doctor_sudo, lambda: doctor_sudo._remove_absence(leave_id))

    @http.route(
        [f"{PAGE}/hours", f"{PAGE}/hours/<int:row_id>"],
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    @count_attempt("change")
    def portal_doctor_set_hours(self, row_id=None, **posted):
        """Add weekly hours, or change some."""
        doctor_sudo = self._get_doctor()
        if posted.get("weekday") not in dict(WEEKDAYS):
            raise BadRequest()
        begin, end = (
            read(posted, name, to_time, needed=True)
            for name in ("time_from", "time_to")
        )
        values = {
            "weekday": posted["weekday"],
            "site_id": read(posted, "site_id", to_id, needed=True),
            "hour_from": self._to_hours(begin),
            # a day that ends at midnight
            "hour_to": self._to_hours(end) or 24,
        }
        return self._change(
            doctor_sudo, lambda: doctor_sudo._set_weekly_hours(values, row_id)
        )

    @http.route(
        f"{PAGE}/hours/<int:row_id>/remove",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    @count_attempt("change")
    def portal_doctor_remove_hours(self, row_id, **_posted):
        """Remove weekly hours."""
        doctor_sudo = self._get_doctor()
        return self._change(
            doctor_sudo, lambda: doctor_sudo._remove_weekly_hours(row_id)
        )

    def _change(self, doctor_sudo, change):
        """Make a change; a refusal is shown on the page, with status 422."""
        try:
            change()
        except UserError as error:
            return self._render_availability(doctor_sudo, error.args[0], 422)
        return request.redirect(f"{PAGE}/availability", code=303)

    # ------------------------------------------------------------------
    # Reading and rendering
    # ------------------------------------------------------------------

    def _get_doctor(self):
        """Return, as superuser, the doctor who is signed in, or answer 404."""
        doctor_sudo = request.env["clinic.doctor"]._get_of_user(request.env.user)
        if not doctor_sudo:
            raise NotFound()
        return doctor_sudo

    def _get_zone(self, doctor_sudo):
        """Return the clock of the page: that of the doctor's first site."""
        return pytz.timezone(doctor_sudo.site_ids[:1].tz or doctor_sudo.tz or "UTC")

    def _to_hours(self, moment):
        return moment.hour + moment.minute / 60

    def _to_utc(self, day, moment, zone):
        local = zone.localize(datetime.combine(day, moment))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    def _localize(self, moment, zone):
        return pytz.utc.localize(moment).astimezone(zone)

    def _render_availability(self, doctor_sudo, error=None, status=200):
        weekly_sudo = doctor_sudo._get_weekly_hours()
        weekday = request.env["clinic.availability"]._fields["weekday"]
        return self._render(
            "clinic_scheduling.portal_doctor_availability",
            "availability",
            doctor_sudo,
            status,
            error=error,
            weekly_sudo=weekly_sudo,
            other_sudo=doctor_sudo.availability_ids - weekly_sudo,
            weekdays=weekday._description_selection(request.env),
            clock=format_duration,
            moment_name=lambda moment: request.env["clinic.schedule"]._format_moment(
                epoch(moment), self._get_zone(doctor_sudo).zone
            ),
            absences=[
                (leave, doctor_sudo._is_own_absence(leave))
                for leave in doctor_sudo._get_absences()
            ],
            may_absences=doctor_sudo.portal_hours in ("absences", "hours"),
            may_hours=doctor_sudo.portal_hours == "hours",
        )

    def _render(self, template, tab, doctor_sudo, status=200, **values):
        states = request.env["clinic.appointment"]._fields["state"]
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "clinic_doctor",
            "tab": tab,
            "doctor_sudo": doctor_sudo,
            "zone": self._get_zone(doctor_sudo).zone,
            "states": dict(states._description_selection(request.env)),
            **values,
        }
        return show_page(template, values, status)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The calendar behind a secret link, and the page on which the link is made."""

from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.http import is_resource_modified

from odoo import http
from odoo.exceptions import AccessError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..exceptions import TooManyRequests
from ..models.clinic_schedule import epoch
from .portal_common import count_attempt, get_address, refuse_attempt, show_page

PAGE = "/my/clinic/calendar"

KINDS = ("patient", "doctor")

#: Nobody but the reader's own program keeps it, and it asks each time.
FEED_HEADERS = {
    "Content-Type": "text/calendar; charset=utf-8",
    "Content-Disposition": 'inline; filename="calendar.ics"',
    "Cache-Control": "private, no-cache",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


class ClinicCalendarFeed(http.Controller):
    """The calendar itself: no session, no cookie, nothing but the secret."""

    @http.route(
        "/clinic/feed/<string:token>.ics",
        type="http",
        auth="public",
        methods=["GET"],
        save_session=False,
        sitemap=False,
    )
    def feed(self, token, **_kwargs):
        """Return the calendar, or 304 when the caller has it already.

        A calendar service looks at many calendars from few addresses: looks are counted
        per calendar, and per address only those at calendars that do not exist.
        """
        feed_sudo = request.env["clinic.calendar.feed"]._find(token)
        whose = f"calendar {feed_sudo.id}" if feed_sudo else get_address()
        try:
            request.env["clinic.rate.limit"]._count("feed", whose)
        except TooManyRequests as error:
            return refuse_attempt(error)
        if not feed_sudo:
            raise NotFound()
        visits_sudo = feed_sudo._get_visits()
        tag, changed_at = feed_sudo._get_version(visits_sudo)
        is_new = is_resource_modified(
            request.httprequest.environ, etag=tag, last_modified=changed_at
        )
        content = feed_sudo._render(visits_sudo) if is_new else b""
        headers = list(FEED_HEADERS.items())
        response = request.make_response(content, headers=headers)
        response.status_code = 200 if is_new else 304
        response.set_etag(tag)
        response.last_modified = changed_at
        return response


class ClinicCalendarPortal(CustomerPortal):
    """The page of an account's links."""

    @http.route(PAGE, type="http", auth="user", website=True, methods=["GET"])
    def portal_calendar(self, **_kwargs):
        """Show which links there are."""
        return self._render_calendar_page()

    @http.route(
        f"{PAGE}/make", type="http", auth="user", website=True, methods=["POST"]
    )
    @count_attempt("change")
    def portal_calendar_make(self, kind="", **_kwargs):
        """Make a link, or a new one in its place, and show it this once.

        It is shown in this very answer: kept for a page after it, it would have to be
        stored.
        """
        try:
            secret = request.env["clinic.calendar.feed"]._make(
                request.env.user, self._read_kind(kind)
            )
        except AccessError as error:
            raise NotFound() from error
        return self._render_calendar_page(kind, secret)

    @http.route(
        f"{PAGE}/revoke", type="http", auth="user", website=True, methods=["POST"]
    )
    @count_attempt("change")
    def portal_calendar_revoke(self, kind="", **_kwargs):
        """Revoke the account's own link."""
        feeds = request.env["clinic.calendar.feed"]
        feeds._get_open(request.env.user, self._read_kind(kind))._revoke()
        return request.redirect(PAGE, code=303)

    def _read_kind(self, kind):
        if kind not in KINDS:
            raise BadRequest()
        return kind

    def _get_since(self, feed_sudo):
        """Return the day on which the link was made, on the account's clock."""
        made = feed_sudo.create_date
        tz = request.env.user.tz or "UTC"
        schedule = request.env["clinic.schedule"]
        return made and schedule._format_day(epoch(made), tz)

    def _render_calendar_page(self, made=None, secret=None):
        """Render the page; ``secret`` is that of the link of the kind ``made``."""
        user = request.env.user
        feeds = request.env["clinic.calendar.feed"]
        address = f"{feeds.get_base_url()}/clinic/feed/{secret}.ics"
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "clinic_calendar",
            "feeds": [
                {
                    "kind": kind,
                    "since": self._get_since(feeds._get_open(user, kind)),
                    "address": address if kind == made else None,
                }
                for kind in KINDS
                if feeds._is_possible(user, kind)
            ],
        }
        response = show_page("clinic_scheduling.portal_calendar", values)
        # the page tells the secret itself: it names itself to no address at all
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

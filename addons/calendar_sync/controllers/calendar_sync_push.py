# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Where Google and Microsoft tell that a calendar changed."""

from odoo import http
from odoo.http import request

from odoo.addons.clinic_scheduling.controllers.portal_common import (
    count_attempt,
    get_address,
    refuse_attempt,
)
from odoo.addons.clinic_scheduling.exceptions import TooManyRequests

from ..models.calendar_sync_channel import PATHS

#: Longer words of a provider are none (characters, messages, bytes).
MAX_WORD = 1024
MAX_MESSAGES = 200
MAX_BODY = 1024 * 1024

#: A machine calls, without a session and without our forms' proof; each message shows
#: the secret of its channel instead.
PUSH = {
    "type": "http",
    "auth": "public",
    "methods": ["POST"],
    "csrf": False,
    "save_session": False,
    "max_content_length": MAX_BODY,
}


class CalendarSyncPush(http.Controller):
    """Messages are believed only with the secret of their channel.

    They are answered before anything is done about them: 202; 404 when none is about a
    channel of ours; 429 when too many come.
    """

    @http.route(PATHS["google"], **PUSH)
    def push_google(self, **_params):
        """Take in a message of Google, which is all in its headers."""
        headers = request.httprequest.headers
        found = self._find(
            "google",
            headers.get("X-Goog-Channel-ID"),
            headers.get("X-Goog-Channel-Token"),
        )
        # the first message only says that there is a channel
        news = found if headers.get("X-Goog-Resource-State") != "sync" else found[:0]
        return self._answer(found, [(item, "") for item in news])

    @http.route(PATHS["microsoft"], **PUSH)
    def push_microsoft(self, **params):
        """Take in messages of Graph, or show it that somebody answers here."""
        return self._take_graph(params.get("validationToken"))

    @http.route(f"{PATHS['microsoft']}/lifecycle", **PUSH)
    def push_microsoft_lifecycle(self, **params):
        """Take in what Graph tells of the channels themselves."""
        return self._take_graph(params.get("validationToken"))

    def _take_graph(self, validation):
        if validation is not None:
            return self._echo(validation)
        found = [
            (calendar_sudo, str(row.get("lifecycleEvent") or ""))
            for row in self._read_graph()
            for calendar_sudo in self._find(
                "microsoft", row.get("subscriptionId"), row.get("clientState")
            )
        ]
        return self._answer([item for item, _event in found], found)

    @count_attempt("calendar_check")
    def _echo(self, validation):
        """Say what Graph asked to be said, as plain text and nothing else."""
        if len(validation) > MAX_WORD:
            return request.make_response("", status=404)
        headers = [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        return request.make_response(validation, headers)

    def _read_graph(self):
        """Return the messages of a body that may be anything."""
        try:
            rows = request.get_json_data()["value"]
        except (KeyError, TypeError, ValueError):
            return []
        if not isinstance(rows, list) or len(rows) > MAX_MESSAGES:
            return []
        return [row for row in rows if isinstance(row, dict)]

    def _find(self, provider, channel_id, token):
        calendars = request.env["calendar.sync.calendar"]
        words = (channel_id, token)
        if not all(isinstance(word, str) and len(word) <= MAX_WORD for word in words):
            return calendars
        return calendars._find_told(provider, channel_id, token)

    def _answer(self, found, news):
        """Let jobs follow the news, and answer.

        :param found: the calendars whose secrets were shown, as superuser
        :param news: pairs of such a calendar and what was said of its channel
        """
        limits = request.env["clinic.rate.limit"]
        try:
            if not found:
                limits._count("calendar_forged", get_address())
            for calendar_sudo in {*found}:
                limits._count("calendar_news", calendar_sudo.id)
        except TooManyRequests as error:
            return refuse_attempt(error)
        if not found:
            return request.make_response("", status=404)
        for calendar_sudo, event in news:
            if event:
                calendar_sudo._note_lifecycle(event)
            else:
                calendar_sudo._note_news()
        return request.make_response("", status=202)

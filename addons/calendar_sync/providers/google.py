# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Calendars of Google, through Google's own client (Calendar API, version 3)."""

import functools
import http.client
import json
from hashlib import sha256

import httplib2
from google.api_core.client_options import ClientOptions
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from odoo.addons.clinic_engine.sync_errors import parse_retry_after

from .base import (
    TIMEOUT,
    CalendarError,
    Changes,
    Channel,
    Provider,
    RemoteCalendar,
    Written,
)
from .google_events import (
    MEETING,
    REFERENCE,
    read_item,
    read_meeting_url,
    write_event,
    write_meeting,
    write_moment,
)
from .google_login import keep_token, make_login

#: Begins a cursor. It has to change when the parameters of a listing do, because
#: Google continues a listing with its first parameters only.
CURSOR = "1:"

#: What is asked of an event: nothing about other people.
EVENT = (
    "id,etag,status,summary,description,location,start,end,transparency,eventType,"
    "attendees(self,responseStatus),extendedProperties/private,hangoutLink,"
    "conferenceData/entryPoints(entryPointType,uri)"
)

#: What is asked of an event that was written.
WRITTEN = "id,etag,hangoutLink,conferenceData/entryPoints(entryPointType,uri)"

LISTING = f"nextPageToken,nextSyncToken,items({EVENT})"

#: Seconds that changes are to be told for; Google may grant less.
WATCH_SECONDS = 7 * 86400


class GoogleCalendar(Provider):
    """One mailbox at Google.

    :param mode: see ``google_login.make_login``, like ``secret`` and ``stand_in``
    :param mailbox: its e-mail address
    :param clock: returns the present moment in epoch seconds
    :param window: (start, stop) in UTC epoch seconds: busy times are wanted of it
    """

    def __init__(self, mode, mailbox, secret, clock, window, stand_in=""):
        self.login = make_login(mode, mailbox, secret, stand_in)
        self.keep_token = functools.partial(keep_token, mode, mailbox, secret)
        self.clock = clock
        self.window = window
        self.service = get_service(stand_in)
        plain = httplib2.Http(timeout=TIMEOUT, proxy_info=None)
        plain.follow_redirects = False
        self.http = AuthorizedHttp(self.login, http=plain)
        # else the service account's own quota is charged for all mailboxes
        self.user = sha256(mailbox.encode()).hexdigest()[:40]

    # Finding ----------------------------------------------------------

    def calendars(self):
        """Return the calendars of the mailbox whose events may be read."""
        found, page = [], None
        while True:
            answer = self._call(
                self.service.calendarList().list,
                minAccessRole="reader",
                pageToken=page,
            )
            found += map(to_calendar, answer.get("items", ()))
            page = answer.get("nextPageToken")
            if not page:
                return found

    def mailbox(self):
        """Return the address of the mailbox, as its main calendar is called by it."""
        calendars = self.service.calendarList()
        answer = self._call(calendars.get, calendarId="primary", fields="id")
        return answer.get("id", "")

    # Writing ----------------------------------------------------------

    def create(self, calendar, key, payload, stamp, reference, meeting=""):
        """Insert a new event under the id ``key``; 409 says that it is taken.

        With a mark ``meeting``, a meeting of Google Meet is made with it, soon. Where
        the mailbox has none, the event is made without.
        """
        body = write_event(payload, stamp)
        body["id"] = key
        private = body["extendedProperties"]["private"]
        private[REFERENCE] = reference
        if not meeting:
            return self._insert(calendar, body)
        private[MEETING] = meeting
        with_meeting = {**body, "conferenceData": write_meeting(key, meeting)}
        try:
            return self._insert(calendar, with_meeting)
        except CalendarError as error:
            if error.status != 400:
                raise
            return self._insert(calendar, body)

    def _insert(self, calendar, body):
        answer = self._call(
            self.service.events().insert,
            calendarId=calendar,
            body=body,
            sendUpdates="none",
            conferenceDataVersion=1,
            fields=WRITTEN,
        )
        url = read_meeting_url(answer)
        return Written(answer["id"], answer.get("etag", ""), url)

    def update(self, calendar, remote_id, payload, stamp, etag):
        """Change the event, if it is still the one with ``etag``.

        What its owner keeps there (reminders, colours) stays.
        """
        answer = self._call(
            self.service.events().patch,
            etag,
            calendarId=calendar,
            eventId=remote_id,
            body=write_event(payload, stamp),
            sendUpdates="none",
            conferenceDataVersion=1,
            fields="id,etag",
        )
        return Written(answer["id"], answer.get("etag", ""))

    def delete(self, calendar, remote_id, etag):
        """Delete the event; with an etag, only if it is still that one."""
        self._call(
            self.service.events().delete,
            etag,
            calendarId=calendar,
            eventId=remote_id,
            sendUpdates="none",
        )

    # Reading ----------------------------------------------------------

    def get_remote_id(self, calendar, key):
        """Return the provider's id of the event with this key."""
        return key

    def get(self, calendar, remote_id):
        """Return the event as an ``Item``, a removed one too, or None.

        :raise CalendarError: with reason ``calendar_gone`` when it is the whole
            calendar that is not there any more
        """
        events = self.service.events()
        try:
            event = self._call(
                events.get, calendarId=calendar, eventId=remote_id, fields=EVENT
            )
        except CalendarError as error:
            if error.status not in (404, 410):
                raise
            self._check_calendar(calendar)
            return None
        return read_item(event, self.window)

    def _check_calendar(self, calendar):
        """Find out whether it is the event that is gone, or its calendar."""
        events = self.service.events()
        try:
            self._call(events.list, calendarId=calendar, maxResults=1, fields="etag")
        except CalendarError as error:
            if error.status in (404, 410):
                raise CalendarError(404, "calendar_gone") from error
            raise

    def changes(self, calendar, cursor):
        """Return what changed since ``cursor``; all of the window without one.

        Series come as their single events.

        :raise CalendarError: with status 410 for a cursor that Google has forgotten
        """
        parameters = {"syncToken": cursor.removeprefix(CURSOR)}
        if cursor and not cursor.startswith(CURSOR):
            raise CalendarError(410, "fullSyncRequired")
        if not cursor:
            start, stop = map(write_moment, self.window)
            parameters = {"timeMin": start, "timeMax": stop}
        items, page = [], None
        while True:
            answer = self._call(
                self.service.events().list,
                calendarId=calendar,
                singleEvents=True,
                maxAttendees=1,
                pageToken=page,
                fields=LISTING,
                **parameters,
            )
            rows = answer.get("items", ())
            items += [read_item(event, self.window) for event in rows]
            page = answer.get("nextPageToken")
            if not page:
                break
        cursor_after = CURSOR + answer["nextSyncToken"]
        return Changes(tuple(items), cursor_after, full=not cursor)

    # Being told -------------------------------------------------------

    can_watch = True

    def watch(self, calendar, key, token, address):
        """Ask to be told of changes at ``address``; return a ``Channel``.

        :param key: the id of the channel, never used before
        :param token: what Google shows to prove that it is Google
        """
        body = {
            "id": key,
            "type": "web_hook",
            "address": address,
            "token": token,
            "params": {"ttl": str(WATCH_SECONDS)},
        }
        answer = self._call(self.service.events().watch, calendarId=calendar, body=body)
        expires = int(answer.get("expiration") or 0) / 1000
        return Channel(
            answer["id"],
            answer.get("resourceId", ""),
            expires or self.clock() + WATCH_SECONDS,
        )

    def unwatch(self, channel_id, resource):
        """Ask to be told no more by a channel."""
        body = {"id": channel_id, "resourceId": resource}
        self._call(self.service.channels().stop, body=body)

    # Requests ---------------------------------------------------------

    def _call(self, method, etag="", **parameters):
        """Send one request and return its answer.

        Nothing is repeated but a request whose access token had expired, which is
        renewed once.

        :param etag: the request is refused (412) when the event has another one
        :raise CalendarError: for all that goes wrong
        """
        request = method(quotaUser=self.user, **parameters)
        if etag:
            request.headers["If-Match"] = etag
        status = None
        try:
            answer = request.execute(http=self.http, num_retries=0)
            status = 200
        except HttpError as error:
            status = int(error.resp.status)
            raise self._to_error(error) from error
        except RefreshError as error:
            raise to_login_error(error) from error
        except (
            OSError,
            TransportError,
            httplib2.HttpLib2Error,
            http.client.HTTPException,
        ) as error:
            detail = type(error).__name__
            raise CalendarError(None, "no_answer", detail=detail) from error
        except GoogleAuthError as error:
            raise CalendarError(None, "bad_key", detail=type(error).__name__) from error
        finally:
            self.meter(status)
            self.keep_token(self.login)
        return answer

    def _to_error(self, error):
        wait = parse_retry_after(error.resp.get("retry-after"), self.clock())
        return CalendarError(int(error.resp.status), read_reason(error.content), wait)


@functools.cache
def get_service(stand_in):
    """Return what builds requests, which mailboxes send by their own connections."""
    address = stand_in.rstrip("/") or "https://www.googleapis.com"
    return build(
        "calendar",
        "v3",
        static_discovery=True,
        cache_discovery=False,
        client_options=ClientOptions(api_endpoint=f"{address}/calendar/v3/"),
        http=httplib2.Http(timeout=TIMEOUT),
    )


def to_calendar(row):
    """Return a row of the list of calendars."""
    return RemoteCalendar(
        row["id"],
        row.get("summaryOverride") or row.get("summary", ""),
        row.get("backgroundColor", ""),
        row.get("accessRole") in ("writer", "owner"),
    )


def read_reason(content):
    """Return Google's own word for a refusal, if the answer has one."""
    try:
        return json.loads(content)["error"]["errors"][0]["reason"]
    except (IndexError, KeyError, TypeError, ValueError):
        return ""


def to_login_error(error):
    """Return why no access token was given.

    What may be better in a minute is told apart from what a person has to mend.
    """
    answer = error.args[1] if len(error.args) > 1 else None
    answer = answer if isinstance(answer, dict) else {}
    if error.retryable or not answer.get("error"):
        return CalendarError(None, "no_answer", detail="token")
    detail = str(answer.get("error_description", ""))[:200]
    return CalendarError(401, answer["error"], detail=detail)

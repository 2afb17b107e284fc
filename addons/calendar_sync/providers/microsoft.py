# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Calendars of Microsoft 365, through Microsoft Graph (version 1.0)."""

from urllib.parse import quote, unquote

import requests

from odoo.addons.clinic_engine.sync_errors import parse_retry_after

from .address import same_server
from .base import (
    TIMEOUT,
    CalendarError,
    Changes,
    Channel,
    Item,
    Provider,
    RemoteCalendar,
    Written,
)
from .microsoft_events import (
    FIELDS,
    KEY,
    PROPERTIES,
    TIMES,
    read_copy,
    read_etag,
    read_item,
    read_listed,
    read_meeting_url,
    read_properties,
    write_event,
    write_moment,
    write_new_event,
)
from .webdav import read_limited

GRAPH = "https://graph.microsoft.com"

#: Begins a cursor: it has to change when the parameters of a listing do.
CURSOR = "1:"

#: Said with each request: ids that stay when an event moves, times and texts as we
#: write them.
PREFER = (
    'IdType="ImmutableId", outlook.timezone="UTC", outlook.body-content-type="text"'
)

#: How many events are asked for in one request.
PAGE = 200

#: Seconds that changes are told for: the least that Graph's documents promise.
WATCH_SECONDS = 4230 * 60

#: Added to the address of news: what becomes of the channel itself is told there.
LIFECYCLE = "/lifecycle"

#: Words of Graph that concern the whole mailbox, and what they are called here.
MAILBOX_CODES = {
    "ErrorInvalidUser": "no_mailbox",
    "ErrorNonExistentMailbox": "no_mailbox",
    "Request_ResourceNotFound": "no_mailbox",
    "ResourceNotFound": "no_mailbox",
    "MailboxNotEnabledForRESTAPI": "no_licence",
    "MailboxNotSupportedForRESTAPI": "no_licence",
}

#: The same creation was asked for before.
DUPLICATE = "ErrorDuplicateTransactionId"

#: In place of the id of an event that was made, and that somebody has deleted since.
DELETED = "deleted"


class MicrosoftCalendar(Provider):
    """One mailbox of Microsoft 365.

    :param mailbox: its address; empty for the one whose owner consented
    :param login: a ``MicrosoftLogin``
    :param clock: returns the present moment in epoch seconds
    :param window: (start, stop) in UTC epoch seconds: busy times are wanted of it
    :param stand_in: address of a server of this machine to ask in place of Microsoft
    """

    def __init__(self, mailbox, login, clock, window, stand_in=""):
        self.login = login
        self.clock = clock
        self.window = window
        self.base = f"{stand_in.rstrip('/') or GRAPH}/v1.0"
        self.root = f"/users/{quote(mailbox, safe='')}" if mailbox else "/me"
        self.session = requests.Session()
        self.session.trust_env = False
        # keys whose creation was refused as done before
        self.made_before = set()

    # Finding ----------------------------------------------------------

    def calendars(self):
        """Return the calendars of the mailbox."""
        rows = self._list(f"{self.root}/calendars", {"$top": 100})
        return [
            RemoteCalendar(
                row["id"],
                row.get("name") or "",
                row.get("hexColor") or "",
                bool(row.get("canEdit")),
            )
            for row in rows
        ]

    def mailbox(self):
        """Return the address of the mailbox, whose main calendar names its owner."""
        answer = self._call("GET", f"{self.root}/calendar", query={"$select": "owner"})
        return (answer.get("owner") or {}).get("address") or ""

    # Writing ----------------------------------------------------------

    def create(self, calendar, key, payload, stamp, reference, meeting=""):
        """Make a new event; 409 says that it was asked for before.

        With a mark ``meeting``, a meeting of Teams is made with it. Mailboxes without
        Teams make the event, and no meeting.

        Graph makes one event of all requests with the same transaction id. Its answer
        is trusted only if it has the values that were sent.
        """
        body = write_new_event(key, payload, stamp, reference, meeting)
        try:
            event = self._call("POST", f"{self._path(calendar)}/events", body)
        except CalendarError as error:
            if error.reason != DUPLICATE:
                raise
            self.made_before.add(key)
            raise CalendarError(409, DUPLICATE) from error
        own = {item["id"]: item["value"] for item in list_properties(body)}
        if read_copy(event, own).payload != payload:
            self.made_before.add(key)
            raise CalendarError(409, DUPLICATE, detail="other values")
        return Written(event["id"], read_etag(event), read_meeting_url(event))

    def update(self, calendar, remote_id, payload, stamp, etag):
        """Change what differs of the event, if it is still the one with ``etag``.

        It is looked at first: nobody promises that Graph respects the condition for
        events, and the text of an online meeting must not be written again.
        """
        event = self._fetch(calendar, remote_id)
        if read_etag(event) != etag:
            raise CalendarError(412, detail="etag")
        found = read_copy(event, read_properties(event)).payload
        names = {
            name
            for name in payload.keys() | found.keys()
            if payload.get(name) != found.get(name)
        }
        if event.get("isAllDay"):
            names |= {"start", "stop"}
        if event.get("isOnlineMeeting"):
            names -= {"description"}
        path = self._path(calendar, remote_id)
        answer = self._call("PATCH", path, write_event(payload, stamp, names), etag)
        return Written(answer["id"], read_etag(answer), read_meeting_url(answer))

    def delete(self, calendar, remote_id, etag):
        """Delete the event; with an etag, only if it is still that one."""
        if remote_id in ("", DELETED):
            raise CalendarError(404, "ErrorItemNotFound")
        self._call("DELETE", self._path(calendar, remote_id), etag=etag)

    # Reading ----------------------------------------------------------

    def get_remote_id(self, calendar, key):
        """Return the provider's id of the event with this key, empty for none."""
        wanted = f"ep/id eq '{KEY}' and ep/value eq '{key}'"
        query = f"singleValueExtendedProperties/Any(ep: {wanted})"
        rows = self._list(
            f"{self._path(calendar)}/events", {"$filter": query, "$select": "id"}
        )
        if rows:
            return rows[0]["id"]
        return DELETED if key in self.made_before else ""

    def get(self, calendar, remote_id):
        """Return the event as an ``Item``, or None.

        :raise CalendarError: with reason ``calendar_gone`` when it is the whole
            calendar that is not there any more
        """
        if remote_id == DELETED:
            return Item("", removed=True)
        if not remote_id:
            return None
        try:
            event = self._fetch(calendar, remote_id)
        except CalendarError as error:
            if error.status not in (404, 410):
                raise
            self._check_calendar(calendar)
            return None
        return read_item(event, self.window)

    def _fetch(self, calendar, remote_id):
        """Return an event with its extended properties."""
        wanted = " or ".join(f"id eq '{name}'" for name in PROPERTIES)
        expand = f"singleValueExtendedProperties($filter={wanted})"
        query = {"$select": FIELDS, "$expand": expand}
        return self._call("GET", self._path(calendar, remote_id), query=query)

    def _check_calendar(self, calendar):
        """Find out whether it is the event that is gone, or its calendar."""
        try:
            self._call("GET", self._path(calendar), query={"$select": "id"})
        except CalendarError as error:
            if error.status in (404, 410):
                raise CalendarError(404, "calendar_gone") from error
            raise

    def changes(self, calendar, cursor):
        """Return what changed since ``cursor``; all of the window without one.

        A series is one item with the times of all its occurrences.

        :raise CalendarError: with status 410 for a cursor that Graph has forgotten
        """
        if cursor and not cursor.startswith(CURSOR):
            raise CalendarError(410, "resyncRequired")
        link = cursor.removeprefix(CURSOR)
        query = {}
        if not cursor:
            link = f"{self._path(calendar)}/calendarView/delta"
            query = self._get_window()
        rows = {}
        while True:
            answer = self._call("GET", link, query=query, page=PAGE)
            for row in answer.get("value", ()):
                rows.pop(row["id"], None)  # the last one of several is true
                rows[row["id"]] = row
            query = {}
            if "@odata.deltaLink" in answer:
                break
            link = answer.get("@odata.nextLink")
            if not link:
                raise CalendarError(None, "no_answer", detail="delta")
        items = self._read_rows(calendar, rows, full=not cursor)
        cursor_after = CURSOR + answer["@odata.deltaLink"]
        return Changes(tuple(items), cursor_after, full=not cursor)

    def _get_window(self):
        start, stop = map(write_moment, self.window)
        return {"startDateTime": start, "endDateTime": stop}

    def _read_rows(self, calendar, rows, full):
        """Return the items of {id: row} of a listing."""
        items, series = [], {}
        for remote_id, row in rows.items():
            if "@removed" in row:
                items.append(Item(remote_id, removed=True))
            elif row.get("seriesMasterId"):
                series.setdefault(row["seriesMasterId"], []).append(row)
            elif row.get("type") == "seriesMaster":
                series.setdefault(remote_id, [])
            else:
                items.append(read_listed(row, self.window))
        for remote_id, parts in series.items():
            master = rows.get(remote_id, {"id": remote_id})
            if "@removed" not in master:
                known = parts if full and "type" in master else None
                items.append(self._read_series(calendar, master, known))
        return items

    def _read_series(self, calendar, master, parts):
        """Return a series as one item.

        A deleted occurrence is not told as a change: of a series that changed, all are
        listed anew.

        :param parts: its occurrences where a full listing has them
        """
        if not parts:
            path = f"{self._path(calendar, master['id'])}/instances"
            query = {**self._get_window(), "$select": TIMES, "$top": PAGE}
            try:
                parts = self._list(path, query)
            except CalendarError as error:
                if error.status not in (404, 410):
                    raise
                return Item(master["id"], removed=True)
        return read_listed(master, self.window, parts)

    # Being told -------------------------------------------------------

    can_watch = True
    can_renew = True

    def watch(self, calendar, _key, token, address):
        """Ask to be told of changes at ``address``; return a ``Channel``.

        Graph looks at once whether somebody answers there.

        :param token: what Graph shows to prove that it is Graph
        """
        body = {
            "changeType": "created,updated,deleted",
            "notificationUrl": address,
            "lifecycleNotificationUrl": address + LIFECYCLE,
            "resource": f"{unquote(self._path(calendar))}/events",
            "expirationDateTime": self._write_end(),
            "clientState": token,
        }
        return self._read_channel(self._call("POST", "/subscriptions", body))

    def renew(self, channel_id):
        """Ask to be told for longer; return the ``Channel``."""
        body = {"expirationDateTime": self._write_end()}
        return self._read_channel(self._call_channel("PATCH", channel_id, body))

    def unwatch(self, channel_id, _resource):
        """Ask to be told no more by a channel."""
        self._call_channel("DELETE", channel_id)

    def _call_channel(self, method, channel_id, body=None):
        path = f"/subscriptions/{quote(channel_id, safe='')}"
        try:
            return self._call(method, path, body)
        except CalendarError as error:
            if error.reason != "no_mailbox":
                raise
            # the same word as for a mailbox, and here it is the channel that is gone
            raise CalendarError(404, "no_channel") from error

    def _write_end(self):
        return write_moment(int(self.clock()) + WATCH_SECONDS)

    def _read_channel(self, answer):
        return Channel(answer["id"], "", self.clock() + WATCH_SECONDS)

    # Requests ---------------------------------------------------------

    def _path(self, calendar, remote_id=""):
        path = f"{self.root}/calendars/{quote(calendar, safe='')}"
        return f"{path}/events/{quote(remote_id, safe='')}" if remote_id else path

    def _list(self, path, query):
        """Return the rows of a listing, of all its pages."""
        rows = []
        while path:
            answer = self._call("GET", path, query=query)
            rows += answer.get("value", ())
            path, query = answer.get("@odata.nextLink"), {}
        return rows

    def _call(self, method, path, body=None, etag="", query=None, page=0):
        """Send one request and return its answer.

        Nothing is repeated but a request whose access token is not accepted, which is
        renewed once.

        :param path: or the address of a next page, which has to be of the same server
        :param etag: the request is refused (412) when the event has another one
        :raise CalendarError: for all that goes wrong
        """
        url = path if "://" in path else self.base + path
        if not same_server(url, self.base):
            raise CalendarError(None, "address", detail=url[:200])
        headers = {"Prefer": PREFER}
        if page:
            headers["Prefer"] += f", odata.maxpagesize={page}"
        if etag:
            headers["If-Match"] = etag
        values = {"params": query or None, "json": body, "headers": headers}
        answer = self._send(method, url, self.login.get_token(), values)
        if answer.status_code == 401:
            token = self.login.get_token(renew=True)
            answer = self._send(method, url, token, values)
        if answer.status_code == 403:
            self._check_permission(path)
        if answer.status_code >= 300:
            raise self._to_error(answer)
        return read_json(answer)

    def _check_permission(self, path):
        """Find out whether it is one calendar that is refused, or the whole mailbox."""
        calendars = f"{self.root}/calendars"
        if path == calendars:
            raise CalendarError(None, "no_permission")
        self._call("GET", calendars, query={"$top": 1, "$select": "id"})

    def _send(self, method, url, token, values):
        values["headers"]["Authorization"] = f"Bearer {token}"
        try:
            answer = self.session.request(
                method,
                url,
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
                **values,
            )
            answer._content = read_limited(answer)
        except requests.RequestException as error:
            self.meter(None)
            detail = type(error).__name__
            raise CalendarError(None, "no_answer", detail=detail) from error
        self.meter(answer.status_code)
        return answer

    def _to_error(self, answer):
        wait = parse_retry_after(answer.headers.get("Retry-After"), self.clock())
        code = read_code(answer)
        if code in MAILBOX_CODES:
            return CalendarError(None, MAILBOX_CODES[code], wait)
        return CalendarError(answer.status_code, code, wait)


def list_properties(body):
    """Return the extended properties of an event that is written."""
    return body["singleValueExtendedProperties"]


def read_json(answer):
    """Return the JSON object of an answer, which may have none."""
    try:
        values = answer.json() if answer.content else {}
    except ValueError as error:
        raise CalendarError(None, "no_answer", detail="JSON") from error
    if not isinstance(values, dict):
        raise CalendarError(None, "no_answer", detail="JSON")
    return values


def read_code(answer):
    """Return Graph's own word for a refusal, if the answer has one."""
    try:
        return str(answer.json()["error"]["code"] or "")
    except (KeyError, TypeError, ValueError):
        return ""

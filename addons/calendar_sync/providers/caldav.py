# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Calendars on CalDAV servers: Nextcloud, iCloud, Fastmail, Radicale and others."""

from datetime import datetime, timezone
from hashlib import sha256
from urllib.parse import quote, unquote, urljoin, urlsplit

from icalendar import Calendar

from . import ical
from .base import CalendarError, Changes, Item, Provider, RemoteCalendar, Written
from .webdav import WebDav, build, clark

#: How many events are asked for in one request.
CHUNK = 50

#: Begins the etag of an event whose server gives none, or only a weak one.
DIGEST = "content:"

ICAL_TYPE = "text/calendar; charset=utf-8"


class CalDav(Provider):
    """One login on one server.

    :param clock: returns the present moment in epoch seconds
    :param window: (start, stop) in UTC epoch seconds: busy times are wanted of it
    """

    def __init__(self, url, login, password, clock, window, stand_in=""):
        self.dav = WebDav(url, login, password, clock, stand_in)
        self.dav.meter = lambda status: self.meter(status)
        self.clock = clock
        self.window = window

    # Finding ----------------------------------------------------------

    def calendars(self):
        """Return the calendars of the login that hold events."""
        home = self._find_home()
        body = build(
            "d:propfind",
            build(
                "d:prop",
                build("d:displayname"),
                build("d:resourcetype"),
                build("d:current-user-privilege-set"),
                build("c:supported-calendar-component-set"),
                build("a:calendar-color"),
            ),
        )
        rows, _token = self.dav.ask("PROPFIND", home, body, depth="1")
        return [self._to_calendar(row) for row in rows if holds_events(row)]

    def _find_home(self):
        """Return the address of the calendars, asking as RFC 6764 says."""
        principal = self._ask_href(self.dav.url, "d:current-user-principal")
        if not principal:
            well_known = urljoin(self.dav.url, "/.well-known/caldav")
            principal = self._ask_href(well_known, "d:current-user-principal")
        home = principal and self._ask_href(principal, "c:calendar-home-set")
        if not home:
            raise CalendarError(None, "no_calendar", detail=self.dav.url)
        return home

    def _ask_href(self, url, name):
        body = build("d:propfind", build("d:prop", build(name)))
        rows, _token = self.dav.ask("PROPFIND", url, body)
        return rows[0].href_in(clark(name)) if rows else ""

    def _to_calendar(self, row):
        privileges = row.properties.get(clark("d:current-user-privilege-set"))
        writable = privileges is None or any(
            item.tag in (clark("d:write"), clark("d:write-content"), clark("d:all"))
            for item in privileges.iter()
        )
        name = row.text(clark("d:displayname"))
        color = row.text(clark("a:calendar-color"))[:7]
        path = urlsplit(row.href).path
        name = name or unquote(path.rstrip("/").rpartition("/")[2])
        return RemoteCalendar(path, name, color, writable)

    # Writing ----------------------------------------------------------

    def create(self, calendar, key, payload, stamp, reference):
        """Put a new event; 412 says that there is one already.

        Some servers take no notice of ``If-None-Match``, so it is looked for first.
        """
        href = get_href(calendar, key)
        if self.get(calendar, href):
            raise CalendarError(412, detail="exists")
        now = datetime.fromtimestamp(self.clock(), timezone.utc)
        body = ical.write_event(key, payload, stamp, reference, now)
        answer = self.dav.send(
            "PUT", href, body, Content_Type=ICAL_TYPE, If_None_Match="*"
        )
        return Written(href, strong_etag(answer.headers.get("ETag")))

    def update(self, calendar, remote_id, payload, stamp, etag):
        """Put other values into the event, if it is still the one with ``etag``."""
        text, found = self._fetch(remote_id)
        if found != etag:
            raise CalendarError(412, detail="etag")
        condition = {} if is_digest(etag) else {"If_Match": etag}
        now = datetime.fromtimestamp(self.clock(), timezone.utc)
        body = ical.change_event(text, payload, stamp, now)
        answer = self.dav.send(
            "PUT", remote_id, body, Content_Type=ICAL_TYPE, **condition
        )
        return Written(remote_id, strong_etag(answer.headers.get("ETag")))

    def delete(self, calendar, remote_id, etag):
        """Delete the event; with an etag, only if it is still that one."""
        if is_digest(etag) and self._fetch(remote_id)[1] != etag:
            raise CalendarError(412, detail="etag")
        condition = {} if is_digest(etag) or not etag else {"If_Match": etag}
        self.dav.send("DELETE", remote_id, **condition)

    # Reading ----------------------------------------------------------

    def get_remote_id(self, calendar, key):
        """Return the provider's id of the event with this key."""
        return get_href(calendar, key)

    def get(self, calendar, remote_id):
        """Return the event as an ``Item``, or None; no server keeps tombstones.

        :raise CalendarError: with reason ``calendar_gone`` when it is the whole
            calendar that is not there any more
        """
        try:
            text, etag = self._fetch(remote_id)
        except CalendarError as error:
            if error.status not in (404, 410):
                raise
            self._check_calendar(calendar)
            return None
        return self._to_item(remote_id, etag, text)

    def _check_calendar(self, calendar):
        """Find out whether it is the event that is gone, or its calendar."""
        body = build("d:propfind", build("d:prop", build("d:resourcetype")))
        try:
            self.dav.ask("PROPFIND", calendar, body)
        except CalendarError as error:
            if error.status in (404, 410):
                raise CalendarError(404, "calendar_gone") from error
            raise

    def changes(self, calendar, cursor):
        """Return what changed since ``cursor``; everything without one.

        :raise CalendarError: with reason ``valid-sync-token`` for a cursor that the
            server has forgotten
        """
        body = build(
            "d:sync-collection",
            build("d:sync-token", text=cursor or None),
            build("d:sync-level", text="1"),
            build("d:prop", build("d:getetag")),
        )
        try:
            rows, token = self.dav.ask("REPORT", calendar, body)
        except CalendarError as error:
            if cursor and error.status in (400, 403, 409, 412, 418):
                raise CalendarError(error.status, "valid-sync-token") from error
            raise
        rows = [row for row in rows if not row.href.endswith("/")]
        removed = [row.href for row in rows if not row.found] if cursor else []
        items = [Item(to_path(href), removed=True) for href in removed]
        items += self._read([row.href for row in rows if row.found], calendar)
        return Changes(tuple(items), token, full=not cursor)

    def _read(self, hrefs, calendar):
        """Return the events of these addresses, some at a time."""
        items = []
        for first in range(0, len(hrefs), CHUNK):
            wanted = [build("d:href", text=href) for href in hrefs[first:][:CHUNK]]
            properties = build("d:prop", build("d:getetag"), build("c:calendar-data"))
            body = build("c:calendar-multiget", properties, *wanted)
            rows, _token = self.dav.ask("REPORT", calendar, body)
            for row in rows:
                path = to_path(row.href)
                if not row.found:
                    items.append(Item(path, removed=True))
                    continue
                data = row.text(clark("c:calendar-data"))
                etag = get_etag(row.text(clark("d:getetag")), data)
                items.append(self._to_item(path, etag, data))
        return items

    def _fetch(self, remote_id):
        """Return (text, etag) of an event."""
        answer = self.dav.send("GET", remote_id)
        text = answer.content.decode("utf-8", "replace")
        return text, get_etag(answer.headers.get("ETag"), text)

    def _to_item(self, remote_id, etag, text):
        """Read an event; what cannot be read is told and hinders nobody."""
        try:
            calendar = Calendar.from_ical(text)
            reference, key = ical.read_reference(calendar)
            if key:
                copy = ical.read_copy(calendar, etag)
                return Item(remote_id, key, reference, copy)
            busy = ical.read_busy(calendar, *self.window)
        except Exception as error:  # whatever a stranger's calendar holds
            return Item(remote_id, error=f"{type(error).__name__}: {error}"[:200])
        return Item(remote_id, busy=busy)


def get_href(calendar, key):
    """Return the address of the event with this key."""
    return f"{calendar.rstrip('/')}/{quote(key)}.ics"


def to_path(href):
    """Return the path of an address, which servers write with or without a host."""
    return urlsplit(href).path


def strong_etag(value):
    """Return an etag as it is compared, empty for none and for a weak one."""
    value = (value or "").strip()
    return "" if value.startswith("W/") else value


def get_etag(value, text):
    """Return the etag of an event that was read, a digest of it where there is none."""
    return strong_etag(value) or DIGEST + sha256(text.encode()).hexdigest()


def is_digest(etag):
    """Whether an etag is a digest of ours, which no server knows."""
    return etag.startswith(DIGEST)


def holds_events(row):
    """Whether a resource is a calendar, and takes events."""
    kinds = row.properties.get(clark("d:resourcetype"))
    if kinds is None or kinds.find(clark("c:calendar")) is None:
        return False
    parts = row.properties.get(clark("c:supported-calendar-component-set"))
    names = {part.get("name") for part in parts} if parts is not None else {"VEVENT"}
    return "VEVENT" in names

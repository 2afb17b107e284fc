# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The stand-in for Google with many mailboxes, which answers as late as a far server.

It is the one of the addon's own tests; each mailbox has one calendar of its own.
"""

import time
from collections import Counter
from datetime import timedelta

import jwt

from tests.fakes.google import AUDIENCE, FakeGoogle, refuse

#: Seconds that each answer takes longer, however many are under way.
LATENCY = 0.05

#: As many events as Google puts on a page.
PAGE = 250

TOKENS, CALENDARS = "access tokens", "lists of calendars"
LISTINGS, EVENTS = "listings of events", "single events read"
CREATED, CHANGED, DELETED = "events created", "events changed", "events deleted"
KINDS = (TOKENS, CALENDARS, LISTINGS, EVENTS, CREATED, CHANGED, DELETED)
WRITES = {"POST": CREATED, "PATCH": CHANGED, "DELETE": DELETED}


class Mailboxes(FakeGoogle):
    """Many mailboxes of one organization."""

    def __init__(self, names, latency=LATENCY):
        self.names, self.latency = names, latency
        self.mailbox = None
        super().__init__(page_size=PAGE)

    def reset(self):
        """Forget all events."""
        super().reset()
        self.calendars = {
            name: {"summary": "Work", "accessRole": "owner"} for name in self.names
        }
        self.events = {name: {} for name in self.names}

    def handle(self, request):
        """Answer late: others' requests are not held up."""
        time.sleep(self.latency)
        return super().handle(request)

    def check_assertion(self, assertion):
        """Take note of whose token is asked for."""
        claims = jwt.decode(
            assertion, self.key.public_key(), ["RS256"], audience=AUDIENCE
        )
        if claims["sub"] not in self.calendars:
            raise refuse(400, "invalid_grant")
        self.mailbox = claims["sub"]

    def give_token(self, form):
        """Give a token that opens one mailbox."""
        answer = super().give_token(form)
        self.tokens[answer["access_token"]] = self.mailbox
        return answer

    def check_token(self, request):
        """Refuse to open the calendar of another mailbox."""
        super().check_token(request)
        token = request.headers["Authorization"].removeprefix("Bearer ")
        self.mailbox = self.tokens[token]
        parts = request.path.removeprefix("/calendar/v3/").split("/")
        if parts[0] == "calendars" and parts[1] != self.mailbox:
            raise refuse(404, "notFound")

    def list_calendars(self):
        """Return the calendar of the mailbox that asks."""
        return {"items": [{"id": self.mailbox, **self.calendars[self.mailbox]}]}

    # What the benchmark asks and does ---------------------------------

    def take_counts(self):
        """Return how many requests of each kind came since the last time."""
        with self.lock:
            requests, self.requests = self.requests, []
        return Counter(map(get_kind, requests))

    def living(self):
        """Return {(mailbox, event id): event} of all that are not deleted."""
        with self.lock:
            return {
                (name, event_id): event
                for name, events in self.events.items()
                for event_id, event in events.items()
                if event["status"] != "cancelled"
            }

    def edit(self, mailbox, event_id, **values):
        """Do what the owner does: enter an event, or change one."""
        with self.lock:
            events = self.events[mailbox]
            event = events.get(event_id, {"id": event_id, "status": "confirmed"})
            events[event_id] = {**event, **values}
            self.touch(mailbox, event_id)


def get_kind(request):
    """Return which of ``KINDS`` a request is."""
    if request.path == "/token":
        return TOKENS
    if "/calendars/" not in request.path:
        return CALENDARS
    if request.method != "GET":
        return WRITES[request.method]
    return LISTINGS if request.path.endswith("/events") else EVENTS


def get_times(start, minutes=30):
    """Return the times of an event from an aware moment on."""
    return {
        name: {"dateTime": f"{moment:%Y-%m-%dT%H:%M:%SZ}"}
        for name, moment in (
            ("start", start),
            ("end", start + timedelta(minutes=minutes)),
        )
    }

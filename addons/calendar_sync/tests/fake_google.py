# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A stand-in for Google on loopback, which keeps what it was told.

It has the rules that the Calendar API documents: ids are taken for ever, deleted events
stay as tombstones, each change makes another etag, listings come in small pages, and a
sync token ends when the server says so.
"""

import json
import time
from itertools import count
from urllib.parse import parse_qsl

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from .fake_consent import ConsentPage
from .fake_google_events import expand, is_between
from .fake_push import GoogleChannels
from .fake_server import FakeServer, Refusal

MAILBOX = "doctor@example.org"
AUDIENCE = "https://oauth2.googleapis.com/token"
SERVICE = "sync@project.iam.gserviceaccount.com"
SCOPES = {
    "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
    "https://www.googleapis.com/auth/calendar.events",
}

#: Parameters that Google refuses beside a sync token.
NOT_WITH_TOKEN = {"timeMin", "timeMax", "q", "orderBy", "updatedMin", "iCalUID"}


class FakeGoogle(GoogleChannels, ConsentPage, FakeServer):
    """One mailbox with calendars, and the place that hands out access tokens."""

    def __init__(self, page_size=3):
        self.key = rsa.generate_private_key(65537, 2048)
        self.page_size = page_size
        self.numbers = count(1)
        self.tokens = {}
        self.reset()
        super().__init__()

    def reset(self):
        """Forget all events, and what was refused; logins stay."""
        self.calendars = {
            MAILBOX: {"summary": "Work", "accessRole": "owner"},
            "holidays": {"summary": "Holidays", "accessRole": "reader"},
        }
        self.events = {name: {} for name in self.calendars}
        self.log = []
        self.oldest = 0
        self.pages = {}
        self.refresh_tokens = {"consent": ("client", "client-secret")}
        self.delegated = set(SCOPES)
        self.meet, self.pending = "made", {}
        self.faults = []
        self.requests = []
        self.reset_channels()
        self.reset_consents(MAILBOX)

    def service_key(self):
        """Return the JSON that an administrator downloads."""
        pem = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return json.dumps(
            {
                "type": "service_account",
                "client_email": SERVICE,
                "private_key": pem.decode(),
                # whoever pastes a key must not choose who sees it
                "token_uri": "http://192.0.2.1/steal",
            }
        )

    # The owner's own program ------------------------------------------

    @property
    def mine(self):
        return self.events[MAILBOX]

    def put(self, event_id, **values):
        """Enter an event, or change one, and return its id."""
        event = self.mine.get(event_id, {"id": event_id, "status": "confirmed"})
        self.mine[event_id] = {**event, **values}
        self.touch(MAILBOX, event_id)
        return event_id

    def delete(self, event_id):
        """Delete an event: it stays as a tombstone."""
        self.put(event_id, status="cancelled")

    def get(self, event_id):
        """Return a living event."""
        event = self.mine[event_id]
        if event["status"] == "cancelled":
            raise AssertionError(f"{event_id} is deleted")
        return event

    def list(self):
        """Return the ids of all living events."""
        living = (e["id"] for e in self.mine.values() if e["status"] != "cancelled")
        return sorted(living)

    def touch(self, calendar, event_id):
        self.events[calendar][event_id]["etag"] = f'"{next(self.numbers)}"'
        self.log.append((calendar, event_id))

    def expire_cursors(self):
        """Forget all sync tokens that were handed out."""
        self.oldest = len(self.log) + 1
        self.log += [(None, None)] * 2

    # Requests ---------------------------------------------------------

    def answer(self, request):
        """Return (status, body) for a request."""
        if request.path == "/token":
            return 200, self.give_token(dict(parse_qsl(request.body)))
        if request.path == "/revoke":
            return 200, self.take_back(dict(parse_qsl(request.body)))
        self.check_token(request)
        parts = request.path.removeprefix("/calendar/v3/").split("/")
        if answer := self.answer_channels(request, parts):
            return answer
        if parts == ["users", "me", "calendarList"]:
            return 200, self.list_calendars()
        if parts == ["users", "me", "calendarList", "primary"]:
            return 200, {"id": self.owner}
        if parts[0] != "calendars" or parts[2] != "events":
            raise refuse(404, "notFound")
        if parts[1] not in self.calendars:
            raise refuse(404, "notFound")
        name = {"POST": "insert", "PATCH": "patch", "DELETE": "remove", "GET": "show"}
        if request.method == "GET" and len(parts) == 3:
            return 200, self.list_events(parts[1], request.query)
        return getattr(self, name[request.method])(request, *parts[1:2], *parts[3:])

    def give_token(self, form):
        if form["grant_type"] == "authorization_code":
            return {**self.use_code(form), "access_token": self.add_token()}
        if form["grant_type"] == "refresh_token":
            who = form["client_id"], form["client_secret"]
            if self.refresh_tokens.get(form["refresh_token"]) != who:
                raise Refusal(400, {"error": "invalid_grant"})
        else:
            self.check_assertion(form["assertion"])
        token = self.add_token()
        return {"access_token": token, "expires_in": 3600, "token_type": "Bearer"}

    def add_token(self):
        token = f"access-{next(self.numbers)}"
        self.tokens[token] = MAILBOX
        return token

    def keep_consent(self, token, form):
        self.refresh_tokens[token] = form["client_id"], form["client_secret"]

    def check_assertion(self, assertion):
        try:
            claims = jwt.decode(
                assertion, self.key.public_key(), ["RS256"], audience=AUDIENCE
            )
        except jwt.InvalidTokenError as error:
            why = {"error": "invalid_grant", "error_description": str(error)}
            raise Refusal(400, why) from error
        if claims["iss"] != SERVICE or claims["sub"] != MAILBOX:
            raise Refusal(400, {"error": "invalid_grant"})
        if claims["exp"] - time.time() > 3700:
            raise Refusal(400, {"error": "invalid_grant"})
        if set(claims["scope"].split()) - self.delegated:
            raise Refusal(401, {"error": "unauthorized_client"})

    def check_token(self, request):
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.tokens:
            raise refuse(401, "authError")

    def list_calendars(self):
        rows = [{"id": name, **values} for name, values in self.calendars.items()]
        return {"items": rows}

    # One event --------------------------------------------------------

    def find(self, request, calendar, event_id):
        event = self.events[calendar].get(event_id)
        if event is None:
            raise refuse(404, "notFound")
        condition = request.headers.get("If-Match")
        if condition and condition != event["etag"]:
            raise refuse(412, "conditionNotMet")
        return event

    def insert(self, request, calendar):
        body = json.loads(request.body)
        event_id = body["id"]
        if set(event_id) - set("abcdefghijklmnopqrstuv0123456789"):
            raise refuse(400, "invalid")
        if event_id in self.events[calendar]:
            raise refuse(409, "duplicate")
        event = {**strip(body), "status": "confirmed"}
        if "conferenceData" in event and request.query["conferenceDataVersion"] == "1":
            self.add_meeting(event)
        self.events[calendar][event_id] = event
        self.touch(calendar, event_id)
        return 200, self.events[calendar][event_id]

    def add_meeting(self, event):
        """Make the meeting that is asked for, or begin to."""
        if self.meet == "refused":
            raise refuse(400, "invalid")
        request_id = event["conferenceData"]["createRequest"]["requestId"]
        url = f"https://meet.example.org/{request_id}"
        entry = {"entryPointType": "video", "uri": url}
        if self.meet == "pending":
            self.pending[event["id"]] = {"conferenceData": {"entryPoints": [entry]}}
        else:
            event["conferenceData"]["entryPoints"] = [entry]

    def finish_meetings(self):
        """Make the meetings that were begun."""
        for event_id, values in self.pending.items():
            self.mine[event_id] |= values

    def show(self, request, calendar, event_id):
        return 200, self.find(request, calendar, event_id)

    def patch(self, request, calendar, event_id):
        event = self.find(request, calendar, event_id)
        if event["status"] == "cancelled":
            raise refuse(403, "forbidden")
        self.events[calendar][event_id] = merge(event, json.loads(request.body))
        self.touch(calendar, event_id)
        return 200, self.events[calendar][event_id]

    def remove(self, request, calendar, event_id):
        event = self.find(request, calendar, event_id)
        if event["status"] == "cancelled":
            raise refuse(410, "deleted")
        event["status"] = "cancelled"
        self.touch(calendar, event_id)
        return 204, None

    # Listings ---------------------------------------------------------

    def list_events(self, calendar, query):
        if page := query.get("pageToken"):
            rows, window = self.pages.pop(page)
        elif token := query.get("syncToken"):
            rows, window = self.find_changes(calendar, query, json.loads(token))
        else:
            window = query.get("timeMin", ""), query.get("timeMax", "")
            rows = self.find_living(calendar, window)
        answer = {"items": rows[: self.page_size]}
        if len(rows) > self.page_size:
            answer["nextPageToken"] = page = f"page-{next(self.numbers)}"
            self.pages[page] = rows[self.page_size :], window
        else:
            answer["nextSyncToken"] = json.dumps([len(self.log), *window])
        return answer

    def find_living(self, calendar, window):
        return [
            row
            for event in self.events[calendar].values()
            for row in expand(event, self.events[calendar], *window)
            if row["status"] != "cancelled" and is_between(row, *window)
        ]

    def find_changes(self, calendar, query, token):
        if NOT_WITH_TOKEN & query.keys():
            raise refuse(400, "invalid")
        position, *window = token
        if position < self.oldest:
            raise refuse(410, "fullSyncRequired")
        changed = {event for name, event in self.log[position:] if name == calendar}
        events = self.events[calendar]
        rows = [
            row
            for key in sorted(changed)
            for row in expand(events[key], events, *window)
        ]
        # of what is deleted, Google promises no more than the id
        rows = [
            {"id": row["id"], "status": "cancelled"}
            if row["status"] == "cancelled"
            else row
            for row in rows
        ]
        return rows, window


def refuse(status, reason):
    """Return a refusal as Google words it."""
    error = {"domain": "global", "reason": reason, "message": reason}
    return Refusal(status, {"error": {"code": status, "errors": [error]}})


def merge(old, new):
    """Return JSON after a patch: inner objects are merged, null takes away."""
    merged = dict(old)
    for name, value in new.items():
        if isinstance(value, dict):
            value = merge(old.get(name) or {}, value)
        merged[name] = value
    return strip(merged)


def strip(values):
    """Return JSON without what is null."""
    return {
        name: strip(value) if isinstance(value, dict) else value
        for name, value in values.items()
        if value is not None
    }

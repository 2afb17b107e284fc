# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A stand-in for Microsoft Graph on loopback, which keeps what it was told.

It has the rules that Graph documents: one event of all requests with one transaction
id, another etag with each change, extended properties that only ``$expand`` shows, and
changes that are told of a window of days which the first request fixes. What left that
window is told as removed; a deleted occurrence of a series is not told at all.
"""

import base64
import json
import re
from itertools import count

from .fake_consent import ConsentPage
from .fake_entra import FakeEntra, refuse_graph
from .fake_graph_events import expand, is_between, select
from .fake_push import GraphChannels
from .fake_server import FakeServer

MAILBOX = "doctor@example.org"
WORK, SHARED = "AAMkWork=", "AAMkShared="

FILTER = re.compile(r"ep/id eq '(.+?)' and ep/value eq '(.+?)'")
EXPANDED = re.compile(r"id eq '(.+?)'")


class FakeGraph(GraphChannels, ConsentPage, FakeEntra, FakeServer):
    """One mailbox with calendars, and the place that hands out access tokens."""

    def __init__(self, page_size=3):
        self.page_size = page_size
        self.numbers = count(1)
        self.start_entra()
        self.reset()
        super().__init__()

    def reset(self):
        """Forget all events, and what was refused; logins stay."""
        self.calendars = {
            WORK: {"name": "Work", "canEdit": True, "hexColor": "#ff0000"},
            SHARED: {"name": "Holidays", "canEdit": False, "hexColor": ""},
        }
        self.events = {name: {} for name in self.calendars}
        self.transactions = {}
        self.log = []
        self.oldest = 0
        self.has_teams = True
        self.faults = []
        self.requests = []
        self.reset_channels()
        self.reset_consents(MAILBOX)
        self.reset_entra()

    # The owner's own program ------------------------------------------

    @property
    def mine(self):
        return self.events[WORK]

    def put(self, event_id, **values):
        """Enter an event, or change one, and return its id."""
        known = {
            "id": event_id,
            "type": "seriesMaster" if "recurrence" in values else "singleInstance",
            "sensitivity": "normal",
            "showAs": "busy",
        }
        self.mine[event_id] = {**known, **self.mine.get(event_id, {}), **values}
        self.touch(WORK, event_id)
        return event_id

    def delete(self, event_id):
        """Delete an event."""
        del self.mine[event_id]
        self.log.append((WORK, event_id))

    def get(self, event_id):
        """Return an event."""
        return self.mine[event_id]

    def list(self):
        """Return the ids of all events."""
        return sorted(self.mine)

    def touch(self, calendar, event_id):
        etag = f'W/"Key{next(self.numbers)}=="'
        self.events[calendar][event_id]["@odata.etag"] = etag
        self.log.append((calendar, event_id))

    def expire_cursors(self):
        """Forget all delta links that were handed out."""
        self.oldest = len(self.log) + 1
        self.log += [(None, None)] * 2

    # Requests ---------------------------------------------------------

    def answer(self, request):
        """Return (status, body) for a request."""
        if not request.path.startswith("/v1.0/"):
            return self.answer_login(request)
        self.check_token(request)
        if 'IdType="ImmutableId"' not in request.headers.get("Prefer", ""):
            raise refuse_graph(400, "TestWantsIdsThatStay")
        parts = request.path.removeprefix("/v1.0/").split("/")
        if answer := self.answer_channels(request, parts):
            return answer
        parts = self.check_mailbox(parts)
        if parts == ["calendars"]:
            rows = [{"id": key, **row} for key, row in self.calendars.items()]
            return 200, {"value": rows}
        if parts == ["calendar"]:
            return 200, {"owner": {"address": self.owner}}
        if parts[0] != "calendars" or parts[1] not in self.calendars:
            raise refuse_graph(404, "ErrorItemNotFound")
        return self.answer_calendar(request, parts[1], parts[2:])

    def check_mailbox(self, parts):
        """Return the path within the mailbox."""
        if parts[0] == "me":
            return parts[1:]
        problem = self.mailboxes.get(parts[1], (404, "ErrorInvalidUser"))
        if problem:
            raise refuse_graph(*problem)
        return parts[2:]

    def answer_calendar(self, request, calendar, rest):
        if not rest:
            return 200, {"id": calendar, **self.calendars[calendar]}
        if rest == ["calendarView", "delta"]:
            return 200, self.list_changes(request, calendar)
        if rest == ["events"] and request.method == "GET":
            return 200, self.find_by_property(calendar, request.query)
        if rest[2:] == ["instances"]:
            return 200, self.list_instances(request, calendar, rest[1])
        name = {"POST": "insert", "PATCH": "patch", "DELETE": "remove", "GET": "show"}
        method = getattr(self, name[request.method])
        return method(request, calendar, *rest[1:])

    # One event --------------------------------------------------------

    def find(self, request, calendar, event_id):
        event = self.events[calendar].get(event_id)
        if event is None:
            raise refuse_graph(404, "ErrorItemNotFound")
        condition = request.headers.get("If-Match")
        if condition and condition != event["@odata.etag"]:
            raise refuse_graph(412, "ErrorIrresolvableConflict")
        return event

    def insert(self, request, calendar):
        if not self.calendars[calendar]["canEdit"]:
            raise refuse_graph(403, "ErrorAccessDenied")
        body = json.loads(request.body)
        transaction = body["transactionId"]
        if known := self.transactions.get(transaction):
            event_id, first = known
            if first != request.body or event_id not in self.events[calendar]:
                raise refuse_graph(409, "ErrorDuplicateTransactionId")
            return 201, select(self.events[calendar][event_id])
        event_id = f"AAMk{next(self.numbers)}Ab="
        self.transactions[transaction] = event_id, request.body
        event = {"id": event_id, "type": "singleInstance", **body}
        self.events[calendar][event_id] = self.settle(event, body)
        self.touch(calendar, event_id)
        return 201, select(event)

    def settle(self, event, body):
        """Do what Outlook makes of a written event."""
        event["start"] = {**event["start"], "timeZone": "UTC"}
        if body.get("isOnlineMeeting"):
            if not self.has_teams:
                event |= {"isOnlineMeeting": False, "onlineMeetingProvider": "unknown"}
                return event
            url = f"https://teams.example.org/l/{next(self.numbers)}"
            event["onlineMeeting"] = {"joinUrl": url}
            event["body"] = {
                "contentType": "text",
                "content": f"{event['body']['content']}\r\n____\r\nJoin: {url}\r\n",
            }
        return event

    def show(self, request, calendar, event_id):
        event = self.find(request, calendar, event_id)
        names = EXPANDED.findall(request.query.get("$expand", ""))
        shown = select(event, request.query.get("$select"))
        found = [
            item
            for item in event.get("singleValueExtendedProperties", ())
            if item["id"] in names
        ]
        if found:
            shown["singleValueExtendedProperties"] = found
        return 200, shown

    def patch(self, request, calendar, event_id):
        event = self.find(request, calendar, event_id)
        body = json.loads(request.body)
        if "transactionId" in body:
            raise refuse_graph(400, "ErrorInvalidPropertySet")
        properties = {
            item["id"]: item
            for source in (event, body)
            for item in source.get("singleValueExtendedProperties", ())
        }
        body["singleValueExtendedProperties"] = list(properties.values())
        if "body" in body and event.get("onlineMeeting"):
            event |= {"isOnlineMeeting": False, "onlineMeeting": None}
        event |= body
        self.settle(event, body)
        self.touch(calendar, event_id)
        return 200, select(event)

    def remove(self, request, calendar, event_id):
        self.find(request, calendar, event_id)
        del self.events[calendar][event_id]
        self.log.append((calendar, event_id))
        return 204, None

    # Listings ---------------------------------------------------------

    def find_by_property(self, calendar, query):
        [(name, value)] = FILTER.findall(query["$filter"])
        wanted = {"id": name, "value": value}
        rows = [
            select(event, query.get("$select"))
            for event in self.events[calendar].values()
            if wanted in event.get("singleValueExtendedProperties", ())
        ]
        return {"value": rows}

    def list_instances(self, request, calendar, event_id):
        event = self.find(request, calendar, event_id)
        window = request.query["startDateTime"], request.query["endDateTime"]
        rows = [{**event, **row} for row in expand(event, *window)[1:]]
        return {"value": [select(row, request.query.get("$select")) for row in rows]}

    def list_changes(self, request, calendar):
        query = request.query
        if set(query) & {"$select", "$filter", "$expand", "$orderby"}:
            raise refuse_graph(400, "ErrorInvalidUrlQuery")
        if token := query.get("$skiptoken"):
            position, *window, skip = read_token(token)
            rows = self.find_rows(calendar, position, window)[skip:]
        elif token := query.get("$deltatoken"):
            position, *window = read_token(token)
            skip, rows = 0, self.find_rows(calendar, position, window)
        else:
            position, skip = -1, 0
            window = query["startDateTime"], query["endDateTime"]
            rows = self.find_rows(calendar, position, window)
        base = f"{self.url.rstrip('/')}{request.path}?"
        answer = {"value": rows[: self.page_size]}
        if len(rows) > self.page_size:
            token = write_token(position, *window, skip + self.page_size)
            answer["@odata.nextLink"] = f"{base}$skiptoken={token}"
        else:
            token = write_token(len(self.log), *window)
            answer["@odata.deltaLink"] = f"{base}$deltatoken={token}"
        return answer

    def find_rows(self, calendar, position, window):
        """Return what changed since a position, or all for a negative one."""
        events = self.events[calendar]
        if position < 0:
            rows = [row for event in events.values() for row in expand(event, *window)]
            return [row for row in rows if is_between(row, *window)]
        if position < self.oldest:
            raise refuse_graph(410, "SyncStateNotFound")
        changed = sorted({key for name, key in self.log[position:] if name == calendar})
        rows = []
        for key in changed:
            known = expand(events[key], *window) if key in events else []
            known = [row for row in known if is_between(row, *window)]
            rows += known or [{"id": key, "@removed": {"reason": "deleted"}}]
        return rows


def write_token(*values):
    """Return values as a token that nobody but the server reads."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def read_token(token):
    """Return the values of a token."""
    return json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))

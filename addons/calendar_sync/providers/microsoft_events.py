# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Events as Microsoft Graph has them: ours as copies, others as busy times.

What is ours about an event stands in extended properties, which only its own mailbox
has, and which listings leave out.
"""

import uuid
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from odoo.addons.clinic_engine.sync_identity import transaction_id
from odoo.addons.clinic_engine.sync_payload import Copy

from .base import Busy, Item

#: The set that our extended properties are of.
SET = "3d2a5a9e-0c6b-4e0f-8f43-6a1b7c2e9d58"

KEY, REFERENCE, STAMP, TEXT, MEETING = (
    f"String {{{SET}}} Name odoo_{name}"
    for name in ("key", "ref", "hash", "text", "meeting")
)
PROPERTIES = (KEY, REFERENCE, STAMP, TEXT, MEETING)

#: What is asked of an event: nothing about other people.
FIELDS = (
    "id,subject,body,location,start,end,isAllDay,isCancelled,showAs,sensitivity,type,"
    "seriesMasterId,responseStatus,transactionId,isOnlineMeeting,onlineMeeting"
)

#: Of each occurrence of a series.
TIMES = "id,subject,start,end,isAllDay,isCancelled,showAs,responseStatus,type"

#: How the owner shows a time that others may not take.
TAKEN = ("busy", "oof", "tentative", "unknown")

#: Longest title that is read of a foreign event, and most times of one series.
TITLE_LENGTH, MOST_TIMES = 200, 2000

TEAMS = "teamsForBusiness"

#: Of an extended property that says nothing.
NOTHING = "-"


def write_event(payload, stamp, names=None):
    """Return the fields of an event of ours: no attendees, and private.

    :param names: of the payload's fields that differ; None for all. The text of an
        online meeting has to stay as Outlook made it, or the meeting is lost
    """
    wanted = payload if names is None else names
    fields = {"singleValueExtendedProperties": [{"id": STAMP, "value": stamp}]}
    if "title" in wanted:
        fields["subject"] = payload["title"]
    if "location" in wanted:
        fields["location"] = {"displayName": payload["location"]}
    if "description" in wanted:
        text = {"contentType": "text", "content": payload["description"]}
        fields["body"] = text
        add_property(fields, TEXT, payload["description"] or NOTHING)
    if {"start", "stop"} & set(wanted):
        fields["start"] = write_time(payload["start"])
        fields["end"] = write_time(payload["stop"])
        fields["isAllDay"] = False
    return fields


def write_new_event(key, payload, stamp, reference, meeting=""):
    """Return the fields of a new event of ours.

    :param meeting: the mark of an online meeting to make with it
    """
    fields = write_event(payload, stamp)
    add_property(fields, KEY, key)
    add_property(fields, REFERENCE, reference)
    if meeting:
        add_property(fields, MEETING, meeting)
        fields |= {"isOnlineMeeting": True, "onlineMeetingProvider": TEAMS}
    return {
        **fields,
        "sensitivity": "private",
        "showAs": "busy",
        "transactionId": transaction_id(key),
    }


def add_property(fields, name, value):
    """Let an event have an extended property."""
    fields["singleValueExtendedProperties"].append({"id": name, "value": value})


def write_time(epoch):
    """Return UTC epoch seconds as Graph has times."""
    moment = datetime.fromtimestamp(epoch, timezone.utc)
    return {"dateTime": f"{moment:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"}


def write_moment(epoch):
    """Return UTC epoch seconds as a limit of a listing."""
    return f"{datetime.fromtimestamp(epoch, timezone.utc):%Y-%m-%dT%H:%M:%SZ}"


def read_item(event, window):
    """Return an event that was asked for with its extended properties as an ``Item``.

    One of ours that lost them is known by its transaction, which nobody can change.
    What cannot be read is told and hinders nobody.
    """
    own = read_properties(event)
    transaction = read_transaction(event)
    if not (own.get(REFERENCE) or transaction):
        return read_listed(event, window, whole=True)
    try:
        copy = read_copy(event, own)
    except (ArithmeticError, KeyError, TypeError, ValueError) as error:
        return Item(event["id"], error=f"{type(error).__name__}: {error}"[:200])
    return Item(
        event["id"],
        own.get(KEY) or transaction,
        own.get(REFERENCE, ""),
        copy,
        meeting=own.get(MEETING, ""),
        meeting_url=read_meeting_url(event),
    )


def read_listed(event, window, parts=None, whole=False):
    """Return a row of a listing as an ``Item``.

    :param window: (start, stop) in UTC epoch seconds: busy times are wanted of it
    :param parts: the occurrences of a series; what they lack, they have of it
    :param whole: its extended properties are known: it is not ours
    """
    try:
        rows = [event] if parts is None else [{**event, **row} for row in parts]
        busy = [busy for row in rows for busy in read_busy(row, *window)]
    except (ArithmeticError, KeyError, TypeError, ValueError) as error:
        return Item(event["id"], error=f"{type(error).__name__}: {error}"[:200])
    busy = tuple(sorted(set(busy), key=lambda item: (item.start, item.stop)))
    etag = "" if whole else read_etag(event)
    return Item(
        event["id"],
        busy=busy[:MOST_TIMES],
        etag=etag,
        unread=not whole and may_be_ours(event),
    )


def may_be_ours(event):
    """Whether a listed event looks like one of ours: then it has to be asked for."""
    is_private = event.get("sensitivity", "private") == "private"
    return is_private or bool(read_transaction(event))


def read_transaction(event):
    """Return the transaction that made an event if it looks like one of ours."""
    transaction = event.get("transactionId") or ""
    try:
        return transaction if uuid.UUID(transaction).version == 5 else ""
    except ValueError:
        return ""


def read_properties(event):
    """Return {name: value} of the extended properties of ours.

    Graph writes the set's id in its own way; names are what counts.
    """
    by_end = {name.rpartition(" ")[2]: name for name in PROPERTIES}
    found = {}
    for item in event.get("singleValueExtendedProperties", ()):
        name = by_end.get(item.get("id", "").rpartition(" ")[2])
        if name:
            found[name] = item.get("value", "")
    return found


def read_copy(event, own):
    """Return the copy of an event of ours.

    Mailboxes turn texts into pages and back, and Outlook puts the way into an online
    meeting into them: while what was written last is in the text, it counts as that.
    """
    text = (event.get("body") or {}).get("content", "").strip()
    known = own.get(TEXT, "").removeprefix(NOTHING)
    if event.get("isOnlineMeeting") or (known and flat(known) in flat(text)):
        text = known
    payload = {
        "title": event.get("subject") or "",
        "description": text,
        "location": (event.get("location") or {}).get("displayName", ""),
        "start": read_time(event["start"]),
        "stop": read_time(event["end"]),
    }
    return Copy(payload, read_etag(event), own.get(STAMP) or None)


def flat(text):
    """Return a text as it is compared: without the spaces and ends of its lines."""
    return "".join(text.split())


def read_meeting_url(event):
    """Return where the online meeting of an event takes place, empty for none."""
    url = (event.get("onlineMeeting") or {}).get("joinUrl") or ""
    return url if url.startswith("https://") else ""


def read_etag(event):
    """Return the etag of an event."""
    return event.get("@odata.etag", "")


def read_busy(event, start, stop):
    """Return the busy time of a foreign event, if it takes any between two moments.

    Nothing is taken by what was called off or declined, and by what the owner shows as
    free or as work elsewhere.
    """
    answer = (event.get("responseStatus") or {}).get("response", "")
    shown = event.get("showAs") or "unknown"
    if event.get("isCancelled") or shown not in TAKEN or answer == "declined":
        return ()
    begin, end = read_time(event["start"]), read_time(event["end"])
    if not (begin < end and begin < stop and end > start):
        return ()
    tentative = shown == "tentative" or answer in (
        "notResponded",
        "tentativelyAccepted",
    )
    title = (event.get("subject") or "")[:TITLE_LENGTH]
    return (Busy(begin, end, title, bool(event.get("isAllDay")), tentative),)


def read_time(value):
    """Return the UTC epoch seconds of a time.

    Times are asked for in UTC. Where a mailbox answers in a zone that nobody knows
    (``tzone://Microsoft/Custom``), they count as UTC all the same.
    """
    moment = datetime.fromisoformat(value["dateTime"].partition(".")[0].rstrip("Z"))
    try:
        zone = ZoneInfo(value.get("timeZone") or "UTC")
    except (OSError, ValueError, LookupError):
        zone = timezone.utc
    return int(moment.replace(tzinfo=zone).timestamp())

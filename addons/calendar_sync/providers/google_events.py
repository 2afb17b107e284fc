# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Events as Google Calendar has them: ours as copies, others as busy times."""

from datetime import datetime, timezone
from hashlib import sha256

from odoo.addons.clinic_engine.sync_payload import Copy

from .base import Busy, Item

REFERENCE = "odoo_ref"
STAMP = "odoo_hash"
MEETING = "odoo_meeting"

#: Length of the ids that ``sync_identity.event_key`` makes; Google's own are shorter.
KEY_LENGTH = 52

#: Longest title that is read of a foreign event.
TITLE_LENGTH = 200


def write_event(payload, stamp):
    """Return the fields of an event of ours: no attendees, and shown to nobody else."""
    return {
        "summary": payload["title"],
        "description": payload["description"],
        "location": payload["location"],
        "start": write_time(payload["start"]),
        "end": write_time(payload["stop"]),
        "visibility": "private",
        "transparency": "opaque",
        "extendedProperties": {"private": {STAMP: stamp}},
    }


def write_time(epoch):
    """Return UTC epoch seconds as Google has times.

    The empty ``date`` turns an event that was made one of a whole day back.
    """
    moment = datetime.fromtimestamp(epoch, timezone.utc)
    return {"dateTime": f"{moment:%Y-%m-%dT%H:%M:%SZ}", "timeZone": "UTC", "date": None}


def read_item(event, window):
    """Return an event as an ``Item``; what cannot be read is told and hinders nobody.

    :param window: (start, stop) in UTC epoch seconds: busy times are wanted of it
    """
    remote_id = event["id"]
    if event.get("status") == "cancelled":
        return Item(remote_id, removed=True)
    private = event.get("extendedProperties", {}).get("private", {})
    reference = private.get(REFERENCE, "")
    try:
        # an account may lose private properties; the id says whose it is all the same
        if reference or is_key(remote_id):
            copy = read_copy(event, private)
            return Item(
                remote_id,
                remote_id,
                reference,
                copy,
                meeting=private.get(MEETING, ""),
                meeting_url=read_meeting_url(event),
            )
        return Item(remote_id, busy=read_busy(event, *window))
    except (ArithmeticError, KeyError, TypeError, ValueError) as error:
        return Item(remote_id, error=f"{type(error).__name__}: {error}"[:200])


def is_key(remote_id):
    """Whether an id looks like one that was computed here."""
    return len(remote_id) == KEY_LENGTH and "_" not in remote_id


def read_copy(event, private):
    """Return the copy of an event of ours."""
    payload = {
        "title": event.get("summary", ""),
        "description": event.get("description", ""),
        "location": event.get("location", ""),
        "start": read_time(event["start"]),
        "stop": read_time(event["end"]),
    }
    return Copy(payload, event.get("etag", ""), private.get(STAMP))


def write_meeting(key, meeting):
    """Return what asks for a meeting of Google Meet; asked again, it is the same."""
    request_id = sha256(f"{key}|{meeting}".encode()).hexdigest()[:32]
    solution = {"type": "hangoutsMeet"}
    return {
        "createRequest": {"requestId": request_id, "conferenceSolutionKey": solution}
    }


def read_meeting_url(event):
    """Return where the online meeting of an event takes place, empty for none yet."""
    entries = event.get("conferenceData", {}).get("entryPoints", ())
    urls = [item.get("uri", "") for item in entries if is_video(item)]
    url = urls[0] if urls else event.get("hangoutLink", "")
    return url if url.startswith("https://") else ""


def is_video(entry):
    """Whether a way into a meeting is the one of video."""
    return entry.get("entryPointType") == "video"


def read_busy(event, start, stop):
    """Return the busy time of a foreign event, if it takes any between two moments.

    Nothing is taken by events that their owner marked as free or declined, and by notes
    of where somebody works.
    """
    answer = get_answer(event)
    if (
        event.get("transparency") == "transparent"
        or event.get("eventType") == "workingLocation"
        or answer == "declined"
    ):
        return ()
    begin, end = read_time(event["start"]), read_time(event["end"])
    if not (begin < end and begin < stop and end > start):
        return ()
    tentative = event.get("status") == "tentative" or answer in (
        "needsAction",
        "tentative",
    )
    title = event.get("summary", "")[:TITLE_LENGTH]
    return (Busy(begin, end, title, "date" in event["start"], tentative),)


def get_answer(event):
    """Return what the owner of the mailbox answered to an invitation, if it is one."""
    answers = [
        person.get("responseStatus", "")
        for person in event.get("attendees", ())
        if person.get("self")
    ]
    return answers[0] if answers else ""


def read_time(value):
    """Return the UTC epoch seconds of a time, or of a day's midnight of UTC."""
    text = value.get("dateTime") or f"{value['date']}T00:00:00Z"
    # Python 3.10 does not know "Z"
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return int(moment.timestamp())


def write_moment(epoch):
    """Return UTC epoch seconds as a limit of a listing."""
    return f"{datetime.fromtimestamp(epoch, timezone.utc):%Y-%m-%dT%H:%M:%SZ}"

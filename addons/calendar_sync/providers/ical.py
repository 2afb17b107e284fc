# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Events of ours as iCalendar (RFC 5545), and foreign ones as busy times.

No attendee is ever written: a server that sends invitations would mail them (RFC 6638).
"""

from datetime import datetime, timedelta, timezone

import recurring_ical_events
from icalendar import Calendar, Event, vText

from odoo.addons.clinic_engine.sync_identity import is_event_key
from odoo.addons.clinic_engine.sync_payload import Copy

from .base import Busy

REFERENCE = "X-ODOO-REF"
STAMP = "X-ODOO-HASH"
PRODUCT = "-//Clinic Suite//Calendar Sync//EN"

#: No series has more busy times in the window than that; the rest is left out.
MOST_TIMES = 2000

#: Longest text that is read of a title.
TITLE_LENGTH = 200

DAY = timedelta(days=1)


def write_event(key, payload, stamp, reference, now):
    """Return the resource (bytes) of an event of ours.

    :param now: aware datetime, when this version was made
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    event = Event()
    event.add("uid", key)
    event.add("dtstamp", now)
    event.add("dtstart", to_utc(payload["start"]))
    event.add("dtend", to_utc(payload["stop"]))
    event.add("summary", payload["title"])
    for name in ("description", "location"):
        if payload[name]:
            event.add(name, payload[name])
    event.add("class", "PRIVATE")
    event.add("transp", "OPAQUE")
    event[REFERENCE] = vText(reference)
    event[STAMP] = vText(stamp)
    calendar.add_component(event)
    return calendar.to_ical()


def change_event(text, payload, stamp, now):
    """Return the resource of an event of ours with other values.

    What the doctor's own program keeps there (alarms, colours) stays.
    """
    calendar = Calendar.from_ical(text)
    event = find_master(calendar)
    for name in ("DTSTAMP", "DTSTART", "DTEND", "DURATION", "SUMMARY", "DESCRIPTION"):
        event.pop(name, None)
    for name in ("LOCATION", STAMP):
        event.pop(name, None)
    event.add("dtstamp", now)
    event.add("dtstart", to_utc(payload["start"]))
    event.add("dtend", to_utc(payload["stop"]))
    event.add("summary", payload["title"])
    for name in ("description", "location"):
        if payload[name]:
            event.add(name, payload[name])
    event[STAMP] = vText(stamp)
    return calendar.to_ical()


def find_master(calendar):
    """Return the event itself, not one of its exceptions."""
    events = calendar.walk("VEVENT")
    for event in events:
        if "RECURRENCE-ID" not in event:
            return event
    return events[0]


def read_reference(calendar):
    """Return (reference, key) of an event of ours, empty texts for others.

    A program may have lost the reference; the UID says whose it is all the same.
    """
    if not calendar.walk("VEVENT"):
        return "", ""
    event = find_master(calendar)
    reference, key = str(event.get(REFERENCE, "")), str(event.get("UID", ""))
    return (reference, key) if reference or is_event_key(key) else ("", "")


def read_copy(calendar, etag):
    """Return the copy of an event of ours."""
    event = find_master(calendar)
    start, stop, _all_day = read_times(event)
    stamp = event.get(STAMP)
    payload = {
        "title": str(event.get("SUMMARY", "")),
        "description": str(event.get("DESCRIPTION", "")),
        "location": str(event.get("LOCATION", "")),
        "start": start,
        "stop": stop,
    }
    return Copy(payload, etag, stamp and str(stamp))


def read_busy(calendar, start, stop):
    """Return the busy times of a foreign event between two UTC epoch seconds.

    Series are expanded, with their exceptions. Events that are cancelled, or that their
    owner marked as free, take no time.
    """
    expanded = recurring_ical_events.of(calendar, skip_bad_series=True)
    found = []
    for event in expanded.between(to_utc(start), to_utc(stop)):
        if is_free(event):
            continue
        begin, end, all_day = read_times(event)
        if end > begin:
            title = str(event.get("SUMMARY", ""))[:TITLE_LENGTH]
            tentative = str(event.get("STATUS", "")).upper() == "TENTATIVE"
            found.append(Busy(begin, end, title, all_day, tentative))
        if len(found) >= MOST_TIMES:
            break
    return tuple(sorted(found, key=lambda item: (item.start, item.stop)))


def is_free(event):
    """Whether an event takes no time of its owner."""
    status = str(event.get("STATUS", "")).upper()
    transparent = str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
    return transparent or status == "CANCELLED"


def read_times(event):
    """Return (start, stop, whether whole days) in UTC epoch seconds.

    Times without a zone are taken as UTC. An event without an end takes its day, or no
    time at all (RFC 5545, 3.6.1).
    """
    begin = event["DTSTART"].dt
    all_day = not isinstance(begin, datetime)
    if "DTEND" in event:
        end = event["DTEND"].dt
    elif "DURATION" in event:
        end = begin + event["DURATION"].dt
    else:
        end = begin + DAY if all_day else begin
    return to_epoch(begin), to_epoch(end), all_day


def to_epoch(moment):
    """Return the UTC epoch seconds of a date or time."""
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return int(moment.timestamp())


def to_utc(epoch):
    """Return epoch seconds as an aware datetime."""
    return datetime.fromtimestamp(epoch, timezone.utc)

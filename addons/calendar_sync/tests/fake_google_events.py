# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Series of the stand-in for Google, as their single events."""

from datetime import datetime, timedelta, timezone

from dateutil.rrule import rrulestr


def to_moment(value):
    """Return a time of an event as an aware datetime."""
    text = value.get("dateTime") or f"{value['date']}T00:00:00Z"
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def to_time(moment):
    """Return a moment as a time of an event."""
    return {"dateTime": f"{moment:%Y-%m-%dT%H:%M:%SZ}"}


def is_between(event, start, stop):
    """Whether an event takes place between two moments, which may be empty."""
    begin, end = to_moment(event["start"]), to_moment(event["end"])
    return not (
        (start and end <= to_moment({"dateTime": start}))
        or (stop and begin >= to_moment({"dateTime": stop}))
    )


def expand(event, events, start, stop):
    """Return an event, or the single events of a series in a window.

    Exceptions are events of their own, which name the series and the time they had.
    """
    if "recurrence" not in event:
        return [event]
    first, last = to_moment(event["start"]), to_moment(event["end"])
    limit = to_moment({"dateTime": stop}) if stop else first + timedelta(days=400)
    rule = rrulestr("\n".join(event["recurrence"]), dtstart=first)
    exceptions = {item["id"] for item in events.values() if "recurringEventId" in item}
    rows = []
    for begin in rule.xafter(first - timedelta(seconds=1), inc=True):
        if begin >= limit:
            break
        moment = begin.astimezone(timezone.utc)
        row_id = f"{event['id']}_{moment:%Y%m%dT%H%M%SZ}"
        if row_id in exceptions:
            continue
        times = {"start": to_time(moment), "end": to_time(moment + (last - first))}
        row = {**event, **times, "id": row_id, "recurringEventId": event["id"]}
        del row["recurrence"]
        rows.append(row)
    return rows

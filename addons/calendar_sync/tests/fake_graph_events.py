# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Series of the stand-in for Graph, as a listing of a window tells them."""

from datetime import datetime, timedelta, timezone


def to_moment(text):
    """Return a time in UTC as an aware datetime."""
    text = text.partition(".")[0].rstrip("Z")
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def to_time(moment):
    """Return a moment as Graph writes it, to seven digits."""
    return {"dateTime": f"{moment:%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": "UTC"}


def is_between(row, start, stop):
    """Whether a row takes place between two moments; a series' own row always does."""
    if row.get("type") == "seriesMaster":
        return True
    begin, end = to_moment(row["start"]["dateTime"]), to_moment(row["end"]["dateTime"])
    return begin < to_moment(stop) and end > to_moment(start)


def expand(event, start, stop):
    """Return the rows of an event in a listing: of a series, its own row first.

    Occurrences tell no more than whose they are, and when. Those that the owner took
    out (``gone``, the days by number) are not there.
    """
    if "recurrence" not in event:
        return [select(event)]
    times = event["recurrence"]["range"]["numberOfOccurrences"]
    first = to_moment(event["start"]["dateTime"])
    length = to_moment(event["end"]["dateTime"]) - first
    rows = [select(event)]
    for day in range(times):
        begin = first + timedelta(days=day)
        row = {
            "id": f"{event['id']}.{day}",
            "type": "occurrence",
            "seriesMasterId": event["id"],
            "start": to_time(begin),
            "end": to_time(begin + length),
        }
        if day not in event.get("gone", ()) and is_between(row, start, stop):
            rows.append(row)
    return rows


def select(event, names=None):
    """Return the fields of an event that are shown, all or those that are asked for.

    Extended properties are shown to nobody who does not expand them.
    """
    hidden = {"singleValueExtendedProperties", "gone"}
    wanted = names.split(",") + ["@odata.etag", "id"] if names else event
    return {key: event[key] for key in event if key in wanted and key not in hidden}

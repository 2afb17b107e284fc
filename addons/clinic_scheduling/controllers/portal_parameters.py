# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What addresses and forms of the pages say, as values.

Each ``to_…`` takes the text of a parameter and returns its value, or None for anything
else, an empty text and an uploaded file included. ``read`` tells the two apart: what
was left out, and what makes no sense.
"""

import re
from datetime import date, time

from werkzeug.exceptions import BadRequest

from odoo.addons.clinic_engine.clock import from_epoch, local_clock

#: No date outside of them is a day of any practice.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2200, 1, 1)

ID = re.compile(r"[1-9][0-9]{0,8}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOMENT = re.compile(r"[1-9][0-9]{0,9}")
NUMBER = re.compile(r"[0-9]{1,2}")
TOKEN = re.compile(r"[A-Za-z0-9_\-]{1,100}")
ZONE = re.compile(r"[A-Za-z0-9_+\-/]{1,64}")


class BadParameter(BadRequest):
    """A parameter that makes no sense; ``parameter`` is which one. Pages answer 400."""

    def __init__(self, name):
        super().__init__()
        self.parameter = name


def read(params, name, to_value, needed=False):
    """Return the value of a parameter, None if it is empty.

    :param to_value: one of the ``to_…`` functions
    :param needed: whether an empty one is refused, too
    :raise BadParameter: it is none of the kind, or left out
    """
    text = params.get(name)
    value = to_value(text) if text else None
    if value is None and (text or needed):
        raise BadParameter(name)
    return value


def _matches(pattern, text):
    return isinstance(text, str) and bool(pattern.fullmatch(text))


def to_id(text):
    """Return the id of a record."""
    return int(text) if _matches(ID, text) else None


def to_number(text):
    """Return a number from 0 to 99."""
    return int(text) if _matches(NUMBER, text) else None


def to_day(text):
    """Return a date, written as 2030-06-03."""
    if not _matches(DAY, text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def to_time(text):
    """Return a time of day on a wall clock, written as 08:30."""
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except (TypeError, ValueError):
        return None


def to_moment(text):
    """Return a moment, written in epoch seconds, as naive UTC, as fields keep it."""
    if not _matches(MOMENT, text):
        return None
    return from_epoch(int(text)).replace(tzinfo=None)


def to_zone(text):
    """Return the name of a time zone that is known here."""
    if not _matches(ZONE, text):
        return None
    try:
        local_clock(text)
    except ValueError:
        return None
    return text


def to_token(text):
    """Return a secret as links carry it; whether it opens anything is seen later."""
    return text if _matches(TOKEN, text) else None

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What tablets send, read with care: no model, no database."""

import re

#: Items of one message at most; a tablet sends the rest in the next one.
MAX_ITEMS = 50

#: A clock that is off by more seconds than that is told to staff.
CLOCK_TOLERANCE = 120

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NUMBER = re.compile(r"[A-Z0-9]{1,3}-\d{3,5}")
#: Of a number that is refused, what may be shown to staff.
REFUSED_NUMBER = re.compile(r"[\w-]{1,12}")

#: The largest id that PostgreSQL keeps, and the last moment of the year 9000 (ms).
MAX_ID = 2**31 - 1
MAX_MOMENT = 221_845_392_000_000

KINDS = ("walk_in", "check_in", "request")

#: Texts and their greatest length
TEXTS = {
    "mobile": 32,
    "appointment": 500,
    "name": 100,
    "birthdate": 10,
    "contact": 100,
    "lang": 10,
}
IDS = ("queue", "reason", "service", "doctor")


class BadItem(ValueError):
    """Something that no tablet of ours sends."""


def read_batch(payload):
    """Return (moment of sending in ms, items in their order, refused ones, those left).

    Of what is refused, no more is returned than its uuid, kind and number, if any. How
    many are left to send is None if the tablet does not say.

    :param payload: what was sent, as JSON gives it
    :raise BadItem: the message as a whole makes no sense
    """
    if not isinstance(payload, dict) or payload.keys() - {"sent_at", "items", "left"}:
        raise BadItem("payload")
    rows = payload.get("items")
    if not isinstance(rows, list) or len(rows) > MAX_ITEMS:
        raise BadItem("items")
    items, refused, guesses = [], [], 0
    for row in rows:
        try:
            item = read_item(row)
            # nobody tries many numbers of appointments at once
            is_guess = item["kind"] == "check_in" and "number" not in item
            guesses += is_guess
            if is_guess and guesses > 1:
                raise BadItem("guesses")
            items.append(item)
        except BadItem:
            if known := read_refused(row):
                refused.append(known)
    items.sort(key=lambda item: item["seq"])
    left = payload.get("left")
    if left is not None:
        left = _read_whole(left, MAX_ID)
    return _read_whole(payload.get("sent_at"), MAX_MOMENT), items, refused, left


def read_refused(row):
    """Return what can be told of an item that makes no sense; None: it has no uuid."""
    row = row if isinstance(row, dict) else {}
    uuid, kind, number = (row.get(name) for name in ("uuid", "kind", "number"))
    if not isinstance(uuid, str) or not UUID.fullmatch(uuid):
        return None
    known = {"uuid": uuid, "kind": kind if kind in KINDS else KINDS[0]}
    if isinstance(number, str) and REFUSED_NUMBER.fullmatch(number):
        known["number"] = number
    return known


def read_item(row):
    """Return one item with what is known of it, and nothing else.

    :raise BadItem: it is no item
    """
    if not isinstance(row, dict):
        raise BadItem("item")
    known = {"uuid", "kind", "seq", "taken_at", "number", "flags", "start", "replaces"}
    if row.keys() - known - TEXTS.keys() - set(IDS):
        raise BadItem("keys")
    if row.get("kind") not in KINDS:
        raise BadItem("kind")
    item = {
        "uuid": _read_pattern(row.get("uuid"), UUID),
        "kind": row["kind"],
        "seq": _read_whole(row.get("seq"), MAX_ID),
        "taken_at": _read_whole(row.get("taken_at"), MAX_MOMENT),
    }
    item |= {name: _read_whole(row[name], MAX_ID) for name in IDS if row.get(name)}
    item |= {name: _read_text(row, name) for name in TEXTS if row.get(name)}
    if row.get("start"):
        item["start"] = _read_whole(row["start"], MAX_MOMENT // 1000)
    if row.get("number"):
        item["number"] = _read_pattern(row["number"], NUMBER)
    if row.get("replaces"):
        item["replaces"] = _read_pattern(row["replaces"], UUID)
    if row.get("flags"):
        item["flags"] = _read_ids(row["flags"])
    return item


def _read_ids(values):
    if not isinstance(values, list) or len(values) > MAX_ITEMS:
        raise BadItem("flags")
    return [_read_whole(value, MAX_ID) for value in values]


def _read_text(row, name):
    if not isinstance(row[name], str) or "\0" in row[name]:
        raise BadItem(name)
    return row[name].strip()[: TEXTS[name]]


def _read_whole(value, largest):
    if type(value) is not int or not 0 <= value <= largest:
        raise BadItem("number")
    return value


def _read_pattern(value, pattern):
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise BadItem("text")
    return value

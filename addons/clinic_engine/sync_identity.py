# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What identifies the copy of a record in an outside calendar.

The identity is computed, never drawn: whoever repeats a request whose answer was lost
asks for the same event again, and a worker that was killed is continued by another.
"""

import base64
import hashlib
import uuid

#: Namespace of the ids that need the form of a UUID (version 5).
NAMESPACE = uuid.UUID("6f1c36ee-0a5b-5d3c-9a1e-4b7c0d6f2a91")

#: Of the ids that ``event_key`` makes: SHA-256 in base32hex.
KEY_LENGTH, KEY_CHARACTERS = 52, frozenset("0123456789abcdefghijklmnopqrstuv")


def event_key(database: str, calendar: str, model: str, record: int, generation: int):
    """Return the id of a record's event: 52 characters of ``a-v`` and ``0-9``.

    This is base32hex (RFC 4648) of a SHA-256, in lower case and without padding, as
    Google Calendar takes ids; CalDAV takes it as UID and as name of the resource.

    :param database: the database's UUID, so that a restored copy of the database has
        other events than the original
    :param calendar: the UUID of the calendar the event is in
    :param generation: counts deliberate new creations after somebody deleted the event
    """
    parts = (database, calendar, model, str(record), str(generation))
    if any("|" in part for part in parts):
        raise ValueError("parts of an event's key contain no |")
    digest = hashlib.sha256("|".join(parts).encode()).digest()
    return base64.b32hexencode(digest).decode().rstrip("=").lower()


def is_event_key(text: str) -> bool:
    """Whether an id looks like one that ``event_key`` makes."""
    return len(text) == KEY_LENGTH and not set(text) - KEY_CHARACTERS


def transaction_id(key: str) -> str:
    """Return the UUID that makes Microsoft Graph create ``key`` only once."""
    return str(uuid.uuid5(NAMESPACE, key))

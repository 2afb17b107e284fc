# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What an outside calendar offers, whoever runs it.

A provider speaks to one mailbox. It turns requests into answers or a
``CalendarError``, and decides nothing: what an answer means is the business of
``clinic_engine.sync_steps``.

Payloads have the keys of ``FIELDS``: ``title``, ``description`` and ``location`` are
texts, ``start`` and ``stop`` UTC epoch seconds.
"""

from dataclasses import dataclass, field

from odoo.addons.clinic_engine.sync_payload import Copy

FIELDS = ("title", "description", "location", "start", "stop")

#: Seconds that a request may take.
TIMEOUT = 20


class Provider:
    """What the providers share.

    ``meter`` is called with the status of each answer, None when there was none.
    ``can_watch`` says whether it tells of changes, ``can_renew`` whether what it tells
    by can be made to last longer.
    """

    can_watch = False
    can_renew = False

    @staticmethod
    def meter(_status):
        """Count nothing; whoever wants figures puts another function here."""


class CalendarError(Exception):
    """The calendar refused, or did not answer.

    :param status: of HTTP; None when there was no answer
    :param reason: the provider's own word, see ``clinic_engine.sync_errors``
    :param wait: seconds the provider asks for
    :param detail: for the administrator; never a secret
    """

    def __init__(self, status, reason="", wait=0, detail=""):
        super().__init__(f"{status or 'no answer'} {reason} {detail}".strip())
        self.status = status
        self.reason = reason
        self.wait = wait
        self.detail = detail


@dataclass(frozen=True)
class Busy:
    """A time that somebody else's event takes.

    ``start`` and ``stop`` are UTC epoch seconds. Of whole days they are the midnights
    of UTC, the last one excluded, and ``all_day`` says that they mean the days of the
    doctor's own clock. ``tentative``: not accepted yet.
    """

    start: int
    stop: int
    title: str = ""
    all_day: bool = False
    tentative: bool = False


@dataclass(frozen=True)
class Item:
    """What was listed: a copy of ours, somebody's busy times, or a removed event.

    ``key`` is the id we chose, where the event is one of ours; ``remote_id`` is the
    provider's. ``error`` says why its content could not be read.

    Some listings leave out whose an event is: then ``etag`` is its version, and
    ``unread`` says that it may be one of ours, so that it has to be asked for.
    ``meeting_url`` is where an event of ours is met online, and ``meeting`` the mark it
    was made with.
    """

    remote_id: str
    key: str = ""
    reference: str = ""
    copy: Copy | None = None
    busy: tuple = ()
    removed: bool = False
    error: str = ""
    etag: str = ""
    unread: bool = False
    meeting: str = ""
    meeting_url: str = ""


@dataclass(frozen=True)
class Changes:
    """What changed since a cursor, and the next one; ``full``: everything is listed."""

    items: tuple
    cursor: str
    full: bool = False


@dataclass(frozen=True)
class Written:
    """What became of a write; ``etag`` is empty when the answer had no strong one."""

    remote_id: str
    etag: str = ""
    meeting_url: str = ""


@dataclass(frozen=True)
class Channel:
    """What a provider tells changes by: its id, what else ends it, its end.

    ``expires`` is in UTC epoch seconds.
    """

    channel_id: str
    resource: str
    expires: float


@dataclass(frozen=True)
class RemoteCalendar:
    """A calendar of the mailbox."""

    remote_id: str
    name: str
    color: str = ""
    writable: bool = True
    details: dict = field(default_factory=dict)

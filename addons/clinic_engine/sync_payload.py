# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What two sides have to say of one event: values, and what a copy tells.

A payload is a dictionary of plain JSON values with the same keys on both sides, for
instance ``title``, ``start`` and ``stop`` (UTC epoch seconds), ``location``. Payloads
are compared by their values or by ``digest``, never by when they were written: clocks
differ, and a provider touches what nobody changed.
"""

import hashlib
import json
from dataclasses import dataclass, field, replace


def digest(payload: dict) -> str:
    """Return the SHA-256 of a payload's canonical JSON, the *stamp* of a copy."""
    text = json.dumps(
        payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Wanted:
    """The newest change of a record that its calendar should learn.

    ``payload`` is None once the record has no event any more (it was cancelled).
    ``again``: it was cancelled since its present key is in use, and has an event again.
    Then it may be us who deleted the copy, by a request whose answer was lost.
    """

    payload: dict | None
    again: bool = False


@dataclass(frozen=True)
class Copy:
    """An event of ours as the outside calendar has it.

    ``stamp`` is the digest of the payload that we wrote last, which travels with the
    event as a private property; None where the provider lost it. An empty ``etag``
    means that the answer had none, or only a weak one.
    """

    payload: dict
    etag: str = ""
    stamp: str | None = None


@dataclass(frozen=True)
class Proposal:
    """A change that somebody made outside, and that a person here has to judge."""

    theirs: object
    ours: object


@dataclass(frozen=True)
class Link:
    """What is known here of a record's copy.

    ``base`` is what both sides had when they were last in step (None: never), and
    holds while the copy carries ``stamp``. States: ``new`` (no copy is known),
    ``synced``, ``removed`` (somebody deleted the copy: a person decides), ``done`` (the
    record has no event, and neither has the calendar).
    """

    state: str = "new"
    base: dict | None = None
    stamp: str | None = None
    etag: str = ""
    proposals: dict = field(default_factory=dict)

    def change(self, **values) -> "Link":
        """Return this link with other values."""
        return replace(self, **values)


def overlay(payload: dict, proposals: dict) -> dict:
    """Return ``payload`` with what was changed outside and is still to be judged.

    Until somebody has decided, the copy keeps the proposed value. A value that was
    changed here since then wins over its proposal.
    """
    kept = {
        name: proposal.theirs
        for name, proposal in proposals.items()
        if payload.get(name) == proposal.ours
    }
    return {**payload, **kept}

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What to do next with the copy of a record, and what a sighting of it means.

The rules, in words:

- A change is a difference of values to the *base*, what both sides had when they were
  last in step. No clock decides anything.
- One remote write at a time, under an id that is computed, and on the condition that
  the copy is the one that was seen (its etag). Whatever was refused is looked at,
  merged, and written in the next round.
- What is written was committed before as one of the link's *histories*, and the copy
  carries its digest, the *stamp*. A worker that dies after the write and before its
  commit leaves a copy whose stamp leads to the base.
- A field changed on one side goes to the other; changed on both sides, ours wins and
  the other value is noted. What outsiders may change is a policy per field: taken,
  proposed to a person, or put back.
- Absence is a question: only a request for the event itself answers it. A copy that
  somebody deleted is not made again without a person's decision.
- Who cancels a record deletes its event, also one of which nothing is known here: the
  answer to its creation may have been lost.

These functions know no provider and no database; they neither read a clock nor wait.
"""

from dataclasses import dataclass, field

from .sync_payload import Copy, Link, Proposal, Wanted, digest, overlay


@dataclass(frozen=True)
class Policy:
    """What people may change in the outside calendar; the rest is put back.

    ``take``: fields that are applied here; ``propose``: fields a person decides on.
    """

    take: frozenset = frozenset()
    propose: frozenset = frozenset()


@dataclass(frozen=True)
class Step:
    """What to do next for a link.

    Kinds: ``nothing``; ``record`` (commit ``payload`` as a history, then ask again);
    ``renew`` (the record has an event again: begin with ``Link()`` under the key of the
    next generation); ``create``; ``update`` and ``delete`` (if the copy still has
    ``etag``; none: whatever it has); ``fetch`` (look at the copy, then tell ``see`` or
    ``miss``).
    """

    kind: str
    payload: dict | None = None
    etag: str = ""


@dataclass(frozen=True)
class Conflict:
    """A field that was changed on both sides; ours was kept."""

    field: str
    base: object
    ours: object
    theirs: object


@dataclass(frozen=True)
class Seen:
    """What a sighting of the copy, or of its absence, leads to.

    ``take`` are values to apply to the record, by the same checks as a person's change;
    refused ones are put back by the next step. ``removed`` and ``returned`` are told to
    people. ``unstamped``: the provider lost the stamp.
    """

    link: Link
    take: dict = field(default_factory=dict)
    conflicts: tuple = ()
    removed: bool = False
    returned: bool = False
    unstamped: bool = False


NOTHING = Step("nothing")

#: Whatever is changed outside is put back.
REVERT = Policy()


def next_step(link: Link, wanted: Wanted, histories) -> Step:
    """Return what to do next so that the copy becomes what is wanted.

    :param histories: {digest: payload} of everything that may have been written
    """
    if wanted.payload is None:
        return NOTHING if link.state == "done" else Step("delete", etag=link.etag)
    if link.state == "removed":
        return NOTHING
    if link.state == "done":
        return Step("renew")
    payload = overlay(wanted.payload, link.proposals)
    if link.state == "synced" and payload == link.base:
        return NOTHING
    if digest(payload) not in histories:
        return Step("record", payload)
    if link.state != "synced":
        return Step("create", payload)
    return Step("update", payload, link.etag) if link.etag else Step("fetch")


def written(link: Link, step: Step, etag: str = "") -> Link:
    """Return the link after ``step`` was carried out.

    :param etag: of the copy that was written; empty when the answer had no strong one,
        which makes the next change look at the copy first
    """
    if step.kind == "delete":
        return link.change(state="done", base=None, stamp=None, etag="", proposals={})
    return link.change(
        state="synced", base=step.payload, stamp=digest(step.payload), etag=etag
    )


def see(
    link: Link, wanted: Wanted, copy: Copy, histories, policy: Policy = REVERT
) -> Seen:
    """Return what follows from seeing the copy that has the link's present key."""
    if link.state == "synced" and copy.etag and copy.etag == link.etag:
        return Seen(link)
    base, stamped = find_base(link, wanted, copy, histories)
    found = link.change(
        state="synced", base=copy.payload, stamp=copy.stamp, etag=copy.etag
    )
    if wanted.payload is None:
        lost = tuple(compare(base, base, copy.payload))
        return Seen(found.change(proposals={}), conflicts=lost, unstamped=not stamped)
    ours = overlay(wanted.payload, link.proposals)
    changes = compare(base, ours, copy.payload)
    alone = {item.field: item.theirs for item in changes if item.ours == item.base}
    proposed = {
        name: Proposal(value, wanted.payload.get(name))
        for name, value in alone.items()
        if name in policy.propose
    }
    proposals = keep_open({**link.proposals, **proposed}, wanted.payload, copy.payload)
    return Seen(
        found.change(proposals=proposals),
        take={name: alone[name] for name in alone if name in policy.take},
        conflicts=tuple(item for item in changes if item.field not in alone),
        returned=link.state == "removed",
        unstamped=not stamped,
    )


def miss(link: Link, wanted: Wanted, tombstone: bool = False) -> Seen:
    """Return what follows from asking for the copy itself, and not finding it.

    :param tombstone: the provider says that the event was there and was deleted
    """
    if wanted.payload is None or wanted.again:
        return Seen(written(link, Step("delete")))
    if link.state == "removed" or (link.state == "new" and not tombstone):
        return Seen(link)
    return Seen(link.change(state="removed", etag="", proposals={}), removed=True)


def find_base(link: Link, wanted: Wanted, copy: Copy, histories):
    """Return the values both sides had last, and whether the copy has a stamp of ours.

    The link's own base holds while the copy carries the link's stamp. Another stamp of
    ours is a write whose commit was lost: then the base is what was written.
    """
    if copy.stamp in histories:
        known = link.base is not None and copy.stamp == link.stamp
        return (link.base if known else histories[copy.stamp]), True
    if digest(copy.payload) in histories:
        return copy.payload, False
    if link.base is not None:
        return link.base, False
    return (copy.payload if wanted.payload is None else wanted.payload), False


def compare(base: dict, ours: dict, theirs: dict) -> list:
    """Return a ``Conflict`` for each field that they changed and we have otherwise."""
    return [
        Conflict(name, base.get(name), ours.get(name), value)
        for name, value in theirs.items()
        if value != base.get(name) and value != ours.get(name)
    ]


def keep_open(proposals: dict, payload: dict, theirs: dict) -> dict:
    """Return the proposals that still differ, and that neither side has changed."""
    return {
        name: proposal
        for name, proposal in proposals.items()
        if proposal.theirs != proposal.ours
        and payload.get(name) == proposal.ours
        and theirs.get(name) == proposal.theirs
    }


class SuspiciousListing(Exception):
    """A full listing lacks so many known copies that nothing is concluded from it."""


#: What share of the known copies may be missing from a full listing.
MISSING_SHARE = 0.2

#: Fewer copies than that are always looked for one by one.
FEW = 5


def check_listing(known: int, missing: int) -> None:
    """Refuse to believe a full listing that became empty or lost a fifth.

    :param known: how many copies are believed to be there
    :param missing: how many of them the listing does not have
    :raise SuspiciousListing: a person has to look at the calendar
    """
    if known >= FEW and missing > known * MISSING_SHARE:
        raise SuspiciousListing(f"{missing} of {known} events are not listed")

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The claims that one booking puts into the ledger."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from .intervals import Interval, cut
from .slots import Blocks, Busy, Need

DOCTOR = "doctor"
PATIENT = "patient"


@dataclass(frozen=True, slots=True)
class Claim:
    """One row of the ledger: a resource's seat, or a person, from start to stop.

    ``role`` is ``doctor``, ``room``, ``equipment`` or ``patient``.
    """

    resource: int | None
    person: int | None
    seat: int
    start: int
    stop: int
    role: str


def plan(
    start: int,
    duration: int,
    doctor: int,
    doctor_seats: int,
    before: int,
    after: int,
    needs: Sequence[tuple[str, Need]],
    person: int | None,
    busy: Busy,
    blocks: Blocks,
    exclude: Collection[int | tuple[int, int]] = (),
    patient_busy: Sequence[Interval] = (),
) -> list[Claim] | None:
    """Choose seats and options for a visit, None when it is impossible.

    Each resource gives its lowest free seat; each need (with its role) its first
    option that is free and not already chosen, going back on a choice only when a
    later need would find nothing. ``doctor_seats`` includes the overbooking seats that
    may be used. ``exclude`` holds resources and (resource, seat) pairs that a race was
    just lost on. No ``person``, no claim on one.

    The claims come in the order in which they must be locked and inserted: resources
    by id, then the person.
    """
    stop = start + duration
    absent = any(overlaps(blocks.get(key, ()), start, stop) for key in (doctor, None))
    if absent or overlaps(patient_busy, start, stop):
        return None
    wanted = [(DOCTOR, Need((doctor,), before, after, {doctor: doctor_seats}))]
    wanted += needs
    chosen = _choose(wanted, start, stop, busy, blocks, set(exclude))
    if chosen is None:
        return None
    chosen.sort(key=lambda claim: (claim.resource, claim.seat))
    if person is not None:
        chosen.append(Claim(None, person, 0, start, stop, PATIENT))
    return chosen


def free_seats(
    resource: int, seats: int, start: int, stop: int, busy: Busy
) -> Iterator[int]:
    """Yield a resource's seats without a claim in ``[start, stop)``, lowest first."""
    claims = busy.get(resource, {})
    for seat in range(seats):
        if not cut(claims.get(seat, ()), start, stop):
            yield seat


def overlaps(intervals: Sequence[Interval], start: int, stop: int) -> bool:
    """Tell whether any of some (unsorted) intervals overlaps ``[start, stop)``."""
    return any(a < stop and start < b for a, b in intervals)


def _choose(
    wanted: Sequence[tuple[str, Need]],
    start: int,
    stop: int,
    busy: Busy,
    blocks: Blocks,
    taken: set[int | tuple[int, int]],
) -> list[Claim] | None:
    """Choose for the first need, then for the others; try its next option if stuck."""
    if not wanted:
        return []
    (role, need), others = wanted[0], wanted[1:]
    first, last = start - need.before, stop + need.after
    for option in need.options:
        if option in taken or overlaps(blocks.get(option, ()), start, stop):
            continue
        for seat in free_seats(option, need.seats(option), first, last, busy):
            if (option, seat) in taken:
                continue
            rest = _choose(others, start, stop, busy, blocks, taken | {(option, seat)})
            if rest is not None:
                return [Claim(option, None, seat, first, last, role), *rest]
    return None

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Why a start is not offered: every rule that removes it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .availability import Session
from .claims import free_seats, overlaps
from .intervals import Interval, cut
from .slots import (
    Blocks,
    Busy,
    Need,
    Query,
    day_part_windows,
    mismatches,
    weekday_windows,
)


@dataclass(frozen=True)
class Reason:
    """One rule that removes a start: a code and the facts behind it.

    | code | detail |
    |---|---|
    | outside_availability | |
    | wrong_site, wrong_purpose, wrong_channel, wrong_service | offered |
    | wrong_weekday | weekdays |
    | wrong_day_part | day_part |
    | off_grid | before, after: the grid's nearest starts |
    | too_long | stop: the session's end |
    | break, absence, patient_busy | start, stop; of an absence also everybody |
    | taken, buffer | seat, start, stop of the claim, which overlaps visit or buffer |
    | full | seats, taken: how many there are |
    | room_taken, equipment_taken, need_taken | need: its index, options |
    | notice | earliest |
    | horizon | latest |
    """

    code: str
    detail: dict


def explain(
    query: Query,
    start: int,
    resource: int,
    sessions: Mapping[int, Sequence[Session]],
    busy: Busy,
    blocks: Blocks,
) -> list[Reason]:
    """Return every rule that removes this start for this doctor.

    Empty exactly when `slots.find` offers it. Where several sessions run at that time,
    the one with the fewest reasons against it speaks for them.
    """
    reasons = _session_reasons(query, start, resource, sessions, busy)
    reasons += _absences(query, start, resource, blocks)
    stop = start + query.duration
    for busy_start, busy_stop in query.patient_busy:
        if busy_start < stop and start < busy_stop:
            detail = {"start": busy_start, "stop": busy_stop}
            reasons.append(Reason("patient_busy", detail))
    for index, need in enumerate(query.needs):
        if not _need_is_free(need, start, stop, busy, blocks):
            detail = {"need": index, "options": need.options}
            reasons.append(Reason(f"{need.role}_taken", detail))
    if start < query.earliest:
        reasons.append(Reason("notice", {"earliest": query.earliest}))
    if stop > query.latest:
        reasons.append(Reason("horizon", {"latest": query.latest}))
    return reasons


def _session_reasons(
    query: Query,
    start: int,
    resource: int,
    sessions: Mapping[int, Sequence[Session]],
    busy: Busy,
) -> list[Reason]:
    """Return what the best of the sessions at that time holds against the start."""
    found = [s for s in sessions.get(resource, ()) if s.start <= start < s.stop]
    if not found:
        return [Reason("outside_availability", {})]
    candidates = []
    for session in found:
        reasons = list(_rule_reasons(query, start, session))
        reasons += _place_reasons(query, start, session)
        reasons += _seat_reasons(query, start, resource, query.seats(session), busy)
        candidates.append(reasons)
    return min(candidates, key=len)


def _rule_reasons(query: Query, start: int, session: Session) -> Iterator[Reason]:
    """Yield the filters of the query that the session or the start does not pass."""
    for code, offered in mismatches(query, session.rule):
        yield Reason(code, {"offered": offered})
    if query.weekdays is not None:
        if not cut(weekday_windows(query, session), start, start + 1):
            yield Reason("wrong_weekday", {"weekdays": query.weekdays})
    if query.day_part is not None:
        if not cut(day_part_windows(query, session), start, start + 1):
            yield Reason("wrong_day_part", {"day_part": query.day_part})


def _place_reasons(query: Query, start: int, session: Session) -> Iterator[Reason]:
    """Yield what the session's grid, end and breaks hold against the start."""
    stop = start + query.duration
    step = query.step or session.step
    off = (start - session.start) % step
    if off:
        before = start - off
        yield Reason("off_grid", {"before": before, "after": before + step})
    if stop > session.stop:
        yield Reason("too_long", {"stop": session.stop})
    for break_start, break_stop in session.breaks:
        if break_start < stop and start < break_stop:
            yield Reason("break", {"start": break_start, "stop": break_stop})


def _seat_reasons(
    query: Query, start: int, resource: int, seats: int, busy: Busy
) -> list[Reason]:
    """Return the claims on the only seat, or that all of several are taken."""
    stop = start + query.duration
    first, last = start - query.before, stop + query.after
    if next(free_seats(resource, seats, first, last, busy), None) is not None:
        return []
    if seats != 1:
        return [Reason("full", {"seats": seats, "taken": seats})]
    claims = cut(busy[resource][0], first, last)
    return [_claim_reason(claim, start, stop) for claim in claims]


def _claim_reason(claim: Interval, start: int, stop: int) -> Reason:
    code = "taken" if overlaps([claim], start, stop) else "buffer"
    return Reason(code, {"seat": 0, "start": claim[0], "stop": claim[1]})


def _absences(
    query: Query, start: int, resource: int, blocks: Blocks
) -> Iterator[Reason]:
    """Yield the absences of the doctor and of everybody that overlap the visit."""
    stop = start + query.duration
    for key in (resource, None):
        for block_start, block_stop in blocks.get(key, ()):
            if block_start < stop and start < block_stop:
                detail = {"start": block_start, "stop": block_stop}
                yield Reason("absence", {**detail, "everybody": key is None})


def _need_is_free(
    need: Need, start: int, stop: int, busy: Busy, blocks: Blocks
) -> bool:
    """Tell whether some option of a need can serve the visit."""
    first, last = start - need.before, stop + need.after
    for option in need.options:
        if overlaps(blocks.get(option, ()), start, stop):
            continue
        seats = free_seats(option, need.seats(option), first, last, busy)
        if next(seats, None) is not None:
            return True
    return False

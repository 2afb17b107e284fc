# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Small worlds for property tests, and an oracle that looks at every tick of time.

A tick is one second of the engine's time: worlds are some dozen ticks long, so that
each instant, on the grid or off it, is compared with the definition of a slot.
"""

from dataclasses import dataclass
from functools import cached_property

from hypothesis import strategies as st

from ..availability import Rule, Session
from ..slots import Need, Query

TICKS = range(-5, 90)
DOCTORS = (1, 2)
ROOMS = (11, 12, 13)
DEVICES = (21, 22)
CLAIM_CUTS = (0, 3, 4, 9, 17, 19, 26, 27, 35, 46, 50, 53, 61, 66, 80)


@dataclass(frozen=True)
class World:
    query: Query
    sessions: dict
    busy: dict
    blocks: dict

    @cached_property
    def taken(self) -> dict[tuple[int, int], set[int]]:
        """The claimed ticks by resource and seat."""
        return {
            (resource, seat): ticks(claims)
            for resource, seats in self.busy.items()
            for seat, claims in seats.items()
        }

    @cached_property
    def absent(self) -> dict[int | None, set[int]]:
        """The ticks of absences by resource."""
        return {resource: ticks(spans) for resource, spans in self.blocks.items()}


@st.composite
def intervals(draw, count=3, first=0, last=80, longest=12):
    """Any intervals: overlapping, unsorted."""
    found = []
    for _ in range(draw(st.integers(0, count))):
        start = draw(st.integers(first, last))
        found.append((start, start + draw(st.integers(1, longest))))
    return found


def claims():
    """Sorted, disjoint intervals, some of them touching, as a seat's claims are."""

    def taken(choice):
        bits, others, shift = choice
        bits &= others
        pairs = zip(CLAIM_CUTS, CLAIM_CUTS[1:], strict=False)
        return [
            (start + shift, stop + shift)
            for i, (start, stop) in enumerate(pairs)
            if bits >> i & 1
        ]

    bits = st.integers(0, 2 ** (len(CLAIM_CUTS) - 1) - 1)
    return st.tuples(bits, bits, st.integers(-6, 6)).map(taken)


# What a rule is meant for; the first ones pass more of the filters.
KINDS = (
    {"site": 1},
    {"site": 1, "services": frozenset({5, 6})},
    {"site": 2, "services": frozenset({5})},
    {"channels": frozenset({"internal"})},
    {"site": 1, "purpose": "showcase"},
)
FILTERS = (
    {},
    {"service": 5},
    {"sites": frozenset({1}), "channel": "online"},
    {"purpose": None, "service": 6},
    {"sites": frozenset({1, 2}), "channel": "internal", "service": 6},
)


@st.composite
def doctor_sessions(draw, doctor, count=3):
    found = []
    for key in range(draw(st.integers(1, count))):
        start = draw(st.integers(0, 50))
        stop = start + draw(st.sampled_from((30, 21, 40, 12, 5, 1)))
        rule = Rule(
            key=key,
            resource=doctor,
            start=start,
            stop=stop,
            tz="UTC",
            step=draw(st.integers(1, 9)),
            capacity=draw(st.sampled_from((1, 1, 1, 2, 3, 0))),
            overbook=draw(st.integers(0, 2)),
            **draw(st.sampled_from(KINDS)),
        )
        breaks = draw(intervals(2, start, stop - 1, 5))
        breaks = tuple((a, min(b, stop)) for a, b in breaks)
        found.append(Session(start, stop, rule, breaks))
    return sorted(found, key=lambda session: (session.start, session.stop))


@st.composite
def needs(draw, overlapping=True):
    """Up to a room and a device, or two rooms with common options."""
    kinds = [("room", ROOMS), ("equipment", DEVICES)]
    if overlapping:
        kinds.append(("room", ROOMS))
    found = []
    for role, options in kinds:
        if draw(st.booleans()):
            chosen = draw(st.permutations(options))
            chosen = tuple(chosen)[: draw(st.sampled_from((3, 2, 1, 0)))]
            seats = st.dictionaries(st.sampled_from(options), st.integers(0, 2))
            found.append(
                Need(
                    options=chosen,
                    before=draw(st.integers(0, 3)),
                    after=draw(st.integers(0, 3)),
                    capacity=draw(st.none() | seats),
                    role=role,
                )
            )
    return tuple(found)


@st.composite
def worlds(draw, overlapping_needs=True, sessions_each=3):
    query = Query(
        duration=draw(st.sampled_from((5, 3, 1, 8, 12))),
        earliest=draw(st.integers(-5, 30)),
        latest=draw(st.integers(60, 90)),
        before=draw(st.integers(0, 4)),
        after=draw(st.integers(0, 4)),
        step=draw(st.none() | st.integers(1, 7)),
        needs=draw(needs(overlapping_needs)),
        overbook=draw(st.booleans()),
        patient_busy=draw(intervals(1)),
        **draw(st.sampled_from(FILTERS)),
    )
    resources = (*DOCTORS, *ROOMS, *DEVICES)
    seats = st.lists(claims(), max_size=3).map(lambda found: dict(enumerate(found)))
    return World(
        query=query,
        sessions={d: draw(doctor_sessions(d, sessions_each)) for d in DOCTORS},
        busy={resource: draw(seats) for resource in resources},
        blocks={
            resource: draw(intervals(2))
            for resource in draw(
                st.sets(st.sampled_from((None, *resources)), max_size=3)
            )
        },
    )


def ticks(spans) -> set[int]:
    """Return every tick of some intervals."""
    return {tick for start, stop in spans for tick in range(start, stop)}


def free_seat(world, resource, seats, first, last) -> int | None:
    """Return the lowest seat without a claim on any tick from first to last."""
    wanted = range(first, last)
    for seat in range(seats):
        if world.taken.get((resource, seat), set()).isdisjoint(wanted):
            return seat
    return None


def need_is_free(world, need, start) -> bool:
    stop = start + world.query.duration
    for option in need.options:
        seats = (need.capacity or {}).get(option, 1)
        first, last = start - need.before, stop + need.after
        if world.absent.get(option, set()).isdisjoint(range(start, stop)):
            if free_seat(world, option, seats, first, last) is not None:
                return True
    return False


def session_seats(query, session) -> int:
    return session.rule.capacity + (session.rule.overbook if query.overbook else 0)


def session_codes(world, session, start) -> set[str]:
    """Return the codes of all that one session holds against a start."""
    query, rule = world.query, session.rule
    stop = start + query.duration
    visit = set(range(start, stop))
    seats = session_seats(query, session)
    first, last = start - query.before, stop + query.after
    taken = free_seat(world, rule.resource, seats, first, last) is None
    clashing = [
        (a, b)
        for a, b in world.busy.get(rule.resource, {}).get(0, ())
        if set(range(first, last)) & set(range(a, b))
    ]
    hit = {bool(visit & set(range(a, b))) for a, b in clashing}
    wrong = {
        "wrong_site": query.sites is not None and rule.site not in query.sites,
        "wrong_purpose": query.purpose not in (None, rule.purpose),
        "wrong_channel": query.channel not in (None, *rule.channels),
        "wrong_service": query.service is not None
        and rule.services is not None
        and query.service not in rule.services,
        "off_grid": start
        not in range(session.start, session.stop, query.step or rule.step),
        "too_long": stop > session.stop,
        "break": bool(visit & ticks(session.breaks)),
        "taken": taken and seats == 1 and True in hit,
        "buffer": taken and seats == 1 and False in hit,
        "full": taken and seats != 1,
    }
    return {code for code, holds in wrong.items() if holds}


def common_codes(world, doctor, start) -> set[str]:
    """Return the codes of what no session can change."""
    query = world.query
    stop = start + query.duration
    visit = set(range(start, stop))
    absent = world.absent.get(doctor, set()) | world.absent.get(None, set())
    wrong = {
        "absence": bool(visit & absent),
        "patient_busy": bool(visit & ticks(query.patient_busy)),
        "notice": start < query.earliest,
        "horizon": stop > query.latest,
    }
    codes = {code for code, holds in wrong.items() if holds}
    return codes | {
        f"{need.role}_taken"
        for need in query.needs
        if not need_is_free(world, need, start)
    }


def sessions_at(world, doctor, start) -> list[Session]:
    return [s for s in world.sessions[doctor] if start in range(s.start, s.stop)]


def is_offered(world, doctor, start) -> bool:
    """Tell, tick by tick, whether the definition of a slot holds."""
    return not common_codes(world, doctor, start) and any(
        not session_codes(world, session, start)
        for session in sessions_at(world, doctor, start)
    )


def all_offered(world) -> dict[int, list[int]]:
    found = {
        doctor: [tick for tick in TICKS if is_offered(world, doctor, tick)]
        for doctor in DOCTORS
    }
    return {doctor: starts for doctor, starts in found.items() if starts}

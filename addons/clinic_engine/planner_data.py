# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the visit planner is given, and what it gives back.

A *rep-day* is one representative on one date. A *visit* is one call that somebody would
like to make on a doctor; each of its *options* is one stretch of time in which that
call may start, on one date. The planner chooses for each visit at most one option, one
rep-day and one start.

All values are integers. Times are instants of one unit (the addons use seconds since
1970 in UTC), durations and travel are of the same unit; days are `date.toordinal()`;
places are indices into the travel matrix. Reps, doctors and practices are ids. An
option's bounds hold for the *start* of the call: whoever wants the whole call inside a
window of contact hours passes its end less the duration as ``last``.

A call or a busy block without a place (a video call, a meeting in the calendar) is
taken wherever the rep then is, on the way too: it only takes its time from that of the
travel around it.
"""

import hashlib
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, is_dataclass

from .contact_caps import Caps

#: What kinds of calls there are: at the practice, with a meal there, from afar.
IN_PERSON, LUNCH, REMOTE = "in_person", "lunch", "remote"

WEEK = 7


@dataclass(frozen=True, slots=True)
class Block:
    """Time of a rep that is taken, at a place or (None) wherever they are."""

    start: int
    stop: int
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Locked:
    """A call that stands: done, confirmed, frozen or of somebody else's doing.

    ``rep_day`` is its index, or None for a call of the past or of no rep of this
    problem, which then counts for the rules of its doctor and practice only.
    ``counts`` False: of another company, so that it is none of the doctor's contacts
    for the caps.
    """

    start: int
    stop: int
    day: int
    doctor: int
    rep_day: int | None = None
    place: int | None = None
    practices: tuple[int, ...] = ()
    kind: str = IN_PERSON
    solicited: bool = False
    counts: bool = True


@dataclass(frozen=True, slots=True)
class RepDay:
    """One rep on one date: work from start to stop, from one place to another.

    ``origin`` and ``destination`` None: they start or end wherever their calls are.
    """

    rep: int
    day: int
    start: int
    stop: int
    origin: int | None = None
    destination: int | None = None
    busy: tuple[Block, ...] = ()
    max_calls: int | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """The call starts from ``first`` to ``last`` (inclusive) on ``day``.

    ``preferred`` is the start that would suit best; ``malus`` what this option is
    worse than another of the visit (points: an unwanted weekday); ``approval``
    says that the practice must agree, so that the call remains a request; ``reps`` are
    the only ones whom the practice receives (None: those of the visit); ``weekday`` is
    the one that suits best (0 is Monday, None: any).
    """

    day: int
    first: int
    last: int
    duration: int
    place: int | None = None
    practices: tuple[int, ...] = ()
    kind: str = IN_PERSON
    preferred: int | None = None
    malus: int = 0
    approval: bool = False
    reps: tuple[int, ...] | None = None
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """One wanted call: ``reps`` may make it, and it is worth ``value`` points.

    ``terms`` are the (name, value) of which the value was made, to be shown;
    ``solicited`` calls, which the doctor asked for, do not count for the cap; with
    ``refused`` (a reason code) it is not planned at all.
    """

    key: Hashable
    doctor: int
    value: int
    options: tuple[Option, ...]
    reps: tuple[int, ...]
    solicited: bool = False
    refused: str | None = None
    terms: tuple[tuple[str, int], ...] = ()

    def get_reps(self, option: Option) -> tuple[int, ...]:
        """Return who may make the call in one of its options."""
        if option.reps is None:
            return self.reps
        return tuple(rep for rep in self.reps if rep in option.reps)


@dataclass(frozen=True, slots=True)
class DoctorRule:
    """Calls on a doctor: least days between two, the caps over rolling months.

    ``left`` is how many more calls the target of the cycle asks for.
    """

    min_gap: int = 1
    caps: Caps = Caps()
    left: int | None = None


@dataclass(frozen=True, slots=True)
class PracticeRule:
    """Calls at a practice: most on a day, in a week, in a month; meals' distance.

    ``lunch_weeks``: so many weeks between two lunches. Weeks start on Monday. A call
    may be bound by several: those of the doctor, of the site, of one company's calls.
    """

    per_day: int | None = None
    per_week: int | None = None
    per_month: int | None = None
    lunch_weeks: int | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """The objective: points times ``value``, less what the day costs.

    ``travel``, ``wait`` and ``hour`` (off the preferred start) weigh one unit of time,
    ``load`` one call that a rep has more or less than an even share, ``change`` (of a
    plan that people know) one point of a changed call. As it stands, with seconds, a
    point is worth ten minutes of travel.
    """

    value: int = 6000
    travel: int = 10
    wait: int = 1
    hour: int = 1
    load: int = 600
    change: int = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything that a plan depends on; ``buffer`` follows each call.

    Calls start at multiples of ``step``, as do the bounds of options; a call that
    may start at one minute only keeps that.
    """

    rep_days: tuple[RepDay, ...]
    visits: tuple[Visit, ...]
    travel: Sequence[Sequence[int]]
    locked: tuple[Locked, ...] = ()
    doctors: Mapping[int, DoctorRule] = field(default_factory=dict)
    practices: Mapping[int, PracticeRule] = field(default_factory=dict)
    buffer: int = 0
    weights: Weights = Weights()
    step: int = 1


@dataclass(frozen=True, slots=True, order=True)
class Call:
    """A planned call: indices of rep-day, visit and the visit's option; its start."""

    rep_day: int
    start: int
    visit: int
    option: int


@dataclass(frozen=True, slots=True)
class Score:
    """The objective and its terms; ``value`` in points, the others in time or calls."""

    objective: int
    value: int
    travel: int
    wait: int
    off_hour: int
    uneven: int
    calls: int


@dataclass(frozen=True, slots=True)
class Omission:
    """Why a visit is left out: one code of `planner_reasons`.

    ``blockers`` are calls in its way, the cheapest to give up first. ``counterfactual``
    is what would let it in: ("rep", rep, day), ("longer_day", rep, day, time) or
    ("wider_window", day, time); None where nothing of that is enough.
    """

    visit: int
    code: str
    blockers: tuple[Call, ...] = ()
    counterfactual: tuple | None = None


def fingerprint(*values) -> str:
    """Return a digest of values, the same in every process."""
    digest = hashlib.sha256()
    for value in values:
        digest.update(_canonical(value).encode())
    return digest.hexdigest()


def _canonical(value) -> str:
    if is_dataclass(value):
        names = value.__dataclass_fields__
        parts = (_canonical(getattr(value, name)) for name in names)
        return f"{type(value).__name__}({','.join(parts)})"
    if isinstance(value, Mapping):
        items = sorted(value.items())
        return f"{{{','.join(f'{k!r}:{_canonical(v)}' for k, v in items)}}}"
    if isinstance(value, (list, tuple)):
        if all(type(item) is int for item in value):
            return f"[{','.join(map(repr, value))}]"
        return f"[{','.join(map(_canonical, value))}]"
    return repr(value)


def check_problem(problem: Problem) -> None:
    """Refuse values that mean nothing.

    :raises ValueError: says which
    """
    if problem.step < 1:
        raise ValueError("the step is 1 or more")
    size = len(problem.travel)
    for row in problem.travel:
        if len(row) != size or min(row, default=0) < 0:
            raise ValueError("travel is a square matrix of times of 0 or more")
    places = [place for day in problem.rep_days for place in _places(day)]
    places += [option.place for visit in problem.visits for option in visit.options]
    places += [locked.place for locked in problem.locked]
    if any(place is not None and not 0 <= place < size for place in places):
        raise ValueError("a place is not in the travel matrix")
    seen = {(day.rep, day.day) for day in problem.rep_days}
    if len(seen) != len(problem.rep_days):
        raise ValueError("a rep has one rep-day for each date")
    for visit in problem.visits:
        if visit.value < 0 or any(option.duration < 0 for option in visit.options):
            raise ValueError(f"visit {visit.key!r}: value and durations are 0 or more")


def _places(day: RepDay) -> list[int | None]:
    return [day.origin, day.destination, *(block.place for block in day.busy)]

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How likely it is that a patient does not come.

A probability rests on what is known when the visit is booked: how far ahead, on which
weekday and at what hour it is, which service, through which channel it was booked, and
how often the same patient came or did not come before the day of booking. It knows no
age, sex, address, welfare or health. It serves reminders and the number of bookings in
a session, never a decision about one patient.

Three kinds: a *constant*, the practice's overall share; a *table* of shares by lead
time; and *logistic regression*, whose coefficients are trained elsewhere, so that
scoring is a sum over the features. All drift with the seasons, so that their log-odds
are shifted until what was expected of the last days equals what was observed.
"""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from .ranking import ATTENDANCE_BY_LEAD, AttendanceTable

CONSTANT = "constant"
TABLE = "table"
LOGISTIC = "logistic"

#: Upper bounds of the groups of lead days: same day, 1, 2-3, 4-7, 8-14, 15-30, 31-60.
LEAD_BOUNDS = (0, 1, 3, 7, 14, 30, 60)

#: With fewer outcomes a practice has a table, and no coefficients of its own.
MIN_OUTCOMES = 500

#: The public share of a group of the table counts like so many visits.
TABLE_PRIOR = 20

#: Log-odds are shifted as if that much information (about 25 visits) said "not at all".
SHIFT_PRIOR = 4.0

#: Own attendance is smoothed as if five more visits had been, one of them missed.
PAST_MISSED, PAST_SHOWN = 1, 4

#: Log-odds are shifted anew every week, by what was seen in so many days before it.
RECENT_DAYS = 28

#: No probability is nearer to 0 or 1.
EDGE = 1e-6


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a visit when it is booked.

    ``lead`` counts whole local days from booking to visit, ``weekday`` (0 is Monday)
    and ``hour`` are local to the site; ``shown`` and ``missed`` count the visits of the
    same patient before the local day of booking that took place or did not (see
    `histories`). What is None is not known.
    """

    lead: int
    weekday: int | None = None
    hour: int | None = None
    service: int | None = None
    channel: str | None = None
    shown: int = 0
    missed: int = 0


def bucket(lead: float) -> int:
    """Return the index of the group of lead days."""
    return bisect_left(LEAD_BOUNDS, lead)


def features(known: Known) -> dict[str, float]:
    """Return the features by name; those that are 0 are left out.

    Own attendance is the log of the smoothed odds of not coming against those without
    a past, so that no past is 0.
    """
    lead = max(known.lead, 0)
    found = {f"lead:{bucket(lead)}": 1.0, "lead_log": math.log1p(lead)}
    for name in ("weekday", "hour", "service", "channel"):
        value = getattr(known, name)
        if value is not None:
            found[f"{name}:{value}"] = 1.0
    if known.shown or known.missed:
        # own attendance says less about who comes today than about who comes later
        name = "history_ahead" if lead else "history_same_day"
        odds = (known.missed + PAST_MISSED) / (known.shown + PAST_SHOWN)
        found[name] = math.log(odds * PAST_SHOWN / PAST_MISSED)
    return {name: value for name, value in found.items() if value}


def histories(
    visits: Sequence[tuple[int, date, date, bool]],
) -> list[tuple[int, int]]:
    """Return (shown, missed) of each visit's patient, as known when it was booked.

    A visit is (patient, local day of booking, local day of the visit, missed). Counted
    are the patient's visits on days before the day of booking: what comes later, or is
    decided on that day, was not known. O(n log n).
    """
    days: dict[int, list[tuple[date, bool]]] = defaultdict(list)
    for patient, _booked, day, missed in visits:
        days[patient].append((day, missed))
    past = {}
    for patient, found in days.items():
        found.sort()
        sums = [0]
        for _day, missed in found:
            sums.append(sums[-1] + missed)
        past[patient] = ([day for day, _missed in found], sums)
    result = []
    for patient, booked, _day, _missed in visits:
        dates, sums = past[patient]
        count = bisect_left(dates, booked)
        result.append((count - sums[count], sums[count]))
    return result


@dataclass(frozen=True, slots=True)
class Model:
    """What gives a probability. ``shift`` is added to the log-odds.

    ``shares`` are the shares missed by group of lead days (of the table), or the one
    share of the constant; ``intercept`` and ``coefficients`` belong to logistic
    regression.
    """

    kind: str
    shares: tuple[float, ...] = ()
    intercept: float = 0.0
    coefficients: Mapping[str, float] = field(default_factory=dict)
    shift: float = 0.0

    def log_odds(self, known: Known) -> float:
        """Return the log-odds of not coming."""
        if self.kind == CONSTANT:
            return logit(self.shares[0]) + self.shift
        if self.kind == TABLE:
            return logit(self.shares[bucket(known.lead)]) + self.shift
        coefficients = self.coefficients
        total = self.intercept + self.shift
        for name, value in features(known).items():
            total += coefficients.get(name, 0.0) * value
        return total

    def probability(self, known: Known) -> float:
        """Return the probability of not coming."""
        return sigmoid(self.log_odds(known))

    def shifted(self, shift: float) -> "Model":
        """Return the same model with this shift instead of its own."""
        return replace(self, shift=shift)

    def attendance(self) -> AttendanceTable:
        """Return the share attended by lead days, as `ranking.rank` takes it.

        :raises ValueError: this is no table, and knows more than the lead time
        """
        if self.kind != TABLE:
            raise ValueError("only a table goes by lead time alone")
        return tuple(
            (bound, 1 - sigmoid(logit(share) + self.shift))
            for bound, share in zip((*LEAD_BOUNDS, math.inf), self.shares, strict=True)
        )


def constant(missed: Iterable[bool]) -> Model:
    """Return the model that gives everybody the same: the overall share missed.

    It is smoothed like own attendance, so that no share is 0 or 1.
    """
    hits = [bool(hit) for hit in missed]
    count = len(hits) + PAST_MISSED + PAST_SHOWN
    return Model(CONSTANT, shares=((sum(hits) + PAST_MISSED) / count,))


def table(
    outcomes: Iterable[tuple[float, bool]] = (), prior: float = TABLE_PRIOR
) -> Model:
    """Return the model of shares by lead time, of (lead days, missed).

    Where a practice has few outcomes the public shares speak: in each group they count
    like ``prior`` visits.
    """
    count, missed = [0] * (len(LEAD_BOUNDS) + 1), [0] * (len(LEAD_BOUNDS) + 1)
    for lead, is_missed in outcomes:
        group = bucket(lead)
        count[group] += 1
        missed[group] += bool(is_missed)
    shares = tuple(
        (missed[group] + prior * (1 - attended)) / (count[group] + prior)
        for group, (_bound, attended) in enumerate(ATTENDANCE_BY_LEAD)
    )
    return Model(TABLE, shares=shares)


def logistic(intercept: float, coefficients: Mapping[str, float]) -> Model:
    """Return the model of logistic regression."""
    return Model(LOGISTIC, intercept=intercept, coefficients=dict(coefficients))


def choose(
    outcomes: int,
    brier_logistic: float | None,
    brier_table: float | None,
    brier_constant: float | None = None,
) -> tuple[str, str]:
    """Return (kind, reason) of the model to use: the table unless it is beaten.

    ``outcomes`` are those to train with, the Brier scores those of the same later
    visits. The reason is ``few``, ``not_better``, ``constant`` or ``better``: a
    constant must beat both others, for whoever knows more should not do worse.
    """
    if outcomes < MIN_OUTCOMES or brier_logistic is None or brier_table is None:
        return TABLE, "few"
    best = min(brier_logistic, brier_table)
    if brier_constant is not None and brier_constant < best:
        return CONSTANT, "constant"
    if brier_logistic < brier_table:
        return LOGISTIC, "better"
    return TABLE, "not_better"


def recalibration(
    log_odds: Sequence[float], missed: Sequence[bool], prior: float = SHIFT_PRIOR
) -> float:
    """Return by how much to shift log-odds so that expected equals observed.

    It solves ``sum(sigmoid(z + shift)) + prior * shift = number missed`` by Newton's
    method kept between bounds; without visits the shift is 0.
    """
    observed = sum(map(bool, missed))
    shift, low, high = 0.0, -12.0, 12.0
    for _step in range(100):
        expected, slope = prior * shift, prior
        for value in log_odds:
            chance = sigmoid(value + shift)
            expected += chance
            slope += chance * (1 - chance)
        error = expected - observed
        low, high = (low, shift) if error > 0 else (shift, high)
        if abs(error) < 1e-9 or not slope:
            break
        shift -= error / slope
        if not low < shift < high:
            shift = (low + high) / 2
    return shift


def rolling(
    model: Model,
    visits: Sequence[Known],
    dates: Sequence[tuple[date, date]],
    missed: Sequence[bool],
    chosen: Sequence[int],
    back: int = RECENT_DAYS,
) -> list[float]:
    """Return the probabilities of the ``chosen`` visits as they were when booked.

    Every Monday the model is shifted by the outcomes of the ``back`` days before, so
    that no outcome is used before it was known.

    :param dates: (local day of booking, local day of the visit) of each visit
    """
    order = sorted(range(len(visits)), key=lambda i: dates[i][1])
    days = [dates[i][1] for i in order]
    plain = model.shifted(0.0)
    log_odds = [plain.log_odds(known) for known in visits]
    shifts: dict[date, float] = {}
    chances = []
    for i in chosen:
        booked = dates[i][0]
        monday = booked - timedelta(booked.weekday())
        if monday not in shifts:
            first = bisect_left(days, monday - timedelta(back))
            recent = order[first : bisect_left(days, monday)]
            shifts[monday] = recalibration(
                [log_odds[j] for j in recent], [missed[j] for j in recent]
            )
        chances.append(sigmoid(log_odds[i] + shifts[monday]))
    return chances


def time_split(
    visits: Sequence[tuple[date, date]], share: float = 0.25
) -> tuple[list[int], list[int]]:
    """Split visits, (local day of booking, local day of the visit), in time.

    Returns the indices (to train, to test): the last ``share`` of the bookings test,
    and only visits that were over before the first of these was booked train. What lies
    between, booked before and taking place after, belongs to neither.
    """
    if not visits:
        return [], []
    booked = sorted(item[0] for item in visits)
    first = booked[min(int(len(booked) * (1 - share)), len(booked) - 1)]
    train = [i for i, (_booked, day) in enumerate(visits) if day < first]
    test = [i for i, (made, _day) in enumerate(visits) if made >= first]
    return train, test


def sigmoid(value: float) -> float:
    """Return the probability of log-odds, never quite 0 or 1."""
    if value < 0:
        power = math.exp(max(value, -700.0))
        chance = power / (1 + power)
    else:
        chance = 1 / (1 + math.exp(-min(value, 700.0)))
    return min(max(chance, EDGE), 1 - EDGE)


def logit(chance: float) -> float:
    """Return the log-odds of a probability."""
    chance = min(max(chance, EDGE), 1 - EDGE)
    return math.log(chance / (1 - chance))

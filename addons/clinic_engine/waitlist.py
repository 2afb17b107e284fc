# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who on the waiting list is offered time that became free, and why.

First the wishes: whoever cannot or would not take the time is left out, each with the
rules that leave them out. Among the others an additive score decides, and each term is
shown as a reason:

    urgency weight * steps above routine
    + waiting weight * days / (days + 30)
    + doctor, site, weekday, day part weight / number of choices that were named
    + deadline weight / (1 + days left for the patient after this one)
    + duration weight * share of the gap that the visit fills
    - offers weight * offers before this one, five at most

Waiting rises to a half in a month and stays below 1: with the default weights it
decides among equals in urgency and overtakes no higher one. Who named few doctors,
sites, weekdays or parts of the day has fewer other chances and goes before who takes
anything; who minds nothing gets nothing for it. Equal scores are ordered by who waits
longer, then by id, so that the same question has one answer.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from .clock import DAY, local_clock
from .explain import Reason
from .intervals import Interval
from .reminders import HOUR, MINUTE, Quiet, quiet_around

# The terms of the score, in the order in which they are added up.
TERMS = (
    "urgency",
    "waiting",
    "doctor",
    "site",
    "weekday",
    "day_part",
    "deadline",
    "duration",
    "offers",
)

#: After so many days of waiting its term is worth half of what it can be worth.
HALF_WAIT_DAYS = 30

#: More prior offers than that do not weigh more.
MAX_OFFERS = 5

#: Time that begins sooner (seconds) is not offered any more.
LEAST_NOTICE = 15 * MINUTE

#: No offer stands longer (seconds).
LONGEST_OFFER = DAY


@dataclass(frozen=True, slots=True)
class Gap:
    """Time of one doctor that became free: ``[start, stop)``, buffers included.

    Instants are UTC seconds, lengths seconds. A visit starts a whole number of
    ``step`` from ``anchor`` (None: from ``start``), only at the anchor when ``step`` is
    0. ``services`` are those offered in that session, None is any.

    :raises ValueError: the gap has no length, or the step makes no sense
    """

    doctor: int
    site: int
    start: int
    stop: int
    tz: str
    step: int = 0
    anchor: int | None = None
    services: Collection[int] | None = None

    def __post_init__(self):
        if self.stop <= self.start:
            raise ValueError("a gap stops after it starts")
        if self.step < 0:
            raise ValueError("the step must not be negative")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who waits; what is None or empty is no wish.

    ``duration``, ``before`` and ``after`` (of the service, seconds) are what the visit
    takes; ``joined`` is the instant since which they wait; ``urgency`` counts steps
    above routine. ``weekdays`` (0 is Monday), ``first_day``, ``last_day`` and
    ``day_parts`` (seconds of wall clock in which the visit starts, above 86400 over
    midnight) are local to the gap. ``notice`` is how many seconds ahead they must
    know. ``offers`` counts earlier offers, ``refused`` holds the starts they will not
    be asked again, ``has_offer`` says that one is still open. ``busy`` is when the
    patient has other visits.
    """

    id: int
    service: int
    duration: int
    joined: int
    before: int = 0
    after: int = 0
    urgency: int = 0
    doctors: Collection[int] | None = None
    sites: Collection[int] | None = None
    weekdays: Collection[int] | None = None
    day_parts: Sequence[Interval] | None = None
    first_day: date | None = None
    last_day: date | None = None
    notice: int = 0
    offers: int = 0
    refused: Collection[int] = ()
    has_offer: bool = False
    busy: Sequence[Interval] = ()


@dataclass(frozen=True, slots=True)
class Weights:
    """What each term weighs; ``urgency`` per step, ``offers`` per offer."""

    urgency: float = 1.0
    waiting: float = 0.9
    doctor: float = 0.05
    site: float = 0.05
    weekday: float = 0.05
    day_part: float = 0.05
    deadline: float = 0.3
    duration: float = 0.3
    offers: float = 0.1


@dataclass(frozen=True, slots=True)
class OfferTimes:
    """How long an offer stands, in minutes; shorter for time within ``near_hours``."""

    minutes: int
    near_minutes: int
    near_hours: int


class Ranked(NamedTuple):
    """A candidate with the score, the (name, value) terms of it, and their start."""

    candidate: int
    score: float
    terms: tuple[tuple[str, float], ...]
    start: int


def rank(
    candidates: Collection[Candidate],
    gap: Gap,
    now: int,
    weights: Weights | None = None,
) -> list[Ranked]:
    """Return who can take the gap, best first, each at their earliest start in it."""
    weights = weights or Weights()
    ranked = []
    for candidate in candidates:
        start, reasons = _place(candidate, gap, now)
        if not reasons:
            terms = tuple(_terms(candidate, gap, start, now, weights))
            score = sum(value for _name, value in terms)
            key = (-score, candidate.joined, candidate.id)
            ranked.append((key, Ranked(candidate.id, score, terms, start)))
    ranked.sort(key=lambda item: item[0])
    return [found for _key, found in ranked]


def offer_end(now: int, start: int, times: OfferTimes, quiet: Quiet | None) -> int:
    """Return until when an offer stands that is made now, for a visit at ``start``.

    Quiet hours do not count, as far as the visit and the longest offer allow.
    """
    minutes = times.minutes
    if start - now <= times.near_hours * HOUR:
        minutes = min(minutes, times.near_minutes)
    end = now + minutes * MINUTE
    if hours := quiet_around(end, quiet):
        evening, morning = hours
        end = morning + end - max(evening, now)
    return min(end, now + LONGEST_OFFER, max(start - LEAST_NOTICE, now))


def left_out(
    candidates: Collection[Candidate], gap: Gap, now: int
) -> list[tuple[int, list[Reason]]]:
    """Return who cannot take the gap, by id, with every rule that leaves them out.

    Where each start has something against it, the one with the fewest rules speaks.

    | code | detail |
    |---|---|
    | wrong_service, wrong_doctor, wrong_site | wanted |
    | too_long | needed, free: seconds |
    | offer_open | |
    | wrong_weekday | weekdays |
    | wrong_dates | first, last |
    | wrong_day_part | day_parts |
    | notice | earliest |
    | patient_busy | start, stop |
    | refused_before | start |
    """
    found = ((item.id, _place(item, gap, now)[1]) for item in candidates)
    return sorted((item for item in found if item[1]), key=lambda item: item[0])


def _place(candidate: Candidate, gap: Gap, now: int) -> tuple[int, list[Reason]]:
    """Return the earliest start with the fewest reasons against it, and these."""
    fixed = list(_whole_reasons(candidate, gap))
    best: tuple[int, list[Reason]] | None = None
    for start in _starts(candidate, gap):
        reasons = fixed + list(_start_reasons(candidate, gap, start, now))
        if best is None or len(reasons) < len(best[1]):
            best = (start, reasons)
        if len(reasons) == len(fixed):
            break
    if best is not None:
        return best
    needed = candidate.before + candidate.duration + candidate.after
    detail = {"needed": needed, "free": gap.stop - gap.start}
    return gap.start, [*fixed, Reason("too_long", detail)]


def _starts(candidate: Candidate, gap: Gap) -> Iterator[int]:
    """Yield the starts of the grid at which the visit fits with its buffers."""
    anchor = gap.start if gap.anchor is None else gap.anchor
    first = gap.start + candidate.before
    last = gap.stop - candidate.after - candidate.duration
    if not gap.step:
        if first <= anchor <= last:
            yield anchor
        return
    yield from range(first + (anchor - first) % gap.step, last + 1, gap.step)


def _whole_reasons(candidate: Candidate, gap: Gap) -> Iterator[Reason]:
    """Yield what speaks against the candidate wherever the visit starts."""
    if gap.services is not None and candidate.service not in gap.services:
        yield Reason("wrong_service", {"wanted": candidate.service})
    if candidate.doctors and gap.doctor not in candidate.doctors:
        yield Reason("wrong_doctor", {"wanted": sorted(candidate.doctors)})
    if candidate.sites and gap.site not in candidate.sites:
        yield Reason("wrong_site", {"wanted": sorted(candidate.sites)})
    if candidate.has_offer:
        yield Reason("offer_open", {})


def _start_reasons(
    candidate: Candidate, gap: Gap, start: int, now: int
) -> Iterator[Reason]:
    """Yield what speaks against a visit that starts at that instant."""
    local = local_clock(gap.tz).local(start)
    if candidate.weekdays and local.weekday() not in candidate.weekdays:
        yield Reason("wrong_weekday", {"weekdays": sorted(candidate.weekdays)})
    first, last = candidate.first_day, candidate.last_day
    if (first and local.date() < first) or (last and local.date() > last):
        yield Reason("wrong_dates", {"first": first, "last": last})
    if candidate.day_parts:
        seconds = local.hour * 3600 + local.minute * 60 + local.second
        if not any(_in_part(seconds, part) for part in candidate.day_parts):
            yield Reason("wrong_day_part", {"day_parts": list(candidate.day_parts)})
    if start < now + candidate.notice:
        yield Reason("notice", {"earliest": now + candidate.notice})
    for begin, end in candidate.busy:
        if begin < start + candidate.duration and start < end:
            yield Reason("patient_busy", {"start": begin, "stop": end})
    if start in candidate.refused:
        yield Reason("refused_before", {"start": start})


def _in_part(seconds: int, part: Interval) -> bool:
    first, last = part
    return first <= seconds < last or first <= seconds + DAY < last


def _terms(
    candidate: Candidate, gap: Gap, start: int, now: int, weights: Weights
) -> Iterator[tuple[str, float]]:
    """Yield the weighted terms in the order of ``TERMS``."""
    days = max(0, now - candidate.joined) / DAY
    yield "urgency", weights.urgency * candidate.urgency
    yield "waiting", weights.waiting * days / (days + HALF_WAIT_DAYS)
    yield "doctor", weights.doctor * _narrowness(candidate.doctors)
    yield "site", weights.site * _narrowness(candidate.sites)
    yield "weekday", weights.weekday * _narrowness(candidate.weekdays)
    yield "day_part", weights.day_part * _narrowness(candidate.day_parts)
    left = 0.0
    if candidate.last_day:
        day = local_clock(gap.tz).day(start)
        left = 1 / (1 + (candidate.last_day - day).days)
    yield "deadline", weights.deadline * left
    taken = candidate.before + candidate.duration + candidate.after
    yield "duration", weights.duration * taken / (gap.stop - gap.start)
    # Taken from 0.0, since minus nothing would be shown as -0.0.
    yield "offers", 0.0 - weights.offers * min(candidate.offers, MAX_OFFERS)


def _narrowness(choices: Collection | None) -> float:
    """Return 1 for one choice, less for more, 0 for who minds nothing."""
    return 1 / len(choices) if choices else 0.0

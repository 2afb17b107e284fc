# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The practice and its patients: what is assumed, and who asks for what when.

Every request draws all its chances beforehand, so that the same patients do the same
in every arm as far as the arm leaves them the choice (common random numbers).
"""

import math
import random
from bisect import bisect
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate

from clinic_engine.clock import DAY, local_clock
from clinic_engine.reminders import HOUR, MINUTE, Quiet, Rule
from clinic_engine.waitlist import OfferTimes

TZ = "Europe/Berlin"
CLOCK = local_clock(TZ)
MORNING, AFTERNOON = (8 * HOUR, 12 * HOUR), (14 * HOUR, 17 * HOUR)
PLACE = 15 * MINUTE

#: Mean and standard deviation of a consultation in seconds: 6,637 consultations of a
#: clinic (doi 10.3390/data8030047).
SERVICE_MEAN, SERVICE_SD, SERVICE_LEAST = 801.9, 372.9, 180

#: What a practice starts with: the settings and the rules of the addon.
QUIET = Quiet(21 * HOUR, 8 * HOUR, TZ)
OFFER_TIMES = OfferTimes(minutes=120, near_minutes=20, near_hours=24)
MOST_OFFERS = 20
COST_EMPTY, COST_EXTRA, MOST_PERCENT, ADVICE_DAYS = 100, 200, 15, 7
RULES = (
    Rule(1, "reminder", "email", "before", 24 * HOUR),
    Rule(2, "reminder", "sms", "before", 2 * HOUR),
    Rule(3, "reminder", "email", "before", HOUR),
    Rule(4, "waitlist_offer", "email"),
    Rule(5, "waitlist_offer", "sms"),
)

#: (share of requests, first day wished for, last day wished for), in days from today.
WISHES = ((0.35, (0, 0), 3), (0.35, (0, 3), 14), (0.30, (14, 42), 10))

#: Who finds nothing in the wished days looks so many days further, or goes elsewhere.
FURTHER = 45


@dataclass(frozen=True)
class Assumptions:
    """What patients do. Shares, unless said otherwise."""

    doctors: int = 3
    weeks: int = 52
    warm_up: int = 10  # weeks before that, which are not measured
    demand: float = 1.05  # requests by places
    patients: int = 5000
    # true log-odds of a miss: so much, per log of lead days, spread between patients
    miss_base: float = -2.7
    miss_lead: float = 0.36
    miss_spread: float = 0.8
    # cancelling: a chance per day of lead, at most; of these within a day before
    cancel_daily: float = 0.006
    cancel_most: float = 0.22
    cancel_late: float = 0.3
    # reminders: prevented misses, and which of them are cancelled instead
    effect: float = 0.25
    cancel_instead: float = 0.4
    email: float = 0.9
    sms: float = 0.85
    # waitlist
    takes_later: float = 0.6  # takes a time after the wished days
    joins: float = 0.6  # joins when there was nothing, or only something later
    accepts: float = 0.5  # of offers that are seen in time
    answer_minutes: float = 45  # mean time until an offer is seen
    # costs of the overbooking advice
    cost_empty: float = COST_EMPTY
    cost_extra: float = COST_EXTRA


@dataclass(slots=True)
class Request:
    """Somebody asks for a visit. Draws are uniform from 0 to 1 unless named."""

    id: int
    patient: int
    at: int
    service: int
    channel: str
    first: date
    last: date
    doctor: int | None
    part: tuple | None
    weekdays: tuple
    urgency: int
    notice: int
    trait: float  # of the patient, in log-odds
    draw: dict = field(default_factory=dict)
    consultation: float = 0.0  # seconds
    early: float = 0.0  # seconds before the appointment

    def suits(self, day, seconds, doctor):
        """Whether a time is one of those wished for, the dates aside."""
        return (
            (self.doctor is None or doctor == self.doctor)
            and (self.part is None or self.part[0] <= seconds < self.part[1])
            and (not self.weekdays or day.weekday() in self.weekdays)
        )


#: Draws of a request that are uniform.
DRAWS = ("place", "cancel", "when", "late", "miss", "remind", "instead", "reply")
DRAWS += ("later", "join", "email", "sms")


def first_day():
    """Return the Monday on which the measured year begins."""
    return date(2027, 1, 4)


def span(assumed):
    """Return the first simulated day and the day after the last one."""
    start = first_day() - timedelta(weeks=assumed.warm_up)
    return start, first_day() + timedelta(weeks=assumed.weeks)


def session_hours(weekday, doctor):
    """Return the sessions (start, stop), in seconds of the day, of one doctor."""
    if weekday > 4:
        return ()
    # each doctor is away on two afternoons, which differ
    away = {doctor % 5, (doctor + 2) % 5}
    return (MORNING,) if weekday in away else (MORNING, AFTERNOON)


def places_a_week(assumed):
    """Return how many places all sessions of a week have."""
    return sum(
        (stop - start) // PLACE
        for doctor in range(assumed.doctors)
        for weekday in range(7)
        for start, stop in session_hours(weekday, doctor)
    )


def make_requests(assumed, seed):
    """Return all requests of the simulated time, in order."""
    chance = random.Random(f"requests {seed}")
    traits = [chance.gauss(0, assumed.miss_spread) for _each in range(assumed.patients)]
    start, stop = span(assumed)
    mean = assumed.demand * places_a_week(assumed) / 5
    found = []
    day = start
    while day < stop:
        if day.weekday() < 5:
            count = max(0, round(chance.gauss(mean, math.sqrt(mean))))
            times = sorted(7 * HOUR + chance.random() * 13 * HOUR for _ in range(count))
            for seconds in times:
                at = CLOCK.epoch(day, int(seconds))
                found.append(_request(len(found), at, day, traits, assumed, chance))
        day += timedelta(1)
    return found


def _request(number, at, day, traits, assumed, chance):
    """Return one request; it draws the same count of numbers whatever they are."""
    shares = list(accumulate(share for share, _first, _length in WISHES))
    kind = min(bisect(shares, chance.random()), len(WISHES) - 1)
    _share, (soonest, latest), length = WISHES[kind]
    first = day + timedelta(chance.randint(soonest, latest))
    patient = chance.randrange(assumed.patients)
    wishes = [chance.random() for _each in range(3)]
    doctor, part = chance.randrange(assumed.doctors), chance.choice(("am", "pm"))
    weekdays = tuple(sorted(chance.sample(range(5), 3)))
    parts = {"am": (0, 12 * HOUR), "pm": (12 * HOUR, DAY)}
    request = Request(
        id=number,
        patient=patient,
        at=at,
        service=1 + (chance.random() < 0.25),
        channel="portal" if chance.random() < 0.6 else "backend",
        first=first,
        last=first + timedelta(length),
        doctor=doctor if wishes[0] < 0.5 else None,
        part=parts[part] if wishes[1] < 0.35 else None,
        weekdays=weekdays if wishes[2] < 0.2 else (),
        urgency=int(kind == 0),
        notice=chance.choice((1, 2, 4, 24)) * HOUR,
        trait=traits[patient],
    )
    request.draw = {name: chance.random() for name in DRAWS}
    request.consultation = _consultation(chance)
    request.early = chance.gauss(7, 8) * MINUTE
    return request


def _consultation(chance):
    """Return the length of a consultation in seconds (lognormal)."""
    variance = math.log(1 + (SERVICE_MEAN - SERVICE_LEAST) ** -2 * SERVICE_SD**2)
    mean = math.log(SERVICE_MEAN - SERVICE_LEAST) - variance / 2
    return SERVICE_LEAST + chance.lognormvariate(mean, math.sqrt(variance))


def chance_of_missing(assumed, request, lead, start):
    """Return the true probability of a miss, which no arm knows."""
    local = CLOCK.local(start)
    odds = assumed.miss_base + assumed.miss_lead * math.log1p(lead) + request.trait
    odds += 0.15 * (local.weekday() == 0) + 0.15 * (local.hour < 9)
    return 1 / (1 + math.exp(-odds))


def moment_of_cancelling(assumed, request, now, start):
    """Return when the patient cancels without being reminded, or None."""
    chance = min(assumed.cancel_most, 0.01 + assumed.cancel_daily * (start - now) / DAY)
    if request.draw["cancel"] >= chance:
        return None
    ahead = start - now
    if request.draw["late"] < assumed.cancel_late:
        ahead = min(ahead, DAY)
    at = start - int(request.draw["when"] * ahead)
    return at if now < at < start else None

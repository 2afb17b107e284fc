# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Invented weeks: doctors in a city and around it, reps who start from home."""

import random

from clinic_engine.planner_data import Block, Option, Problem, RepDay, Visit
from clinic_engine.planner_travel import get_matrix

DAY, HOUR, MINUTE = 86400, 3600, 60
#: A Monday, as the number of its day.
MONDAY = 739_500
MONDAY -= (MONDAY - 1) % 7
#: Latitude and longitude of the middle, and a degree's share of them, for 1 km.
MIDDLE, PER_KM = (50.85, 4.35), (1 / 111.2, 1 / 70.2)
#: The segments' base values and shares, urgency in percent.
SEGMENTS, SHARES, URGENCY = (10, 6, 3), (0.2, 0.35, 0.45), (50, 200)
WINDOW, CALL = (45, 120), (15, 20, 25, 30)
OPENS, CLOSES = 8 * HOUR, 18 * HOUR
WORKS = (8 * HOUR + 30 * MINUTE, 17 * HOUR + 30 * MINUTE)
BUFFER = 5 * MINUTE
MOST_CALLS = 10
#: Each second rep-day has a meeting of so many minutes.
MEETING = (30, 90)


def get_day(number):
    """Return the ordinal of a working day: five to a week."""
    return MONDAY + number // 5 * 7 + number % 5


def make(seed, doctors=300, reps=6, days=5, spread=5.0):
    """Return a week of these doctors and reps; ``spread`` is in km (one sigma)."""
    rng = random.Random(seed)
    points = [_get_point(rng, spread) for _number in range(doctors + reps)]
    rep_days = tuple(
        _make_rep_day(rng, rep, get_day(day), doctors + rep)
        for rep in range(reps)
        for day in range(days)
    )
    visits = tuple(_make_visit(rng, i, reps, days) for i in range(doctors))
    return Problem(rep_days, visits, get_matrix(points), buffer=BUFFER)


def _get_point(rng, spread):
    return tuple(
        round(middle + rng.gauss(0, spread) * share, 4)
        for middle, share in zip(MIDDLE, PER_KM, strict=True)
    )


def _make_rep_day(rng, rep, day, home):
    start, stop = (day * DAY + hour for hour in WORKS)
    busy = ()
    if rng.random() < 0.5:
        begin = day * DAY + rng.randrange(9 * HOUR, 16 * HOUR, 15 * MINUTE)
        length = rng.randint(*MEETING) * MINUTE
        busy = (Block(begin, begin + length),)
    return RepDay(rep, day, start, stop, home, home, busy, MOST_CALLS)


def _make_visit(rng, index, reps, days):
    base = rng.choices(SEGMENTS, SHARES)[0]
    value = max(1, round(base * rng.randint(*URGENCY) / 100))
    duration = rng.choice(CALL) * MINUTE
    options = []
    for _window in range(rng.randint(1, 3)):
        length = rng.randint(*WINDOW) * MINUTE
        day = get_day(rng.randrange(days)) * DAY
        first = day + rng.randrange(OPENS, CLOSES - length, 15 * MINUTE)
        last = first + length - duration
        options.append(Option(day // DAY, first, last, duration, index))
    eligible = tuple(sorted(rng.sample(range(reps), 2)))
    return Visit(index, index, value, tuple(sorted(options, key=_by_start)), eligible)


def _by_start(option):
    return option.first

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Small invented problems of the visit planner, each from one number."""

import random
from dataclasses import replace

from ..contact_caps import Caps
from ..planner_data import (
    IN_PERSON,
    LUNCH,
    REMOTE,
    Block,
    DoctorRule,
    Locked,
    Option,
    PracticeRule,
    Problem,
    RepDay,
    Visit,
    Weights,
)

MONDAY = 739_502
DAY = 1000
#: Times in these problems are minutes from the start of the first day.
WEIGHTS = Weights(value=100, travel=1, wait=0, hour=0, load=0)


def make_travel(rng, count):
    """Return ways between points of a plane; rounded up, so that no way is longer."""
    points = [(rng.randrange(40), rng.randrange(40)) for _place in range(count)]
    return tuple(tuple(abs(x - u) + abs(y - v) for u, v in points) for x, y in points)


def make_tiny(seed):
    """Return a problem that can be solved by trying everything."""
    rng = random.Random(seed)
    days = [MONDAY, MONDAY + 1]
    rep_days = tuple(RepDay(1, day, 0, 90, 0, 0, (), 2) for day in days)
    visits = []
    for index in range(4):
        first = rng.randrange(10, 60)
        option = Option(rng.choice(days), first, first + 8, 15, rng.randrange(1, 4))
        other = Option(rng.choice(days), 30, 36, 15, option.place)
        visit = Visit(index, rng.randrange(3), rng.randint(1, 9), (option, other), (1,))
        visits.append(visit)
    points = (0, 4, 9, 17)
    travel = tuple(tuple(abs(x - y) for y in points) for x in points)
    rules = {0: DoctorRule(min_gap=2)}
    return Problem(rep_days, tuple(visits), travel, doctors=rules, weights=WEIGHTS)


def make_in_steps(seed, step=5):
    """Return a problem whose calls start at multiples of a step."""
    problem = make(seed)
    visits = []
    for visit in problem.visits:
        options = [
            replace(
                option,
                first=(first := option.first + -option.first % step),
                last=max(first, option.last // step * step),
            )
            for option in visit.options
        ]
        visits.append(replace(visit, options=tuple(options)))
    return replace(problem, visits=tuple(visits), step=step)


def make(seed):
    """Return a problem with everything that a rule is about."""
    rng = random.Random(seed)
    reps, days = rng.randint(1, 3), rng.randint(1, 6)
    places = rng.randint(3, 10)
    rep_days = tuple(
        _make_rep_day(rng, rep, day, places)
        for rep in range(reps)
        for day in range(days)
        if rng.random() < 0.9
    )
    visits = tuple(
        _make_visit(rng, index, reps, days, places)
        for index in range(rng.randint(0, 25))
    )
    locked = tuple(
        _make_locked(rng, rep_days, places) for _ in range(rng.randint(0, 4))
    )
    return Problem(
        rep_days,
        visits,
        make_travel(rng, places),
        locked,
        {doctor: _make_doctor_rule(rng) for doctor in range(12) if rng.random() < 0.5},
        {practice: _make_practice_rule(rng) for practice in range(3)},
        rng.choice((0, 5)),
        WEIGHTS,
    )


def _place(rng, places):
    return rng.randrange(places) if rng.random() < 0.8 else None


def _make_rep_day(rng, rep, day, places):
    start = day * DAY + rng.randint(0, 60)
    stop = start + rng.randint(150, 480)
    busy = []
    for _block in range(rng.randint(0, 2)):
        begin = rng.randint(start - 30, stop)
        busy.append(Block(begin, begin + rng.randint(5, 90), _place(rng, places)))
    ends = _place(rng, places), _place(rng, places)
    most = rng.choice((None, 2, 5))
    return RepDay(rep, MONDAY + day, start, stop, *ends, tuple(busy), most)


def _make_visit(rng, index, reps, days, places):
    options = []
    kind = rng.choice((IN_PERSON, IN_PERSON, LUNCH, REMOTE))
    place = None if kind == REMOTE else rng.randrange(places)
    for _option in range(rng.randint(0, 3)):
        day = rng.randrange(days + 1)
        first = day * DAY + rng.randint(0, 450)
        option = Option(
            MONDAY + day,
            first,
            first + rng.randint(0, 120),
            rng.randint(10, 40),
            place,
            rng.choice(((), (0,), (1, 2))),
            kind,
            rng.choice((None, first + 30)),
            rng.choice((0, 0, 1)),
            reps=rng.choice((None, None, None, (0,), (0, 1))),
        )
        options.append(option)
    eligible = tuple(rep for rep in range(reps) if rng.random() < 0.7)
    refused = "no_consent_or_no_see" if rng.random() < 0.05 else None
    doctor, value = rng.randrange(12), rng.randint(1, 20)
    solicited = rng.random() < 0.2
    return Visit(index, doctor, value, tuple(options), eligible, solicited, refused)


def _make_locked(rng, rep_days, places):
    index = rng.choice([None, *range(len(rep_days))])
    if index is None:
        day = MONDAY - rng.randint(0, 200)
        start = 0
    else:
        day = rep_days[index].day
        start = rng.randint(rep_days[index].start, rep_days[index].stop)
    doctor, practice = rng.randrange(12), rng.choice(((), (0,), (1,)))
    place = _place(rng, places)
    kind = rng.choice((IN_PERSON, LUNCH))
    asked, counts = rng.random() < 0.2, rng.random() < 0.8
    where = (index, place, practice, kind, asked, counts)
    return Locked(start, start + 20, day, doctor, *where)


def _make_doctor_rule(rng):
    caps = Caps(rng.choice((None, 1, 2)), rng.choice((None, 1, 3)), rng.randint(1, 12))
    return DoctorRule(rng.choice((1, 2, 3)), caps, rng.choice((None, 1)))


def _make_practice_rule(rng):
    return PracticeRule(
        rng.choice((None, 0, 1, 3)),
        rng.choice((None, 2)),
        rng.choice((None, 4)),
        rng.choice((None, 1, 4)),
    )

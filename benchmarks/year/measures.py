# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a year came to, and how arms differ over the seeds."""

from collections import Counter
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

from clinic_engine import no_show_metrics
from clinic_engine.clock import DAY
from scipy.stats import t as student

from . import world
from .simulation import LATE

#: The share of visits with the highest predicted risk that make up one group.
HIGH_SHARE = 0.25


@dataclass(frozen=True)
class Measure:
    """A figure of a year; ``better`` is 1 when more is better, -1 when less is."""

    key: str
    label: str
    better: int
    decimals: int = 1


MEASURES = (
    Measure("fill", "Fill rate (% of places)", 1),
    Measure("seen", "Patients seen a week", 1),
    Measure("missed", "Missed (% of those expected)", -1),
    Measure("late", "Cancelled too late (% of bookings)", -1),
    Measure("wait", "Wait in the session, mean (min)", -1, 2),
    Measure("wait90", "Wait in the session, P90 (min)", -1),
    Measure("wait_low", "Mean wait, lower predicted risk (min)", -1, 2),
    Measure("wait_high", "Mean wait, highest quarter of risk (min)", -1, 2),
    Measure("lead", "From asking to the visit (days)", -1),
    Measure("lost", "Asked and went elsewhere (%)", -1),
    Measure("overtime", "Overtime a session (min)", -1, 2),
    Measure("idle", "Doctor idle a session (min)", -1),
    Measure("messages", "Messages a week", 0, 0),
)


def measure(year):
    """Return {key: figure} of a year."""
    last = world.span(year.assumed)[1]
    visits = [
        visit for visit in year.visits if world.first_day() <= visit.session.day < last
    ]
    count = Counter(visit.outcome for visit in visits)
    places = sum(item.places for item in year.closed)
    seen = [visit for visit in visits if visit.outcome == "seen"]
    late = sum(visit.outcome == "cancelled" and _is_late(visit) for visit in visits)
    weeks = year.assumed.weeks
    asked = [
        request.id
        for request in year.requests
        if world.CLOCK.day(request.at) >= world.first_day()
    ]
    found = {
        "fill": 100 * sum(min(day.seen, day.places) for day in year.closed) / places,
        "seen": count["seen"] / weeks,
        "missed": 100 * count["missed"] / (count["seen"] + count["missed"]),
        "late": 100 * late / (len(visits) - count["moved"]),
        "lead": fmean((visit.start - visit.request.at) / DAY for visit in seen),
        "lost": 100 * sum(key in year.lost for key in asked) / len(asked),
        "overtime": fmean(day.overtime for day in year.closed),
        "idle": fmean(day.idle for day in year.closed),
        "messages": (_sent(visits) + year.offer_messages) / weeks,
    }
    return found | _waits(seen) | _model(visits) | _own(year)


def _is_late(visit):
    return visit.start - visit.ended < LATE


def _sent(visits):
    """Return how many reminders went out: not those of visits given back before."""
    return sum(
        visit.ended is None or at < visit.ended
        for visit in visits
        for at in visit.sends
    )


def _waits(seen):
    waits = sorted(visit.wait for visit in seen)
    chances = sorted(visit.chance for visit in seen)
    edge = chances[int(len(chances) * (1 - HIGH_SHARE))]
    return {
        "wait": fmean(waits),
        "wait90": waits[int(0.9 * len(waits))],
        "wait_low": fmean(visit.wait for visit in seen if visit.chance < edge),
        "wait_high": fmean(visit.wait for visit in seen if visit.chance >= edge),
    }


def _model(visits):
    """Return how the probabilities that were put down did."""
    ended = [visit for visit in visits if visit.outcome in ("seen", "missed")]
    metrics = no_show_metrics.measure(
        [visit.chance for visit in ended],
        [visit.outcome == "missed" for visit in ended],
    )
    return {
        "auc": metrics.auc,
        "brier": metrics.brier,
        "expected": 100 * metrics.expected,
        "observed": 100 * metrics.observed,
        "regression": 100 * fmean(visit.model == "logistic" for visit in ended),
    }


def _own(year):
    """Return what only some arms have."""
    closed = year.closed
    return {
        "above": sum(day.above for day in closed) / year.assumed.weeks,
        "excess": max(day.above - day.limit for day in closed),
        "offers": year.backfill.offers / year.assumed.weeks,
        "accepted": year.backfill.accepted / year.assumed.weeks,
    }


@dataclass(frozen=True)
class Difference:
    """A mean difference over the seeds, and half its 95 % confidence interval."""

    mean: float
    half: float

    @property
    def sign(self):
        """1 or -1 where the interval leaves out 0, else 0."""
        if abs(self.mean) <= self.half or not self.mean:
            return 0
        return 1 if self.mean > 0 else -1


def difference(one, other):
    """Return one arm's figures, by seed, against those of another.

    :param one: list of figures, in the order of the seeds
    :param other: of the same seeds
    """
    found = [left - right for left, right in zip(one, other, strict=True)]
    if len(found) < 2:
        return Difference(fmean(found), float("inf"))
    scale = student.ppf(0.975, len(found) - 1)
    return Difference(fmean(found), scale * stdev(found) / sqrt(len(found)))

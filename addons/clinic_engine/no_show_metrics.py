# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How good probabilities of not coming are, measured on visits they have not seen.

All take ``chances`` (probabilities of not coming) and ``missed`` (whether that came
true) of the same visits in the same order, and give None when it cannot be said.
"""

import math
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from .no_show import logit, sigmoid

Chances = Sequence[float]
Missed = Sequence[bool]


@dataclass(frozen=True, slots=True)
class Bin:
    """Visits with similar probabilities: how many, expected and observed share."""

    count: int
    expected: float
    observed: float


@dataclass(frozen=True, slots=True)
class Period:
    """Visits of one period: how many, and how many were expected and seen to miss."""

    period: Hashable
    count: int
    expected: float
    observed: int


@dataclass(frozen=True, slots=True)
class Metrics:
    """The figures of one evaluation; ``constant`` is the Brier score of the mean."""

    count: int
    observed: float
    expected: float
    auc: float | None
    brier: float
    constant: float
    ece: float
    slope: float | None


def measure(chances: Chances, missed: Missed) -> Metrics | None:
    """Return all figures, None without visits."""
    count = len(chances)
    if not count:
        return None
    share = sum(map(bool, missed)) / count
    return Metrics(
        count=count,
        observed=share,
        expected=sum(chances) / count,
        auc=auc(chances, missed),
        brier=brier(chances, missed),
        constant=share * (1 - share),
        ece=calibration_error(chances, missed),
        slope=calibration_slope(chances, missed),
    )


def auc(chances: Chances, missed: Missed) -> float | None:
    """Return how often one who missed was given more than one who came (ties: half).

    The area under the ROC curve, by ranks (Mann-Whitney), O(n log n).
    """
    positives = sum(map(bool, missed))
    negatives = len(missed) - positives
    if not positives or not negatives:
        return None
    pairs = sorted(zip(chances, missed, strict=True), key=lambda pair: pair[0])
    rank_sum, i = 0.0, 0
    while i < len(pairs):
        j = i
        while j < len(pairs) and pairs[j][0] == pairs[i][0]:
            j += 1
        rank_sum += (i + 1 + j) / 2 * sum(bool(hit) for _chance, hit in pairs[i:j])
        i = j
    return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives)


def brier(chances: Chances, missed: Missed) -> float | None:
    """Return the mean squared distance of probability and outcome; 0 is best."""
    if not chances:
        return None
    pairs = zip(chances, missed, strict=True)
    return math.fsum((chance - bool(hit)) ** 2 for chance, hit in pairs) / len(chances)


def calibration_bins(chances: Chances, missed: Missed, bins: int = 10) -> list[Bin]:
    """Return the visits in up to ``bins`` groups of equal size, by probability.

    Equal probabilities stay together, so that groups may be fewer and uneven.
    """
    pairs = sorted(zip(chances, missed, strict=True), key=lambda pair: pair[0])
    result: list[Bin] = []
    i = 0
    while i < len(pairs):
        j = max(i + 1, round(len(pairs) * (len(result) + 1) / bins))
        j = min(j, len(pairs))
        while j < len(pairs) and pairs[j][0] == pairs[j - 1][0]:
            j += 1
        part = pairs[i:j]
        expected = math.fsum(chance for chance, _hit in part) / len(part)
        observed = sum(bool(hit) for _chance, hit in part) / len(part)
        result.append(Bin(len(part), expected, observed))
        i = j
    return result


def calibration_error(chances: Chances, missed: Missed, bins: int = 10) -> float | None:
    """Return the mean distance of expected and observed share over the groups."""
    groups = calibration_bins(chances, missed, bins)
    if not groups:
        return None
    distance = sum(item.count * abs(item.expected - item.observed) for item in groups)
    return distance / len(chances)


def calibration_slope(chances: Chances, missed: Missed) -> float | None:
    """Return the slope of outcomes on log-odds: below 1 the model is overconfident.

    Logistic regression of one variable by Newton's method; None where the outcomes or
    the probabilities are all alike, or one divides the other without error.
    """
    values = [logit(chance) for chance in chances]
    if len(set(map(bool, missed))) < 2 or len(set(values)) < 2:
        return None
    intercept, slope = 0.0, 1.0
    for _step in range(50):
        step = _newton_step(values, missed, intercept, slope)
        if step is None:
            return None
        intercept, slope = intercept + step[0], slope + step[1]
        if abs(slope) > 50:
            return None
        if abs(step[0]) + abs(step[1]) < 1e-10:
            return slope
    return None


def _newton_step(
    values: Sequence[float], missed: Missed, intercept: float, slope: float
) -> tuple[float, float] | None:
    """Return the change of (intercept, slope), None where it is not determined."""
    g0 = g1 = h00 = h01 = h11 = 0.0
    for value, hit in zip(values, missed, strict=True):
        chance = sigmoid(intercept + slope * value)
        error, weight = bool(hit) - chance, chance * (1 - chance)
        g0 += error
        g1 += error * value
        h00 += weight
        h01 += weight * value
        h11 += weight * value * value
    determinant = h00 * h11 - h01 * h01
    if determinant <= 1e-12 * max(h00 * h11, 1e-300):
        return None
    return (h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant


def drift(
    periods: Sequence[Hashable], chances: Chances, missed: Missed
) -> list[Period]:
    """Return expected and observed by period (a week, a month), in their order."""
    found: dict[Hashable, list] = defaultdict(lambda: [0, 0.0, 0])
    for period, chance, hit in zip(periods, chances, missed, strict=True):
        sums = found[period]
        sums[0] += 1
        sums[1] += chance
        sums[2] += bool(hit)
    return [Period(period, *found[period]) for period in sorted(found)]


def largest_drift(periods: Sequence[Period]) -> float | None:
    """Return the largest distance of expected and observed share of a period.

    Chance alone moves small periods, so each is first taken back by two standard
    errors: 0 says that nothing moved more than chance explains.
    """
    distances = []
    for item in periods:
        expected = item.expected / item.count
        noise = 2 * math.sqrt(expected * (1 - expected) / item.count)
        distance = abs(item.observed / item.count - expected)
        distances.append(max(0.0, distance - noise))
    return max(distances, default=None)

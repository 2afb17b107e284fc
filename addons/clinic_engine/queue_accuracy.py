# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How good the waits were that people had been told."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from statistics import median


@dataclass(frozen=True)
class Accuracy:
    """What became of the bands that were shown. Seconds, and shares from 0 to 1.

    :param bias: mean of (actual wait - start of the band)
    :param mae: mean of its absolute value; ``median_ae`` the median, ``rmse`` the root
        of the mean square
    :param within: waits that ended by the end of the band (four fifths are meant to)
    :param shorter: waits that ended before its start (a half is meant to)
    """

    count: int
    bias: float
    mae: float
    median_ae: float
    rmse: float
    within: float
    shorter: float


def judge(shown: Sequence[tuple[float, float, float]]) -> Accuracy | None:
    """Return how good the estimates were, or None without any.

    :param shown: (start of the band, its end, actual wait) in seconds
    """
    if not shown:
        return None
    count = len(shown)
    errors = [actual - low for low, _high, actual in shown]
    return Accuracy(
        count=count,
        bias=fsum(errors) / count,
        mae=fsum(map(abs, errors)) / count,
        median_ae=median(map(abs, errors)),
        rmse=sqrt(fsum(error**2 for error in errors) / count),
        within=sum(actual <= high for _low, high, actual in shown) / count,
        shorter=sum(actual <= low for low, _high, actual in shown) / count,
    )

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Shapes of real days, which are not shipped: measured where they are at hand.

Lengths of service: 6,637 consultations of a general clinic (Hangu,
doi 10.3390/data8030047). Arrivals: 41,640 hours of an emergency department (package
fastTS of R). Elsewhere the published parameters stand in for both.
"""

import csv
import gzip
import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, exp, log, pi, sqrt
from pathlib import Path
from random import Random
from statistics import fmean

SERVICES = "Merged_ServiceTime.csv.gz"
ARRIVALS = "uihc_ed_arrivals.csv.gz"
ROOT = Path(__file__).parents[2]

#: Seconds: shorter and longer ones are interruptions and mistakes.
SHORTEST, LONGEST = 180, 3600

#: Published: mean and standard deviation of the consultations, in seconds.
MEAN, DEVIATION = 801.9, 372.9
#: Published: arrivals an hour at the quietest time (5:00) and at the peak (17:00).
QUIET, PEAK = 2.2, 9.9


@dataclass(frozen=True)
class Shape:
    """How long services take, and when people come.

    :param source: where that is known from
    :param lengths: seconds to draw from; empty: lognormal
    :param hours: arrivals in each hour of a day, in proportion
    """

    source: str
    hours: tuple
    lengths: Sequence[float] = ()

    @property
    def mean(self) -> float:
        """Seconds of a service."""
        return fmean(self.lengths) if self.lengths else MEAN

    def draw(self, rng: Random) -> float:
        """Return the seconds of one service."""
        if self.lengths:
            return rng.choice(self.lengths)
        variance = log(1 + (DEVIATION / MEAN) ** 2)
        return exp(rng.gauss(log(MEAN) - variance / 2, sqrt(variance)))


def published():
    """Return the ``Shape`` of the published parameters."""
    hours = tuple(
        QUIET + (PEAK - QUIET) * (1 - cos(2 * pi * (hour - 5) / 24)) / 2
        for hour in range(24)
    )
    return Shape("published parameters", hours)


def find():
    """Return the folder of both files, or None: `QUEUE_DATA`, else one beside ours."""
    named = os.environ.get("QUEUE_DATA")
    folders = [Path(named)] if named else sorted(ROOT.parent.glob("*/data/queue"))
    for folder in folders:
        if (folder / SERVICES).exists() and (folder / ARRIVALS).exists():
            return folder
    return None


def read(folder):
    """Return the ``Shape`` of the files in a folder."""
    lengths = [
        float(row["ServTime"])
        for row in _rows(folder / SERVICES)
        if row["ServTime"] not in ("", "NA")
    ]
    lengths = [length for length in lengths if SHORTEST < length <= LONGEST]
    by_hour = defaultdict(list)
    for row in _rows(folder / ARRIVALS):
        by_hour[int(float(row["Hour"]))].append(float(row["Arrivals"]))
    hours = tuple(fmean(by_hour[hour]) for hour in range(24))
    source = f"{len(lengths):,} real consultations, real hours of arrival"
    return Shape(source, hours, lengths)


def get_shape():
    """Return the real shape where the files are, else the published one."""
    folder = find()
    return read(folder) if folder else published()


def _rows(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from csv.DictReader(lines)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Team orienteering with time windows, as published, for the planner.

A node is a visit, a route a rep-day. Distances are Euclidean, rounded down to one
decimal (Solomon's c, r, rc) or two (Cordeau's pr), and travel takes as long as it is
far; windows hold for the start of the service; node 0 is start and end, and its window
closes the day. All times are made integers.
"""

import csv
import math
import os
from dataclasses import dataclass
from pathlib import Path

from clinic_engine.planner_data import Option, Problem, RepDay, Visit, Weights

#: Points count first, travel decides between equals.
WEIGHTS = Weights(value=1000, travel=1, wait=0, hour=0, load=0)
REFERENCES = "best_known.csv"
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Case:
    """An instance with so many routes, and the best score that is known."""

    name: str
    routes: int
    best: int
    is_proven: bool


def find():
    """Return the folder, or None: `TOPTW_DATA` names it, else one beside ours."""
    named = os.environ.get("TOPTW_DATA")
    folders = [Path(named)] if named else sorted(ROOT.parent.glob("*/data/toptw"))
    return next((item for item in folders if (item / REFERENCES).exists()), None)


def get_cases(folder):
    """Return the cases with a reference."""
    with (folder / REFERENCES).open(newline="") as lines:
        return [
            Case(
                row["instance"],
                int(row["m"]),
                int(row["score"]),
                row["status"] == "proven optimal",
            )
            for row in csv.DictReader(lines)
        ]


def load(folder, case):
    """Return the planner's problem of a case."""
    nodes = list(_read(folder / "instances" / f"{case.name}.txt"))
    factor = 100 if case.name.startswith("pr") else 10
    travel = tuple(
        tuple(_get_way(one, other, factor) for other in nodes) for one in nodes
    )
    until = round(nodes[0][-1] * factor)
    days = tuple(RepDay(rep, 1, 0, until, 0, 0) for rep in range(case.routes))
    visits = tuple(
        _to_visit(i, node, factor, case.routes) for i, node in enumerate(nodes) if i > 0
    )
    return Problem(days, visits, travel, weights=WEIGHTS)


def _read(path):
    """Yield x, y, service, score, open, close of each node."""
    for line in path.read_text().splitlines()[2:]:
        values = line.split()
        if values:
            yield tuple(map(float, (*values[1:5], *values[-2:])))


def _get_way(one, other, factor):
    # a little more than nothing, so that 3.0 does not become 2.9
    distance = math.hypot(one[0] - other[0], one[1] - other[1])
    return math.floor(distance * factor + 1e-6)


def _to_visit(index, node, factor, routes):
    _x, _y, service, score, opens, closes = node
    times = (round(value * factor) for value in (opens, closes, service))
    option = Option(1, *times, index)
    return Visit(index, index, round(score), (option,), tuple(range(routes)))

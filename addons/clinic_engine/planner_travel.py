# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How long it takes from place to place: great circle, detour, speed of the area.

A matrix of real travel times may take the place of this one.
"""

import math
from collections.abc import Sequence

EARTH_KM = 6371.0088
MINUTE = 60
#: Roads are about so much longer than the great circle.
DETOUR = 1.3
#: km/h where no speed is known: a city with its traffic.
SPEED = 30.0

#: Latitude and longitude in degrees.
Point = tuple[float, float]


def get_distance(one: Point, other: Point) -> float:
    """Return the great-circle distance of two points in km."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*one, *other))
    part = math.sin((lat2 - lat1) / 2) ** 2
    part += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, part)))


def get_travel(one: Point, other: Point, speed: float = SPEED) -> int:
    """Return the travel time in seconds, rounded up to whole minutes.

    :param speed: in km/h, more than 0
    """
    if speed <= 0:
        raise ValueError("the speed is more than 0")
    hours = get_distance(one, other) * DETOUR / speed
    return math.ceil(round(hours * 60, 6)) * MINUTE


def get_matrix(
    points: Sequence[Point], speeds: Sequence[float] | None = None
) -> tuple[tuple[int, ...], ...]:
    """Return travel times in seconds between all points.

    :param speeds: of the area of each point, in km/h; between two the slower holds
    """
    speeds = speeds or [SPEED] * len(points)
    if len(speeds) != len(points):
        raise ValueError("each point has a speed")
    known: dict[tuple, int] = {}

    def travel(i, j):
        key = (*sorted((points[i], points[j])), min(speeds[i], speeds[j]))
        if key not in known:
            known[key] = get_travel(*key)
        return known[key]

    count = range(len(points))
    return tuple(tuple(0 if i == j else travel(i, j) for j in count) for i in count)

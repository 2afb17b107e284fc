# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a call on a doctor is worth, in points, and of what that is made."""

from dataclasses import dataclass

#: Urgency is the time since the last call over the wanted one, within these bounds.
LEAST_URGENT, MOST_URGENT = 50, 200
#: A call to a doctor nobody called on yet is as urgent as can be.
NEVER = MOST_URGENT


@dataclass(frozen=True, slots=True)
class Worth:
    """What the value of a visit depends on.

    ``base`` are the points of the segment; ``since`` are days since the last call
    (None: never), ``gap`` the days that are wanted between two; ``launch`` is the
    factor of the products that are shown, in percent; ``occurrence`` is 0 for the
    first call in the horizon. Bonuses are points.
    """

    base: int
    since: int | None
    gap: int
    launch: int = 100
    asked: int = 0
    opportunity: int = 0
    occurrence: int = 0


def get_value(worth: Worth) -> tuple[int, tuple[tuple[str, int], ...]]:
    """Return the points, and the terms that add up to them.

    A second call in the horizon is worth half of the first, a third half of that.
    """
    urgency = NEVER
    if worth.since is not None:
        urgency = round(100 * worth.since / max(1, worth.gap))
        urgency = max(LEAST_URGENT, min(MOST_URGENT, urgency))
    due = round(worth.base * urgency / 100)
    launched = round(due * worth.launch / 100)
    terms = [
        ("segment", worth.base),
        ("urgency", due - worth.base),
        ("launch", launched - due),
        ("asked", worth.asked),
        ("opportunity", worth.opportunity),
    ]
    total = sum(points for _name, points in terms)
    halved = total >> worth.occurrence
    terms.append(("repeated", halved - total))
    return halved, tuple((name, points) for name, points in terms if points)

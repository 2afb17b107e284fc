# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""When calls suit a doctor: learned from those that were held and those that were not.

Few calls say little. So the share of a doctor's calls that were held is drawn towards
the share of all doctors, and that of one weekday or hour towards the doctor's own, as
if ``PRIOR`` more calls had come out that way. What is long ago counts less. A weekday
or hour is named only when enough calls speak for it and it is clearly better than the
doctor's average: better no wish than a wrong one.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

#: The average that a share is drawn towards counts like so many calls.
PRIOR = 4.0

#: So many calls (as they count today) on a weekday or at an hour say something.
LEAST = 2.0

#: By how much the share must be above the doctor's own.
GAIN = 0.05

#: After so many days a call counts half.
HALF_LIFE = 180


@dataclass(frozen=True, slots=True)
class Outcome:
    """A call: local weekday (0 is Monday) and hour, whether held, days ago."""

    weekday: int
    hour: int
    held: bool
    age: float = 0.0

    @property
    def weight(self) -> float:
        """How much it counts today."""
        return 0.5 ** (max(self.age, 0.0) / HALF_LIFE)


@dataclass(frozen=True, slots=True)
class Best:
    """What was learned; None where nothing stands out."""

    weekday: int | None = None
    hour: int | None = None


def share(held: float, count: float, towards: float) -> float:
    """Return a share of ``count`` calls, drawn towards another one."""
    return (held + PRIOR * towards) / (count + PRIOR)


def total(outcomes: Iterable[Outcome]) -> tuple[float, float]:
    """Return (held, all), as they count today."""
    held = count = 0.0
    for outcome in outcomes:
        count += outcome.weight
        held += outcome.weight * outcome.held
    return held, count


def base_share(outcomes: Iterable[Outcome]) -> float:
    """Return the share of held calls of all doctors; one half without any."""
    held, count = total(outcomes)
    return held / count if count else 0.5


def learn(outcomes: list[Outcome], base: float) -> Best:
    """Return the weekday and hour at which a doctor's calls are held most.

    :param base: the share of held calls of all doctors
    """
    own = share(*total(outcomes), base)
    return Best(
        _stand_out(outcomes, own, lambda item: item.weekday),
        _stand_out(outcomes, own, lambda item: item.hour),
    )


def _stand_out(outcomes, own: float, key) -> int | None:
    """Return the value whose share stands out above ``own``, or None."""
    groups = defaultdict(list)
    for outcome in outcomes:
        groups[key(outcome)].append(outcome)
    ranked = []
    for value, group in groups.items():
        held, count = total(group)
        found = share(held, count, own)
        if count >= LEAST and found >= own + GAIN:
            ranked.append((-found, -count, value))
    return min(ranked)[2] if ranked else None

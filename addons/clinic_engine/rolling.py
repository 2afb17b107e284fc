# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Totals over rolling months: how much falls into any window of so many months.

A window of 12 months that ends on a day goes back to the same day of the month a year
before, which is not in it any more. Where that month is shorter, it goes back to its
last day. What is added between older and newer entries (a call filed late, a call
before one that is booked already) counts in every window that holds its day, so the
fullest of these decides.
"""

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Entry:
    """So much on a day: one call, four packs of samples."""

    day: date
    amount: int = 1


def add_months(day: date, months: int) -> date:
    """Return the same day of the month, ``months`` later (negative: earlier).

    A month that is too short gives its last day.
    """
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def leaves_on(day: date, months: int) -> date:
    """Return the first day whose window of ``months`` does not hold ``day``."""
    found = add_months(day, months)
    while add_months(found, -months) < day:
        found += timedelta(days=1)
    return found


class RollingTotals:
    """The totals of entries over windows of so many months.

    :raises ValueError: a window of less than a month
    """

    def __init__(self, entries: Sequence[Entry], months: int):
        if months < 1:
            raise ValueError("a window has at least a month")
        self.months = months
        ordered = sorted(entries, key=lambda entry: entry.day)
        self.days = [entry.day for entry in ordered]
        self.sums = [0]
        for entry in ordered:
            self.sums.append(self.sums[-1] + entry.amount)

    def ending(self, day: date) -> int:
        """Return the total of the window that ends on ``day``, that day included."""
        first = bisect_right(self.days, add_months(day, -self.months))
        return self.sums[bisect_right(self.days, day)] - self.sums[first]

    def fullest(self, day: date) -> int:
        """Return the total of the fullest window that holds ``day``."""
        later = self.days[bisect_right(self.days, day) :]
        ends = [end for end in later if add_months(end, -self.months) < day]
        return max(self.ending(end) for end in [day, *ends])

    def first_free(self, day: date, limit: int, amount: int = 1) -> date | None:
        """Return the first day from ``day`` on that takes ``amount`` within ``limit``.

        None where the amount alone is above the limit.
        """
        if amount > limit:
            return None
        freed = {leaves_on(known, self.months) for known in self.days}
        for candidate in sorted({day, *(free for free in freed if free > day)}):
            if self.fullest(candidate) + amount <= limit:
                return candidate
        return None

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Algebra of half-open integer intervals ``[start, stop)``.

Functions that take several lists expect *merged* ones: sorted by start, disjoint
and not touching, as `merge` returns them. All of them return merged lists.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

Interval = tuple[int, int]


def merge(intervals: Iterable[Interval]) -> list[Interval]:
    """Sort intervals and unite those that overlap or touch; empty ones vanish."""
    return unite(sorted(item for item in intervals if item[0] < item[1]))


def unite(intervals: Iterable[Interval]) -> list[Interval]:
    """Do what `merge` does to intervals that are sorted by start and not empty."""
    united = []
    first = last = None
    for start, stop in intervals:
        if last is None or start > last:
            if last is not None:
                united.append((first, last))
            first, last = start, stop
        elif stop > last:
            last = stop
    if last is not None:
        united.append((first, last))
    return united


def intersect(a: Sequence[Interval], b: Sequence[Interval]) -> list[Interval]:
    """Return what lies in both of two merged lists."""
    common = []
    i = j = 0
    while i < len(a) and j < len(b):
        a_start, a_stop = a[i]
        b_start, b_stop = b[j]
        start = a_start if a_start > b_start else b_start
        if a_stop < b_stop:
            stop = a_stop
            i += 1
        else:
            stop = b_stop
            j += 1
        if start < stop:
            common.append((start, stop))
    return common


def complement(a: Sequence[Interval], start: int, stop: int) -> list[Interval]:
    """Return the parts of ``[start, stop)`` that a merged list leaves free."""
    free = []
    cursor = start
    for busy_start, busy_stop in a:
        if busy_start >= stop:
            break
        if cursor < busy_start:
            free.append((cursor, busy_start))
        cursor = max(cursor, busy_stop)
    if cursor < stop:
        free.append((cursor, stop))
    return free


def subtract(a: Sequence[Interval], b: Sequence[Interval]) -> list[Interval]:
    """Return what of the merged list ``a`` no interval of the merged ``b`` covers."""
    if not a or not b:
        return list(a)
    return intersect(a, complement(b, a[0][0], a[-1][1]))


def shrink(free: Iterable[Interval], before: int, length_after: int) -> list[Interval]:
    """Return the instants from which a length fits into one free interval.

    An instant ``s`` fits ``[a, b)`` when ``s - before >= a`` and
    ``s + length_after <= b``. The result is half-open too.
    """
    return [
        (start + before, stop - length_after + 1)
        for start, stop in free
        if start + before <= stop - length_after
    ]


def cut(intervals: Sequence[Interval], start: int, stop: int) -> Sequence[Interval]:
    """Return those of a sorted, disjoint list that overlap ``[start, stop)``, whole.

    Two binary searches: what lies outside is not looked at.
    """
    first = bisect_left(intervals, (start,))
    if first and intervals[first - 1][1] > start:
        first -= 1
    return intervals[first : bisect_left(intervals, (stop,), lo=first)]

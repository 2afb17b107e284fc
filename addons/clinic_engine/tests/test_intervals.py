# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The interval algebra against sets of instants."""

from hypothesis import given
from hypothesis import strategies as st

from ..intervals import complement, cut, intersect, merge, shrink, subtract, unite
from .common import EngineCase, examples
from .worlds import claims, intervals, ticks

BOUNDS = st.tuples(st.integers(-5, 60), st.integers(0, 40))


class TestIntervals(EngineCase):
    def assertMerged(self, found, instants):
        """Check the instants, and that the list is sorted, disjoint, not touching."""
        self.assertEqual(ticks(found), instants)
        for (_start, stop), (start, _stop) in zip(found, found[1:], strict=False):
            self.assertLess(stop, start)
        for start, stop in found:
            self.assertLess(start, stop)

    def test_touching_intervals_unite(self):
        self.assertEqual(merge([(5, 9), (1, 5), (20, 30)]), [(1, 9), (20, 30)])

    def test_empty_intervals_vanish(self):
        self.assertEqual(merge([(3, 3), (8, 6)]), [])
        self.assertEqual(merge([(1, 2), (5, 4), (2, 3)]), [(1, 3)])

    @examples(200)
    @given(intervals(6))
    def test_merge(self, spans):
        self.assertMerged(merge(spans), ticks(spans))

    @examples(200)
    @given(intervals(6))
    def test_unite_what_is_sorted(self, spans):
        spans = sorted((start, stop) for start, stop in spans if start < stop)
        self.assertMerged(unite(spans), ticks(spans))

    @examples(200)
    @given(intervals(5), intervals(5))
    def test_intersect_and_subtract(self, a, b):
        merged_a, merged_b = merge(a), merge(b)
        self.assertMerged(intersect(merged_a, merged_b), ticks(a) & ticks(b))
        self.assertMerged(subtract(merged_a, merged_b), ticks(a) - ticks(b))

    @examples(200)
    @given(intervals(5), BOUNDS)
    def test_complement(self, spans, bounds):
        start, length = bounds
        free = complement(merge(spans), start, start + length)
        self.assertMerged(free, set(range(start, start + length)) - ticks(spans))

    @examples(200)
    @given(intervals(5), st.integers(0, 5), st.integers(1, 9))
    def test_shrink_gives_the_feasible_starts(self, spans, before, length):
        free = merge(spans)
        fits = {
            start
            for start in range(-10, 110)
            if any(a <= start - before and start + length <= b for a, b in free)
        }
        self.assertEqual(ticks(shrink(free, before, length)), fits)

    @examples(200)
    @given(claims(), BOUNDS)
    def test_cut_keeps_what_overlaps_whole(self, spans, bounds):
        start, length = bounds
        stop = start + length + 1
        overlapping = [(a, b) for a, b in spans if a < stop and start < b]
        self.assertEqual(list(cut(spans, start, stop)), overlapping)

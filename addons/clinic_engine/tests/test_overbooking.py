# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How many to book, against published numbers and against trying everything."""

import itertools
import math
from statistics import NormalDist

from hypothesis import given
from hypothesis import strategies as st

from .. import overbooking
from ..overbooking import advise, at_most, count_cost, critical_ratio, missing
from .common import EngineCase, examples

chances = st.lists(st.floats(0, 1), max_size=8)
costs = st.floats(0.1, 10)

#: Published vectors (witusj, experiments-notes, MIT): five units an interval, one in
#: ten does not come. Bookings by interval, mean wait, overtime.
SERVICE = {3: 0.2, 5: 0.3, 8: 0.5}
VECTORS = (
    ([2, 0, 0, 0, 0, 1], 1.83, 1.35),
    ([2, 2, 2, 2], 11.816608810500004, 24.064827562971374),
    ([2, 1, 1, 1, 1, 1, 1], 6.439653759761102, 9.820826086143853),
)


def by_outcomes(values):
    """Return P(N = n) by adding up every combination of who comes."""
    result = [0.0] * (len(values) + 1)
    for outcome in itertools.product((0, 1), repeat=len(values)):
        weight = math.prod(
            value if hit else 1 - value
            for value, hit in zip(values, outcome, strict=True)
        )
        result[sum(outcome)] += weight
    return result


def by_paths(schedule, interval, service):
    """Return (waits, overtime, idle) by walking every combination of lengths."""
    people = [(t, show) for t, shows in enumerate(schedule) for show in shows]
    waits, overtime, idle = [0.0] * len(people), 0.0, 0.0
    each = [
        [(0, 1 - show), *((length, show * p) for length, p in service.items())]
        for _t, show in people
    ]
    for lengths in itertools.product(*each):
        weight = math.prod(chance for _length, chance in lengths)
        free_at = 0
        for i, (t, _show) in enumerate(people):
            start = max(free_at, t * interval)
            waits[i] += weight * (start - t * interval)
            free_at = start + lengths[i][0]
        end = max(free_at, len(schedule) * interval)
        overtime += weight * (end - len(schedule) * interval)
        idle += weight * (end - sum(length for length, _chance in lengths))
    return waits, overtime, idle


class TestCount(EngineCase):
    @examples(150)
    @given(chances)
    def test_distribution_by_every_outcome(self, values):
        found = missing(values)
        self.assertEqual(len(found), len(values) + 1)
        for one, other in zip(found, by_outcomes(values), strict=True):
            self.assertAlmostEqual(one, other, 12)

    def test_equal_chances_are_the_binomial(self):
        found = missing([0.3] * 10)
        for n, chance in enumerate(found):
            self.assertAlmostEqual(chance, math.comb(10, n) * 0.3**n * 0.7 ** (10 - n))
        self.assertAlmostEqual(at_most(found, 3), 0.6496107184)
        self.assertEqual(at_most(found, -1), 0)
        self.assertAlmostEqual(at_most(found, 99), 1, 12)

    def test_textbook(self):
        """N ~ Normal(5, 3), 80 an empty one, 200 one too many: 3.3 more."""
        ratio = critical_ratio(80, 200)
        self.assertAlmostEqual(ratio, 0.2857, 4)
        normal = NormalDist(5, 3)
        self.assertAlmostEqual(normal.inv_cdf(ratio), 3.302, 3)
        self.assertAlmostEqual((normal.inv_cdf(ratio) - 5) / 3, -0.56599, 4)

    @examples(300)
    @given(chances, st.floats(0, 1), costs, costs, st.integers(0, 5))
    def test_as_many_as_cost_least(self, values, newcomer, empty, extra, limit):
        capacity = len(values)
        found = advise(values, capacity, empty, extra, limit, newcomer)
        cost = [
            count_cost(
                by_outcomes([*values, *[newcomer] * more]),
                capacity + more,
                capacity,
                empty,
                extra,
            )
            for more in range(limit + 1)
        ]
        self.assertLessEqual(cost[found.more], min(cost) + 1e-9)
        self.assertEqual(found.seats, found.more)

    @examples(200)
    @given(st.lists(st.floats(0, 0.99), min_size=1, max_size=6), costs, costs)
    def test_chance_of_the_newcomer_does_not_decide_the_next(self, values, cu, co):
        """One more is worth it or not, whoever comes."""
        capacity = max(1, len(values) - 1)
        more = {
            advise(values, capacity, cu, co, len(values) - capacity + 1, new).more
            for new in (0.0, 0.3, 0.95)
        }
        self.assertEqual(len(more), 1)

    def test_free_places_come_first(self):
        """Two of four are free: the advice is for the session once it is full."""
        found = advise([0.5, 0.5], 4, 1, 1, 9)
        self.assertEqual((found.booked, found.more, found.seats), (2, 3, 3))
        full = advise([0.5] * 4, 4, 1, 1, 9)
        self.assertEqual((found.more, found.chance), (full.more, full.chance))
        self.assertEqual(found.chance, 0.5)  # of 7: P(N <= 3)
        self.assertEqual(found.expected, 1)

    def test_nobody_misses_nobody_more(self):
        for values in ([], [0.0] * 5):
            self.assertEqual(advise(values, 5, 9, 1, 3).more, 0)

    def test_limit_and_what_is_above_it_already(self):
        self.assertEqual(advise([0.9] * 5, 5, 9, 1, 0).more, 0)
        self.assertEqual(advise([0.9] * 5, 5, 9, 1, 2).more, 2)
        found = advise([0.9] * 8, 5, 9, 1, 2)
        self.assertEqual((found.more, found.seats), (0, 3))

    def test_what_makes_no_sense(self):
        for arguments in (
            ([0.5], -1, 1, 1, 1),
            ([0.5], 1, 1, 1, -1),
            ([0.5], 1, -1, 1, 1),
            ([0.5], 1, 0, 0, 1),
            ([1.5], 1, 1, 1, 1),
        ):
            with self.assertRaises(ValueError):
                advise(*arguments)


class TestEvaluator(EngineCase):
    def test_published_vectors(self):
        for counts, wait, overtime in VECTORS:
            with self.subTest(counts):
                schedule = [[0.9] * count for count in counts]
                found = overbooking.evaluate(schedule, 5, SERVICE)
                self.assertAlmostEqual(found.wait, wait, 12)
                self.assertAlmostEqual(found.overtime, overtime, 12)

    @examples(100)
    @given(
        st.lists(
            st.lists(st.sampled_from((0.0, 0.5, 0.8, 1.0)), max_size=2),
            min_size=1,
            max_size=3,
        ),
        st.integers(1, 6),
        st.sampled_from(({3: 1.0}, {2: 0.4, 7: 0.6}, {0: 0.5, 4: 0.5})),
    )
    def test_every_path_of_a_day(self, schedule, interval, service):
        found = overbooking.evaluate(schedule, interval, service)
        waits, overtime, idle = by_paths(schedule, interval, service)
        for one, other in zip(found.waits, waits, strict=True):
            self.assertAlmostEqual(one, other, 9)
        self.assertAlmostEqual(found.overtime, overtime, 9)
        self.assertAlmostEqual(found.idle, idle, 9)

    def test_cost_by_hand(self):
        """Two at once who both come for 4 units, in one interval of 5 units."""
        found = overbooking.evaluate([[1.0, 1.0]], 5, {4: 1.0})
        self.assertEqual((found.waits, found.overtime), ((0.0, 4.0), 3.0))
        self.assertEqual(found.idle, 0)
        self.assertEqual(found.cost([1.0, 0.5], wait=2, idle=1, overtime=10), 34)

    def test_empty_day(self):
        found = overbooking.evaluate([[], []], 5, {4: 1.0})
        self.assertEqual((found.wait, found.overtime, found.idle), (0, 0, 10))

    def test_what_makes_no_sense(self):
        for arguments in (
            ([[0.9]], 0, {4: 1.0}),
            ([[1.9]], 5, {4: 1.0}),
            ([[0.9]], 5, {4: 0.5}),
            ([[0.9]], 5, {-4: 1.0}),
            ([[0.9]], 5, {1: 1.5, 2: -0.5}),
            ([[0.9]], 5, {}),
        ):
            with self.assertRaises(ValueError):
                overbooking.evaluate(*arguments)

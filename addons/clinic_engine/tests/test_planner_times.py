# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Times for one call; values of visits; travel."""

from ..planner_data import Locked, Option, Problem, RepDay, Visit
from ..planner_times import TERMS, Wishes, rank_times
from ..planner_travel import get_distance, get_matrix, get_travel
from ..planner_value import Worth, get_value
from .common import HOUR, MINUTE, EngineCase

MONDAY = 739_502
DAY = 86400


class TestPlannerTimes(EngineCase):
    """A doctor who is near to what the rep does in the morning."""

    def setUp(self):
        super().setUp()
        self.problem = self.make()

    def make(self, **fields):
        """Return two days, of which the first has a call next door at ten."""
        days = tuple(
            RepDay(1, MONDAY + d, d * DAY + 8 * HOUR, d * DAY + 18 * HOUR, 0, 0)
            for d in (0, 1)
        )
        options = tuple(
            Option(
                MONDAY + d,
                d * DAY + 9 * HOUR,
                d * DAY + 16 * HOUR,
                30 * MINUTE,
                2,
                **fields,
            )
            for d in (0, 1)
        )
        far = 40 * MINUTE
        travel = ((0, far, far), (far, 0, 5 * MINUTE), (far, 5 * MINUTE, 0))
        visits = (Visit(0, 0, 5, options, (1,)),)
        locked = (Locked(10 * HOUR, 10 * HOUR + 1800, MONDAY, 9, 0, 1),)
        return Problem(days, visits, travel, locked)

    def rank(self, problem=None, n=5, **wishes):
        """Return the best times."""
        return rank_times(problem or self.problem, 0, Wishes(**wishes), n)

    def test_terms_add_up_to_the_score(self):
        for time in self.rank(self.make(weekday=0), due=MONDAY):
            self.assertEqual(tuple(name for name, _value in time.terms), TERMS)
            total = sum(value for _name, value in time.terms)
            self.assertAlmostEqual(time.score, total)

    def test_near_to_another_call_comes_first(self):
        best = self.rank()[0]
        self.assertEqual(best.rep_day, 0)
        self.assertLess(best.travel, 15 * MINUTE)

    def test_the_weekday_and_the_hour_that_suit_come_first(self):
        only = {"preference": 5.0}
        best = self.rank(self.make(weekday=1), weights=only)[0]
        self.assertEqual(best.rep_day, 1)
        hour = self.make(preferred=14 * HOUR)
        self.assertEqual(self.rank(hour, weights=only)[0].start, 14 * HOUR)

    def test_the_day_on_which_a_call_is_due_comes_first(self):
        best = self.rank(due=MONDAY + 1, weights={"due": 1.0})[0]
        self.assertEqual(best.rep_day, 1)

    def test_gaps_of_no_use_come_last(self):
        starts = [
            time.start for time in self.rank(n=99, weights={"fragmentation": 1.0})
        ]
        after = 10 * HOUR + 30 * MINUTE
        self.assertGreater(
            starts.index(after + 15 * MINUTE), starts.index(after + 60 * MINUTE)
        )

    def test_what_stands_is_kept_clear(self):
        for time in self.rank(n=99):
            if time.rep_day == 0:
                clear = time.start + 35 * MINUTE <= 10 * HOUR
                clear = clear or time.start >= 10 * HOUR + 35 * MINUTE
                self.assertTrue(clear)


class TestPlannerValue(EngineCase):
    def test_a_call_that_is_due_is_worth_the_segment(self):
        self.assertEqual(get_value(Worth(10, 30, 30)), (10, (("segment", 10),)))

    def test_urgency_is_bounded(self):
        self.assertEqual(get_value(Worth(10, 0, 30))[0], 5)
        self.assertEqual(get_value(Worth(10, 900, 30))[0], 20)
        self.assertEqual(get_value(Worth(10, None, 30))[0], 20)

    def test_terms_add_up(self):
        worth = Worth(6, 45, 30, 120, 3, 2, 1)
        value, terms = get_value(worth)
        self.assertEqual(value, (round(9 * 1.2) + 5) // 2)
        self.assertEqual(sum(points for _name, points in terms), value)


class TestPlannerTravel(EngineCase):
    def test_a_degree_of_the_equator(self):
        self.assertAlmostEqual(get_distance((0, 0), (0, 1)), 111.195, places=2)

    def test_times_are_whole_minutes_rounded_up(self):
        self.assertEqual(get_travel((0, 0), (0, 0)), 0)
        one = get_travel((50.85, 4.35), (50.86, 4.36), 30)
        self.assertEqual(one % MINUTE, 0)
        self.assertEqual(one, 4 * MINUTE)

    def test_between_two_areas_the_slower_holds(self):
        points = [(50.8, 4.3), (50.9, 4.4)]
        mixed = get_matrix(points, [20, 60])
        self.assertEqual(mixed, get_matrix(points, [20, 20]))
        self.assertGreater(mixed[0][1], get_matrix(points, [60, 60])[0][1])

    def test_speeds_that_mean_nothing_are_refused(self):
        with self.assertRaises(ValueError):
            get_travel((0, 0), (1, 1), 0)
        with self.assertRaises(ValueError):
            get_matrix([(0, 0)], [1, 2])

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from ..best_time import GAIN, PRIOR, Best, Outcome, base_share, learn, share, total
from .common import EngineCase


def calls(weekday, hour, held, missed=0, age=0.0):
    return [
        Outcome(weekday, hour, number < held, age) for number in range(held + missed)
    ]


class TestBestTime(EngineCase):
    def test_shares_are_drawn_towards_the_average(self):
        self.assertEqual(share(0, 0, 0.6), 0.6)
        self.assertAlmostEqual(share(4, 4, 0.5), 0.75)  # (4 + 4 * 0.5) / 8
        self.assertAlmostEqual(share(1, 1, 0.5), 0.6)  # (1 + 2) / 5
        self.assertAlmostEqual(share(1000, 1000, 0.5), 1002 / 1004)

    def test_old_calls_count_less(self):
        held, count = total(calls(0, 9, 1, 1, age=180))
        self.assertAlmostEqual((held, count), (0.5, 1.0))
        self.assertAlmostEqual(Outcome(0, 9, True, 360).weight, 0.25)
        self.assertEqual(Outcome(0, 9, True, -3).weight, 1.0)

    def test_the_average_of_all(self):
        self.assertEqual(base_share([]), 0.5)
        self.assertEqual(base_share(calls(0, 9, 3, 1)), 0.75)

    def test_what_stands_out_is_named(self):
        outcomes = calls(1, 12, 6) + calls(3, 9, 0, 6)
        # own share 0.5; Tuesday (6 + 4 * 0.5) / 10 = 0.8
        self.assertEqual(learn(outcomes, 0.5), Best(1, 12))

    def test_weekday_and_hour_are_learned_apart(self):
        outcomes = (
            calls(1, 12, 4) + calls(1, 9, 2, 3) + calls(3, 12, 2, 3) + calls(3, 9, 0, 4)
        )
        self.assertEqual(learn(outcomes, 0.5), Best(1, 12))

    def test_little_says_nothing(self):
        self.assertEqual(learn([], 0.5), Best())
        self.assertEqual(learn(calls(1, 12, 1), 0.5), Best())
        # many calls, all alike: nothing is better than the doctor's average
        self.assertEqual(learn(calls(1, 12, 60), 0.9), Best())
        alike = calls(1, 12, 5, 5) + calls(2, 9, 5, 5)
        self.assertEqual(learn(alike, 0.5), Best())

    def test_one_lucky_call_does_not_win_over_many(self):
        outcomes = calls(0, 8, 1) + calls(1, 12, 9, 1) + calls(3, 15, 2, 8)
        self.assertEqual(learn(outcomes, 0.5), Best(1, 12))

    def test_what_is_named_is_better_by_the_margin(self):
        outcomes = calls(1, 12, 3, 2) + calls(3, 9, 2, 3)
        # own 0.5; Tuesday (3 + 2) / 9 = 0.556: just above; with one more miss, below
        self.assertEqual(learn(outcomes, 0.5).weekday, 1)
        self.assertEqual(learn([*outcomes, Outcome(1, 12, False)], 0.5), Best())
        self.assertGreater(5 / 9, 0.5 + GAIN)
        self.assertEqual(PRIOR, 4.0)

    def test_habits_change(self):
        outcomes = calls(1, 12, 6, age=720) + calls(1, 12, 0, 3)
        outcomes += calls(4, 8, 3, 0) + calls(2, 10, 1, 3)
        self.assertEqual(learn(outcomes, 0.5), Best(4, 8))

    def test_ties_are_the_same_each_time(self):
        outcomes = calls(4, 8, 4) + calls(1, 12, 4) + calls(2, 10, 0, 4)
        self.assertEqual(learn(outcomes, 0.5), Best(1, 8))
        self.assertEqual(learn(outcomes[::-1], 0.5), Best(1, 8))

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Figures of a model, against numbers found by hand and by other ways of counting."""

import math
import random

from hypothesis import given
from hypothesis import strategies as st

from .. import no_show_metrics as metrics
from ..no_show import sigmoid
from .common import EngineCase, examples

#: The example of scikit-learn's documentation of roc_auc_score: AUC 0.75.
DOCUMENTED = [0.1, 0.4, 0.35, 0.8], [False, False, True, True]

rows = st.lists(
    st.tuples(st.sampled_from((0.05, 0.2, 0.2, 0.4, 0.7, 0.95)), st.booleans()),
    min_size=1,
    max_size=40,
)


class TestFigures(EngineCase):
    def test_auc_as_published(self):
        self.assertEqual(metrics.auc(*DOCUMENTED), 0.75)

    @examples(200)
    @given(rows)
    def test_auc_by_pairs(self, found):
        missed = [chance for chance, hit in found if hit]
        came = [chance for chance, hit in found if not hit]
        expected = None
        if missed and came:
            wins = sum((a > b) + (a == b) / 2 for a in missed for b in came)
            expected = wins / len(missed) / len(came)
        measured = metrics.auc(*zip(*found, strict=True))
        if expected is None:
            self.assertIsNone(measured)
        else:
            self.assertAlmostEqual(measured, expected, 12)

    def test_brier_as_published(self):
        """The example of scikit-learn's documentation of brier_score_loss: 0.0375."""
        chances, missed = [0.1, 0.9, 0.8, 0.3], [False, True, True, False]
        self.assertAlmostEqual(metrics.brier(chances, missed), 0.0375)
        self.assertIsNone(metrics.brier([], []))

    def test_groups_by_hand(self):
        chances = [0.1, 0.2, 0.2, 0.2, 0.3, 0.9]
        missed = [False, False, True, False, True, True]
        found = metrics.calibration_bins(chances, missed, 3)
        self.assertEqual([item.count for item in found], [4, 1, 1])
        self.assertAlmostEqual(found[0].expected, 0.175)
        self.assertAlmostEqual(found[0].observed, 0.25)
        self.assertAlmostEqual(found[1].expected, 0.3)
        # (4 * 0.075 + 0.7 + 0.1) / 6
        error = metrics.calibration_error(chances, missed, 3)
        self.assertAlmostEqual(error, 1.1 / 6)

    @examples(200)
    @given(rows, st.integers(1, 10))
    def test_groups_hold_everybody_in_order(self, found, bins):
        groups = metrics.calibration_bins(*zip(*found, strict=True), bins)
        self.assertLessEqual(len(groups), bins)
        self.assertEqual(sum(item.count for item in groups), len(found))
        means = [item.expected for item in groups]
        self.assertEqual(means, sorted(means))
        share = sum(item.count * item.observed for item in groups)
        self.assertAlmostEqual(share, sum(hit for _chance, hit in found))

    def test_slope_of_what_is_twice_as_sure_as_it_may_be(self):
        """Of groups whose shares are those of half the log-odds, the slope is 1/2."""
        chances, missed = [], []
        for value in (-4.0, -2.0, 0.0, 2.0, 4.0):
            share = round(sigmoid(value / 2) * 1000)
            chances += [sigmoid(value)] * 1000
            missed += [True] * share + [False] * (1000 - share)
        self.assertAlmostEqual(metrics.calibration_slope(chances, missed), 0.5, 2)

    def test_slope_that_cannot_be_said(self):
        for chances, missed in (
            ([], []),
            ([0.2, 0.2], [True, False]),
            ([0.2, 0.3], [True, True]),
            ([0.2, 0.3], [False, True]),  # divided without error: no finite slope
        ):
            self.assertIsNone(metrics.calibration_slope(chances, missed))

    def test_true_probabilities_are_well_calibrated(self):
        chance = random.Random(1)
        chances = [chance.random() for _i in range(20000)]
        missed = [chance.random() < value for value in chances]
        found = metrics.measure(chances, missed)
        self.assertEqual(found.count, 20000)
        self.assertAlmostEqual(found.slope, 1, 1)
        self.assertAlmostEqual(found.auc, 5 / 6, 2)  # of uniform true probabilities
        self.assertAlmostEqual(found.brier, 1 / 6, 2)
        self.assertAlmostEqual(found.constant, 1 / 4, 2)
        self.assertLess(found.ece, 0.02)
        self.assertAlmostEqual(found.observed, found.expected, 2)

    def test_no_visits(self):
        self.assertIsNone(metrics.measure([], []))
        self.assertIsNone(metrics.calibration_error([], []))


class TestDrift(EngineCase):
    def test_periods_by_hand(self):
        found = metrics.drift(["w2", "w1", "w2"], [0.2, 0.5, 0.4], [True, False, False])
        self.assertEqual([item.period for item in found], ["w1", "w2"])
        self.assertEqual([(p.count, p.observed) for p in found], [(1, 0), (2, 1)])
        self.assertAlmostEqual(found[1].expected, 0.6)

    def test_what_chance_explains_is_no_drift(self):
        steady = [metrics.Period(1, 100, 20.0, 24)]
        self.assertEqual(metrics.largest_drift(steady), 0)
        moved = [*steady, metrics.Period(2, 100, 20.0, 40)]
        expected = 0.2 - 2 * math.sqrt(0.2 * 0.8 / 100)
        self.assertAlmostEqual(metrics.largest_drift(moved), expected)
        self.assertIsNone(metrics.largest_drift([]))

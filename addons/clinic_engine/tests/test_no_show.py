# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Probabilities of not coming: what is known, scoring, shifting, choosing."""

import math
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ..no_show import (
    CONSTANT,
    LEAD_BOUNDS,
    LOGISTIC,
    TABLE,
    Known,
    bucket,
    choose,
    constant,
    features,
    histories,
    logistic,
    logit,
    recalibration,
    rolling,
    sigmoid,
    table,
    time_split,
)
from ..ranking import ATTENDANCE_BY_LEAD
from .common import EngineCase, examples

FIRST = date(2030, 6, 3)


def day(number):
    return FIRST + timedelta(number)


visits = st.lists(
    st.tuples(
        st.integers(1, 3), st.integers(0, 9), st.integers(0, 9), st.booleans()
    ).map(lambda v: (v[0], day(v[1]), day(v[1] + v[2]), v[3])),
    max_size=25,
)


class TestKnown(EngineCase):
    def test_groups_of_lead_days(self):
        expected = {0: 0, 1: 1, 2: 2, 3: 2, 4: 3, 7: 3, 8: 4, 14: 4, 15: 5}
        expected |= {30: 5, 31: 6, 60: 6, 61: 7, 900: 7}
        self.assertEqual({lead: bucket(lead) for lead in expected}, expected)

    def test_features_of_one_visit_by_hand(self):
        found = features(Known(5, 2, 14, 7, "portal", shown=4, missed=3))
        self.assertEqual(
            found,
            {
                "lead:3": 1,
                "lead_log": math.log(6),
                "weekday:2": 1,
                "hour:14": 1,
                "service:7": 1,
                "channel:portal": 1,
                # (3 + 1) / (4 + 4) against 1 / 4
                "history_ahead": math.log(2),
            },
        )

    def test_nothing_is_made_up_where_nothing_is_known(self):
        self.assertEqual(features(Known(0)), {"lead:0": 1})
        self.assertEqual(features(Known(-3)), {"lead:0": 1})
        same_day = features(Known(0, shown=4))
        self.assertEqual(same_day, {"lead:0": 1, "history_same_day": -math.log(2)})

    def test_own_past_ends_before_the_day_of_booking(self):
        rows = [
            (1, day(0), day(2), True),
            (1, day(1), day(3), False),
            (2, day(0), day(1), True),
            (1, day(3), day(9), True),  # knows day 2, not what happens on day 3
            (1, day(4), day(5), False),  # knows days 2 and 3, not the one of day 9
        ]
        self.assertEqual(histories(rows), [(0, 0), (0, 0), (0, 0), (0, 1), (1, 1)])

    @examples(200)
    @given(visits)
    def test_own_past_as_a_loop_finds_it(self, rows):
        expected = [
            tuple(
                sum(
                    other[0] == patient and other[2] < booked and other[3] is missed
                    for other in rows
                )
                for missed in (False, True)
            )
            for patient, booked, _day, _missed in rows
        ]
        self.assertEqual(histories(rows), expected)

    @examples(200)
    @given(visits, st.sampled_from((0.25, 0.5, 0.01)))
    def test_no_label_of_training_is_younger_than_a_tested_booking(self, rows, share):
        pairs = [(booked, visit) for _patient, booked, visit, _missed in rows]
        train, test = time_split(pairs, share)
        self.assertFalse(set(train) & set(test))
        self.assertEqual(bool(pairs), bool(test))
        for i in train:
            for j in test:
                self.assertLess(pairs[i][1], pairs[j][0])
        if test:
            first = min(pairs[j][0] for j in test)
            self.assertTrue(
                all(pairs[i][0] < first for i in set(range(len(rows))) - set(test))
            )
            self.assertTrue(
                all(i in train for i, p in enumerate(pairs) if p[1] < first)
            )


class TestTable(EngineCase):
    def test_without_outcomes_it_is_the_public_one(self):
        found = table()
        self.assertEqual(found.kind, TABLE)
        for (bound, share), (limit, expected) in zip(
            found.attendance(), ATTENDANCE_BY_LEAD, strict=True
        ):
            self.assertEqual(bound, limit)
            self.assertAlmostEqual(share, expected, 12)
        self.assertAlmostEqual(found.probability(Known(0)), 0.0465)
        self.assertAlmostEqual(found.probability(Known(400)), 0.285)

    def test_own_outcomes_outweigh_it_by_their_number(self):
        """Of 30 visits the next day 15 missed; the public 21.4 % count like 20."""
        found = table([(1, n < 15) for n in range(30)])
        self.assertAlmostEqual(found.shares[1], (15 + 20 * 0.214) / 50)
        self.assertAlmostEqual(found.shares[2], 0.237)

    @examples(100)
    @given(
        st.lists(st.tuples(st.integers(0, 90), st.booleans()), max_size=60),
        st.sampled_from((0.5, 20)),
    )
    def test_each_share_lies_between_the_public_and_the_own(self, outcomes, prior):
        found = table(outcomes, prior)
        for group, share in enumerate(found.shares):
            own = [missed for lead, missed in outcomes if bucket(lead) == group]
            public = 1 - ATTENDANCE_BY_LEAD[group][1]
            mean = sum(own) / len(own) if own else public
            self.assertGreaterEqual(share, min(mean, public) - 1e-12)
            self.assertLessEqual(share, max(mean, public) + 1e-12)

    def test_bounds_are_those_of_the_ranking(self):
        self.assertEqual([b for b, _s in ATTENDANCE_BY_LEAD[:-1]], list(LEAD_BOUNDS))


class TestLogistic(EngineCase):
    def test_score_by_hand(self):
        coefficients = {"lead:3": 0.4, "hour:9": -0.2, "channel:portal": 0.1}
        found = logistic(-1.5, coefficients)
        self.assertEqual(found.kind, LOGISTIC)
        visit = Known(5, weekday=2, hour=9, service=7, channel="portal")
        self.assertAlmostEqual(found.log_odds(visit), -1.2)
        self.assertAlmostEqual(found.probability(visit), 1 / (1 + math.exp(1.2)))
        shifted = found.shifted(0.2).probability(visit)
        self.assertAlmostEqual(shifted, 1 / (1 + math.exp(1.0)))

    def test_attendance_by_lead(self):
        found = table().shifted(0.5).attendance()
        self.assertAlmostEqual(found[1][1], 1 - sigmoid(logit(0.214) + 0.5))
        with self.assertRaisesRegex(ValueError, "lead time alone"):
            logistic(-1.0, {"lead:0": -2.0}).attendance()

    def test_edges(self):
        self.assertEqual(sigmoid(0), 0.5)
        for value in (-1e9, -40, 40, 1e9):
            self.assertTrue(0 < sigmoid(value) < 1)
        for chance in (0, 1e-9, 0.3, 1):
            self.assertTrue(math.isfinite(logit(chance)))
        self.assertAlmostEqual(sigmoid(logit(0.3)), 0.3)


class TestRecalibration(EngineCase):
    def test_by_hand(self):
        """Half was expected and three of four missed: log-odds of 3 to 1."""
        found = recalibration([0.0] * 4, [True, True, True, False], prior=0)
        self.assertAlmostEqual(found, math.log(3))

    def test_nothing_seen_nothing_shifted(self):
        self.assertEqual(recalibration([], []), 0)

    def test_little_is_believed_little(self):
        few = recalibration([0.0] * 4, [True] * 4)
        many = recalibration([0.0] * 400, [True] * 400)
        self.assertTrue(0 < few < 1 < many < 12, (few, many))

    @examples(200)
    @given(
        st.lists(st.tuples(st.floats(-6, 6), st.booleans()), min_size=1, max_size=40),
        st.sampled_from((0.5, 4.0, 25.0)),
    )
    def test_expected_becomes_observed(self, rows, prior):
        values, missed = zip(*rows, strict=True)
        shift = recalibration(values, missed, prior)
        expected = sum(sigmoid(value + shift) for value in values)
        self.assertAlmostEqual(expected + prior * shift, sum(missed), 6)


class TestRolling(EngineCase):
    def test_only_what_was_known_on_monday_shifts(self):
        """Everybody misses the first week; it is a Monday that FIRST is."""
        model = table()
        known = Known(0)
        dates = [(day(n), day(n)) for n in range(14)]
        missed = [n < 7 for n in range(14)]
        chances = rolling(model, [known] * 14, dates, missed, range(14))
        plain = model.probability(known)
        for chance in chances[:7]:
            self.assertAlmostEqual(chance, plain)
        shift = recalibration([logit(plain)] * 7, [True] * 7)
        for chance in chances[7:]:
            self.assertAlmostEqual(chance, sigmoid(logit(plain) + shift))

    def test_what_is_long_ago_is_forgotten(self):
        dates = [(day(0), day(0)), (day(35), day(36))]
        chances = rolling(table(), [Known(1)] * 2, dates, [True, False], [1])
        self.assertAlmostEqual(chances[0], table().probability(Known(1)))
        back = rolling(table(), [Known(1)] * 2, dates, [True, False], [1], 99)
        self.assertGreater(back[0], chances[0])


class TestChoice(EngineCase):
    def test_the_table_unless_it_is_beaten(self):
        cases = (
            ((499, 0.1, 0.2), (TABLE, "few")),
            ((500, None, 0.2), (TABLE, "few")),
            ((500, 0.2, 0.2), (TABLE, "not_better")),
            ((9999, 0.21, 0.2), (TABLE, "not_better")),
            ((500, 0.19, 0.2), (LOGISTIC, "better")),
            ((500, 0.19, 0.2, 0.19), (LOGISTIC, "better")),
            ((500, 0.2, 0.19, 0.19), (TABLE, "not_better")),
            ((500, 0.19, 0.2, 0.18), (CONSTANT, "constant")),
            ((499, 0.19, 0.2, 0.18), (TABLE, "few")),
        )
        for arguments, expected in cases:
            with self.subTest(arguments):
                self.assertEqual(choose(*arguments), expected)

    @given(st.lists(st.booleans(), max_size=30), st.integers(0, 90))
    @examples(50)
    def test_a_constant_is_the_same_for_everybody(self, missed, lead):
        model = constant(missed)
        share = (sum(missed) + 1) / (len(missed) + 5)
        self.assertAlmostEqual(model.probability(Known(lead)), share)
        self.assertEqual(model.probability(Known(lead)), model.probability(Known(0)))
        more = model.shifted(1.0).probability(Known(lead))
        self.assertAlmostEqual(logit(more) - logit(share), 1.0)

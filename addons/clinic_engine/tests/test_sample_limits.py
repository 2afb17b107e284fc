# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Limits of samples, against a count of every window."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from ..rolling import add_months
from ..sample_limits import (
    Breach,
    Drop,
    SampleRule,
    allowance,
    check_drop,
    choose_rules,
)
from .common import EngineCase, examples
from .test_contact_caps import days, naive_fullest

#: Four of a medicine within a year, for two years after the first request.
FOUR_A_YEAR = SampleRule(per_period=4, years=2)
limits = st.one_of(st.none(), st.integers(0, 6))


class TestDrops(EngineCase):
    def test_the_fifth_of_a_year_waits(self):
        drops = [Drop(date(2030, 1, 10), 3), Drop(date(2030, 6, 1), 1)]
        (found,) = check_drop([FOUR_A_YEAR], drops, date(2030, 9, 1), 1)
        self.assertEqual(found, Breach("per_period", 4, 4, 0, date(2031, 1, 10)))
        later = date(2031, 1, 10)
        self.assertEqual(check_drop([FOUR_A_YEAR], drops, later, 3), [])
        self.assertEqual(allowance([FOUR_A_YEAR], drops, later), 3)

    def test_two_years_after_the_first_request_it_ends(self):
        first = date(2028, 5, 1)
        end = {"first_request": first}
        self.assertEqual(check_drop([FOUR_A_YEAR], [], date(2030, 5, 1), 1, **end), [])
        (found,) = check_drop([FOUR_A_YEAR], [], date(2030, 5, 2), 1, **end)
        self.assertEqual((found.code, found.until), ("too_late", date(2030, 5, 1)))
        self.assertEqual(allowance([FOUR_A_YEAR], [], date(2030, 5, 2), **end), 0)

    def test_two_lots_of_a_call_count_together(self):
        rule = SampleRule(per_call=2)
        day = date(2030, 5, 2)
        self.assertEqual(check_drop([rule], [], day, 1, same_call=1), [])
        (found,) = check_drop([rule], [], day, 2, same_call=1)
        self.assertEqual((found.code, found.used, found.left), ("per_call", 1, 1))

    def test_only_whole_packs(self):
        for quantity in (0, -1, 1.5, True, "2"):
            with self.subTest(quantity=quantity):
                (found,) = check_drop([], [], date(2030, 5, 2), quantity)
                self.assertEqual(found.code, "quantity")

    def test_the_gravest_comes_first(self):
        rule = SampleRule(per_call=1, per_period=1, years=1)
        found = check_drop(
            [rule], [], date(2030, 5, 2), 2, first_request=date(2020, 1, 1)
        )
        codes = [breach.code for breach in found]
        self.assertEqual(codes, ["too_late", "per_call", "per_period"])

    def test_without_rules_there_is_no_limit(self):
        self.assertIsNone(allowance([], [], date(2030, 5, 2)))
        self.assertEqual(check_drop([], [], date(2030, 5, 2), 99), [])

    @examples(250)
    @given(
        st.lists(st.tuples(days, st.integers(1, 4)), max_size=6),
        days,
        st.lists(
            st.builds(
                SampleRule,
                per_call=limits,
                per_period=limits,
                months=st.sampled_from([1, 6, 12]),
                years=st.one_of(st.none(), st.integers(1, 3)),
            ),
            max_size=3,
        ),
        st.one_of(st.none(), days),
    )
    def test_the_allowance_is_the_most_that_passes(self, listed, day, rules, first):
        drops = [Drop(*pair) for pair in listed]
        most = allowance(rules, drops, day, first_request=first)
        for quantity in range(1, 9):
            breaches = check_drop(rules, drops, day, quantity, first_request=first)
            allowed = all(
                (rule.per_call is None or quantity <= rule.per_call)
                and (
                    rule.per_period is None
                    or naive_fullest(listed, day, rule.months) + quantity
                    <= rule.per_period
                )
                and (
                    not first
                    or not rule.years
                    or day <= add_months(first, 12 * rule.years)
                )
                for rule in rules
            )
            self.assertEqual(not breaches, allowed)
            self.assertEqual(not breaches, most is None or quantity <= most)


class TestChoice(EngineCase):
    def test_a_country_has_its_own(self):
        everywhere, british = SampleRule(per_call=9), SampleRule("GB", per_period=4)
        rules = [everywhere, british]
        self.assertEqual(choose_rules(rules, "GB", 7), [british])
        self.assertEqual(choose_rules(rules, "BE", 7), [everywhere])
        self.assertEqual(choose_rules(rules, None, 7), [everywhere])

    def test_a_product_has_its_own_within_the_country(self):
        british = SampleRule("GB", per_period=4)
        strict = SampleRule("GB", 7, per_period=1)
        elsewhere = SampleRule(None, 7, per_period=2)
        rules = [british, strict, elsewhere]
        self.assertEqual(choose_rules(rules, "GB", 7), [strict])
        self.assertEqual(choose_rules(rules, "GB", 8), [british])
        self.assertEqual(choose_rules(rules, "BE", 7), [elsewhere])
        self.assertEqual(choose_rules(rules, "BE", 8), [])

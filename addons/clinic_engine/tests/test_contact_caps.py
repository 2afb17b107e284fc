# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Caps on calls over rolling months, against a count of every window."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ..contact_caps import (
    Caps,
    Contact,
    Excess,
    Rates,
    check_call,
    count_contacts,
    rates,
)
from ..rolling import Entry, RollingTotals, add_months, leaves_on
from .common import EngineCase, examples

DAY = timedelta(days=1)
days = st.dates(date(2027, 11, 20), date(2030, 3, 31))
months_counts = st.sampled_from([1, 2, 6, 12])


def naive_fullest(listed, day, months):
    """Count every window, day by day, that holds ``day``."""
    best = 0
    end = day
    while add_months(end, -months) < day:
        first = add_months(end, -months)
        best = max(best, sum(n for known, n in listed if first < known <= end))
        end += DAY
    return best


class TestMonths(EngineCase):
    def test_short_months_give_their_last_day(self):
        self.assertEqual(add_months(date(2028, 2, 29), 12), date(2029, 2, 28))
        self.assertEqual(add_months(date(2030, 3, 31), -1), date(2030, 2, 28))
        self.assertEqual(add_months(date(2030, 1, 15), -13), date(2028, 12, 15))

    def test_a_leap_day_is_in_the_window_for_a_whole_year(self):
        self.assertEqual(leaves_on(date(2028, 2, 29), 12), date(2029, 3, 1))
        self.assertEqual(leaves_on(date(2030, 5, 7), 12), date(2031, 5, 7))

    def test_a_window_has_at_least_a_month(self):
        with self.assertRaises(ValueError):
            RollingTotals([], 0)

    @examples(300)
    @given(
        st.lists(st.tuples(days, st.integers(1, 4)), max_size=8), days, months_counts
    )
    def test_fullest_window_against_all_windows(self, listed, day, months):
        totals = RollingTotals([Entry(*pair) for pair in listed], months)
        self.assertEqual(totals.fullest(day), naive_fullest(listed, day, months))

    @examples(150)
    @given(
        st.lists(st.tuples(days, st.integers(1, 3)), max_size=6),
        days,
        st.integers(1, 4),
        st.integers(1, 3),
    )
    def test_first_free_day_against_every_day(self, listed, day, limit, amount):
        totals = RollingTotals([Entry(*pair) for pair in listed], 1)
        found = totals.first_free(day, limit, amount)
        if amount > limit:
            self.assertIsNone(found)
            return
        wanted = day
        while naive_fullest(listed, wanted, 1) + amount > limit:
            wanted += DAY
        self.assertEqual(found, wanted)


class TestCalls(EngineCase):
    def setUp(self):
        super().setUp()
        self.year = [Contact(date(2030, month, 1)) for month in (1, 4, 9)]
        self.caps = Caps(calls=3)

    def test_the_fourth_call_of_a_year_waits(self):
        (found,) = check_call(self.year, date(2030, 12, 31), False, self.caps)
        self.assertEqual(found, Excess("calls", 3, 3, date(2031, 1, 1)))
        self.assertEqual(check_call(self.year, date(2031, 1, 1), False, self.caps), [])

    def test_what_the_doctor_asked_for_is_no_call(self):
        day = date(2030, 10, 1)
        self.assertEqual(check_call(self.year, day, True, self.caps), [])
        asked = [*self.year[:2], Contact(date(2030, 9, 1), is_solicited=True)]
        self.assertEqual(check_call(asked, day, False, self.caps), [])

    def test_contacts_have_their_own_cap(self):
        caps = Caps(calls=9, contacts=3)
        (found,) = check_call(self.year, date(2030, 10, 1), True, caps)
        self.assertEqual((found.rate, found.limit, found.count), ("contacts", 3, 3))

    def test_calls_that_are_booked_already_count(self):
        """A call in March makes a fourth for the year that ends in September."""
        self.assertTrue(check_call(self.year, date(2030, 3, 1), False, self.caps))
        self.assertEqual(check_call(self.year, date(2029, 3, 1), False, self.caps), [])

    def test_none_allowed_means_none(self):
        (found,) = check_call([], date(2030, 3, 1), False, Caps(calls=0))
        self.assertEqual(found, Excess("calls", 0, 0, None))

    @examples(200)
    @given(
        st.lists(st.tuples(days, st.booleans()), max_size=8),
        days,
        st.booleans(),
        st.integers(0, 4),
        months_counts,
    )
    def test_against_all_windows(self, listed, day, is_solicited, limit, months):
        contacts = [Contact(*pair) for pair in listed]
        found = check_call(contacts, day, is_solicited, Caps(limit, None, months))
        calls = [(known, 1) for known, asked in listed if not asked]
        count = naive_fullest(calls, day, months)
        self.assertEqual(bool(found), not is_solicited and count + 1 > limit)


class TestRates(EngineCase):
    def test_the_two_rates_by_hand(self):
        first = [Contact(date(2030, 1, 5)), Contact(date(2030, 2, 5), True)]
        end = date(2030, 12, 31)
        self.assertEqual(count_contacts(first, end), (1, 2))
        self.assertEqual(rates([first, []], end), Rates(0.5, 1.0))
        self.assertIsNone(rates([], end))
        self.assertEqual(rates([first], date(2031, 2, 1)), Rates(0.0, 1.0))

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The dates of weekly, two-weekly and RRULE rules."""

from datetime import date, datetime, timedelta
from unittest.mock import patch

from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from .. import recurrence
from ..recurrence import RecurrenceError, rrule_dates, weekly_dates
from .common import EngineCase, examples

MONDAY, FRIDAY = 0, 4
DATES = st.dates(date(2024, 1, 1), date(2027, 12, 31))


def days(*texts):
    return [date.fromisoformat(text) for text in texts]


class TestWeekly(EngineCase):
    def test_every_week(self):
        found = weekly_dates(FRIDAY, 1, None, date(2026, 3, 1), date(2026, 3, 20))
        self.assertEqual(found, days("2026-03-06", "2026-03-13", "2026-03-20"))

    def test_two_weeks_over_a_years_end(self):
        """ISO week 52 is followed by week 1: odd and even weeks would fail here."""
        anchor = date(2025, 12, 8)
        found = weekly_dates(MONDAY, 2, anchor, date(2025, 12, 1), date(2026, 1, 31))
        self.assertEqual(
            found, days("2025-12-08", "2025-12-22", "2026-01-05", "2026-01-19")
        )

    def test_two_weeks_over_week_53(self):
        self.assertEqual(date(2026, 12, 31).isocalendar().week, 53)
        anchor = date(2026, 12, 14)
        found = weekly_dates(FRIDAY, 2, anchor, date(2026, 12, 1), date(2027, 1, 31))
        self.assertEqual(
            found,
            days("2026-12-04", "2026-12-18", "2027-01-01", "2027-01-15", "2027-01-29"),
        )

    def test_three_weeks_before_the_anchor(self):
        anchor = date(2026, 6, 3)
        found = weekly_dates(MONDAY, 3, anchor, date(2026, 4, 20), date(2026, 6, 1))
        self.assertEqual(found, days("2026-04-20", "2026-05-11", "2026-06-01"))

    def test_anchor_counts_by_its_week(self):
        """An anchor on Sunday names the week that began on the Monday before it."""
        sunday = date(2026, 3, 8)
        found = weekly_dates(MONDAY, 2, sunday, date(2026, 3, 1), date(2026, 3, 31))
        self.assertEqual(found, days("2026-03-02", "2026-03-16", "2026-03-30"))

    @examples(300)
    @given(DATES, DATES, st.integers(0, 60), st.integers(0, 6), st.integers(1, 5))
    def test_against_counting_days(self, anchor, first, length, weekday, every):
        last = first + timedelta(days=length)
        week_zero = anchor - timedelta(days=anchor.weekday())
        expected = [
            day
            for day in (first + timedelta(days=n) for n in range(length + 1))
            if day.weekday() == weekday and (day - week_zero).days // 7 % every == 0
        ]
        self.assertEqual(weekly_dates(weekday, every, anchor, first, last), expected)


class TestRrule(EngineCase):
    def dates(self, text, anchor="2026-01-01", first="2026-01-01", last="2026-12-31"):
        bounds = (date.fromisoformat(text) for text in (anchor, first, last))
        return list(rrule_dates(text, *bounds))

    def test_second_and_last_friday_of_the_month(self):
        found = self.dates("FREQ=MONTHLY;BYDAY=2FR,-1FR", last="2026-02-28")
        self.assertEqual(
            found, days("2026-01-09", "2026-01-30", "2026-02-13", "2026-02-27")
        )

    def test_months_without_a_31st_are_left_out(self):
        found = self.dates("FREQ=MONTHLY;BYMONTHDAY=31", last="2026-05-31")
        self.assertEqual(found, days("2026-01-31", "2026-03-31", "2026-05-31"))

    def test_leap_day(self):
        found = self.dates("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", last="2033-01-01")
        self.assertEqual(found, days("2028-02-29", "2032-02-29"))

    def test_interval_over_a_years_end_counts_from_the_anchor(self):
        found = self.dates(
            "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TH",
            anchor="2026-12-03",
            first="2026-12-20",
            last="2027-01-31",
        )
        self.assertEqual(found, days("2026-12-31", "2027-01-14", "2027-01-28"))

    def test_count_includes_dates_before_the_window(self):
        found = self.dates("FREQ=DAILY;COUNT=5", first="2026-01-04")
        self.assertEqual(found, days("2026-01-04", "2026-01-05"))

    def test_until_is_inclusive_and_its_time_ignored(self):
        for until in ("20260103", "20260103T000000Z", "20260103T235959"):
            with self.subTest(until):
                found = self.dates(f"freq=daily;until={until}")
                self.assertEqual(found[-1], date(2026, 1, 3))

    def test_nothing_before_the_anchor(self):
        self.assertEqual(
            self.dates("FREQ=DAILY", first="2025-01-01", last="2025-12-31"), []
        )

    def test_rules_that_name_no_dates(self):
        for text in (
            "",
            "every second Friday",
            "FREQ=HOURLY",
            "FREQ=DAILY;BYHOUR=9",
            "FREQ=DAILY;INTERVAL=0",
            "FREQ=DAILY;COUNT=x",
            "FREQ=DAILY;COUNT=0",
            "FREQ=DAILY;UNTIL=tomorrow",
            "FREQ=WEEKLY;BYDAY=XX",
            "FREQ=MONTHLY;BYMONTHDAY=x",
            "FREQ=DAILY;COLOUR=RED",
            "FREQ=DAILY\nEXDATE:20260101",
        ):
            with self.subTest(text), self.assertRaises(RecurrenceError):
                self.dates(text)

    def test_too_many_dates_are_an_error_and_not_a_silent_end(self):
        with patch.object(recurrence, "MAX_OCCURRENCES", 30):
            rrule_dates.cache_clear()
            self.addCleanup(rrule_dates.cache_clear)
            self.assertEqual(len(self.dates("FREQ=DAILY", last="2026-01-30")), 30)
            with self.assertRaisesRegex(RecurrenceError, "too many"):
                self.dates("FREQ=DAILY", last="2026-01-31")

    def test_a_rule_that_never_holds(self):
        with self.assertRaisesRegex(RecurrenceError, "no date at all"):
            self.dates("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=1")
        with self.assertRaisesRegex(RecurrenceError, "no date at all"):
            self.dates("FREQ=YEARLY;BYMONTH=2", anchor="2026-01-30")

    def test_a_rule_that_seldom_holds(self):
        """29 February on a Monday: 2044 and 2072 are the next ones."""
        text = "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO"
        self.assertEqual(self.dates(text), [])
        self.assertEqual(self.dates(text, last="2071-12-31"), days("2044-02-29"))

    @examples(100)
    @given(
        st.sampled_from(
            (
                "FREQ=DAILY;INTERVAL=3",
                "FREQ=WEEKLY;BYDAY=MO,WE;INTERVAL=2",
                "FREQ=MONTHLY;BYDAY=1TU",
                "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO",
            )
        ),
        st.none() | st.integers(1, 30),
        DATES,
        DATES,
        st.integers(0, 90),
    )
    def test_against_the_whole_rule(self, text, count, anchor, first, length):
        text += f";COUNT={count}" if count else ""
        last = first + timedelta(days=length)
        start = datetime(anchor.year, anchor.month, anchor.day)
        expected = []
        for moment in rrulestr(text, dtstart=start):
            if moment.date() > last:
                break
            if moment.date() >= first:
                expected.append(moment.date())
        self.assertEqual(list(rrule_dates(text, anchor, first, last)), expected)

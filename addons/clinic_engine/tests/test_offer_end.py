# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Until when an offer stands, and how visits above the capacity are spread."""

from hypothesis import given
from hypothesis import strategies as st

from ..clock import DAY
from ..overbooking import seats_allowed, spread
from ..reminders import Quiet
from ..waitlist import LEAST_NOTICE, OfferTimes, offer_end
from .common import HOUR, MINUTE, EngineCase, at, examples

BERLIN = "Europe/Berlin"
TIMES = OfferTimes(minutes=120, near_minutes=20, near_hours=24)
QUIET = Quiet(21 * HOUR, 8 * HOUR, BERLIN)


class TestOfferEnd(EngineCase):
    def test_by_day_far_and_near(self):
        now = at("2026-05-04T10:00", BERLIN)
        self.assertEqual(offer_end(now, now + 3 * DAY, TIMES, QUIET), now + 2 * HOUR)
        self.assertEqual(offer_end(now, now + DAY, TIMES, QUIET), now + 20 * MINUTE)

    def test_quiet_hours_do_not_count(self):
        now = at("2026-05-04T20:30", BERLIN)
        expected = at("2026-05-05T09:30", BERLIN)
        self.assertEqual(offer_end(now, now + 3 * DAY, TIMES, QUIET), expected)

    def test_made_in_a_quiet_hour_the_whole_offer_lies_after_it(self):
        now = at("2026-05-04T23:00", BERLIN)
        expected = at("2026-05-05T10:00", BERLIN)
        self.assertEqual(offer_end(now, now + 3 * DAY, TIMES, QUIET), expected)

    def test_ends_before_the_visit(self):
        now = at("2026-05-04T10:00", BERLIN)
        start = now + LEAST_NOTICE + 5 * MINUTE
        self.assertEqual(offer_end(now, start, TIMES, QUIET), now + 5 * MINUTE)
        self.assertEqual(offer_end(now, now, TIMES, QUIET), now)

    @given(st.integers(0, 2 * DAY), st.integers(0, 4 * DAY), st.integers(5, 1440))
    @examples(50)
    def test_never_too_long_nor_too_late(self, later, ahead, minutes):
        now = at("2026-05-04T00:00", BERLIN) + later
        times = OfferTimes(minutes, 20, 24)
        end = offer_end(now, now + ahead, times, QUIET)
        self.assertGreaterEqual(end, now)
        self.assertLessEqual(end, now + DAY)
        self.assertLessEqual(end, max(now, now + ahead - LEAST_NOTICE))


class TestSeats(EngineCase):
    def test_the_lower_of_both_limits(self):
        self.assertEqual(seats_allowed(20, 1, 1, 15), 3)
        self.assertEqual(seats_allowed(20, 10, 1, 15), 2)
        self.assertEqual(seats_allowed(20, 1, 0, 15), 0)

    def test_spread_evenly(self):
        self.assertEqual([spread(used, 2, 16) for used in range(2)], [4, 12])
        self.assertEqual([spread(used, 3, 3) for used in range(3)], [0, 1, 2])
        self.assertEqual(spread(5, 2, 4), 3)

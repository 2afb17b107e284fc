# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ..availability import Rule, Session
from ..clock import local_clock
from ..utilisation import Offer, by_day, measure
from .common import EngineCase

HOUR = 3600
MONDAY = date(2030, 6, 3)
PARIS = "Europe/Paris"


def session(start, stop, capacity=1, breaks=(), day=MONDAY, tz=PARIS):
    """Return a session between two hours of a day's wall clock."""
    epoch = local_clock(tz).epoch
    rule = Rule(key=1, resource=1, start=0, stop=1, tz=tz, weekday=0, capacity=capacity)
    return Session(
        epoch(day, round(start * HOUR)),
        epoch(day, round(stop * HOUR)),
        rule,
        tuple((epoch(day, a * HOUR), epoch(day, b * HOUR)) for a, b in breaks),
    )


def span(start, stop, day=MONDAY, tz=PARIS):
    """Return an interval between two hours of a day's wall clock."""
    epoch = local_clock(tz).epoch
    return epoch(day, round(start * HOUR)), epoch(day, round(stop * HOUR))


class TestMeasure(EngineCase):
    def hours(self, sessions, absences=(), claims=()):
        """Return {date: (offered hours, free hours)}."""
        found = measure(sessions, absences, claims)
        return {
            day: (offer.offered / HOUR, offer.free / HOUR)
            for day, offer in found.items()
        }

    def test_nothing_offered(self):
        self.assertEqual(self.hours([], claims=[span(9, 10)]), {})

    def test_plain_day(self):
        found = self.hours([session(9, 17)], claims=[span(9, 9.5), span(12, 13)])
        self.assertEqual(found, {MONDAY: (8, 6.5)})

    def test_break_and_absence_are_not_offered(self):
        hours = [session(9, 17, breaks=[(12, 13)])]
        found = self.hours(hours, absences=[span(16, 20), span(12.5, 13.5)])
        self.assertEqual(found, {MONDAY: (5.5, 5.5)})

    def test_absent_all_day(self):
        self.assertEqual(self.hours([session(9, 17)], absences=[span(0, 24)]), {})

    def test_capacity_weighs(self):
        claims = [span(9, 10), span(9, 10), span(10, 11)]
        found = self.hours([session(9, 12, capacity=3)], claims=claims)
        self.assertEqual(found, {MONDAY: (9, 6)})

    def test_overbooking_never_makes_free_time_negative(self):
        claims = [span(9, 10), span(9, 10)]
        self.assertEqual(self.hours([session(9, 11)], claims=claims), {MONDAY: (2, 1)})

    def test_claim_outside_the_hours_does_not_count(self):
        found = self.hours([session(9, 11)], claims=[span(8, 9), span(10.5, 12)])
        self.assertEqual(found, {MONDAY: (2, 1.5)})

    def test_overlapping_sessions_share_their_seats(self):
        hours = [session(9, 12), session(11, 14, capacity=2)]
        self.assertEqual(self.hours(hours), {MONDAY: (2 + 6, 2 + 6)})

    def test_session_over_midnight_is_split(self):
        tuesday = MONDAY + timedelta(days=1)
        found = self.hours([session(22, 26)], claims=[span(23, 25)])
        self.assertEqual(found, {MONDAY: (2, 1), tuesday: (2, 1)})

    def test_clock_changes(self):
        spring, autumn = date(2030, 3, 31), date(2030, 10, 27)
        hours = [session(0, 24, day=spring), session(0, 24, day=autumn)]
        self.assertEqual(self.hours(hours), {spring: (23, 23), autumn: (25, 25)})

    def test_by_day_uses_the_local_date(self):
        start, stop = span(23, 24.5, tz="America/New_York")
        tuesday = MONDAY + timedelta(days=1)
        self.assertEqual(
            list(by_day(start, stop, "America/New_York")),
            [(MONDAY, HOUR), (tuesday, HOUR // 2)],
        )


HOURS = st.tuples(st.integers(0, 30), st.integers(1, 12)).map(
    lambda pair: (pair[0], pair[0] + pair[1])
)


class TestMeasureOracle(EngineCase):
    @settings(max_examples=80, deadline=None)
    @given(
        st.lists(st.tuples(HOURS, st.integers(1, 3)), max_size=4),
        st.lists(HOURS, max_size=2),
        st.lists(HOURS, max_size=6),
    )
    def test_hour_by_hour(self, hours, absences, claims):
        """Same as looking at every hour by itself."""
        expected = {}
        for hour in range(48):
            here = [cap for (a, b), cap in hours if a <= hour < b]
            if not here or any(a <= hour < b for a, b in absences):
                continue
            taken = sum(a <= hour < b for a, b in claims)
            offer = expected.setdefault(MONDAY + timedelta(days=hour // 24), Offer())
            offer.offered += max(here) * HOUR
            offer.free += max(0, max(here) - taken) * HOUR
        found = measure(
            [session(a, b, capacity) for (a, b), capacity in hours],
            [span(*item) for item in absences],
            [span(*item) for item in claims],
        )
        self.assertEqual(found, expected)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Local wall-clock time to instants and back, on the days when clocks change."""

from datetime import date, datetime, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from ..clock import DAY, LocalClock, from_epoch, local_clock, to_epoch
from .common import HOUR, MINUTE, EngineCase, at, examples, wall

# Days around changes: both kinds, half an hour, at midnight, and none at all.
CHANGES = (
    ("Europe/Paris", date(2026, 3, 29)),
    ("Europe/Paris", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("America/Santiago", date(2026, 9, 6)),
    ("America/Santiago", date(2026, 4, 4)),
    ("Africa/Cairo", date(2026, 4, 24)),
    ("Africa/Cairo", date(2026, 10, 29)),
    ("Asia/Colombo", date(2026, 3, 29)),
    ("Asia/Kathmandu", date(2026, 3, 29)),
)


@cache
def first_minutes(tz: str, day: date) -> dict[datetime, int]:
    """Return the first instant of each wall-clock minute around a day, by looking."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=timezone.utc)
    start = int(midnight.timestamp()) - DAY
    found = {}
    for epoch in range(start, start + 4 * DAY, MINUTE):
        local = datetime.fromtimestamp(epoch, ZoneInfo(tz)).replace(tzinfo=None)
        found.setdefault(local, epoch)
    return found


def expected_epoch(tz: str, day: date, minutes: int) -> int:
    """Return the instant of a wall time; if it is skipped, as far after the gap."""
    found = first_minutes(tz, day)
    wanted = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)
    before = after = wanted
    while before not in found:
        before -= timedelta(minutes=1)
    while after not in found:
        after += timedelta(minutes=1)
    gap = after - before - timedelta(minutes=1 if after != before else 0)
    return found[wanted + gap]


class TestClock(EngineCase):
    def epoch(self, tz, text):
        """Return the clock's answer for an ISO wall time."""
        local = datetime.fromisoformat(text)
        return local_clock(tz).epoch(
            local.date(), local.hour * HOUR + local.minute * 60
        )

    def test_skipped_hour_in_paris_moves_forward(self):
        epoch = self.epoch("Europe/Paris", "2026-03-29T02:30")
        self.assertEqual(wall(epoch, "Europe/Paris"), "2026-03-29T03:30+02:00")

    def test_repeated_hour_in_paris_is_its_first(self):
        epoch = self.epoch("Europe/Paris", "2026-10-25T02:30")
        self.assertEqual(wall(epoch, "Europe/Paris"), "2026-10-25T02:30+02:00")

    def test_new_york(self):
        forward = self.epoch("America/New_York", "2026-03-08T02:00")
        self.assertEqual(forward, at("2026-03-08T07:00"))
        back = self.epoch("America/New_York", "2026-11-01T01:15")
        self.assertEqual(back, at("2026-11-01T05:15"))

    def test_half_an_hour_on_lord_howe(self):
        forward = self.epoch("Australia/Lord_Howe", "2026-10-04T02:15")
        self.assertEqual(wall(forward, "Australia/Lord_Howe"), "2026-10-04T02:45+11:00")
        back = self.epoch("Australia/Lord_Howe", "2026-04-05T01:45")
        self.assertEqual(wall(back, "Australia/Lord_Howe"), "2026-04-05T01:45+11:00")

    def test_colombo_never_changes(self):
        clock = local_clock("Asia/Colombo")
        for month in range(1, 13):
            day = date(2026, month, 28)
            self.assertEqual(clock.epoch(day, 13 * HOUR), at(f"{day}T07:30"))

    def test_before_and_after_13_on_every_day_of_a_year(self):
        """Afternoons are where twelve-hour formats and halves of days go wrong."""
        for tz in ("Europe/Paris", "America/New_York", "Australia/Lord_Howe"):
            clock = local_clock(tz)
            for n in range(365):
                day = date(2026, 1, 1) + timedelta(days=n)
                for hour in (9, 12, 13, 14, 23):
                    local = clock.local(clock.epoch(day, hour * HOUR))
                    self.assertEqual((local.date(), local.hour), (day, hour))

    def test_seconds_beyond_the_day_are_the_next_days_wall_clock(self):
        clock = local_clock("Europe/Paris")
        saturday = date(2026, 3, 28)
        self.assertEqual(
            clock.epoch(saturday, 30 * HOUR), clock.epoch(date(2026, 3, 29), 6 * HOUR)
        )
        self.assertEqual(
            clock.epoch(date(2026, 3, 29), -2 * HOUR), clock.epoch(saturday, 22 * HOUR)
        )

    @examples(300)
    @given(
        st.sampled_from(CHANGES),
        st.integers(-1, 1),
        st.integers(-12 * 60, 36 * 60),
    )
    def test_against_a_search_through_all_minutes(self, change, days, minutes):
        tz, day = change
        wanted = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)
        expected = expected_epoch(tz, day, minutes)
        clock = LocalClock(tz)
        # The same wall time, counted from another day's midnight.
        other = wanted.date() + timedelta(days=days)
        seconds = (
            wanted - datetime(other.year, other.month, other.day)
        ).total_seconds()
        self.assertEqual(clock.epoch(other, int(seconds)), expected)

    def test_day_is_the_local_one(self):
        clock = local_clock("Asia/Colombo")
        self.assertEqual(clock.day(at("2026-01-01T18:29")), date(2026, 1, 1))
        self.assertEqual(clock.day(at("2026-01-01T18:30")), date(2026, 1, 2))

    def test_aware_datetimes_only(self):
        moment = datetime(2026, 3, 29, 1, 30, tzinfo=timezone.utc)
        self.assertEqual(from_epoch(to_epoch(moment)), moment)
        paris = from_epoch(to_epoch(moment), ZoneInfo("Europe/Paris"))
        self.assertEqual(paris.isoformat(), "2026-03-29T03:30:00+02:00")
        with self.assertRaisesRegex(ValueError, "no time zone"):
            to_epoch(datetime(2026, 3, 29, 1, 30))

    def test_unknown_zone(self):
        for name in ("Europe/Atlantis", "Europe", "../etc", "", None, False):
            with self.subTest(name), self.assertRaisesRegex(ValueError, "no time zone"):
                local_clock(name)

    def test_clocks_are_shared(self):
        self.assertIs(local_clock("Europe/Paris"), local_clock("Europe/Paris"))

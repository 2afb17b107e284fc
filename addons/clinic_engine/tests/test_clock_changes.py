# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""From rules to free starts on the days when clocks change, and at night."""

from datetime import date

from ..availability import Rule, expand
from ..slots import Query, find
from .common import HOUR, MINUTE, EngineCase, at, wall

PARIS = "Europe/Paris"
NEW_YORK = "America/New_York"
LORD_HOWE = "Australia/Lord_Howe"
COLOMBO = "Asia/Colombo"


def starts_on(day, start, stop, tz, busy=(), step=30 * MINUTE, duration=None):
    """Return the free starts of a session of that date as wall times with offset."""
    rule = Rule(
        key=1,
        resource=1,
        start=int(start * HOUR),
        stop=int(stop * HOUR),
        tz=tz,
        mode="date",
        on_date=date.fromisoformat(day),
        step=step,
    )
    midnight = at(day, tz)
    window = (midnight - 24 * HOUR, midnight + 72 * HOUR)
    sessions = expand([rule], *window)
    asked = Query(duration or step, *window)
    found = find(asked, sessions, {1: {0: busy}}, {})
    return [wall(epoch, tz) for epoch in found.get(1, [])]


def clock_times(found):
    return [text[11:16] for text in found]


class TestForward(EngineCase):
    def test_paris_night_loses_an_hour(self):
        self.assertEqual(
            starts_on("2026-03-29", 1, 4, PARIS),
            [
                "2026-03-29T01:00+01:00",
                "2026-03-29T01:30+01:00",
                "2026-03-29T03:00+02:00",
                "2026-03-29T03:30+02:00",
            ],
        )

    def test_paris_session_from_a_skipped_time(self):
        """02:30 does not exist: the session begins as far after the gap."""
        found = starts_on("2026-03-29", 2.5, 5, PARIS)
        self.assertEqual(clock_times(found), ["03:30", "04:00", "04:30"])

    def test_paris_session_that_is_skipped_whole(self):
        self.assertEqual(starts_on("2026-03-29", 2, 3, PARIS), [])

    def test_paris_day_keeps_its_wall_times(self):
        found = starts_on("2026-03-29", 9, 17, PARIS, step=HOUR)
        self.assertEqual(clock_times(found)[0], "09:00")
        self.assertEqual(clock_times(found)[-1], "16:00")
        self.assertEqual(len(found), 8)

    def test_new_york_night_loses_an_hour(self):
        found = starts_on("2026-03-08", 1, 4, NEW_YORK)
        self.assertEqual(clock_times(found), ["01:00", "01:30", "03:00", "03:30"])

    def test_lord_howe_night_loses_half_an_hour(self):
        found = starts_on("2026-10-04", 1, 4, LORD_HOWE)
        self.assertEqual(
            clock_times(found), ["01:00", "01:30", "02:30", "03:00", "03:30"]
        )
        self.assertTrue(found[1].endswith("+10:30"))
        self.assertTrue(found[2].endswith("+11:00"))


class TestBack(EngineCase):
    def test_paris_night_gains_an_hour(self):
        self.assertEqual(
            starts_on("2026-10-25", 2, 4, PARIS),
            [
                "2026-10-25T02:00+02:00",
                "2026-10-25T02:30+02:00",
                "2026-10-25T02:00+01:00",
                "2026-10-25T02:30+01:00",
                "2026-10-25T03:00+01:00",
                "2026-10-25T03:30+01:00",
            ],
        )

    def test_paris_session_up_to_a_repeated_time(self):
        """A time that exists twice is its first, as an end too."""
        found = starts_on("2026-10-25", 1, 2.5, PARIS)
        self.assertEqual(clock_times(found), ["01:00", "01:30", "02:00"])

    def test_a_booking_in_the_first_of_two_hours_leaves_the_second(self):
        first = at("2026-10-25T02:00", PARIS)
        found = starts_on("2026-10-25", 2, 3, PARIS, busy=[(first, first + HOUR)])
        self.assertEqual(found, ["2026-10-25T02:00+01:00", "2026-10-25T02:30+01:00"])

    def test_new_york_night_gains_an_hour(self):
        found = starts_on("2026-11-01", 1, 2, NEW_YORK)
        self.assertEqual(clock_times(found), ["01:00", "01:30", "01:00", "01:30"])

    def test_lord_howe_night_gains_half_an_hour(self):
        found = starts_on("2026-04-05", 1, 3, LORD_HOWE)
        self.assertEqual(
            clock_times(found), ["01:00", "01:30", "01:30", "02:00", "02:30"]
        )


class TestOrdinary(EngineCase):
    def test_colombo_on_the_days_on_which_others_change(self):
        for day in ("2026-03-29", "2026-10-25", "2026-03-08", "2026-11-01"):
            with self.subTest(day):
                found = starts_on(day, 1, 4, COLOMBO)
                self.assertEqual(
                    clock_times(found),
                    ["01:00", "01:30", "02:00", "02:30", "03:00", "03:30"],
                )
                self.assertEqual(found[0], f"{day}T01:00+05:30")

    def test_around_13(self):
        """Starts before and after 13:00, in each zone, on a day of each change."""
        for tz, day in (
            (PARIS, "2026-03-29"),
            (PARIS, "2026-10-25"),
            (NEW_YORK, "2026-03-08"),
            (NEW_YORK, "2026-11-01"),
            (LORD_HOWE, "2026-10-04"),
            (LORD_HOWE, "2026-04-05"),
            (COLOMBO, "2026-03-29"),
        ):
            with self.subTest(tz=tz, day=day):
                found = starts_on(day, 11.5, 14.5, tz)
                self.assertEqual(
                    clock_times(found),
                    ["11:30", "12:00", "12:30", "13:00", "13:30", "14:00"],
                )
                self.assertEqual({text[:10] for text in found}, {day})

    def test_a_year_of_weeks_keeps_its_wall_time(self):
        for tz in (PARIS, NEW_YORK, LORD_HOWE, COLOMBO):
            rule = Rule(1, 1, 13 * HOUR, 14 * HOUR, tz, weekday=6, step=HOUR)
            window = at("2026-01-01", tz), at("2027-01-01", tz)
            sessions = expand([rule], *window)
            found = find(Query(HOUR, *window), sessions, {}, {})[1]
            self.assertEqual(len(found), 52)
            self.assertEqual({wall(epoch, tz)[11:16] for epoch in found}, {"13:00"})


class TestOverMidnight(EngineCase):
    def test_an_ordinary_night(self):
        found = starts_on("2026-06-01", 22, 26, PARIS, step=HOUR)
        self.assertEqual(
            [text[:16] for text in found],
            [
                "2026-06-01T22:00",
                "2026-06-01T23:00",
                "2026-06-02T00:00",
                "2026-06-02T01:00",
            ],
        )

    def test_a_visit_over_midnight(self):
        found = starts_on("2026-06-01", 22.5, 25.5, PARIS, step=HOUR)
        self.assertIn("2026-06-01T23:30+02:00", found)

    def test_the_short_night(self):
        found = starts_on("2026-03-28", 22, 30, PARIS, step=HOUR)
        self.assertEqual(
            clock_times(found),
            ["22:00", "23:00", "00:00", "01:00", "03:00", "04:00", "05:00"],
        )

    def test_the_long_night(self):
        found = starts_on("2026-10-24", 22, 30, PARIS, step=HOUR)
        self.assertEqual(len(found), 9)
        self.assertEqual(clock_times(found)[3:7], ["01:00", "02:00", "02:00", "03:00"])

    def test_a_window_that_begins_within_the_session(self):
        """The session of the evening before is found from the morning's window."""
        rule = Rule(1, 1, 22 * HOUR, 30 * HOUR, PARIS, weekday=0, step=HOUR)
        tuesday = at("2026-06-02T03:30", PARIS)
        sessions = expand([rule], tuesday, tuesday + 24 * HOUR)
        found = find(Query(HOUR, tuesday, tuesday + 24 * HOUR), sessions, {}, {})[1]
        self.assertEqual(
            [wall(epoch, PARIS)[11:16] for epoch in found], ["04:00", "05:00"]
        )

    def test_breaks_of_a_night(self):
        rule = Rule(
            key=1,
            resource=1,
            start=22 * HOUR,
            stop=30 * HOUR,
            tz=PARIS,
            weekday=5,
            step=HOUR,
            breaks=((25 * HOUR, 27 * HOUR),),
        )
        for saturday, hours in (
            ("2026-03-28", 1),
            ("2026-10-24", 3),
            ("2026-06-06", 2),
        ):
            with self.subTest(saturday):
                start = at(saturday, PARIS)
                (session,) = expand([rule], start, start + 36 * HOUR)[1]
                ((first, last),) = session.breaks
                self.assertEqual(wall(first, PARIS)[11:16], "01:00")
                self.assertEqual(last - first, hours * HOUR)

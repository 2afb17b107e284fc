# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What narrows a search: site, purpose, channel, service, weekday, part of the day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ..availability import Rule, expand
from ..explain import explain
from ..slots import Query, find
from .common import HOUR, EngineCase, at, examples, session, wall
from .test_clock import expected_epoch
from .test_slots import query, span

PARIS = "Europe/Paris"


class TestMeantFor(EngineCase):
    """Each session is meant for something; the query asks for something."""

    def is_offered(self, asked, **rule):
        sessions = {1: [session(*span("09:00-10:00"), **rule)]}
        return bool(find(query(**asked), sessions, {}, {}))

    def test_sites(self):
        self.assertTrue(self.is_offered({}, site=3))
        self.assertTrue(self.is_offered({"sites": frozenset({2, 3})}, site=3))
        self.assertFalse(self.is_offered({"sites": frozenset({2})}, site=3))
        self.assertFalse(self.is_offered({"sites": frozenset({2})}, site=None))
        self.assertFalse(self.is_offered({"sites": frozenset()}, site=3))

    def test_purpose(self):
        self.assertTrue(self.is_offered({}))
        self.assertFalse(self.is_offered({}, purpose="showcase"))
        self.assertTrue(self.is_offered({"purpose": "showcase"}, purpose="showcase"))
        self.assertTrue(self.is_offered({"purpose": None}, purpose="showcase"))

    def test_channel(self):
        internal = frozenset({"internal"})
        self.assertTrue(self.is_offered({"channel": "online"}))
        self.assertFalse(self.is_offered({"channel": "online"}, channels=internal))
        self.assertTrue(self.is_offered({"channel": None}, channels=internal))

    def test_service(self):
        self.assertTrue(self.is_offered({"service": 4}, services=None))
        self.assertTrue(self.is_offered({"service": 4}, services=frozenset({4, 5})))
        self.assertFalse(self.is_offered({"service": 4}, services=frozenset({5})))
        self.assertFalse(self.is_offered({"service": 4}, services=frozenset()))
        self.assertTrue(self.is_offered({"service": None}, services=frozenset({5})))


class TestWhen(EngineCase):
    """Days and hours are local to the session."""

    def starts(self, tz=PARIS, start=8, stop=18, days=7, first="2026-06-01", **fields):
        rules = [
            Rule(n, 1, start * HOUR, stop * HOUR, tz, weekday=n, step=HOUR)
            for n in range(7)
        ]
        window = at(first, tz), at(first, tz) + days * 24 * HOUR
        found = find(Query(HOUR, *window, **fields), expand(rules, *window), {}, {})
        return [wall(epoch, tz)[:16] for epoch in found.get(1, [])]

    def test_weekdays(self):
        found = self.starts(weekdays=frozenset({1, 4}))
        self.assertEqual({text[:10] for text in found}, {"2026-06-02", "2026-06-05"})
        self.assertEqual(len(found), 20)
        self.assertEqual(self.starts(weekdays=frozenset()), [])

    def test_weekday_is_the_local_one(self):
        """08:00 in Auckland is the evening before in UTC."""
        found = self.starts("Pacific/Auckland", weekdays=frozenset({0}))
        self.assertEqual({text[:10] for text in found}, {"2026-06-01"})
        self.assertEqual(len(found), 10)

    def test_weekday_after_midnight_is_the_next_one(self):
        found = self.starts(start=22, stop=26, weekdays=frozenset({1}))
        self.assertEqual(
            found,
            [
                "2026-06-02T00:00",
                "2026-06-02T01:00",
                "2026-06-02T22:00",
                "2026-06-02T23:00",
            ],
        )

    def test_part_of_the_day_is_half_open(self):
        found = self.starts(days=1, day_part=(12 * HOUR, 14 * HOUR))
        self.assertEqual(found, ["2026-06-01T12:00", "2026-06-01T13:00"])

    def test_part_over_midnight(self):
        found = self.starts(start=20, stop=30, days=1, day_part=(23 * HOUR, 26 * HOUR))
        self.assertEqual(
            found, ["2026-06-01T00:00", "2026-06-01T01:00", "2026-06-01T23:00"]
        )

    def test_equal_hours_with_other_breaks_or_another_clock(self):
        """What doctors share is worked out once, and only what they share."""
        hours = span("09:00-11:00")
        sessions = {
            1: [session(*hours)],
            2: [session(*hours, breaks=[span("09:00-10:00")])],
            3: [session(*hours, tz="Asia/Tokyo")],
            4: [session(*hours, step=HOUR)],
            5: [session(*hours)],
        }
        asked = query(day_part=(9 * HOUR, 12 * HOUR))
        found = find(asked, sessions, {}, {})
        times = {
            doctor: [wall(start)[11:16] for start in starts]
            for doctor, starts in found.items()
        }
        morning = ["09:00", "09:30", "10:00", "10:30"]
        self.assertEqual(
            times,
            {1: morning, 2: morning[2:], 4: ["09:00", "10:00"], 5: morning},
        )

    def test_part_on_the_day_of_a_change(self):
        for day in ("2026-03-29", "2026-10-25"):
            found = self.starts(days=1, first=day, day_part=(9 * HOUR, 11 * HOUR))
            self.assertEqual(found, [f"{day}T09:00", f"{day}T10:00"])

    @examples(60)
    @given(
        st.sampled_from((PARIS, "Australia/Lord_Howe", "Asia/Colombo")),
        st.sampled_from(("2026-03-29", "2026-10-25", "2026-04-05", "2026-10-04")),
        st.none() | st.frozensets(st.integers(0, 6)),
        st.none() | st.tuples(st.integers(0, 23), st.integers(1, 24)),
    )
    def test_against_looking_at_each_start(self, tz, text, weekdays, part):
        day = date.fromisoformat(text)
        day_part = part and (part[0] * HOUR, (part[0] + part[1]) * HOUR)
        rule = Rule(
            1,
            1,
            20 * HOUR,
            32 * HOUR,
            tz,
            rrule="FREQ=DAILY",
            mode="rrule",
            anchor=day - timedelta(days=2),
            step=HOUR // 4,
        )
        start = expected_epoch(tz, day, 0)
        window = (start, start + 30 * HOUR)
        asked = Query(HOUR // 4, *window, weekdays=weekdays, day_part=day_part)
        sessions = expand([rule], *window)
        everything = find(Query(HOUR // 4, *window), sessions, {}, {})[1]
        expected = [
            epoch
            for epoch in everything
            if self.is_wanted(epoch, tz, day, weekdays, day_part)
        ]
        self.assertEqual(find(asked, sessions, {}, {}).get(1, []), expected)
        for epoch in everything:
            silent = not explain(asked, epoch, 1, sessions, {}, {})
            self.assertEqual(silent, epoch in expected)

    def is_wanted(self, epoch, tz, day, weekdays, day_part):
        on = date.fromisoformat(wall(epoch, tz)[:10])
        if weekdays is not None and on.weekday() not in weekdays:
            return False
        if day_part is None:
            return True
        days = (day + timedelta(days=n) for n in range(-3, 4))
        return any(
            expected_epoch(tz, d, day_part[0] // 60)
            <= epoch
            < expected_epoch(tz, d, day_part[1] // 60)
            for d in days
        )

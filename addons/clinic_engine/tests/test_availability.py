# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""From rules to sessions: overrides, validity, breaks, windows, errors."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ..availability import Rule, RuleError, expand
from .common import HOUR, EngineCase, at, examples, wall
from .test_clock import expected_epoch

PARIS = "Europe/Paris"
MONDAY = date(2026, 6, 1)


def rule(key=1, start=9, stop=17, tz=PARIS, **fields):
    """Return a rule whose hours are given in hours."""
    fields.setdefault("resource", 1)
    if "on_date" in fields:
        fields["mode"] = "date"
    elif "rrule" in fields:
        fields["mode"] = "rrule"
    else:
        fields.setdefault("weekday", 0)
    return Rule(key=key, start=start * HOUR, stop=stop * HOUR, tz=tz, **fields)


class RuleCase(EngineCase):
    def walls(self, rules, first="2026-06-01", last="2026-06-30", resource=1):
        """Return 'date start-stop' of one resource's sessions."""
        rules = list(rules)
        start, stop = at(first, PARIS), at(f"{last}T23:59", PARIS)
        return [
            f"{wall(s.start, PARIS)[:16]}-{wall(s.stop, PARIS)[11:16]}"
            for s in expand(rules, start, stop).get(resource, [])
        ]


class TestExpand(RuleCase):
    def test_weekly(self):
        self.assertEqual(
            self.walls([rule()], last="2026-06-15"),
            [f"2026-06-{day}T09:00-17:00" for day in ("01", "08", "15")],
        )

    def test_rules_of_several_resources_and_hours(self):
        rules = [
            rule(1, 14, 18),
            rule(2, 8, 12),
            rule(3, 10, 11, resource=2, weekday=1),
        ]
        self.assertEqual(
            self.walls(rules, last="2026-06-02"),
            ["2026-06-01T08:00-12:00", "2026-06-01T14:00-18:00"],
        )
        self.assertEqual(
            self.walls(rules, last="2026-06-02", resource=2), ["2026-06-02T10:00-11:00"]
        )

    def test_resources_without_a_session_have_no_key(self):
        tuesday = at("2026-06-02", PARIS)
        self.assertEqual(expand([rule()], tuesday, tuesday + 3 * HOUR), {})
        self.assertEqual(expand([], tuesday, tuesday + 3 * HOUR), {})

    def test_window_is_half_open(self):
        start, stop = at("2026-06-01T09:00", PARIS), at("2026-06-01T17:00", PARIS)
        self.assertEqual(expand([rule()], stop, stop + HOUR), {})
        self.assertEqual(expand([rule()], start - HOUR, start), {})
        for first, last in ((stop - 1, stop), (start, start + 1)):
            (session,) = expand([rule()], first, last)[1]
            self.assertEqual((session.start, session.stop), (start, stop))

    def test_session_carries_its_rule(self):
        breaks = ((12 * HOUR, 13 * HOUR),)
        offered = rule(
            breaks=breaks, capacity=3, overbook=1, site=4, purpose="showcase"
        )
        (session,) = expand([offered], at("2026-06-01"), at("2026-06-02"))[1]
        self.assertIs(session.rule, offered)
        self.assertEqual(
            session.breaks,
            ((at("2026-06-01T12:00", PARIS), at("2026-06-01T13:00", PARIS)),),
        )
        self.assertEqual(
            (session.resource, session.capacity, session.overbook), (1, 3, 1)
        )
        self.assertEqual(
            (session.site, session.purpose, session.tz), (4, "showcase", PARIS)
        )
        self.assertEqual((session.step, session.services), (1800, None))
        self.assertEqual(session.channels, {"online", "internal"})

    def test_equal_hours_with_different_breaks(self):
        rules = [rule(1, breaks=((12 * HOUR, 13 * HOUR),)), rule(2)]
        sessions = expand(rules, at("2026-06-01"), at("2026-06-02"))[1]
        self.assertEqual([len(session.breaks) for session in sessions], [1, 0])

    def test_the_first_and_the_last_zone_of_the_world(self):
        """Local dates that UTC has not reached yet, or left long ago."""
        for tz, first, hours in (
            ("Pacific/Kiritimati", "2026-05-31T10:30", (1, 2)),
            ("Etc/GMT+12", "2026-06-03T11:59", (23, 48)),
        ):
            with self.subTest(tz):
                window = at(first), at(first) + HOUR
                (session,) = expand([rule(1, *hours, tz)], *window)[1]
                self.assertEqual(wall(session.start, tz)[:10], "2026-06-01")

    def test_hours_and_breaks_that_a_clock_change_skips_vanish(self):
        sunday = date(2026, 3, 29)
        window = at("2026-03-28"), at("2026-03-30")
        skipped = rule(1, 2, 3, on_date=sunday)
        self.assertEqual(expand([skipped], *window), {})
        breaks = (2 * HOUR + 900, 3 * HOUR)
        night = rule(1, 1, 5, on_date=sunday, breaks=(breaks,))
        (session,) = expand([night], *window)[1]
        self.assertEqual(session.breaks, ())

    def test_validity_is_inclusive(self):
        limited = rule(valid_from=date(2026, 6, 8), valid_until=date(2026, 6, 15))
        self.assertEqual(
            self.walls([limited]), ["2026-06-08T09:00-17:00", "2026-06-15T09:00-17:00"]
        )

    def test_rrule(self):
        found = self.walls([rule(rrule="FREQ=MONTHLY;BYDAY=-1TU", anchor=MONDAY)])
        self.assertEqual(found, ["2026-06-30T09:00-17:00"])

    def test_every_second_week(self):
        found = self.walls([rule(every=2, anchor=date(2026, 6, 10))])
        self.assertEqual(found, ["2026-06-08T09:00-17:00", "2026-06-22T09:00-17:00"])


class TestOverrides(RuleCase):
    """One-date rules beside a weekly one, on Monday 8 June."""

    EIGHTH = date(2026, 6, 8)

    def eighth(self, *others):
        found = self.walls([rule(), *others], "2026-06-08", "2026-06-08")
        self.assertEqual(len(self.walls([rule(), *others])), len(found) + 4)
        return [text[11:] for text in found]

    def test_closed(self):
        self.assertEqual(self.eighth(rule(2, on_date=self.EIGHTH, closed=True)), [])

    def test_closed_needs_no_hours(self):
        closed = rule(2, 0, 0, on_date=self.EIGHTH, closed=True)
        self.assertEqual(self.eighth(closed), [])

    def test_replaced(self):
        short = rule(2, 10, 12, on_date=self.EIGHTH)
        self.assertEqual(self.eighth(short), ["10:00-12:00"])

    def test_replaced_by_two(self):
        parts = [
            rule(2, 10, 12, on_date=self.EIGHTH),
            rule(3, 18, 20, on_date=self.EIGHTH),
        ]
        self.assertEqual(self.eighth(*parts), ["10:00-12:00", "18:00-20:00"])

    def test_added(self):
        extra = rule(2, 18, 20, on_date=self.EIGHTH, replaces=False)
        self.assertEqual(self.eighth(extra), ["09:00-17:00", "18:00-20:00"])

    def test_closed_wins_over_added_hours(self):
        extra = rule(2, 18, 20, on_date=self.EIGHTH, replaces=False)
        closed = rule(3, on_date=self.EIGHTH, closed=True)
        self.assertEqual(self.eighth(extra, closed), [])

    def test_only_rules_of_the_same_scope(self):
        showcase = rule(2, 12, 13, scope="showcase", purpose="showcase")
        closed = rule(3, on_date=self.EIGHTH, closed=True)
        found = self.walls([rule(), showcase, closed], "2026-06-08", "2026-06-08")
        self.assertEqual(found, ["2026-06-08T12:00-13:00"])
        closed = rule(3, on_date=self.EIGHTH, closed=True, scope="showcase")
        found = self.walls([rule(), showcase, closed], "2026-06-08", "2026-06-08")
        self.assertEqual(found, ["2026-06-08T09:00-17:00"])

    def test_only_the_same_resource(self):
        closed = rule(2, on_date=self.EIGHTH, closed=True, resource=2)
        self.assertEqual(self.eighth(closed), ["09:00-17:00"])

    def test_an_override_out_of_its_validity_changes_nothing(self):
        closed = rule(2, on_date=self.EIGHTH, closed=True, valid_until=date(2026, 6, 7))
        self.assertEqual(self.eighth(closed), ["09:00-17:00"])

    def test_a_rrule_is_replaced_too(self):
        daily = rule(2, 7, 8, rrule="FREQ=DAILY", anchor=MONDAY)
        closed = rule(3, on_date=self.EIGHTH, closed=True)
        found = self.walls([daily, closed], "2026-06-07", "2026-06-09")
        self.assertEqual(found, ["2026-06-07T07:00-08:00", "2026-06-09T07:00-08:00"])

    def test_a_session_belongs_to_the_date_on_which_it_starts(self):
        night = rule(1, 22, 30, weekday=0)
        for day, expected in ((self.EIGHTH, []), (date(2026, 6, 9), ["22:00-06:00"])):
            closed = rule(2, on_date=day, closed=True)
            found = self.walls([night, closed], "2026-06-08", "2026-06-09")
            self.assertEqual([text[11:] for text in found], expected)


class TestRuleErrors(EngineCase):
    def test_rules_that_contradict_themselves(self):
        for problem, fields in {
            "weekday": {"weekday": 7},
            "weekdays": {"weekday": None},
            "anchor": {"every": 2},
            "from one up": {"every": 0},
            "mode 'monthly'": {"mode": "monthly"},
            "needs its text": {"mode": "rrule", "anchor": MONDAY},
            "an anchor date": {"rrule": "FREQ=DAILY"},
            "dates, not times": {"rrule": "FREQ=HOURLY", "anchor": MONDAY},
            "needs its date": {"mode": "date"},
            "close a day": {"closed": True},
            "hours must": {"start": 12, "stop": 12},
            "within the next day": {"start": 20, "stop": 49},
            "after midnight": {"start": -1},
            "step": {"step": 0},
            "negative": {"capacity": -1},
            "break": {"breaks": ((8 * HOUR, 10 * HOUR),)},
            "no time zone": {"tz": "Europe/Atlantis"},
        }.items():
            with self.subTest(problem):
                problem = problem.removesuffix("s")
                with self.assertRaisesRegex(RuleError, problem) as caught:
                    expand([rule(7, **fields)], at("2026-06-01"), at("2026-07-01"))
                self.assertEqual(caught.exception.key, 7)
                self.assertIn(caught.exception.reason, str(caught.exception))


class TestExpandOracle(EngineCase):
    ZONES = (PARIS, "America/New_York", "Australia/Lord_Howe", "Asia/Colombo")

    @examples(150)
    @given(
        st.sampled_from(ZONES),
        st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        st.integers(0, 72),
        st.lists(
            st.tuples(
                st.integers(0, 6),
                st.integers(0, 23),
                st.integers(1, 24),
                st.integers(1, 2),
            ),
            max_size=3,
        ),
        st.lists(st.tuples(st.integers(-1, 3), st.sampled_from("cra")), max_size=2),
    )
    def test_against_looking_at_each_day(self, tz, day, hours, weekly, dated):
        """Each date around the window, each rule: by the words of the module."""
        rules = [
            rule(
                key, start, start + length, tz, weekday=weekday, every=every, anchor=day
            )
            for key, (weekday, start, length, every) in enumerate(weekly)
        ]
        for key, (offset, kind) in enumerate(dated, 10):
            on_date = day + timedelta(days=offset)
            kinds = {"closed": kind == "c", "replaces": kind == "r"}
            rules.append(rule(key, 6, 12, tz, on_date=on_date, **kinds))
        start = expected_epoch(tz, day, 0)
        stop = start + (hours + 1) * HOUR
        sessions = expand(rules, start, stop).get(1, [])
        self.assertEqual(
            sorted((s.start, s.stop, s.rule.key) for s in sessions),
            sorted(self.expected(rules, day, start, stop)),
        )

    def expected(self, rules, anchor, start, stop):
        for offset in range(-4, 8):
            day = anchor + timedelta(days=offset)
            dated = [r for r in rules if r.on_date == day]
            if any(r.closed for r in dated):
                continue
            weekly = [r for r in rules if r.mode == "weekly" and self.holds(r, day)]
            if any(r.replaces for r in dated):
                weekly = []
            for found in dated + weekly:
                first = expected_epoch(found.tz, day, found.start // 60)
                last = expected_epoch(found.tz, day, found.stop // 60)
                if first < last and first < stop and last > start:
                    yield first, last, found.key

    def holds(self, weekly, day):
        weeks = (
            day - weekly.anchor + timedelta(days=weekly.anchor.weekday())
        ).days // 7
        return day.weekday() == weekly.weekday and weeks % weekly.every == 0

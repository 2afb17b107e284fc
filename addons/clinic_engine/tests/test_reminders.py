# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""When messages go: examples, and an oracle that looks at every minute."""

from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from ..clock import DAY, to_epoch
from ..reminders import (
    BACKOFF,
    QUIET_MARGIN,
    Quiet,
    Rule,
    backoff,
    choose,
    is_bound,
    joins,
    moment,
    plan,
    quiet_around,
    route,
    settle,
)
from .common import HOUR, MINUTE, EngineCase, examples

EVENTS = (
    *("booked", "moved", "cancelled", "reminder", "follow_up", "feedback"),
    *("waitlist_offer", "running_late", "away_offer"),
)
CHANNELS = ("email", "sms", "push", "call")
ZONES = ("Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")

#: Around a change of the clocks in Paris and New York, and some quiet weeks.
FIRST = int(datetime(2026, 3, 1, tzinfo=ZoneInfo("UTC")).timestamp())

moments = st.integers(0, 60 * 24 * 60).map(lambda minute: FIRST + minute * MINUTE)
quiets = st.builds(
    Quiet,
    st.integers(0, 95).map(lambda quarter: quarter * 15 * MINUTE),
    st.integers(0, 95).map(lambda quarter: quarter * 15 * MINUTE),
    st.sampled_from(ZONES),
)
rules = st.builds(
    Rule,
    st.integers(1, 99),
    st.sampled_from(EVENTS),
    st.sampled_from(CHANNELS),
    st.sampled_from(("now", "before", "after")),
    st.integers(0, 72).map(lambda hours: hours * HOUR),
    st.frozensets(st.integers(1, 3), max_size=2),
    st.frozensets(st.integers(1, 3), max_size=2),
    st.booleans(),
)


def paris(*wall):
    """Return the epoch seconds of a wall time in Paris."""
    return to_epoch(datetime(*wall, tzinfo=ZoneInfo("Europe/Paris")))


def is_quiet(at, quiet):
    """Whether a clock on the wall shows a time in the quiet hours: by looking."""
    wall = datetime.fromtimestamp(at, ZoneInfo(quiet.tz))
    shown = wall.hour * HOUR + wall.minute * MINUTE
    if quiet.start <= quiet.end:
        return quiet.start <= shown < quiet.end
    return shown >= quiet.start or shown < quiet.end


def clocks_change_near(at, tz):
    """Whether the zone's offset changes within two days."""
    zone = ZoneInfo(tz)
    days = (at + step * DAY for step in (-2, 2))
    return len({datetime.fromtimestamp(day, zone).utcoffset() for day in days}) > 1


class TestQuietHours(EngineCase):
    """Who is left alone, and until when."""

    NIGHT = Quiet(21 * HOUR, 8 * HOUR, "Europe/Paris")

    @examples(300)
    @given(moments, quiets)
    def test_against_the_clock_on_the_wall(self, at, quiet):
        hours = quiet_around(at, quiet)
        if clocks_change_near(at, quiet.tz):
            return
        self.assertEqual(bool(hours), is_quiet(at, quiet))
        if hours:
            begin, end = hours
            self.assertLessEqual(begin, at)
            self.assertLess(at, end)
            self.assertTrue(is_quiet(begin, quiet))
            self.assertFalse(is_quiet(begin - MINUTE, quiet))
            self.assertFalse(is_quiet(end, quiet))

    @examples(300)
    @given(moments, quiets)
    def test_an_end_is_never_quiet(self, at, quiet):
        if hours := quiet_around(at, quiet):
            self.assertIsNone(quiet_around(hours[1], quiet))
            self.assertIsNone(quiet_around(hours[0] - 1, quiet))

    def test_nights_with_a_changing_clock(self):
        short = quiet_around(paris(2026, 3, 29, 4), self.NIGHT)
        self.assertEqual(short, (paris(2026, 3, 28, 21), paris(2026, 3, 29, 8)))
        self.assertEqual(short[1] - short[0], 10 * HOUR)
        long = quiet_around(paris(2026, 10, 25, 4), self.NIGHT)
        self.assertEqual(long[1] - long[0], 12 * HOUR)

    def test_the_same_hour_twice_is_none(self):
        quiet = Quiet(8 * HOUR, 8 * HOUR, "Europe/Paris")
        self.assertIsNone(quiet_around(paris(2026, 3, 2, 8), quiet))

    @examples(400)
    @given(
        st.sampled_from(EVENTS),
        st.sampled_from(CHANNELS),
        moments,
        st.integers(0, 3 * DAY // MINUTE),
        st.integers(-DAY // MINUTE, 3 * DAY // MINUTE),
        quiets,
    )
    def test_what_is_settled(self, event, channel, now, wait, ahead, quiet):
        at = now + wait * MINUTE
        start = at + ahead * MINUTE
        goes = settle(event, channel, at, now, start, quiet)
        hours = quiet_around(at, quiet)
        if not hours or not is_bound(event, channel):
            self.assertEqual(goes, at)
        elif goes is None:
            self.assertEqual(event, "reminder")
            self.assertLess(hours[0] - QUIET_MARGIN, now)
            self.assertGreaterEqual(hours[1], start)
        elif goes == at:
            # at once, since the visit would have begun by the end
            self.assertGreaterEqual(hours[1], start)
        else:
            self.assertGreaterEqual(goes, now)
            expected = hours[1] if goes > at else hours[0] - QUIET_MARGIN
            self.assertEqual(goes, expected)
            self.assertEqual(
                goes < at, event == "reminder" and goes >= now and goes < at
            )


class TestPlan(EngineCase):
    """Which rules apply, and when."""

    @examples(300)
    @given(
        st.lists(rules, max_size=8, unique_by=lambda rule: rule.id),
        st.sampled_from(EVENTS),
        st.integers(1, 3),
        st.integers(1, 3),
    )
    def test_against_a_slow_choice(self, known, event, service, doctor):
        expected = []
        for rule in known:
            rivals = [
                other
                for other in known
                if (other.event, other.channel) == (event, rule.channel)
                and service in (other.services or {service})
                and doctor in (other.doctors or {doctor})
            ]
            ranks = [(bool(item.doctors), bool(item.services)) for item in rivals]
            mine = bool(rule.doctors), bool(rule.services)
            if rule in rivals and mine == max(ranks) and not rule.silent:
                expected.append(rule)
        self.assertEqual(choose(known, event, service, doctor), expected)

    @examples(300)
    @given(
        st.lists(rules, max_size=6, unique_by=lambda rule: rule.id),
        st.sampled_from(EVENTS),
        moments,
        st.integers(-DAY // MINUTE, 5 * DAY // MINUTE),
        st.none() | quiets,
    )
    def test_each_rule_that_applies_is_planned_once(
        self, known, event, now, ahead, quiet
    ):
        start = now + ahead * MINUTE
        visit = 1, 1, start, start + HOUR
        planned = plan(known, event, now, visit, quiet)
        chosen = choose(known, event, 1, 1)
        self.assertEqual([item.rule for item in planned], chosen)
        for item in planned:
            wanted = moment(item.rule, now, start, start + HOUR)
            is_late = item.rule.timing == "before" and wanted < now
            self.assertEqual(item.skipped == "late", is_late)
            if not item.skipped:
                self.assertGreaterEqual(item.at, now)
            if not item.skipped and not quiet:
                self.assertEqual(item.at, max(wanted, now))

    def test_hours_pass_while_clocks_change(self):
        start = paris(2026, 3, 29, 12)
        rule = Rule(1, "reminder", "email", "before", 24 * HOUR)
        (planned,) = plan([rule], "reminder", start - 5 * DAY, (1, 1, start, start + 1))
        self.assertEqual(planned.at, paris(2026, 3, 28, 11))

    def test_an_early_visit_is_reminded_of_in_the_evening(self):
        night = TestQuietHours.NIGHT
        start = paris(2026, 6, 2, 8)
        rule = Rule(1, "reminder", "sms", "before", 2 * HOUR)
        visit = 1, 1, start, start + HOUR
        (planned,) = plan([rule], "reminder", paris(2026, 6, 1, 12), visit, night)
        self.assertEqual(planned.at, paris(2026, 6, 1, 20, 50))
        (planned,) = plan([rule], "reminder", paris(2026, 6, 1, 22), visit, night)
        self.assertEqual(planned.skipped, "quiet")

    @examples(400)
    @given(
        st.lists(rules, max_size=8, unique_by=lambda rule: rule.id),
        moments,
        st.integers(0, 3 * DAY // MINUTE),
        quiets,
        st.frozensets(st.integers(1, 99)),
    )
    def test_reminders_that_fall_together_go_once(self, known, now, ahead, quiet, ids):
        start = now + ahead * MINUTE
        visit = 1, 1, start, start + HOUR
        planned = plan(
            known, "reminder", now, visit, quiet, lambda rule: rule.id in ids
        )

        def wanted(item):
            return max(moment(item.rule, now, start, start + HOUR), now)

        sent = [item for item in planned if not item.skipped]
        for item in planned:
            rivals = [other for other in sent if other.at == item.at]
            if not item.skipped:
                self.assertEqual({wanted(other) for other in rivals}, {wanted(item)})
            elif item.skipped == "same":
                # something goes then, and nobody who reads only this one is forgotten
                self.assertTrue(rivals)
                reached = any(other.rule.id in ids for other in rivals)
                self.assertTrue(reached or item.rule.id not in ids)
                if wanted(item) < wanted(rivals[0]):
                    self.assertNotIn(item.rule.id, ids)

    def test_two_reminders_of_an_early_visit_do_not_both_go_in_the_evening(self):
        night = TestQuietHours.NIGHT
        start = paris(2026, 6, 2, 8, 30)
        known = [
            Rule(number, "reminder", channel, "before", hours * HOUR)
            for number, channel, hours in (
                (1, "email", 24),
                (2, "sms", 2),
                (3, "email", 1),
            )
        ]
        settings = "reminder", paris(2026, 5, 30, 12), (1, 1, start, start + 1), night
        planned = plan(known, *settings)
        self.assertEqual([item.skipped for item in planned], ["", "", "same"])
        self.assertEqual(planned[1].at, paris(2026, 6, 1, 20, 50))
        # without a telephone the e-mail goes
        planned = plan(known, *settings, lambda rule: rule.channel == "email")
        self.assertEqual([item.skipped for item in planned], ["", "same", ""])
        # what was wanted at one moment stays
        both = [Rule(4, "reminder", "push", "before", 2 * HOUR), *known]
        planned = plan(both, *settings)
        self.assertEqual([item.skipped for item in planned], ["", "", "", "same"])

    def test_a_cancellation_wakes_nobody_but_who_would_come(self):
        night, now = TestQuietHours.NIGHT, paris(2026, 6, 1, 23)
        rule = Rule(1, "cancelled", "sms")
        for start, at in (
            (paris(2026, 6, 2, 12), paris(2026, 6, 2, 8)),
            (paris(2026, 6, 2, 7), now),
        ):
            (planned,) = plan([rule], "cancelled", now, (1, 1, start, start + 1), night)
            self.assertEqual(planned.at, at)


class TestRoute(EngineCase):
    """By which channel, and with which others."""

    def _route(self, event, channel, wish="email", reachable=("email", "sms"), **more):
        texts = more.get("texts", ("email", "sms"))
        calls = more.get("calls", True)
        return route(event, channel, wish, reachable, texts, calls)

    def test_wishes(self):
        self.assertEqual(self._route("booked", "email"), ("email", ""))
        self.assertEqual(self._route("booked", "email", "sms"), ("sms", ""))
        self.assertEqual(
            self._route("booked", "email", "sms", texts=("email",)), ("email", "")
        )
        self.assertEqual(
            self._route("reminder", "email", "sms", texts=("email",)), (None, "wish")
        )
        self.assertEqual(
            self._route("booked", "email", "sms", reachable=("email",)), ("email", "")
        )
        for wish in ("phone", "none"):
            self.assertEqual(self._route("booked", "sms", wish), (None, "wish"))
            self.assertEqual(self._route("moved", "sms", wish), ("call", ""))
            self.assertEqual(
                self._route("moved", "sms", wish, calls=False), (None, "wish")
            )
            self.assertEqual(self._route("reminder", "call", wish), ("call", ""))
        self.assertEqual(
            self._route("booked", "sms", reachable=("email",)), (None, "address")
        )

    @examples(200)
    @given(
        st.tuples(
            st.sampled_from(EVENTS),
            st.sampled_from(CHANNELS),
            st.sampled_from(("email", "sms", "phone", "none")),
            st.sets(st.sampled_from(CHANNELS)),
            st.sets(st.sampled_from(CHANNELS)),
            st.booleans(),
        )
    )
    def test_nothing_goes_where_nobody_is(self, case):
        _event, channel, wish, reachable, _texts, calls = case
        goes, why = route(*case)
        self.assertEqual(goes is None, bool(why))
        self.assertTrue(goes in (None, "call") or goes in reachable)
        if wish in ("phone", "none"):
            self.assertIn(goes, (None, "call"))
            self.assertTrue(goes is None or calls or channel == "call")

    def test_attempts_are_farther_and_farther_apart(self):
        waits = [backoff(number + 1) for number in range(len(BACKOFF))]
        self.assertEqual(waits, sorted(set(waits)))
        self.assertIsNone(backoff(len(BACKOFF) + 1))

    def test_visits_of_a_day_are_told_together(self):
        day, next_day = datetime(2026, 6, 2).date(), datetime(2026, 6, 3).date()
        now = paris(2026, 6, 1, 10)

        def is_joined(event, lead, wait, other_day=day):
            return joins(event, lead, (now, day), (now + wait, other_day))

        self.assertTrue(is_joined("reminder", 24 * HOUR, 8 * HOUR))
        self.assertFalse(is_joined("reminder", 24 * HOUR, 13 * HOUR))
        self.assertFalse(is_joined("reminder", 24 * HOUR, HOUR, next_day))
        self.assertTrue(is_joined("reminder", HOUR, HOUR))
        self.assertFalse(is_joined("reminder", HOUR, 2 * HOUR))
        self.assertTrue(is_joined("booked", 0, 0, next_day))
        self.assertFalse(is_joined("booked", 0, MINUTE))
        self.assertFalse(is_joined("feedback", 0, 0))

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from ..practice import Call, Rule, broken
from .common import EngineCase

PARIS = "Europe/Paris"
NOW = int(datetime(2030, 6, 1, 8, tzinfo=ZoneInfo(PARIS)).timestamp())
HOUR = 3600


def at(day, hour, minute=0, month=6):
    """Return the instant of a wall-clock time in Paris."""
    local = datetime(2030, month, day, hour, minute, tzinfo=ZoneInfo(PARIS))
    return int(local.timestamp())


def call(day=3, hour=12, minute=0, month=6, modality="in_person", company=1, rep=1):
    start = at(day, hour, minute, month)
    return Call(start, start + 1200, modality, company, rep)


class TestPractice(EngineCase):
    def check(self, codes, rule, wanted=None, others=()):
        self.assertEqual(broken(rule, wanted or call(), others, NOW), codes)

    def test_nothing_asked_nothing_broken(self):
        self.check([], Rule(PARIS))

    def test_who_is_received(self):
        self.check(["company"], Rule(PARIS, companies=frozenset({2})))
        self.check(["representative"], Rule(PARIS, representatives=frozenset({2})))
        self.check([], Rule(PARIS, representatives=frozenset({1, 2})))
        self.check(["modality"], Rule(PARIS, modalities=frozenset({"video"})))

    def test_notice_and_horizon_bind_at_their_edge(self):
        ahead = call().start - NOW
        self.check([], Rule(PARIS, notice=ahead))
        self.check(["notice"], Rule(PARIS, notice=ahead + 1))
        self.check([], Rule(PARIS, horizon=ahead))
        self.check(["horizon"], Rule(PARIS, horizon=ahead - 1))

    def test_the_whole_call_lies_in_the_hours(self):
        rule = Rule(PARIS, not_before=12 * HOUR, not_after=13 * HOUR)
        self.check([], rule, call(hour=12, minute=40))
        self.check(["hours"], rule, call(hour=12, minute=41))
        self.check(["hours"], rule, call(hour=11, minute=59))

    def test_weekdays_are_the_practices(self):
        rule = Rule(PARIS, weekdays=frozenset({1}))
        self.check(["weekday"], rule, call(3))
        self.check([], rule, call(4))
        # Tuesday 0:30 in Paris is still Monday in UTC
        self.check([], rule, call(4, 0, 30))

    def test_limits_count_days_weeks_and_months(self):
        rule = Rule(PARIS, per_day=1, per_week=2, per_month=3)
        self.check(["per_day"], rule, others=[call(3, 9)])
        self.check(["per_week"], rule, others=[call(4), call(9)])
        self.check([], rule, others=[call(10), call(10)])
        self.check(["per_month"], rule, others=[call(10), call(17), call(28)])
        others = [call(3, month=7), call(10, month=7), call(17, month=7)]
        self.check([], rule, others=others)

    def test_own_company_counts_apart(self):
        rule = Rule(PARIS, per_month_of_company=1)
        self.check([], rule, others=[call(10, company=2)])
        self.check(["per_month_of_company"], rule, others=[call(10)])

    def test_one_lunch_in_so_many_weeks_both_ways(self):
        rule = Rule(PARIS, lunch_weeks=4)
        lunch = replace(call(3, month=7), modality="lunch")
        for day, month in ((6, 6), (30, 7)):
            other = call(day, month=month, modality="lunch")
            self.check(["lunch"], rule, lunch, [other])
        self.check([], rule, lunch, [call(5, month=6, modality="lunch")])
        self.check([], rule, lunch, [call(4, month=7)])
        self.check([], rule, call(4, month=7), [lunch])

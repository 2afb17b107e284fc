# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The checker finds each broken rule."""

from dataclasses import replace
from datetime import date

from ..contact_caps import Caps
from ..planner import PlanError
from ..planner_check import Violation, check
from ..planner_data import (
    LUNCH,
    Block,
    Call,
    DoctorRule,
    Locked,
    Option,
    PracticeRule,
    Problem,
    RepDay,
    Visit,
    check_problem,
)
from .common import EngineCase

MONDAY = 739_502
TRAVEL = ((0, 20, 30), (20, 0, 10), (30, 10, 0))


def make(**fields):
    """Return a sound problem of two days with two visits."""
    days = tuple(RepDay(1, MONDAY + day, 0, 300, 0, 0, (), 4) for day in (0, 1))
    visits = tuple(
        Visit(
            i,
            i,
            5,
            tuple(
                Option(MONDAY + day, 0, 250, 30, i + 1, practices=(7,), kind=LUNCH)
                for day in (0, 1)
            ),
            (1,),
        )
        for i in (0, 1)
    )
    return replace(Problem(days, visits, TRAVEL, buffer=5), **fields)


SOUND = (Call(0, 20, 0, 0), Call(0, 65, 1, 0))


class TestPlannerCheck(EngineCase):
    def assert_broken(self, rule, problem, calls=SOUND):
        """Assert that the plan breaks this rule."""
        self.assertIn(rule, {found.rule for found in check(problem, calls)})

    def with_visit(self, **fields):
        """Return the problem with another first visit."""
        problem = make()
        first = replace(problem.visits[0], **fields)
        return replace(problem, visits=(first, *problem.visits[1:]))

    def with_day(self, **fields):
        """Return the problem with another first day."""
        problem = make()
        first = replace(problem.rep_days[0], **fields)
        return replace(problem, rep_days=(first, *problem.rep_days[1:]))

    def test_a_sound_plan_has_no_violation(self):
        self.assertEqual(check(make(), SOUND), [])

    def test_windows(self):
        self.assert_broken("H1", make(), (Call(0, 251, 0, 0),))
        self.assert_broken("H1", make(), (Call(0, 20, 0, 1),))
        self.assert_broken("H1", make(), (Call(0, 20, 0, 5),))

    def test_travel_overlap_and_hours_of_the_rep(self):
        self.assert_broken("H2", make(), (Call(0, 19, 0, 0),))
        self.assert_broken("H2", make(), (Call(0, 20, 0, 0), Call(0, 64, 1, 0)))
        self.assert_broken("H2", make(), (Call(0, 20, 0, 0), Call(0, 30, 1, 0)))
        self.assert_broken("H2", self.with_day(stop=100))
        self.assert_broken("H2", self.with_day(stop=129))
        self.assertEqual(check(self.with_day(stop=130), SOUND), [])

    def test_what_stands(self):
        block = (Block(50, 60),)
        self.assert_broken("H8", self.with_day(busy=block))
        meeting = (Block(56, 60),)
        self.assert_broken("H2", self.with_day(busy=meeting))
        locked = (Locked(40, 60, MONDAY, 9, 0, 1),)
        self.assert_broken("H8", make(locked=locked))

    def test_one_call_a_day_and_the_gap(self):
        same = self.with_visit(doctor=1)
        self.assert_broken("H3", same)
        self.assert_broken("H3", make(), (Call(0, 20, 0, 0), Call(1, 20, 0, 1)))
        stands = (Locked(0, 9, MONDAY - 2, 0),)
        rules = {0: DoctorRule(min_gap=3)}
        self.assert_broken("H3", make(locked=stands, doctors=rules))
        rules = {0: DoctorRule(min_gap=2)}
        self.assertEqual(check(make(locked=stands, doctors=rules), SOUND), [])

    def test_cap_and_target(self):
        rules = {0: DoctorRule(caps=Caps(calls=1))}
        recent = (Locked(0, 9, MONDAY - 364, 0),)
        self.assert_broken("H4", make(locked=recent, doctors=rules))
        asked = (replace(recent[0], solicited=True),)
        self.assertEqual(check(make(locked=asked, doctors=rules), SOUND), [])
        old = (Locked(0, 9, MONDAY - 365, 0),)
        self.assertEqual(check(make(locked=old, doctors=rules), SOUND), [])
        others = (replace(recent[0], counts=False),)
        self.assertEqual(check(make(locked=others, doctors=rules), SOUND), [])
        self.assert_broken("H4", make(doctors={0: DoctorRule(left=0)}))

    def test_contacts_are_calls_that_the_doctor_asked_for_too(self):
        rules = {0: DoctorRule(caps=Caps(contacts=1, months=6))}
        asked = (Locked(0, 9, MONDAY - 100, 0, solicited=True),)
        self.assert_broken("H4", make(locked=asked, doctors=rules))
        old = (replace(asked[0], day=MONDAY - 190),)
        self.assertEqual(check(make(locked=old, doctors=rules), SOUND), [])

    def test_a_cap_is_of_months_and_not_of_days(self):
        leap = date(2028, 2, 28).toordinal()
        rules = {0: DoctorRule(caps=Caps(calls=1))}
        day = RepDay(1, leap + 366, 0, 300, 0, 0, (), 4)
        for since, broken in ((leap, False), (leap + 1, True)):
            problem = make(locked=(Locked(0, 9, since, 0),), doctors=rules)
            option = replace(problem.visits[0].options[0], day=day.day)
            visits = (replace(problem.visits[0], options=(option,)),)
            problem = replace(problem, rep_days=(day,), visits=visits)
            self.assertEqual(bool(check(problem, SOUND[:1])), broken)

    def test_who_may_call_on_whom(self):
        self.assert_broken("H5", self.with_visit(reps=(2,)))
        option = replace(make().visits[0].options[0], reps=(2,))
        self.assert_broken("H5", self.with_visit(options=(option,)))
        self.assert_broken("H6", self.with_visit(refused="no_consent_or_no_see"))

    def test_limits_of_the_practice(self):
        for limits in ({"per_day": 1}, {"per_week": 1}, {"per_month": 1}):
            rules = {7: PracticeRule(**limits)}
            self.assert_broken("H7", make(practices=rules))
        rules = {7: PracticeRule(lunch_weeks=4)}
        self.assert_broken("H7", make(practices=rules))
        only = SOUND[:1]
        self.assertEqual(check(make(practices=rules), only), [])
        before = (Locked(0, 9, MONDAY - 27, 9, None, None, (7,), LUNCH),)
        self.assert_broken("H7", make(practices=rules, locked=before), only)
        before = (Locked(0, 9, MONDAY - 28, 9, None, None, (7,), LUNCH),)
        self.assertEqual(check(make(practices=rules, locked=before), only), [])

    def test_the_most_calls_of_a_day(self):
        self.assert_broken("H9", self.with_day(max_calls=1))
        locked = (Locked(200, 210, MONDAY, 9, 0, 1),)
        problem = replace(self.with_day(max_calls=2), locked=locked)
        self.assert_broken("H9", problem)

    def test_a_plan_error_says_what_is_broken(self):
        error = PlanError([Violation("H9", "too many calls", (1,))])
        self.assertEqual(str(error), "H9: too many calls")

    def test_values_that_mean_nothing_are_refused(self):
        for fields in (
            {"travel": ((0, 1), (1,))},
            {"travel": ((0, -1), (1, 0))},
            {"travel": ((0,),)},
            {"rep_days": make().rep_days[:1] * 2},
            {"visits": (replace(make().visits[0], value=-1),)},
        ):
            with self.subTest(fields=fields), self.assertRaises(ValueError):
                check_problem(make(**fields))

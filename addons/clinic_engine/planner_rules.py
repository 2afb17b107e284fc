# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The rules that hold across the days: gaps, caps and what a practice allows.

Kept up to date while calls are put in and taken out. Calls that stand count from the
start, those of the past and of other reps too.
"""

from bisect import insort
from datetime import date
from functools import cache

from .contact_caps import Contact, is_full
from .planner_data import (
    LUNCH,
    WEEK,
    DoctorRule,
    Option,
    PracticeRule,
    Problem,
    Visit,
)

NO_DOCTOR_RULE, NO_PRACTICE_RULE = DoctorRule(), PracticeRule()


def get_week(day: int) -> int:
    """Return the number of the week that starts on the Monday before or at ``day``."""
    return (day - 1) // WEEK


def get_month(day: int) -> tuple[int, int]:
    """Return year and month of a day."""
    found = date.fromordinal(day)
    return found.year, found.month


class Rules:
    """Which further calls doctors and practices allow."""

    def __init__(self, problem: Problem):
        self.problem = problem
        self.days: dict[int, list[int]] = {}
        self.contacts: dict[int, list[Contact]] = {}
        self.planned: dict[int, int] = {}
        self.practice_days: dict[int, list[int]] = {}
        self.lunches: dict[int, list[int]] = {}
        for call in problem.locked:
            self._note(call.doctor, call)
            if call.counts:
                self._contact(call.doctor, call.day, call.solicited)

    def add(self, visit: Visit, option: Option) -> None:
        """Count a call."""
        self._note(visit.doctor, option)
        self._contact(visit.doctor, option.day, visit.solicited)
        self.planned[visit.doctor] = self.planned.get(visit.doctor, 0) + 1

    def remove(self, visit: Visit, option: Option) -> None:
        """Count a call no longer."""
        self.days[visit.doctor].remove(option.day)
        contact = _get_contact(option.day, visit.solicited)
        self.contacts[visit.doctor].remove(contact)
        for practice in option.practices:
            self.practice_days[practice].remove(option.day)
            if option.kind == LUNCH:
                self.lunches[practice].remove(option.day)
        self.planned[visit.doctor] -= 1

    def _contact(self, doctor, day, solicited) -> None:
        contact = _get_contact(day, solicited)
        self.contacts.setdefault(doctor, []).append(contact)

    def _note(self, doctor, where) -> None:
        insort(self.days.setdefault(doctor, []), where.day)
        for practice in where.practices:
            insort(self.practice_days.setdefault(practice, []), where.day)
            if where.kind == LUNCH:
                insort(self.lunches.setdefault(practice, []), where.day)

    def refusal(self, visit: Visit, option: Option) -> str | None:
        """Return the code of the first rule that refuses the call, or None."""
        rule = self.problem.doctors.get(visit.doctor, NO_DOCTOR_RULE)
        if rule.left is not None and self.planned.get(visit.doctor, 0) >= rule.left:
            return "rule_cap"
        contacts = self.contacts.get(visit.doctor, ())
        day = date.fromordinal(option.day)
        if is_full(contacts, day, visit.solicited, rule.caps):
            return "rule_cap"
        gap = max(1, rule.min_gap)
        if any(abs(day - option.day) < gap for day in self.days.get(visit.doctor, ())):
            return "rule_gap"
        if any(self._is_full(practice, option) for practice in option.practices):
            return "practice_limit"
        return None

    def _is_full(self, practice: int, option: Option) -> bool:
        rule = self.problem.practices.get(practice, NO_PRACTICE_RULE)
        days = self.practice_days.get(practice, ())
        day = option.day
        if rule.per_day is not None:
            if sum(other == day for other in days) >= rule.per_day:
                return True
        if rule.per_week is not None:
            week = get_week(day)
            if sum(get_week(other) == week for other in days) >= rule.per_week:
                return True
        if rule.per_month is not None:
            month = get_month(day)
            if sum(get_month(other) == month for other in days) >= rule.per_month:
                return True
        if rule.lunch_weeks is not None and option.kind == LUNCH:
            near = rule.lunch_weeks * WEEK
            return any(abs(day - it) < near for it in self.lunches.get(practice, ()))
        return False


@cache
def _get_contact(day: int, solicited: bool) -> Contact:
    return Contact(date.fromordinal(day), solicited)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The benchmark of the planner runs, and a mended week keeps what it promises."""

from dataclasses import replace

import pytest

from benchmarks.planner import __main__ as page
from benchmarks.planner import measures, weeks

#: Few enough for a test; the benchmark makes all of them.
ITERATIONS = 300


@pytest.fixture(scope="module")
def week():
    """Return a week of 300 doctors and 30 rep-days, and its plan."""
    problem = weeks.make(0)
    return problem, measures.planner.plan(problem, 1, ITERATIONS)


def test_a_week_is_better_than_greedy(week):
    problem, result = week
    measures.sound(problem, result.calls)
    assert result.score.objective >= 1.05 * result.baseline.objective
    assert result.reproducible


@pytest.mark.parametrize("part", [0.0, 0.5])
def test_a_cancellation_changes_few_calls_and_keeps_the_rest(week, part):
    problem, result = week
    gone = result.calls[int(part * len(result.calls))].visit
    visits = list(problem.visits)
    visits[gone] = replace(visits[gone], refused="no_consent_or_no_see")
    now = replace(problem, visits=tuple(visits))
    found = measures.replan(now, result.calls)
    measures.sound(now, found.calls)
    assert found.changes <= page.CHANGES
    anew = measures.planner.plan(now, 1, ITERATIONS)
    # points may go for travel where the search is short; both are in the objective
    assert found.after.objective >= page.KEPT * anew.score.objective


def test_the_seconds_hold_for_the_reasons_too(week):
    problem, _result = week
    result = measures.planner.plan(problem, 1, measures.ENDLESS, 1.5)
    assert not result.reproducible
    planned = {call.visit for call in result.calls}
    assert len(planned) + len(result.omissions) == len(problem.visits)


def test_the_page_says_what_was_measured(week):
    problem, result = week
    total = sum(visit.value for visit in problem.visits)
    gain = measures.Gain("city", 0, total, result, 9.9)
    mend = measures.Mend("cancellation", 2, 0.995, 0.1)
    lost = replace(mend, event="lost rep-day", changes=11)
    verdicts = page.judge_weeks([gain]) + page.judge_mending([mend, lost])
    assert [verdict.met for verdict in verdicts[1:]] == [True, False]
    text = page.page(verdicts, [], [gain], [mend, lost])
    assert "not measured" in text
    assert "**missed**" in text
    assert "{" not in text

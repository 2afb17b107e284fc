# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The simulated year repeats itself, keeps its limits, and would notice no effect."""

import random
import re
from dataclasses import astuple, replace
from pathlib import Path

import pytest

from benchmarks.year import __main__ as page
from benchmarks.year import measures, runs, world
from benchmarks.year.sessions import Visit, serve
from benchmarks.year.simulation import ARMS, Year

from clinic_engine import no_show, overbooking, reminders  # isort: skip

MODELS = Path(__file__).parents[1] / "addons" / "clinic_scheduling" / "models"
NONE, REMINDERS, WAITLIST, OVERBOOKING, ALL = ARMS
FEW = world.Assumptions(weeks=4, warm_up=3, doctors=2, patients=200, miss_base=-2.0)


@pytest.fixture(scope="module")
def years():
    """Return {arm: year} of one seed."""
    requests = world.make_requests(FEW, 1)
    return {arm.name: Year(FEW, arm, 1, requests).run() for arm in ARMS}


def figures(assumed, arm, seed=1):
    """Return what a year comes to, without its messages."""
    found = measures.measure(Year(assumed, arm, seed).run())
    return {key: value for key, value in found.items() if key != "messages"}


def test_a_seed_is_a_year(years):
    again = measures.measure(Year(FEW, ALL, 1).run())
    assert again == measures.measure(years[ALL.name])
    assert again != measures.measure(Year(FEW, ALL, 2).run())


def test_all_arms_meet_the_same_patients():
    one = world.make_requests(FEW, 1)
    other = world.make_requests(replace(FEW, effect=0, joins=0, accepts=0), 1)
    assert [astuple(item) for item in one] == [astuple(item) for item in other]


def test_without_effect_nothing_changes():
    silent = replace(FEW, effect=0.0, joins=0.0)
    plain = figures(silent, NONE)
    assert figures(silent, REMINDERS) == plain
    assert figures(silent, WAITLIST) == plain
    assert figures(silent, replace(OVERBOOKING, overbooking=False)) == plain
    assert figures(replace(FEW, effect=1.0), REMINDERS)["missed"] < plain["missed"] / 2


def test_costs_against_it_book_nobody_above():
    dear = replace(FEW, cost_empty=0.0)
    assert figures(dear, OVERBOOKING) == figures(dear, NONE)


def test_above_capacity_within_the_limit_alone(years):
    for arm in ARMS:
        closed = years[arm.name].closed
        assert all(day.above <= day.limit for day in closed)
        assert any(day.above for day in closed) == arm.overbooking
    assert not any(visit.above for visit in years[WAITLIST.name].visits)


def test_nobody_is_lost_or_doubled(years):
    for year in years.values():
        live = [visit for visit in year.visits if visit.ended is None]
        there = [
            visit
            for sessions in year.sessions.values()
            for session in sessions
            for visit in [*session.places, *session.above]
            if isinstance(visit, Visit)
        ]
        assert sorted(map(id, live)) == sorted(map(id, there))
        assert len({visit.request.id for visit in live}) == len(live)
        assert not {visit.request.id for visit in live} & year.lost


def test_the_waitlist_fills_and_moves(years):
    year = years[WAITLIST.name]
    assert year.backfill.accepted
    moved = [visit for visit in year.visits if visit.outcome == "moved"]
    live = {visit.request.id: visit for visit in year.visits if visit.ended is None}
    for visit in moved:
        if visit.request.id in live:
            assert live[visit.request.id].start < visit.start
            assert live[visit.request.id].booked_at == visit.booked_at


def test_reminders_go_by_day_and_not_before_the_booking(years):
    visits = years[ALL.name].visits
    sends = [(at, visit) for visit in visits for at in visit.sends]
    assert sends
    assert not any(reminders.quiet_around(at, world.QUIET) for at, _visit in sends)
    assert all(visit.booked_at <= at < visit.start for at, visit in sends)
    same_day = [visit for visit in visits if visit.start - visit.booked_at < 3600]
    assert not any(visit.sends for visit in same_day)


def test_the_model_knows_the_past_alone(years):
    year = years[NONE.name]
    ended = [visit for visit in year.visits if visit.outcome in ("seen", "missed")]
    past = no_show.histories(
        [
            (
                visit.request.patient,
                world.CLOCK.day(visit.booked_at),
                visit.session.day,
                visit.outcome == "missed",
            )
            for visit in ended
        ]
    )
    assert any(sum(item) for item in past)
    assert past == [(visit.known.shown, visit.known.missed) for visit in ended]


def test_learned_is_what_was_seen():
    learner = Year(FEW, NONE, 1).run().learner
    before = learner.model
    learner.train()
    learner.shift(learner.dates[-1][1])
    assert learner.model != before
    expected = sum(map(learner.model.probability, learner.known)) / len(learner.known)
    observed = sum(learner.missed) / len(learner.missed)
    assert expected == pytest.approx(observed, abs=0.02)


def test_waits_are_those_of_the_evaluator():
    law, chance = {3: 0.2, 5: 0.3, 8: 0.5}, random.Random(5)
    expected = overbooking.evaluate([[0.9, 0.9]] * 4, 5, law)
    waits, overtimes = [], []
    for _day in range(6000):
        patients = [
            (5 * at, 5 * at, chance.choices(list(law), law.values())[0])
            for at in range(4)
            for _each in range(2)
            if chance.random() < 0.9
        ]
        found, overtime, _idle = serve(0, 20, patients)
        waits += found
        overtimes.append(overtime)
    assert sum(overtimes) / len(overtimes) == pytest.approx(expected.overtime, rel=0.01)
    # who does not come waits in the evaluator as well, as long as the others
    assert sum(waits) / len(waits) == pytest.approx(expected.wait, rel=0.03)


def test_who_is_late_lets_others_pass():
    waits, overtime, idle = serve(0, 20, [(0, 4, 5), (10, 2, 5)])
    assert (waits, overtime, idle) == ([3, 0], 0, 10)


@pytest.mark.parametrize(
    "name, value",
    [
        ("clinic_waitlist_minutes", world.OFFER_TIMES.minutes),
        ("clinic_waitlist_near_minutes", world.OFFER_TIMES.near_minutes),
        ("clinic_waitlist_near_hours", world.OFFER_TIMES.near_hours),
        ("clinic_waitlist_max_offers", world.MOST_OFFERS),
        ("clinic_cost_empty", world.COST_EMPTY),
        ("clinic_cost_extra", world.COST_EXTRA),
        ("clinic_overbooking_percent", world.MOST_PERCENT),
        ("clinic_overbooking_days", world.ADVICE_DAYS),
        ("clinic_quiet_from", world.QUIET.start / 3600),
        ("clinic_quiet_to", world.QUIET.end / 3600),
    ],
)
def test_settings_are_those_of_a_new_practice(name, value):
    source = "".join(path.read_text() for path in MODELS.glob("res_company_*.py"))
    field = rf"{name} = fields\.\w+\((?:(?! = fields).)*?default=([\d.]+)"
    found = re.search(field, source, re.DOTALL)
    assert float(found.group(1)) == value


def test_difference_by_hand():
    found = measures.difference([3, 5, 4], [1, 2, 0])
    assert found.mean == 3
    assert found.half == pytest.approx(4.302653 / 3**0.5, rel=1e-6)
    assert (found.sign, measures.difference([1, 2], [2, 1]).sign) == (1, 0)


def test_no_effect_is_a_missed_target(years):
    values = measures.measure(years[NONE.name])
    same = {arm.name: {key: [v, v] for key, v in values.items()} for arm in ARMS}
    met = {item.target: item.met for item in page.judge(same, same)}
    assert list(met.values()).count(True) == 3
    assert met["No session was ever above its limit"]
    same[ALL.name]["excess"] = [0, 1]
    met = {item.target: item.met for item in page.judge(same, same)}
    assert not met["No session was ever above its limit"]


def test_page_of_a_small_run(tmp_path, capsys):
    assumed = replace(FEW, weeks=1, warm_up=1, doctors=1)
    scope = runs.Scope(assumed, seeds=(1, 2), few=(1,))
    code = page.main(tmp_path / "page.md", scope)
    written = (tmp_path / "page.md").read_text(encoding="utf-8")
    told = capsys.readouterr().out
    assert code == ("**missed**" in written)
    assert code == ("**missed**" in told)
    assert "| reminders prevent no miss | " in written
    assert "{" not in written

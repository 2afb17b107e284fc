# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The benchmark of the waiting room runs, and would notice a wrong answer."""

from dataclasses import replace
from functools import cache
from random import Random
from statistics import fmean

import pytest

from benchmarks.queue import __main__ as page
from benchmarks.queue import data, day, fairness, speed, waits
from benchmarks.queue.room import Room

SHAPE = data.published()


@pytest.fixture(scope="module")
def a_day():
    """Return a busy day."""
    return day.draw_day(SHAPE, 1.0, Random(5))


@cache
def measure_some():
    """Return the findings of a few days."""
    return fairness.measure(SHAPE, 1.0, seeds=3, days=4)


def find(policy, level):
    return next(i for i in measure_some() if (i.policy, i.level) == (policy, level))


def test_wrong_orders_are_noticed(monkeypatch):
    speed.check(speed.draw_room(400), fairness.recommended())

    def by_arrival(tickets, policy, now):
        return sorted(tickets, key=lambda ticket: ticket.arrived)

    monkeypatch.setattr(speed, "rank", by_arrival)
    with pytest.raises(speed.WrongOrder):
        speed.check(speed.draw_room(400), fairness.recommended())


def test_a_little_is_measured():
    ranked = speed.measure_rank(50, turns=1)
    assert 0 < ranked.sort < ranked.rank
    fewer, more = speed.measure_estimates((5, 10), turns=1, runs=5)
    assert (fewer.count, more.count) == (5, 10)
    assert speed.get_growth([fewer, more], "seconds")[0] > 0


def test_too_slow_is_missed():
    slow = [
        speed.Ranked(1_250, 1, 4, 3),
        speed.Ranked(10_000, 10, 51, 30),
        speed.Ranked(20_000, 20, 129, 60),
    ]
    estimated = [speed.Estimated(50, 1), speed.Estimated(100, 2.6)]
    assert [item.met for item in page.judge_speed(slow, estimated)] == [False] * 3
    slow[1:] = [speed.Ranked(10_000, 10, 49, 30), speed.Ranked(20_000, 20, 127, 60)]
    estimated[1] = speed.Estimated(100, 2.5)
    assert all(item.met for item in page.judge_speed(slow, estimated))


def test_everybody_is_called_or_leaves_and_nobody_at_two_desks(a_day):
    for policy in fairness.POLICIES.values():
        outcomes = Room(a_day, policy()).run()
        ids = sorted(item.person.id for item in outcomes)
        assert ids == sorted(person.id for person in a_day.people)
        for doctor in a_day.doctors:
            until = doctor.since
            (start, stop), *_others = doctor.breaks
            for item in outcomes:
                if item.doctor != doctor.key:
                    continue
                person = item.person
                assert item.moment >= max(until, person.arrived)
                assert not start <= item.moment < stop
                assert person.doctor in (None, doctor.key)
                until = item.moment + item.length


def test_strict_means_strict(a_day):
    """Nobody is called while somebody more urgent waits, told without the engine."""
    outcomes = Room(a_day, fairness.strict()).run()
    order = {1: 0, 2: 1, None: 2, 3: 3, 4: 4, 5: 5}
    seen = [item for item in outcomes if item.seen and item.person.level]
    for item in seen:
        waiting = [
            other
            for other in seen
            if other.person.arrived <= item.moment < other.moment
        ]
        mine = order[item.person.level]
        assert all(order[other.person.level] >= mine for other in waiting)


def test_first_come_means_first_come(a_day):
    outcomes = Room(a_day, fairness.first_come()).run()
    walk_ins = [item.person for item in outcomes if item.seen and item.person.level]
    assert walk_ins == sorted(walk_ins, key=lambda item: (item.arrived, item.id))


def test_waits_of_theory():
    """Three equal desks, Poisson arrivals: the mean wait is 1875/89 minutes."""
    rng, moment, people = Random(8), 0.0, []
    for number in range(30_000):
        moment += rng.expovariate(10 / 3600)
        length = rng.expovariate(1 / 900)
        people.append(day.Person(number, round(moment), length, level=3))
    doctors = tuple(day.Doctor(str(number), since=0) for number in range(3))
    drawn = day.Day(tuple(people), doctors)
    waited = [item.wait / 60 for item in Room(drawn, fairness.first_come()).run()]
    batches = [fmean(waited[first : first + 1500]) for first in range(0, 30_000, 1500)]
    mean = fairness.Value.of(batches)
    assert abs(mean.mean - 1875 / 89) < 2 * mean.half
    assert mean.half < 4


def test_who_is_urgent_is_seen_in_time_by_ours_alone_and_strict():
    assert not find(fairness.FIRST_COME, 2).kept
    for policy in (fairness.STRICT, fairness.OURS):
        assert find(policy, 2).kept
        assert find(policy, 2).median.mean < find(fairness.FIRST_COME, 2).median.mean
    assert find(fairness.OURS, 5).longest < find(fairness.STRICT, 5).longest


def test_intervals_by_hand():
    value = fairness.Value.of([1.0, 2.0, 3.0])
    assert value.mean == 2
    assert value.half == pytest.approx(4.303 / 3**0.5)
    assert fairness.quantile([4, 1, 3, 2], 0.5) == 2
    assert fairness.quantile([4, 1, 3, 2], 0.9) == 4


def test_what_people_are_told_is_judged():
    told = waits.measure(SHAPE, 0.9, days=1, runs=40)
    by_way = {item.way: item.accuracy for item in told if item.level is None}
    shown, exact = by_way[waits.OURS], by_way[waits.EXACT]
    assert shown.count == exact.count > 30
    assert shown.within >= exact.within
    assert 0.6 < exact.within < 1
    assert by_way[waits.NAIVE].within < exact.within
    verdict = page.judge_days(measure_some(), told)[-1]
    assert verdict.met
    low = [replace(i, accuracy=replace(i.accuracy, within=0.7)) for i in told]
    assert not page.judge_days(measure_some(), low)[-1].met


def test_the_page_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "find", lambda: None)
    monkeypatch.setattr(speed, "RANKED", (50, 100))
    # much is loaded here: collecting takes longer than all that is measured
    monkeypatch.setattr(speed.gc, "collect", lambda: 0)
    monkeypatch.setattr(page, "JUDGED", 100)
    estimates = speed.measure_estimates((5, 10), 1, 5)
    monkeypatch.setattr(speed, "measure_estimates", lambda: estimates)
    monkeypatch.setattr(fairness, "LOADS", (1.0,))
    some = measure_some()
    monkeypatch.setattr(fairness, "measure", lambda shape, load: some)
    monkeypatch.setattr(waits, "LOADS", (0.8,))
    few = waits.measure(SHAPE, 0.8, days=1, runs=5)
    monkeypatch.setattr(waits, "measure", lambda shape, load: few)
    written = tmp_path / "queue.md"
    code = page.main(written)
    text = written.read_text()
    assert code == int("| **missed** |" in text)
    assert "published parameters" in text
    assert "| 1 | appointment | ours |" in text


def test_the_files_are_read(tmp_path, monkeypatch):
    monkeypatch.setenv("QUEUE_DATA", str(tmp_path))
    assert data.find() is None
    services = "ID,ServTime\na,100\nb,NA\nc,600\nd,900\ne,4000\n"
    hours = "".join(f"{hour}.0,{hour}.0\n{hour}.0,{hour + 2}.0\n" for hour in range(24))
    for name, content in (
        (data.SERVICES, services),
        (data.ARRIVALS, f"Hour,Arrivals\n{hours}"),
    ):
        with data.gzip.open(tmp_path / name, "wt") as file:
            file.write(content)
    shape = data.read(data.find())
    assert shape.lengths == [600, 900]
    assert shape.hours[:3] == (1, 2, 3)


def test_the_published_shape():
    rng = Random(1)
    lengths = [SHAPE.draw(rng) for _turn in range(20_000)]
    assert fmean(lengths) == pytest.approx(data.MEAN, rel=0.02)
    assert min(SHAPE.hours) == pytest.approx(data.QUIET)
    assert max(SHAPE.hours) == pytest.approx(data.PEAK)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import replace
from math import exp, inf, log
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ..queue_accuracy import judge
from ..queue_duration import Duration, learn, planned
from ..queue_estimate import (
    Desk,
    Estimate,
    Stream,
    band,
    by_number_ahead,
    estimate,
    get_breaks,
    skip_breaks,
)
from ..queue_policy import Ticket, call_next
from .common import MINUTE, EngineCase, examples
from .test_queue_policy import LEVELS, NOW, POLICY

ALWAYS_TEN = {("visit", None): Duration(log(600), 0)}
A_DESK = Desk("desk", NOW)


class Exponential:
    """Lengths without memory, for which the theory is exact."""

    def __init__(self, mean):
        self.mean = mean

    def draw(self, rng):
        return rng.expovariate(1 / self.mean)

    def draw_left(self, elapsed, rng):
        return self.draw(rng)


def visit(number, minutes=0, level=4, **values):
    return Ticket(number, NOW - minutes * MINUTE, level, service="visit", **values)


class TestDurations(EngineCase):
    def test_a_plan_is_the_mean(self):
        self.assertAlmostEqual(planned(900).mean, 900)
        self.assertLess(planned(900).median, 900)
        with self.assertRaises(ValueError):
            planned(0)

    def test_who_is_new_is_judged_by_the_others(self):
        found = learn([("visit", "a", 600)] * 1000, {"visit": 1200})
        self.assertAlmostEqual(found["visit", None].median, 600, delta=10)
        self.assertNotIn(("visit", "b"), found)
        few = learn(
            [("visit", "a", 600)] * 1000 + [("visit", "b", 1200)], {"visit": 600}
        )
        self.assertLess(few["visit", "b"].median, 700)
        self.assertGreater(few["visit", "b"].median, few["visit", "a"].median)

    def test_by_hand(self):
        found = learn([("x", 1, 100.0), ("x", 1, 400.0)], {"x": 100}, strength=2)
        prior = planned(100)
        mean = (log(100) + log(400)) / 2
        mu = (2 * mean + 2 * prior.mu) / 4
        self.assertAlmostEqual(found["x", None].mu, mu)
        spread = 2 * (log(400) - mean) ** 2
        variance = (spread + 2 * prior.sigma**2) / 4
        self.assertAlmostEqual(found["x", None].sigma ** 2, variance)
        self.assertAlmostEqual(found["x", 1].mu, (2 * mean + 2 * mu) / 4)

    def test_what_is_no_sample_is_left_out(self):
        samples = [("visit", "a", 0), ("visit", "a", -5), ("unknown", "a", 60)]
        self.assertEqual(set(learn(samples, {"visit": 600})), {("visit", None)})

    def test_services_of_nobody_in_particular_count_once(self):
        named = learn([("visit", "a", 900)] * 5, {"visit": 600})
        unknown = learn([("visit", None, 900)] * 5, {"visit": 600})
        self.assertEqual(unknown, {("visit", None): named["visit", None]})

    def test_a_service_in_progress(self):
        rng, duration = Random(1), planned(600)
        left = [duration.draw_left(300, rng) for _turn in range(4000)]
        whole = [duration.draw(rng) for _turn in range(40_000)]
        rest = [value - 300 for value in whole if value > 300]
        self.assertAlmostEqual(sum(left) / len(left), sum(rest) / len(rest), delta=15)
        self.assertEqual(duration.draw_left(10**9, rng), 0)
        self.assertEqual(Duration(log(600), 0).draw_left(200, rng), 400)


NEVER = 10**12


def get_begin(hours, moment):
    """Return when a desk with these hours begins a service, minute by minute."""
    if not any(stop > NOW for _start, stop in hours):
        return moment  # nobody knows when it closes
    # opened before its hours, it serves at once
    first = hours[0][0]
    while moment < hours[-1][1]:
        if moment < first or any(start <= moment < stop for start, stop in hours):
            return moment
        moment += 60
    return NEVER


class TestKnown(EngineCase):
    """Where nothing is left to chance the wait is exact."""

    def get(self, tickets, desks=(A_DESK,), **values):
        found = estimate(tickets, desks, POLICY, ALWAYS_TEN, NOW, runs=5, **values)
        return {
            number: band.low and round(band.low / MINUTE) if band.low else band.low
            for number, band in found.items()
        }

    def test_in_the_order_of_service(self):
        found = self.get([visit(1), visit(2, 5), visit(3, 0, level=2)])
        self.assertEqual(found, {3: 0, 2: 10, 1: 20})

    def test_a_service_in_progress_and_breaks(self):
        busy = Desk("desk", NOW - 4 * MINUTE, service="visit")
        self.assertEqual(self.get([visit(1), visit(2)], [busy]), {1: 6, 2: 16})
        pause = ((NOW + 5 * MINUTE, NOW + 30 * MINUTE),)
        self.assertEqual(self.get([visit(1)], [replace(busy, breaks=pause)]), {1: 30})

    def test_several_desks(self):
        tickets = [visit(number) for number in range(1, 6)]
        self.assertEqual(
            self.get(tickets, [A_DESK, replace(A_DESK, key="other")]),
            {1: 0, 2: 0, 3: 10, 4: 10, 5: 20},
        )

    def test_who_is_not_served_today(self):
        late = visit(2, needs=frozenset({"blood"}))
        closing = replace(A_DESK, closes=NOW + 15 * MINUTE)
        tickets = [visit(1), late, visit(3), visit(4)]
        self.assertEqual(self.get(tickets, [closing]), {1: 0, 2: None, 3: 10, 4: None})
        self.assertEqual(self.get([visit(1)], []), {1: None})

    def test_appointments_that_are_expected(self):
        coming = Ticket(9, NOW + 10 * MINUTE, slot=NOW + 5 * MINUTE, service="visit")
        tickets = [visit(1), visit(2)]
        self.assertEqual(self.get(tickets, expected=[(coming, 1)]), {1: 0, 2: 10})
        # late, but more pressing than a level whose hours are long
        low = [visit(1, level=5), visit(2, level=5)]
        self.assertEqual(self.get(low, expected=[(coming, 1)]), {1: 0, 2: 10})
        self.assertEqual(self.get(low, expected=[(coming, 0)]), {1: 0, 2: 10})

    def test_each_by_the_policy_of_its_own_queue(self):
        # there level 5 is to be seen as soon as level 3 here
        other = replace(POLICY, levels={5: replace(LEVELS[3], key=5)})
        tickets = [visit(1, 5, level=4), visit(2, 0, level=5)]
        self.assertEqual(self.get(tickets), {1: 0, 2: 10})
        self.assertEqual(self.get(tickets, policies={2: other}), {2: 0, 1: 10})
        # who is expected, too: at once here, an hour to wait there
        coming = Ticket(9, NOW + MINUTE, slot=NOW + MINUTE, service="visit")
        patient = replace(POLICY, appointment=POLICY.late)
        low = [visit(number, 30, level=5) for number in (1, 2)]
        expected = {"expected": [(coming, 1)]}
        self.assertEqual(self.get(low, **expected), {1: 0, 2: 20})
        found = self.get(low, policies={9: patient}, **expected)
        self.assertEqual(found, {1: 0, 2: 10})

    def test_who_comes_besides_is_nobody_who_waits(self):
        # ids below zero are somebody who might join
        stream = [Stream(LEVELS[2], 1 / 60, "visit")]
        room = ([visit(-2, level=5)], [A_DESK], POLICY, ALWAYS_TEN, NOW)
        self.assertEqual(estimate(*room, streams=stream)[-2], Estimate(0, 0))
        room = ([visit(-2, level=5), visit(-3, 5)], *room[1:])
        self.assertIsNone(estimate(*room, streams=stream)[-2].low)

    def test_urgent_arrivals_push_everybody_back(self):
        stream = [Stream(LEVELS[2], 1 / 600, "visit")]
        alone = estimate([visit(1), visit(2)], [A_DESK], POLICY, ALWAYS_TEN, NOW)
        pushed = estimate(
            [visit(1), visit(2)], [A_DESK], POLICY, ALWAYS_TEN, NOW, streams=stream
        )
        self.assertGreater(pushed[2].high, alone[2].high)

    @examples(80)
    @given(
        st.lists(st.tuples(st.integers(0, 90), st.integers(2, 5)), max_size=8),
        st.lists(st.lists(st.integers(-40, 90), unique=True, max_size=6), max_size=3),
    )
    def test_as_call_by_call(self, people, moments):
        # minutes of the hours' starts and ends, by desk
        days = [sorted(found)[: len(found) // 2 * 2] for found in moments] or [[]]
        hours = [[NOW + at * MINUTE for at in day] for day in days]
        hours = [list(zip(day[::2], day[1::2], strict=True)) for day in hours]
        tickets = [visit(number, *person) for number, person in enumerate(people)]
        desks = [
            Desk(str(number), NOW, frozenset(), None, *get_breaks(day, NOW))
            for number, day in enumerate(hours)
        ]
        found = estimate(tickets, desks, POLICY, ALWAYS_TEN, NOW, runs=1)
        free = [get_begin(day, NOW) for day in hours]
        left, waits = list(tickets), {}
        while left and min(free) < NEVER:
            now = min(free)
            ticket = call_next(left, POLICY, now)
            waits[ticket.id] = now - NOW
            left.remove(ticket)
            number = free.index(now)
            free[number] = get_begin(hours[number], now + 600)
        for ticket in tickets:
            low, wait = found[ticket.id].low, waits.get(ticket.id)
            self.assertEqual(low is None, wait is None)
            self.assertAlmostEqual(low or 0, wait or 0, delta=1)


class TestChance(EngineCase):
    def test_the_wait_behind_others_is_erlang(self):
        # all busy, the same level: the roll-out has to agree with the formula
        desks = [Desk(key, NOW, service="visit") for key in "abc"]
        tickets = [visit(number, 20 - number) for number in range(10)]
        durations = {("visit", None): Exponential(900)}
        found = estimate(tickets, desks, POLICY, durations, NOW, runs=4000)
        for ahead in (0, 4, 9):
            exact = by_number_ahead(ahead, 3, 900)
            self.assertAlmostEqual(found[ahead].low / exact.low, 1, delta=0.06)
            self.assertAlmostEqual(found[ahead].high / exact.high, 1, delta=0.06)

    def test_one_stage_by_hand(self):
        found = by_number_ahead(0, 2, 600)
        self.assertAlmostEqual(found.low, 300 * log(2), 6)
        self.assertAlmostEqual(found.high, 300 * log(5), 6)
        with self.assertRaises(ValueError):
            by_number_ahead(0, 0, 600)

    def test_two_stages_by_hand(self):
        found = by_number_ahead(1, 1, 60)
        for bound, share in ((found.low, 0.5), (found.high, 0.8)):
            x = bound / 60
            self.assertAlmostEqual(1 - exp(-x) * (1 + x), share, 9)

    def test_four_fifths_wait_no_longer_than_shown(self):
        # 400 rooms are estimated, and then played on once as they really go on
        rng, shown, busy = Random(5), [], replace(A_DESK, service="visit")
        durations = {("visit", None): planned(600)}
        streams = [Stream(LEVELS[number], 1 / 3600, "visit") for number in (2, 3, 4)]
        for turn in range(400):
            tickets = [
                visit(number, rng.randrange(60), rng.choice((3, 4, 5)))
                for number in range(rng.randrange(2, 9))
            ]
            room = (tickets, [busy], POLICY, durations, NOW)
            told = estimate(*room, streams=streams, runs=60, seed=turn)
            real = estimate(*room, streams=streams, runs=1, seed=turn + 10**6)
            last = tickets[-1].id
            shown.append((told[last].low, told[last].high, real[last].low))
        accuracy = judge(shown)
        self.assertAlmostEqual(accuracy.within, 0.8, delta=0.08)
        self.assertAlmostEqual(accuracy.shorter, 0.5, delta=0.1)

    def test_the_same_seed_the_same_answer(self):
        room = ([visit(1), visit(2)], [A_DESK], POLICY, {("visit", None): planned(600)})
        self.assertEqual(estimate(*room, NOW, seed=3), estimate(*room, NOW, seed=3))
        self.assertNotEqual(estimate(*room, NOW, seed=3), estimate(*room, NOW, seed=4))

    def test_a_service_without_a_length_is_an_error(self):
        with self.assertRaises(KeyError):
            estimate([visit(1)], [A_DESK], POLICY, {}, NOW, runs=1)


class TestShown(EngineCase):
    def test_bands_are_rounded_up(self):
        self.assertEqual(band(Estimate(0, 1)), (0, 300))
        self.assertEqual(band(Estimate(301, 899.5)), (600, 900))
        self.assertIsNone(band(Estimate(10, None)))

    def test_hours_are_breaks_and_an_end(self):
        hours = [(10, 20), (30, 40), (50, 60)]
        breaks = ((20, 30), (40, 50))
        for now in (0, 15, 25, 59):
            self.assertEqual(get_breaks(hours, now), (breaks, 60))
        # who is still there goes nobody knows when, as does who has no hours
        for known, now in ((hours, 60), (hours, 70), ([], 0)):
            self.assertEqual(get_breaks(known, now), ((), inf))

    def test_breaks_that_touch(self):
        desk = replace(A_DESK, breaks=((10, 20), (20, 30)))
        self.assertEqual(
            [skip_breaks(desk, at) for at in (9, 10, 25, 30)], [9, 30, 30, 30]
        )

    def test_accuracy_by_hand(self):
        found = judge([(10, 20, 15), (10, 20, 25), (10, 20, 5), (10, 20, 10)])
        self.assertEqual((found.count, found.bias, found.mae), (4, 3.75, 6.25))
        self.assertEqual((found.median_ae, found.within, found.shorter), (5, 0.75, 0.5))
        self.assertAlmostEqual(found.rmse, ((25 + 225 + 25) / 4) ** 0.5)
        self.assertIsNone(judge([]))

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The order of service gives the waits that theory and publications tell.

Waits without a closed form come from long simulations (mean and 95 % half-width).
"""

from math import fsum
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ..queue_policy import Level
from .common import EngineCase, examples
from .queueing import accumulating, erlang_c, first_come, simulate, strict, tiered

#: Four desks, 20 minutes, arrivals per hour of the five levels (load 0.8).
EMERGENCY = (0.192, 0.768, 2.88, 3.84, 1.92)
EMERGENCY_LOAD = [rate / 12 for rate in EMERGENCY]
EMERGENCY_RESIDUAL = erlang_c(4, 3.2) / 12 * 60


def exponential(mean):
    return lambda rng: rng.expovariate(1 / mean)


class TestFormulas(EngineCase):
    def assert_waits(self, found, expected, places=6):
        for got, wanted in zip(found, expected, strict=True):
            self.assertAlmostEqual(got, wanted, places)

    def test_six_servers_of_a_textbook(self):
        # Stevenson, Operations Management, 14th edition, chapter 18, example 9
        self.assertAlmostEqual(erlang_c(6, 5), 3125 / 5319, 12)
        residual = erlang_c(6, 5) / 6
        self.assert_waits(
            strict(residual, [1.5 / 6, 2.5 / 6, 1 / 6]), (0.1306, 0.3917, 1.7625), 4
        )

    def test_one_server(self):
        rho = [0.3, 0.5]
        self.assertAlmostEqual(first_come(0.8, rho), 4)
        self.assert_waits(strict(0.8, rho), (8 / 7, 40 / 7))
        self.assert_waits(accumulating(4, rho, (1, 1 / 2)), (48 / 17, 80 / 17))
        self.assert_waits(accumulating(4, rho, (1, 1 / 4)), (64 / 31, 160 / 31))

    def test_other_lengths_of_service(self):
        # per minute; second moments of Exp(20), Erlang-3 of mean 6, constant 10
        rates, means = (1 / 60, 1 / 30, 1 / 40), (20, 6, 10)
        moments = (800, 48, 100)
        residual = (
            fsum(rate * moment for rate, moment in zip(rates, moments, strict=True)) / 2
        )
        rho = [rate * mean for rate, mean in zip(rates, means, strict=True)]
        self.assertAlmostEqual(residual, 8.716667, 6)
        self.assertAlmostEqual(first_come(residual, rho), 40.230769, 6)
        self.assert_waits(strict(residual, rho), (13.075, 28.017857, 86.208791))
        waits = accumulating(first_come(residual, rho), rho, (1 / 15, 1 / 30, 1 / 60))
        self.assert_waits(waits, (24.726450, 38.992899, 61.893491))

    def test_three_servers(self):
        residual = erlang_c(3, 2.5) / 12 * 60
        rho = [rate / 12 for rate in (1, 3, 6)]
        self.assertAlmostEqual(first_come(residual, rho), 1875 / 89, 6)
        waits = accumulating(1875 / 89, rho, (1 / 15, 1 / 60, 1 / 120))
        self.assert_waits(waits, (6.675908, 15.467678, 26.265869))

    def test_strict_tiers_whose_members_accumulate(self):
        loads = EMERGENCY_LOAD
        expected = (3.030653, 3.294188, 4.766884, 12.182036, 41.418922)
        self.assert_waits(strict(EMERGENCY_RESIDUAL, loads), expected)
        last = [
            (load, 1 / target)
            for load, target in zip(loads[2:], (30, 60, 120), strict=True)
        ]
        waits = tiered(EMERGENCY_RESIDUAL, [[(loads[0], 1)], [(loads[1], 1)], last])
        self.assert_waits(waits, (3.030653, 3.294188, 10.059768, 16.067685, 25.708296))


class TestSimulated(EngineCase):
    """The engine's order, served by simulated desks."""

    def check(self, classes, servers, expected, count=60_000, seed=7):
        """The exact waits lie within four standard errors of the measured ones."""
        found = simulate(classes, servers, count, Random(seed))
        for wait, wanted in zip(found, expected, strict=True):
            self.assertLess(abs(wait.mean - wanted), 4 * wait.error)
            self.assertLess(wait.error, 0.1 * wanted)

    def test_equal_targets_are_first_come(self):
        level = [Level(number, 10, 0) for number in range(2)]
        classes = [(level[0], 0.3, exponential(1)), (level[1], 0.5, exponential(1))]
        self.check(classes, 1, (4, 4))

    def test_tiers_are_strict(self):
        level = [Level(number, 10, number) for number in range(2)]
        classes = [(level[0], 0.3, exponential(1)), (level[1], 0.5, exponential(1))]
        self.check(classes, 1, (8 / 7, 40 / 7))

    def test_targets_accumulate(self):
        level = [Level(0, 10, 0), Level(1, 20, 0)]
        classes = [(level[0], 0.3, exponential(1)), (level[1], 0.5, exponential(1))]
        self.check(classes, 1, (48 / 17, 80 / 17))

    def test_a_head_start(self):
        # a class that accumulates half as fast and starts two units later: computed
        # by Bilodeau and Stanford's algorithm (arXiv 2001.06054), corrected
        level = [Level(0, 1, 0, 1.0), Level(1, 2, 0, 0.0)]
        classes = [(level[0], 0.3, exponential(1)), (level[1], 0.5, exponential(1))]
        self.check(classes, 1, (2.426448, 4.944131))

    def test_lengths_of_service_differ(self):
        draws = (
            exponential(20),
            lambda rng: fsum(rng.expovariate(1 / 2) for _part in range(3)),
            lambda rng: 10,
        )
        level = [Level(0, 15, 0), Level(1, 30, 0), Level(2, 60, 0)]
        classes = list(zip(level, (1 / 60, 1 / 30, 1 / 40), draws, strict=True))
        self.check(classes, 1, (24.726450, 38.992899, 61.893491))

    def test_several_desks(self):
        level = [Level(0, 15, 0), Level(1, 60, 0), Level(2, 120, 0)]
        rates = (1 / 60, 3 / 60, 6 / 60)
        classes = [
            (item, rate, exponential(15))
            for item, rate in zip(level, rates, strict=True)
        ]
        self.check(classes, 3, (6.675908, 15.467678, 26.265869))

    def test_the_recommended_policy(self):
        head_starts = (0, 0, 0.6, 0.3, 0)
        level = [
            Level(number, target, min(number, 2), head_start)
            for number, (target, head_start) in enumerate(
                zip((0, 10, 30, 60, 120), head_starts, strict=True)
            )
        ]
        classes = [
            (item, rate / 60, exponential(20))
            for item, rate in zip(level, EMERGENCY, strict=True)
        ]
        waits = (3.0296, 3.2967, 7.1418, 15.1126, 32.227)
        self.check(classes, 4, waits, count=100_000)

    @examples(8)
    @given(
        st.lists(
            st.tuples(st.integers(1, 100), st.floats(0, 1), st.integers(0, 1)),
            min_size=2,
            max_size=4,
        )
    )
    def test_priorities_only_pass_the_wait_on(self, weights):
        # the conservation law: the mean wait weighted by load is always the same
        level = [
            Level(number, values[0], values[2], values[1])
            for number, values in enumerate(weights)
        ]
        rate = 0.7 / len(level)
        classes = [(item, rate, exponential(1)) for item in level]
        found = simulate(classes, 1, 40_000, Random(3))
        mean = fsum(wait.mean for wait in found) / len(found)
        self.assertLess(abs(mean - 0.7 / 0.3), 0.35)

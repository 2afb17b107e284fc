# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The formulas that simulated waits are compared with give the published numbers."""

from math import fsum

from .common import EngineCase
from .queueing import accumulating, erlang_c, first_come, strict, tiered

#: Four desks, 20 minutes, arrivals per hour of the five levels (load 0.8).
EMERGENCY = (0.192, 0.768, 2.88, 3.84, 1.92)
EMERGENCY_LOAD = [rate / 12 for rate in EMERGENCY]
EMERGENCY_RESIDUAL = erlang_c(4, 3.2) / 12 * 60


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

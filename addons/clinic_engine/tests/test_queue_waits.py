# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The engine's order of service gives the waits that theory and publications tell."""

from math import fsum

from hypothesis import given
from hypothesis import strategies as st

from ..queue_estimate import Desk, Stream, by_number_ahead, estimate
from ..queue_policy import Level, Policy, Ticket
from .common import EngineCase, examples
from .queueing import Day, Measured, measured
from .test_queue_estimate import Exponential
from .test_queue_theory import EMERGENCY, EMERGENCY_LOAD, EMERGENCY_RESIDUAL


def exponential(mean):
    return lambda rng: rng.expovariate(1 / mean)


def erlang_3(rng):
    """Three parts of two minutes."""
    return fsum(rng.expovariate(1 / 2) for _part in range(3))


def constant(rng):
    return 10


#: A class of one server after the other, per minute.
MINUTE_LONG, QUARTER, TWENTY = exponential(1), exponential(15), exponential(20)
TWO = ((0.3, MINUTE_LONG), (0.5, MINUTE_LONG))
THREE = ((1 / 60, TWENTY), (1 / 30, erlang_3), (1 / 40, constant))
HOSPITAL = tuple((rate / 60, TWENTY) for rate in EMERGENCY)
#: The mean wait of first come, first served: by the formulas of the theory.
TWO_WAIT, THREE_WAIT, HOSPITAL_WAIT = 4, 40.230769, EMERGENCY_RESIDUAL / 0.2
#: Minutes of the recommended policy, by level.
TARGETS = (0, 10, 30, 60, 120)


def tiers(count):
    return [Level(number, 10, number) for number in range(count)]


def accumulate(*targets):
    return [Level(number, target, 0) for number, target in enumerate(targets)]


def emergency_levels(head_starts=(0, 0, 0, 0, 0)):
    """Return the levels of the recommended policy: two tiers above the others."""
    return [
        Level(number, target, min(number, 2), head_start)
        for number, (target, head_start) in enumerate(
            zip(TARGETS, head_starts, strict=True)
        )
    ]


class TestPublished(EngineCase):
    """Each published wait lies in the 99 % interval of the simulated one.

    The intervals are narrow: half of a 95 % one is at most 3 % of the wait, save of
    the first level of the hospital, which one of fifty patients has.
    """

    def check(self, day, levels, first_come, waits, width=(0.03,) * 5):
        """Compare waits; each is exact, or (measured, half of its 95 % interval)."""
        found = day.measure(levels, first_come)
        for number, (value, wanted) in enumerate(zip(found, waits, strict=True)):
            exact, half = wanted if isinstance(wanted, tuple) else (wanted, 0)
            with self.subTest(level=number):
                self.assertTrue(value.agrees(exact, half / 1.96), (value, wanted))
                self.assertLess(value.width, width[number])

    def check_two(self, levels, waits):
        self.check(Day(TWO, 1, 160_000, 11), levels, TWO_WAIT, waits)

    def check_three(self, levels, waits):
        self.check(Day(THREE, 1, 200_000, 11), levels, THREE_WAIT, waits)

    def check_hospital(self, levels, waits):
        day = Day(HOSPITAL, 4, 400_000, 11)
        width = (0.05, 0.03, 0.03, 0.03, 0.03)
        self.check(day, levels, HOSPITAL_WAIT, waits, width)

    def test_equal_targets_are_first_come(self):
        self.check_two(accumulate(10, 10), (4, 4))

    def test_tiers_are_strict(self):
        self.check_two(tiers(2), (8 / 7, 40 / 7))

    def test_targets_accumulate(self):
        self.check_two(accumulate(10, 20), (48 / 17, 80 / 17))

    def test_a_quarter_of_the_rate(self):
        self.check_two(accumulate(10, 40), (64 / 31, 160 / 31))

    def test_a_head_start(self):
        # a class that accumulates half as fast and starts two units later: computed
        # by Bilodeau and Stanford's algorithm (arXiv 2001.06054), corrected
        levels = [Level(0, 1, 0, 1.0), Level(1, 2, 0, 0.0)]
        self.check_two(levels, (2.426448, 4.944131))

    def test_lengths_of_service_differ_first_come(self):
        self.check_three(accumulate(10, 10, 10), (THREE_WAIT,) * 3)

    def test_lengths_of_service_differ_strict(self):
        self.check_three(tiers(3), (13.075, 28.017857, 86.208791))

    def test_lengths_of_service_differ(self):
        self.check_three(accumulate(15, 30, 60), (24.726450, 38.992899, 61.893491))

    def test_several_desks(self):
        rates = (1 / 60, 3 / 60, 6 / 60)
        day = Day([(rate, QUARTER) for rate in rates], 3, 160_000, 11)
        waits = (6.675908, 15.467678, 26.265869)
        self.check(day, accumulate(15, 60, 120), 1875 / 89, waits)

    def test_six_servers_of_a_textbook(self):
        # Stevenson, Operations Management, 14th edition, chapter 18, example 9
        day = Day([(rate, MINUTE_LONG) for rate in (1.5, 2.5, 1)], 6, 200_000, 11)
        self.check(day, tiers(3), 3125 / 5319, (0.130559, 0.391678, 1.762549))

    def test_an_emergency_department_strict(self):
        waits = (3.030653, 3.294188, 4.766884, 12.182036, 41.418922)
        self.check_hospital(tiers(5), waits)

    def test_an_emergency_department_two_tiers_above(self):
        waits = (3.030653, 3.294188, 10.059768, 16.067685, 25.708296)
        self.check_hospital(emergency_levels(), waits)

    def test_the_recommended_policy(self):
        # the last three have no closed form: a longer simulation than this one
        measured_waits = ((7.1418, 0.0255), (15.1126, 0.0561), (32.227, 0.125))
        waits = (3.030653, 3.294188, *measured_waits)
        self.check_hospital(emergency_levels((0, 0, 0.6, 0.3, 0)), waits)

    def test_three_servers_first_come(self):
        day = Day([(10 / 60, QUARTER)], 3, 400_000, 3)
        waits = day.serve(accumulate(10))
        self.assertEqual(waits, day.serve_first_come())
        soon = [wait <= 30 for wait in waits]
        for values, wanted in ((waits, 1875 / 89), (soon, 0.741658)):
            value = measured(day.get_means(values))
            self.assertTrue(value.agrees(wanted), (value, wanted))
            self.assertLess(value.width, 0.06)


class TestConservation(EngineCase):
    """Nobody's rank changes how long all wait together: exactly, not on average."""

    def check(self, day, levels):
        """Compare the sums with those of the same day served in the order of coming."""
        ours, first_come = day.serve(levels), day.serve_first_come()
        self.assertAlmostEqual(fsum(ours) / fsum(first_come), 1, places=9)
        return ours

    def test_the_recommended_policy_only_passes_the_wait_on(self):
        day = Day(HOSPITAL, 4, 100_000, 5)
        levels = emergency_levels((0, 0, 0.6, 0.3, 0))
        ours = self.check(day, levels)
        self.assertNotEqual(ours, day.serve_first_come())
        # the law itself: the means by class, weighted by load, are the theory's
        found = list(
            zip(EMERGENCY_LOAD, day.measure(levels, HOSPITAL_WAIT), strict=True)
        )
        whole = Measured(
            fsum(load * wait.mean for load, wait in found),
            fsum(load * wait.error for load, wait in found),
        )
        self.assertTrue(whole.agrees(11.928649), whole)
        self.assertLess(whole.width, 0.03)

    @examples(80)
    @given(
        st.lists(
            st.tuples(st.integers(0, 100), st.floats(0, 2), st.integers(0, 2)),
            min_size=2,
            max_size=5,
        ),
        st.integers(1, 4),
        st.integers(0, 10**6),
    )
    def test_any_weights(self, weights, desks, seed):
        rate = desks * 0.95 / len(weights)
        day = Day([(rate, MINUTE_LONG)] * len(weights), desks, 150, seed)
        levels = [
            Level(number, target, tier, head_start)
            for number, (target, head_start, tier) in enumerate(weights)
        ]
        self.check(day, levels)


class TestEstimates(EngineCase):
    """What the roll-outs tell of those for whom the mean wait is known exactly."""

    MEAN, DESKS, AHEAD = 900, 3, 4

    def check(self, level, other, load, factor):
        """The mean of roll-outs is that of ``AHEAD + 1`` services, ``factor`` times.

        :param level: of who waits; ``other`` of who comes meanwhile, as often as
            keeps the desks busy for ``load`` of their time
        """
        policy = Policy({1: level, 2: other}, level, level, level)
        tickets = [
            Ticket(number, number - 9, 1, service="visit")
            for number in range(self.AHEAD + 1)
        ]
        desks = [Desk(number, 0, service="visit") for number in range(self.DESKS)]
        streams = [Stream(other, load * self.DESKS / self.MEAN, "visit")]
        durations = {("visit", None): Exponential(self.MEAN)}
        waits = [
            estimate(
                tickets, desks, policy, durations, 0, streams=streams, runs=1, seed=seed
            )[self.AHEAD].low
            for seed in range(4000)
        ]
        found = measured(waits)
        exact = (self.AHEAD + 1) * self.MEAN / self.DESKS * factor
        self.assertTrue(found.agrees(exact), (found, exact))
        self.assertLess(found.width, 0.03)

    def test_others_always_go_first(self):
        level, urgent = Level(1, 1800, 1), Level(2, 1800, 0)
        self.check(level, urgent, 0.4, 1 / (1 - 0.4))

    def test_others_overtake_in_time(self):
        slow, quick = Level(1, 7200, 0), Level(2, 1800, 0)
        self.check(slow, quick, 0.5, 1 / (1 - 0.5 * (1 - 1800 / 7200)))

    def test_others_never_overtake(self):
        quick, slow = Level(1, 1800, 0), Level(2, 7200, 0)
        self.check(quick, slow, 0.5, 1)

    def test_the_number_ahead_where_nobody_overtakes(self):
        # three desks, 15 minutes, load .8333, of those who find all desks busy:
        # half of the waits are shorter than the band, four fifths within it, and
        # (ahead + 1) / (desks x rate) is off by theory's mean square of 150
        day = Day([(10 / 60, QUARTER)], 3, 160_000, 21)
        waits = day.serve(accumulate(10))
        found = [
            pair for pair in zip(day.get_ahead(waits), waits, strict=True) if pair[1]
        ]
        bands = {
            count: by_number_ahead(count, 3, 15)
            for count in {pair[0] for pair in found}
        }
        errors = [(wait - (count + 1) * 5) ** 2 for count, wait in found]
        shorter = [wait <= bands[count].low for count, wait in found]
        within = [wait <= bands[count].high for count, wait in found]
        for values, exact in ((errors, 150), (shorter, 0.5), (within, 0.8)):
            value = measured(day.get_means(values))
            self.assertTrue(value.agrees(exact), (value, exact))
            self.assertLess(value.width, 0.08)

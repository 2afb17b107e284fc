# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The rest of the published waits, and what holds whatever the weights."""

from heapq import heapreplace
from math import fsum
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ..queue_estimate import Desk, Stream, by_number_ahead, estimate
from ..queue_line import Lines
from ..queue_policy import Level, Policy, Standing, Ticket
from .common import EngineCase, examples
from .queueing import World, measured, simulate
from .test_queue_estimate import Exponential
from .test_queue_theory import EMERGENCY, EMERGENCY_LOAD, exponential

#: Three classes of one server, per minute: Exp(20), Erlang-3 of mean 6, constant 10.
THREE = (
    (1 / 60, exponential(20)),
    (1 / 30, lambda rng: fsum(rng.expovariate(1 / 2) for _part in range(3))),
    (1 / 40, lambda rng: 10),
)
#: Targets without a head start that give strict tiers, or all the same.
SAME, TIERS = (lambda number: Level(number, 10, 0)), (lambda n: Level(n, 10, n))


class TestPublished(EngineCase):
    """The engine's order gives the published waits within four standard errors."""

    def check(self, make_level, rates, draws, servers, expected, count=60_000):
        classes = [
            (make_level(number), rate, draw)
            for number, (rate, draw) in enumerate(zip(rates, draws, strict=True))
        ]
        found = simulate(classes, servers, count, Random(11))
        for wait, wanted in zip(found, expected, strict=True):
            self.assertLess(abs(wait.mean - wanted), 4 * wait.error)
            self.assertLess(wait.error, 0.1 * wanted)

    def test_a_quarter_of_the_rate(self):
        waits = (64 / 31, 160 / 31)
        draws = [exponential(1)] * 2
        self.check(lambda n: Level(n, (10, 40)[n], 0), (0.3, 0.5), draws, 1, waits)

    def test_lengths_of_service_differ_first_come(self):
        rates, draws = zip(*THREE, strict=True)
        self.check(SAME, rates, draws, 1, (40.230769,) * 3, count=200_000)

    def test_lengths_of_service_differ_strict(self):
        rates, draws = zip(*THREE, strict=True)
        self.check(TIERS, rates, draws, 1, (13.075, 28.017857, 86.208791), 200_000)

    def test_six_servers_of_a_textbook(self):
        # Stevenson, Operations Management, 14th edition, chapter 18, example 9
        waits = (0.130559, 0.391678, 1.762549)
        self.check(TIERS, (1.5, 2.5, 1), [exponential(1)] * 3, 6, waits, 100_000)

    def test_an_emergency_department_strict(self):
        rates = [rate / 60 for rate in EMERGENCY]
        waits = (3.030653, 3.294188, 4.766884, 12.182036, 41.418922)
        self.check(TIERS, rates, [exponential(20)] * 5, 4, waits, 300_000)

    def test_an_emergency_department_two_tiers_above(self):
        rates = [rate / 60 for rate in EMERGENCY]
        waits = (3.030653, 3.294188, 10.059768, 16.067685, 25.708296)
        targets = (0, 10, 30, 60, 120)
        self.check(
            lambda number: Level(number, targets[number], min(number, 2)),
            rates,
            [exponential(20)] * 5,
            4,
            waits,
            100_000,
        )

    def test_three_servers_first_come(self):
        world = World([(SAME(0), 10 / 60, exponential(15))], 3, Random(3))
        for _turn in range(5000):
            world.serve()
        means, shares = [], []
        for _batch in range(20):
            waits = [world.serve()[1] for _turn in range(5000)]
            means.append(fsum(waits) / len(waits))
            shares.append(sum(wait <= 30 for wait in waits) / len(waits))
        for found, wanted in ((means, 1875 / 89), (shares, 0.741658)):
            value = measured(found)
            self.assertLess(abs(value.mean - wanted), 4 * value.error)
            self.assertLess(value.error, 0.08 * wanted)

    def test_the_recommended_policy_only_passes_the_wait_on(self):
        waits = (3.0296, 3.2967, 7.1418, 15.1126, 32.227)
        whole = fsum(
            load * wait for load, wait in zip(EMERGENCY_LOAD, waits, strict=True)
        )
        self.assertAlmostEqual(whole, 11.928649, delta=0.06)


class TestConservation(EngineCase):
    """Nobody's rank changes how long all wait together: exactly, not on average."""

    def get_waits(self, people, lengths, levels, desks):
        """Serve all, and return the waits by class."""
        free, lines = [0.0] * desks, Lines()
        coming, waits = list(reversed(people)), [[] for _level in levels]
        for length in lengths:
            now = free[0] if len(lines) else max(free[0], coming[-1][0])
            while coming and coming[-1][0] <= now:
                moment, kind = coming.pop()
                lines.push(Standing(len(coming), levels[kind], moment, moment))
            entry = lines.pop(now)
            waits[levels.index(entry.level)].append(now - entry.clock)
            heapreplace(free, now + length)
        return waits

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
        rng = Random(seed)
        moment, people = 0.0, []
        for _turn in range(150):
            moment += rng.expovariate(desks * 0.95)
            people.append((moment, rng.randrange(len(weights))))
        lengths = [rng.expovariate(1) for _person in people]
        levels = [
            Level(number, target, tier, head_start)
            for number, (target, head_start, tier) in enumerate(weights)
        ]
        same = [Level(number, 10, 0) for number in range(len(weights))]
        ours = self.get_waits(people, lengths, levels, desks)
        first_come = self.get_waits(people, lengths, same, desks)
        self.assertEqual([len(item) for item in ours], [len(i) for i in first_come])
        self.assertAlmostEqual(
            fsum(map(fsum, ours)), fsum(map(fsum, first_come)), places=5
        )


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
        batches = [fsum(waits[first::20]) / 200 for first in range(20)]
        found = measured(batches)
        exact = (self.AHEAD + 1) * self.MEAN / self.DESKS * factor
        self.assertLess(abs(found.mean - exact), 4 * found.error)
        self.assertLess(found.error, 0.03 * exact)

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
        world = World([(SAME(0), 10 / 60, exponential(15))], 3, Random(21))
        ahead, errors, shorter, within = {}, [], [], []
        bands = {}
        for _batch in range(20):
            found = []
            while len(found) < 3000:
                known = world.number
                busy = len(world.lines)
                _kind, wait = world.serve()
                for number in range(known + 1, world.number + 1):
                    ahead[number] = busy + number - known - 1
                first = min(ahead)
                found.append((ahead.pop(first), wait))
            found = [(count, wait) for count, wait in found if wait > 0]
            for count, _wait in found:
                if count not in bands:
                    bands[count] = by_number_ahead(count, 3, 15)
            errors.append(
                fsum((wait - (count + 1) * 5) ** 2 for count, wait in found)
                / len(found)
            )
            shorter.append(
                sum(wait <= bands[count].low for count, wait in found) / len(found)
            )
            within.append(
                sum(wait <= bands[count].high for count, wait in found) / len(found)
            )
        for values, exact in ((errors, 150), (shorter, 0.5), (within, 0.8)):
            value = measured(values)
            self.assertLess(abs(value.mean - exact), 4 * value.error)
            self.assertLess(value.error, 0.08 * exact)

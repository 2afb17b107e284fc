# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ..queue_line import Lines
from ..queue_policy import (
    Level,
    Policy,
    Ticket,
    ahead_after,
    call_next,
    explain,
    five_levels,
    overtakes_after,
    rank,
    standing,
)
from .common import MINUTE, EngineCase, examples

LEVELS = five_levels()
POLICY = Policy(
    levels=LEVELS,
    default=LEVELS[4],
    appointment=Level("appointment", 15 * MINUTE, 2),
    late=Level("walk-in", 60 * MINUTE, 2),
)
NOW = 1_000_000

#: Level and minutes waited, in the order of service, with the score to four digits.
FIXTURE = (
    (8, 1, 0, None),
    (5, 2, 1, None),
    (4, 3, 20, 1.2667),
    (2, 4, 50, 1.1333),
    (9, 5, 130, 1.0833),
    (1, 5, 100, 0.8333),
    (3, 3, 5, 0.7667),
    (6, 4, 10, 0.4667),
    (7, 5, 30, 0.2500),
)


def waiting(number, level, minutes, **values):
    return Ticket(number, NOW - minutes * MINUTE, level, **values)


class TestOrder(EngineCase):
    def test_the_published_order(self):
        tickets = [waiting(*row[:3]) for row in sorted(FIXTURE)]
        found = rank(tickets, POLICY, NOW)
        self.assertEqual([item.id for item in found], [row[0] for row in FIXTURE])
        for ticket, (_id, _level, _minutes, score) in zip(found, FIXTURE, strict=True):
            if score is not None:
                self.assertAlmostEqual(explain(ticket, POLICY, NOW).score, score, 4)

    def test_at_once_ranks_by_the_clock_alone(self):
        first, second = waiting(2, 1, 5), waiting(1, 1, 3, credits=(("age", 0.25),))
        self.assertEqual(rank([second, first], POLICY, NOW), [first, second])

    def test_credits_are_bounded_and_no_tier(self):
        credits = (("age", 0.2), ("pregnant", 0.2))
        ticket = waiting(1, 5, 0, credits=credits)
        parts = explain(ticket, POLICY, NOW)
        self.assertEqual((parts.credit, parts.score), (0.25, 0.25))
        self.assertEqual(parts.credits, credits)
        urgent = waiting(2, 2, 0)
        self.assertEqual(rank([ticket, urgent], POLICY, NOW)[0], urgent)

    def test_re_triage_keeps_the_clock(self):
        before, after = waiting(1, 5, 40), waiting(1, 3, 40)
        self.assertEqual(
            standing(before, POLICY).clock,
            standing(after, POLICY).clock,
        )
        self.assertGreater(
            explain(after, POLICY, NOW).score,
            explain(before, POLICY, NOW).score,
        )

    def test_nobody_triaged_counts_as_the_default(self):
        self.assertEqual(standing(waiting(1, None, 3), POLICY).level, LEVELS[4])

    def test_an_unknown_level_counts_as_none(self):
        self.assertEqual(standing(waiting(1, 9, 3), POLICY).level, LEVELS[4])
        ranked = rank([waiting(1, 9, 3), waiting(2, 3, 3)], POLICY, NOW)
        self.assertEqual([ticket.id for ticket in ranked], [2, 1])

    def test_a_negative_target_is_an_error(self):
        with self.assertRaises(ValueError):
            Level(1, -1, 0)


class TestAppointments(EngineCase):
    def get(self, number, slot, arrived, level=None):
        return Ticket(number, NOW + arrived * MINUTE, level, slot=NOW + slot * MINUTE)

    def test_the_clock_starts_at_the_slot_or_the_later_check_in(self):
        for arrived, clock in ((-20, 0), (0, 0), (5, 5), (10, 10)):
            found = standing(self.get(1, 0, arrived), POLICY)
            self.assertEqual(found.clock, NOW + clock * MINUTE)
            self.assertEqual(found.level.key, "appointment")

    def test_a_clock_that_stood_still_makes_nobody_late(self):
        ticket = replace(self.get(1, 0, -5), paused=20 * MINUTE)
        found = standing(ticket, POLICY)
        self.assertEqual(found.level.key, "appointment")
        self.assertEqual(found.clock, NOW + 20 * MINUTE)
        ticket = replace(waiting(1, 3, 30), paused=20 * MINUTE)
        self.assertEqual(explain(ticket, POLICY, NOW).waited, 10 * MINUTE)

    def test_after_the_grace_it_waits_like_a_walk_in(self):
        found = standing(self.get(1, 0, 11), POLICY)
        self.assertEqual(found.level.key, "walk-in")
        self.assertEqual(found.clock, NOW + 11 * MINUTE)

    def test_before_the_slot_only_when_nobody_else_waits(self):
        early, walk_in = self.get(1, 15, -5), waiting(2, 5, 0)
        self.assertEqual(rank([early, walk_in], POLICY, NOW), [walk_in, early])
        self.assertEqual(call_next([early], POLICY, NOW), early)
        self.assertTrue(explain(early, POLICY, NOW).early)
        self.assertEqual(f"{explain(early, POLICY, NOW).score:.2f}", "0.00")

    def test_the_earlier_slot_first_among_early_ones(self):
        first, second = self.get(2, 10, -1), self.get(1, 20, -30)
        self.assertEqual(rank([second, first], POLICY, NOW), [first, second])

    def test_urgency_goes_before_the_appointment(self):
        ticket = self.get(1, 15, -5, level=2)
        self.assertEqual(standing(ticket, POLICY).level, LEVELS[2])
        self.assertEqual(standing(ticket, POLICY).clock, ticket.arrived)


class TestOvertaking(EngineCase):
    def test_published_crossings(self):
        for newcomer, level, waited in ((3, 5, 72), (3, 4, 18), (4, 5, 36)):
            pair = LEVELS[newcomer], LEVELS[level]
            self.assertEqual(overtakes_after(*pair, waited * MINUTE - 1), 0)
            self.assertGreater(overtakes_after(*pair, waited * MINUTE + 1), 0)

    def test_who_is_ahead_of_newcomers(self):
        for pair, minutes in {(3, 5): 72, (3, 4): 18, (4, 5): 36, (5, 3): 0}.items():
            newcomer, level = (LEVELS[key] for key in pair)
            self.assertAlmostEqual(ahead_after(level, newcomer), minutes * MINUTE)
        for pair in ((1, 2), (2, 3), (3, 2), (5, 5), (1, 1)):
            newcomer, level = (LEVELS[key] for key in pair)
            never = newcomer.tier < level.tier
            self.assertEqual(ahead_after(level, newcomer), None if never else 0)
        at_once = replace(LEVELS[1], tier=2)
        self.assertIsNone(ahead_after(LEVELS[3], at_once))
        self.assertEqual(ahead_after(at_once, LEVELS[3]), 0)

    @given(st.sampled_from([2, 3, 4, 5]), st.sampled_from([2, 3, 4, 5]))
    def test_ahead_is_when_nobody_passes_at_once(self, newcomer, level):
        newcomer, level = LEVELS[newcomer], LEVELS[level]
        after = ahead_after(level, newcomer)
        if after is None:
            self.assertEqual(overtakes_after(newcomer, level, 10**6), 0)
            return
        self.assertNotEqual(overtakes_after(newcomer, level, after + 1), 0)
        if after:
            self.assertEqual(overtakes_after(newcomer, level, after - 1), 0)

    def test_the_published_time_to_pass(self):
        found = overtakes_after(LEVELS[3], LEVELS[5], 100 * MINUTE)
        self.assertAlmostEqual(found / MINUTE, 9.33, 2)

    def test_tiers_are_passed_at_once_or_never(self):
        self.assertEqual(overtakes_after(LEVELS[2], LEVELS[3], 10**6), 0)
        self.assertIsNone(overtakes_after(LEVELS[3], LEVELS[2], 0))
        self.assertIsNone(overtakes_after(LEVELS[5], LEVELS[3], 0))

    @examples(60)
    @given(st.integers(3, 5), st.integers(3, 5), st.integers(0, 300))
    def test_the_order_changes_at_that_moment(self, newcomer, level, minutes):
        waited = minutes * MINUTE
        lead = overtakes_after(LEVELS[newcomer], LEVELS[level], waited)
        old, new = Ticket(1, NOW - waited, level), Ticket(2, NOW, newcomer)
        for moment in range(NOW, NOW + 120 * MINUTE, 5 * MINUTE):
            if lead is not None and abs(moment - NOW - lead) < 1:
                continue
            passed = lead is not None and moment > NOW + lead
            first = rank([old, new], POLICY, moment)[0]
            self.assertEqual(first is new, passed)

    def test_nobody_starves(self):
        # level 3 passes level 5 only if it came within 3/4 of the wait and 18 minutes
        old = Ticket(1, NOW, 5)
        for minutes in (80, 109, 240):
            moment = NOW + minutes * MINUTE
            last = NOW + int((0.75 * minutes + 18) * MINUTE)
            ahead, behind = Ticket(2, last - 1, 3), Ticket(3, last + 1, 3)
            order = [item.id for item in rank([behind, old, ahead], POLICY, moment)]
            self.assertEqual(order, [2, 1, 3])


class TestDesks(EngineCase):
    def test_a_desk_serves_what_it_offers(self):
        sample = waiting(1, 4, 90, needs=frozenset({"blood"}))
        other = waiting(2, 4, 5)
        self.assertEqual(call_next([sample, other], POLICY, NOW), other)
        offers = frozenset({"blood", "injection"})
        self.assertEqual(call_next([sample, other], POLICY, NOW, offers), sample)
        self.assertIsNone(call_next([sample], POLICY, NOW))


tickets = st.builds(
    Ticket,
    id=st.integers(1, 10**6),
    arrived=st.integers(NOW - 7200, NOW),
    level=st.sampled_from((None, 1, 2, 3, 4, 5)),
    credits=st.lists(st.tuples(st.just("age"), st.floats(0, 0.3)), max_size=2).map(
        tuple
    ),
    slot=st.none() | st.integers(NOW - 7200, NOW + 3600),
    needs=st.sets(st.sampled_from("ab")).map(frozenset),
)
rooms = st.lists(tickets, max_size=12, unique_by=lambda item: item.id)


class TestLines(EngineCase):
    """The waiting room with heaps serves as the plain ranking does."""

    @examples(150)
    @given(
        rooms, st.lists(st.sampled_from(("", "a", "b", "ab")), min_size=12, max_size=12)
    )
    def test_as_by_looking_at_everybody(self, waiting_room, offers):
        lines = Lines((standing(item, POLICY), item.needs) for item in waiting_room)
        left = list(waiting_room)
        for turn, offered in enumerate(offers):
            now, can = NOW + turn * 700, frozenset(offered)
            expected = call_next(left, POLICY, now, can)
            found = lines.pop(now, can)
            self.assertEqual(found and found.id, expected and expected.id)
            if expected:
                left.remove(expected)
            self.assertEqual(len(lines), len(left))

    @examples(100)
    @given(rooms)
    def test_a_copy_goes_on_by_itself(self, waiting_room):
        lines = Lines((standing(item, POLICY), frozenset()) for item in waiting_room)
        copy = lines.fork()
        while copy.pop(NOW):
            pass
        self.assertEqual((len(copy), len(lines)), (0, len(waiting_room)))

    @examples(100)
    @given(rooms, st.randoms())
    def test_the_order_is_total(self, waiting_room, random):
        shuffled = list(waiting_room)
        random.shuffle(shuffled)
        self.assertEqual(rank(shuffled, POLICY, NOW), rank(waiting_room, POLICY, NOW))

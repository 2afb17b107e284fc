# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is usual for a patient, and how it moves the offers."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from ..ranking import Preference, Weights
from ..suggestions import DIMENSIONS, Replay, Trait, learn, replay
from .common import HOUR, EngineCase, examples, session
from .test_ranking import RankCase
from .test_slots import on_day, span

PARTS = {
    "am": (6 * HOUR, 12 * HOUR),
    "pm": (12 * HOUR, 22 * HOUR),
    "night": (22 * HOUR, 30 * HOUR),
}
MONDAY_NINE = datetime(2030, 6, 3, 9)
TUESDAY_NINE = datetime(2030, 6, 4, 9)
MONDAY_TWO_AT_NIGHT = datetime(2030, 6, 3, 2)

visits = st.dictionaries(
    st.tuples(st.integers(1, 3), st.integers(0, 6), st.sampled_from(list(PARTS))),
    st.integers(1, 9),
    max_size=6,
)


class TestHabits(EngineCase):
    def test_shares_by_hand(self):
        """Three of four visits were on Mondays, a fifth of the practice's are."""
        own = {(1, 0, "am"): 3, (2, 1, "am"): 1}
        practice = {(1, 0, "am"): 4, (2, 3, "pm"): 16}
        habits = learn(own, practice, PARTS)
        self.assertEqual(habits.total, 4)
        self.assertEqual(
            habits.traits(1, MONDAY_NINE),
            [
                Trait("doctor", 1, 3, (3 + 2 * 0.2) / 6),
                Trait("weekday", 0, 3, (3 + 2 * 0.2) / 6),
                Trait("day_part", "am", 4, (4 + 2 * 0.2) / 6),
            ],
        )
        mean = (3.4 + 3.4 + 4.4) / 18
        self.assertAlmostEqual(habits.match(1, MONDAY_NINE), mean)
        self.assertAlmostEqual(habits.only("weekday").match(9, TUESDAY_NINE), 1 / 6)

    def test_without_own_visits_it_is_the_practice(self):
        habits = learn({}, {(1, 0, "am"): 1, (2, 1, "pm"): 3}, PARTS)
        self.assertEqual([t.share for t in habits.traits(1, MONDAY_NINE)], [0.25] * 3)
        self.assertEqual([t.visits for t in habits.traits(1, MONDAY_NINE)], [0] * 3)

    def test_nothing_is_made_up(self):
        self.assertIsNone(learn({}, {}, PARTS))

    def test_part_over_midnight(self):
        habits = learn({(1, 0, "night"): 1}, {}, PARTS)
        trait = habits.traits(1, MONDAY_TWO_AT_NIGHT)[2]
        self.assertEqual((trait.value, trait.visits), ("night", 1))

    @examples(150)
    @given(visits, visits)
    def test_shares_are_shares(self, own, others):
        practice = {key: own.get(key, 0) + others.get(key, 0) for key in own | others}
        habits = learn(own, practice, PARTS)
        self.assertEqual(habits is None, not practice)
        if habits is None:
            return
        for index, dimension in enumerate(DIMENSIONS):
            values = {key[index] for key in practice}
            shares = [habits._trait(dimension, value).share for value in values]
            self.assertAlmostEqual(sum(shares), 1)
            self.assertTrue(all(0 <= share <= 1 for share in shares))


class TestOffers(RankCase):
    def test_usual_part_of_the_day_comes_first(self):
        habits = learn({(1, 0, "pm"): 5}, {}, PARTS)
        offers = self.rank(
            [session(*span("11:00-13:00"))],
            preference=Preference(habits=habits),
            weights=Weights(fragmentation=0),
        )
        self.assertEqual(offers[0].start, on_day("12:00"))
        match = dict(offers[0].terms)["preference"]
        local = datetime(2030, 6, 3, 12)
        self.assertGreater(match, dict(offers[-1].terms)["preference"])
        self.assertLessEqual(match, 1)
        self.assertGreater(habits.only("day_part").match(1, local), 0.7)

    def test_habits_are_one_wish_among_others(self):
        habits = learn({(1, 0, "am"): 1}, {}, PARTS).only("day_part")
        wish = Preference(habits=habits, doctors={7})
        (value,) = {
            round(value, 9) for value in self.term("preference", preference=wish)
        }
        self.assertAlmostEqual(value, 1 / 6, 6)  # (1/3 + 0) / 2


class TestReplay(EngineCase):
    def test_figures_by_hand(self):
        found = replay([1, 2, 4, None])
        self.assertEqual(found, Replay(4, 0.25, 0.5, (1 + 1 / 2 + 1 / 4) / 4))
        self.assertIsNone(replay([]))

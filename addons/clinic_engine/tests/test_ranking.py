# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The order of offers and the terms of their score."""

from hypothesis import given
from hypothesis import strategies as st

from ..clock import DAY
from ..ranking import ATTENDANCE_BY_LEAD, Offer, Preference, Weights, nearest, rank
from ..slots import Query, find
from .common import HOUR, MINUTE, EngineCase, at, examples, session
from .test_slots import on_day, query, span, spans
from .worlds import worlds

NOTHING = Weights(preference=0, attendance=0, fragmentation=0, lead=0)


class RankCase(EngineCase):
    def rank(self, sessions=None, busy=(), asked=None, n=100, **fields):
        """Return the offers of doctor 1 (or of a dict of sessions)."""
        if sessions is None:
            sessions = [session(*span("09:00-12:00"))]
        if not isinstance(sessions, dict):
            sessions = {1: sessions}
        asked = asked or query()
        taken = {1: {0: busy}}
        blocks = fields.get("blocks")
        values = {
            "now": on_day("08:00"),
            "preference": Preference(),
            "weights": Weights(),
            "shortest": 30 * MINUTE,
            **fields,
        }
        found = find(asked, sessions, taken, blocks or {})
        return rank(found, asked, sessions, taken, n=n, **values)

    def term(self, name, *args, **fields):
        """Return one term of each offer, by start."""
        offers = sorted(self.rank(*args, **fields), key=lambda offer: offer.start)
        return [round(dict(offer.terms)[name], 6) for offer in offers]


class TestScore(RankCase):
    @examples(120)
    @given(
        worlds(),
        st.builds(
            Preference,
            weekdays=st.none() | st.frozensets(st.integers(0, 6)),
            day_part=st.none() | st.just((0, 40)),
            doctors=st.none() | st.just({1}),
            target=st.none() | st.integers(0, 90),
            earliest=st.booleans(),
        ),
        st.integers(1, 15),
        st.integers(0, 200),
    )
    def test_ranking_is_a_sorted_choice_of_what_is_free(self, world, wish, shortest, n):
        found = find(world.query, world.sessions, world.busy, world.blocks)
        arguments = (found, world.query, world.sessions, world.busy, 0, wish, Weights())
        offers = rank(*arguments, shortest, n, world.blocks)
        pairs = {(s, doctor) for doctor, starts in found.items() for s in starts}
        self.assertEqual(len(offers), min(n, len(pairs)))
        chosen = {(offer.start, offer.resource) for offer in offers}
        self.assertEqual(len(chosen), len(offers))
        self.assertLessEqual(chosen, pairs)
        for offer in offers:
            self.assertEqual(offer.score, sum(value for _name, value in offer.terms))
            self.assertEqual(
                [name for name, _value in offer.terms],
                ["preference", "attendance", "fragmentation", "lead"],
            )
        order = [(-offer.score, offer.start, offer.resource) for offer in offers]
        self.assertEqual(order, sorted(order))
        everything = rank(*arguments, shortest, len(pairs), world.blocks)
        self.assertEqual(offers, everything[: len(offers)])

    def test_ties_go_to_the_earlier_start_then_the_lower_id(self):
        sessions = {
            doctor: [session(*span("09:00-10:00"), resource=doctor)]
            for doctor in (4, 2)
        }
        offers = self.rank(sessions, weights=NOTHING)
        self.assertEqual(
            [(offer.start, offer.resource) for offer in offers],
            [
                (start, d)
                for start in (on_day("09:00"), on_day("09:30"))
                for d in (2, 4)
            ],
        )

    def test_only_the_best(self):
        self.assertEqual(self.rank(n=2), self.rank()[:2])
        self.assertEqual(self.rank(n=0), [])

    def test_a_start_that_no_session_holds(self):
        sessions = {1: [session(*span("09:00-12:00"))]}
        with self.assertRaisesRegex(ValueError, "no session"):
            rank(
                {1: [on_day("11:45")]},
                query(),
                sessions,
                {},
                on_day("08:00"),
                Preference(),
                Weights(),
                30 * MINUTE,
                1,
            )

    def test_terms_of_one_offer_by_hand(self):
        """Same day: 0.9535; fifteen minutes lost behind a visit of 45 minutes."""
        hour = [session(*span("09:00-10:00"))]
        (offer,) = self.rank(hour, asked=query(45))
        self.assertEqual(
            offer.terms,
            (
                ("preference", 0),
                ("attendance", 0.9535),
                ("fragmentation", -0.15),
                ("lead", 0),
            ),
        )
        self.assertIsInstance(offer, Offer)
        self.assertAlmostEqual(offer.score, 0.8035)


class TestFragmentation(RankCase):
    """Minutes that become too short for the shortest service, before and after."""

    def lost(self, *args, **fields):
        weights = Weights(fragmentation=1)
        return [
            -v for v in self.term("fragmentation", *args, weights=weights, **fields)
        ]

    def test_an_empty_morning(self):
        day = [session(*span("09:00-11:00"), step=15 * MINUTE)]
        # 09:00, 09:15 (15 before), … 10:15 (15 after), 10:30
        self.assertEqual(self.lost(day), [0, 15, 0, 0, 0, 15, 0])

    def test_between_bookings(self):
        day = [session(*span("09:00-11:00"), step=15 * MINUTE)]
        busy = spans("09:00-09:30", "10:15-11:00")
        # 45 minutes are free from 09:30: a visit at 09:30 or 09:45 leaves 15
        self.assertEqual(self.lost(day, busy), [15, 15])

    def test_filling_an_unusable_gap_is_a_gain(self):
        day = [session(*span("09:00-10:00"))]
        busy = spans("09:30-10:00")
        self.assertEqual(self.lost(day, busy, shortest=HOUR), [-30])

    def test_buffers_count_as_taken(self):
        day = [session(*span("09:00-11:00"), step=HOUR)]
        self.assertEqual(self.lost(day, asked=query(after=10 * MINUTE)), [0, 20])

    def test_breaks_and_absences_bound_the_gap(self):
        day = [session(*span("09:00-12:00"), breaks=spans("10:00-10:30"))]
        blocks = {1: spans("11:15-12:00")}
        # 09:00-10:00 | 10:30-11:15: only the visit at 10:30 leaves a quarter
        self.assertEqual(self.lost(day, blocks=blocks), [0, 0, 15])

    def test_the_seat_that_the_visit_would_get(self):
        group = [session(*span("09:00-10:30"), capacity=2, step=45 * MINUTE)]
        # Seat 0 is free from 09:45: 45 minutes; at 09:00 seat 1 is: 90 minutes.
        self.assertEqual(self.lost(group, spans("09:00-09:45")), [0, 15])

    def test_against_recounting_the_day(self):
        """The difference equals all unusable minutes after, minus those before."""
        day = [
            session(*span("09:00-12:00"), step=5 * MINUTE, breaks=spans("10:20-10:35"))
        ]
        busy = spans("09:10-09:25", "09:50-10:00", "11:10-11:25")
        asked = query(20, before=300, after=300)
        found = find(asked, {1: day}, {1: {0: busy}}, {})[1]
        taken = [*busy, *day[0].breaks]
        expected = [
            self.unusable([*taken, (s - 300, s + 25 * MINUTE)]) - self.unusable(taken)
            for s in found
        ]
        self.assertTrue(any(expected))
        self.assertEqual(self.lost(day, busy, asked=asked, shortest=1800), expected)

    def unusable(self, taken):
        """Count the free minutes of the day in stretches under half an hour."""
        minutes = range(*span("09:00-12:00"), MINUTE)
        free = "".join(
            " " if any(a <= m < b for a, b in taken) else "x" for m in minutes
        )
        return sum(len(part) for part in free.split() if len(part) < 30)


class TestTerms(RankCase):
    def days(self, count):
        """Return a visit's time at 09:00 on each of the next days."""
        return [
            session(start, start + 30 * MINUTE)
            for start in range(on_day("09:00"), on_day("09:00") + count * DAY, DAY)
        ]

    def far(self):
        return Query(30 * MINUTE, on_day("00:00"), on_day("00:00") + 100 * DAY)

    def test_lead_counts_local_days(self):
        leads = self.term(
            "lead", self.days(4), asked=self.far(), weights=Weights(lead=1)
        )
        self.assertEqual(leads, [0, -1, -2, -3])
        # 23:00 in Paris is 21:00 in UTC: tomorrow's visit is one day ahead.
        paris = [session(*span("07:00-08:00"), tz="Europe/Paris")]
        now = at("2026-05-31T21:30")
        leads = self.term("lead", paris, now=now, weights=Weights(lead=1))
        self.assertEqual(leads, [-1, -1])

    def test_attendance_by_lead(self):
        shares = self.term("attendance", self.days(70), asked=self.far())
        for lead, share in (
            (0, 0.9535),
            (1, 0.786),
            (2, 0.763),
            (3, 0.763),
            (4, 0.748),
        ):
            self.assertEqual(shares[lead], share)
        self.assertEqual(shares[60], 0.658)
        self.assertEqual(shares[61], 0.715)

    def test_attendance_of_the_practice_itself(self):
        table = ((0, 0.9), (7, 0.8), (14, 0.7))
        shares = self.term(
            "attendance", self.days(20), asked=self.far(), attendance=table
        )
        self.assertEqual(shares, [0.9] + 7 * [0.8] + 12 * [0.7])

    def test_the_default_table_is_the_published_one(self):
        rates = [round(100 * (1 - share), 2) for _days, share in ATTENDANCE_BY_LEAD]
        self.assertEqual(rates, [4.65, 21.4, 23.7, 25.2, 30.5, 32.6, 34.2, 28.5])

    def match(self, sessions=None, asked=None, **wish):
        return self.term(
            "preference", sessions, asked=asked, preference=Preference(**wish)
        )

    def test_no_wish_no_match(self):
        self.assertEqual(self.match(), [0] * 6)
        self.assertEqual(self.match(weekdays=set(), doctors=()), [0] * 6)

    def test_wanted_weekdays(self):
        found = self.match(self.days(7), self.far(), weekdays={1, 2})
        self.assertEqual(found, [0, 1, 1, 0, 0, 0, 0])

    def test_wanted_part_of_the_day(self):
        found = self.match(day_part=(10 * HOUR, 11 * HOUR))
        self.assertEqual(found, [0, 0, 1, 1, 0, 0])
        late = [session(on_day("23:00"), on_day("23:00") + 2 * HOUR)]
        found = self.match(
            late, self.far(), day_part=(int(23.5 * HOUR), int(24.5 * HOUR))
        )
        self.assertEqual(found, [0, 1, 1, 0])

    def test_wanted_doctors(self):
        sessions = {d: [session(*span("09:00-09:30"), resource=d)] for d in (1, 2, 3)}
        wish = Preference(doctors={3})
        self.assertEqual(
            [o.resource for o in self.rank(sessions, preference=wish)], [3, 1, 2]
        )

    def test_near_to_a_wanted_time(self):
        found = self.match(self.days(4), self.far(), target=on_day("09:00") + DAY)
        self.assertEqual(found, [0.5, 1, 0.5, 0.333333])

    def test_the_sooner_the_better(self):
        found = self.match(self.days(3), self.far(), earliest=True)
        self.assertEqual(found, sorted(found, reverse=True))
        self.assertLess(found[2], found[0])

    def test_wishes_are_averaged(self):
        found = self.match(self.days(3), self.far(), weekdays={1}, doctors={1})
        self.assertEqual(found, [0.5, 1, 0.5])


class TestNearest(EngineCase):
    def test_the_earlier_of_two_equally_near(self):
        starts = {2: [10, 20, 40], 1: [20, 40, 41]}
        found = nearest(starts, 30, 3)
        self.assertEqual(found, [(20, 1), (20, 2), (40, 1)])

    def test_fewer_than_wanted(self):
        self.assertEqual(nearest({1: [5], 2: []}, 100, 3), [(5, 1)])
        self.assertEqual(nearest({}, 100, 3), [])
        self.assertEqual(nearest({1: [5]}, 100, 0), [])

    @examples(100)
    @given(
        st.dictionaries(
            st.integers(1, 3), st.lists(st.integers(0, 60), unique=True).map(sorted)
        ),
        st.integers(-5, 65),
        st.integers(0, 9),
    )
    def test_against_sorting_all(self, starts, wanted, n):
        pairs = [(start, doctor) for doctor, found in starts.items() for start in found]
        pairs.sort(key=lambda pair: (abs(pair[0] - wanted), *pair))
        self.assertEqual(nearest(starts, wanted, n), pairs[:n])

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who is offered freed time, in which order, and why others are not."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from ..clock import DAY
from ..waitlist import TERMS, Candidate, Gap, Weights, left_out, rank
from .common import HOUR, MINUTE, EngineCase, at, examples

PARIS = "Europe/Paris"
MONDAY = date(2030, 6, 3)
TEN = at("2030-06-03T10:00", PARIS)
NOW = at("2030-06-01T10:00", PARIS)


def gap(**fields):
    """Return half an hour of doctor 1 at site 1, on Monday at ten in Paris."""
    values = {"start": TEN, "stop": TEN + 30 * MINUTE, **fields}
    return Gap(**{"doctor": 1, "site": 1, "tz": PARIS, **values})


def waiting(key=1, **fields):
    """Return who has waited for a day for a visit of half an hour."""
    values = {"service": 1, "duration": 30 * MINUTE, "joined": NOW - DAY}
    return Candidate(key, **{**values, **fields})


class WaitlistCase(EngineCase):
    def order(self, *candidates, **fields):
        return [found.candidate for found in rank(candidates, gap(**fields), NOW)]

    def codes(self, now=NOW, **fields):
        """Return the codes that leave one candidate out of the plain gap."""
        found = left_out([waiting(**fields)], gap(), now)
        self.assertEqual(bool(found), not rank([waiting(**fields)], gap(), now))
        return [reason.code for _key, reasons in found for reason in reasons]


class TestLeftOut(WaitlistCase):
    def test_who_minds_nothing_is_not_left_out(self):
        self.assertEqual(self.codes(), [])

    def test_each_wish_that_is_not_met(self):
        cases = (
            ("wrong_doctor", {"doctors": [2, 3]}, {"doctors": [3, 1]}),
            ("wrong_site", {"sites": [2]}, {"sites": [1]}),
            ("wrong_weekday", {"weekdays": {1, 2}}, {"weekdays": {0}}),
            (
                "wrong_dates",
                {"first_day": MONDAY + timedelta(1)},
                {"first_day": MONDAY},
            ),
            ("wrong_dates", {"last_day": MONDAY - timedelta(1)}, {"last_day": MONDAY}),
            (
                "wrong_day_part",
                {"day_parts": [(0, 10 * HOUR), (11 * HOUR, DAY)]},
                {"day_parts": [(0, 9 * HOUR), (10 * HOUR, 11 * HOUR)]},
            ),
            ("notice", {"notice": 2 * DAY + 1}, {"notice": 2 * DAY}),
            ("too_long", {"duration": 31 * MINUTE}, {"duration": 5 * MINUTE}),
            ("too_long", {"after": 1}, {"after": 0}),
            (
                "patient_busy",
                {"busy": [(TEN + 29 * MINUTE, TEN + HOUR)]},
                {"busy": [(TEN - HOUR, TEN), (TEN + 30 * MINUTE, TEN + HOUR)]},
            ),
            ("refused_before", {"refused": [TEN]}, {"refused": [TEN + HOUR]}),
            ("offer_open", {"has_offer": True}, {"has_offer": False}),
        )
        for code, unmet, met in cases:
            with self.subTest(code, wish=unmet):
                self.assertEqual(self.codes(**unmet), [code])
                self.assertEqual(self.codes(**met), [])

    def test_service_that_the_session_does_not_offer(self):
        here = gap(services={2})
        self.assertEqual(rank([waiting()], here, NOW), [])
        ((_key, (reason,)),) = left_out([waiting()], here, NOW)
        self.assertEqual((reason.code, reason.detail), ("wrong_service", {"wanted": 1}))
        self.assertEqual(len(rank([waiting(service=2)], here, NOW)), 1)

    def test_part_of_the_day_over_midnight(self):
        late = at("2030-06-04T00:30", PARIS)
        night = gap(start=late, stop=late + 30 * MINUTE)
        owl = waiting(day_parts=[(22 * HOUR, 26 * HOUR)])
        self.assertEqual(len(rank([owl], night, NOW)), 1)

    def test_every_rule_is_told_and_all_are_in_order_of_ids(self):
        picky = waiting(9, doctors=[2], sites=[2], weekdays=[3], notice=9 * DAY)
        found = left_out([picky, waiting(3, has_offer=True), waiting(5)], gap(), NOW)
        self.assertEqual(
            [(key, [reason.code for reason in reasons]) for key, reasons in found],
            [
                (3, ["offer_open"]),
                (9, ["wrong_doctor", "wrong_site", "wrong_weekday", "notice"]),
            ],
        )

    def test_gaps_that_make_no_sense(self):
        with self.assertRaisesRegex(ValueError, "stops after"):
            gap(stop=TEN)
        with self.assertRaisesRegex(ValueError, "step"):
            gap(step=-1)


class TestStart(WaitlistCase):
    def start(self, candidate, **fields):
        (found,) = rank([candidate], gap(**fields), NOW)
        return (found.start - TEN) // MINUTE

    def test_earliest_start_of_the_grid_that_suits(self):
        hour = {"stop": TEN + HOUR, "step": 15 * MINUTE}
        self.assertEqual(self.start(waiting(), **hour), 0)
        taken = [(TEN - HOUR, TEN + 10 * MINUTE)]
        self.assertEqual(self.start(waiting(busy=taken), **hour), 15)
        self.assertEqual(self.start(waiting(refused=[TEN]), **hour), 15)
        part = [(10 * HOUR + 20 * MINUTE, 11 * HOUR)]
        self.assertEqual(self.start(waiting(day_parts=part), **hour), 30)

    def test_buffers_lie_in_the_gap_and_the_grid_stays(self):
        here = {
            "start": TEN - 10 * MINUTE,
            "stop": TEN + 50 * MINUTE,
            "anchor": TEN,
            "step": 5 * MINUTE,
        }
        self.assertEqual(self.start(waiting(before=10 * MINUTE), **here), 0)
        self.assertEqual(self.start(waiting(before=12 * MINUTE), **here), 5)
        self.assertEqual(self.start(waiting(), **here), -10)
        long = waiting(before=10 * MINUTE, after=21 * MINUTE)
        self.assertEqual(rank([long], gap(**here), NOW), [])

    def test_without_a_step_only_the_anchor(self):
        here = {"start": TEN - HOUR, "stop": TEN + HOUR, "anchor": TEN}
        self.assertEqual(self.start(waiting(), **here), 0)


class TestOrder(WaitlistCase):
    def test_terms_of_one_candidate_by_hand(self):
        found = rank(
            [
                waiting(
                    urgency=2,
                    joined=NOW - 30 * DAY,
                    doctors=[1, 2],
                    sites=[1],
                    weekdays=[0, 1, 2, 3],
                    day_parts=[(9 * HOUR, 12 * HOUR)],
                    last_day=MONDAY + timedelta(2),
                    duration=15 * MINUTE,
                    offers=3,
                )
            ],
            gap(),
            NOW,
        )
        terms = {name: round(value, 9) for name, value in found[0].terms}
        self.assertEqual(
            terms,
            {
                "urgency": 2,
                "waiting": 0.45,
                "doctor": 0.025,
                "site": 0.05,
                "weekday": 0.0125,
                "day_part": 0.05,
                "deadline": 0.1,
                "duration": 0.15,
                "offers": -0.3,
            },
        )
        self.assertAlmostEqual(found[0].score, 2.5375)

    def test_what_goes_before_what(self):
        cases = (
            ("urgency", {"urgency": 1}, {"joined": NOW - 900 * DAY}),
            ("waiting", {"joined": NOW - 10 * DAY}, {"joined": NOW - 9 * DAY}),
            ("narrow wish", {"doctors": [1]}, {"doctors": [1, 2]}),
            ("any wish", {"weekdays": [0, 1]}, {}),
            (
                "deadline",
                {"last_day": MONDAY},
                {"last_day": MONDAY + timedelta(9)},
            ),
            ("fit", {"duration": 30 * MINUTE}, {"duration": 20 * MINUTE}),
            ("fewer offers", {"offers": 0}, {"offers": 1}),
        )
        for name, better, worse in cases:
            with self.subTest(name):
                pair = waiting(2, **better), waiting(1, **worse)
                self.assertEqual(self.order(*pair), [2, 1])

    def test_offers_above_five_weigh_no_more(self):
        pair = waiting(1, offers=9), waiting(2, offers=5)
        self.assertEqual(self.order(*pair), [1, 2])

    def test_ties_go_to_who_waits_longer_then_to_the_lower_id(self):
        nothing = Weights(waiting=0)
        crowd = [
            waiting(5, joined=NOW - DAY),
            waiting(4, joined=NOW - 2 * DAY),
            waiting(3, joined=NOW - DAY),
        ]
        found = rank(crowd, gap(), NOW, nothing)
        self.assertEqual([item.candidate for item in found], [4, 3, 5])

    def test_who_joins_later_than_now_has_not_waited(self):
        (found,) = rank([waiting(joined=NOW + DAY)], gap(), NOW)
        self.assertEqual(dict(found.terms)["waiting"], 0)


def some(elements):
    return st.none() | st.lists(elements, max_size=3, unique=True)


candidates = st.builds(
    Candidate,
    id=st.integers(1, 99),
    service=st.integers(1, 2),
    duration=st.integers(1, 12).map(lambda count: count * 5 * MINUTE),
    joined=st.integers(NOW - 99 * DAY, NOW),
    before=st.sampled_from((0, 5 * MINUTE)),
    after=st.sampled_from((0, 5 * MINUTE)),
    urgency=st.integers(0, 3),
    doctors=some(st.integers(1, 3)),
    sites=some(st.integers(1, 2)),
    weekdays=some(st.integers(0, 6)),
    day_parts=some(st.sampled_from(((0, 9 * HOUR), (9 * HOUR, 34 * HOUR)))),
    first_day=st.none() | st.just(MONDAY) | st.just(MONDAY + timedelta(1)),
    last_day=st.none() | st.dates(MONDAY, MONDAY + timedelta(9)),
    notice=st.sampled_from((0, DAY, 3 * DAY)),
    offers=st.integers(0, 7),
    refused=st.lists(st.just(TEN), max_size=1),
    has_offer=st.sampled_from((False, False, True)),
    busy=st.lists(st.just((TEN, TEN + 10 * MINUTE)), max_size=1),
)
gaps = st.builds(
    gap,
    stop=st.integers(1, 20).map(lambda count: TEN + count * 5 * MINUTE),
    step=st.sampled_from((0, 5 * MINUTE, 15 * MINUTE)),
    anchor=st.sampled_from((None, TEN, TEN + 5 * MINUTE)),
    services=st.sampled_from((None, (1,), (1, 2))),
)


def naive_start(candidate, here):
    """Return the first second at which everything wished for holds, or None."""
    anchor = here.start if here.anchor is None else here.anchor
    for start in range(here.start, here.stop, MINUTE):
        on_grid = start == anchor
        if here.step:
            on_grid = (start - anchor) % here.step == 0
        taken = range(start - candidate.before, start + candidate.duration)
        last = taken.stop + candidate.after
        local = datetime.fromtimestamp(start, ZoneInfo(PARIS))
        clock = (local.hour * 60 + local.minute) * MINUTE
        if (
            on_grid
            and taken.start >= here.start
            and last <= here.stop
            and (here.services is None or candidate.service in here.services)
            and here.doctor in (candidate.doctors or [here.doctor])
            and here.site in (candidate.sites or [here.site])
            and local.weekday() in (candidate.weekdays or range(7))
            and (candidate.first_day or date.min) <= local.date()
            and (candidate.last_day or date.max) >= local.date()
            and any(
                first <= moment < stop
                for first, stop in candidate.day_parts or [(0, DAY)]
                for moment in (clock, clock + DAY)
            )
            and start - NOW >= candidate.notice
            and not any(
                second in range(*busy)
                for busy in candidate.busy
                for second in range(start, start + candidate.duration, MINUTE)
            )
            and start not in candidate.refused
            and not candidate.has_offer
        ):
            return start
    return None


class TestOracle(WaitlistCase):
    @examples(300)
    @given(st.lists(candidates, max_size=6, unique_by=lambda item: item.id), gaps)
    def test_everybody_is_ranked_or_left_out_as_the_oracle_says(self, crowd, here):
        ranked = rank(crowd, here, NOW)
        starts = {found.candidate: found.start for found in ranked}
        expected = {item.id: naive_start(item, here) for item in crowd}
        self.assertEqual(
            starts, {key: start for key, start in expected.items() if start is not None}
        )
        out = dict(left_out(crowd, here, NOW))
        self.assertEqual(set(out), set(expected) - set(starts))
        self.assertTrue(all(out.values()))
        for found in ranked:
            self.assertEqual(tuple(name for name, _value in found.terms), TERMS)
            self.assertEqual(found.score, sum(value for _name, value in found.terms))
        joined = {item.id: item.joined for item in crowd}
        order = [
            (-found.score, joined[found.candidate], found.candidate) for found in ranked
        ]
        self.assertEqual(order, sorted(order))
        self.assertEqual(rank(crowd[::-1], here, NOW), ranked)

    @examples(100)
    @given(candidates, gaps, st.integers(1, 3))
    def test_more_urgent_never_goes_down(self, candidate, here, steps):
        plain = rank([candidate], here, NOW)
        raised = replace(candidate, urgency=candidate.urgency + steps)
        for before, after in zip(plain, rank([raised], here, NOW), strict=True):
            self.assertGreater(after.score, before.score)

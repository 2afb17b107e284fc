# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Free starts of one doctor: grid, claims, buffers, absences, notice, horizon."""

from unittest.mock import patch

from .. import slots
from ..slots import Query, find, first, window
from .common import HOUR, MINUTE, EngineCase, at, session, wall

DAY = "2026-06-01"


def on_day(text):
    """Return the instant of an 'HH:MM' on the day of these tests."""
    return at(f"{DAY}T{text}")


def span(text):
    """Return the interval of 'HH:MM-HH:MM'."""
    start, stop = text.split("-")
    return on_day(start), on_day(stop)


def spans(*texts):
    return [span(text) for text in texts]


def query(minutes=30, earliest="00:00", latest="23:59", **fields):
    return Query(minutes * MINUTE, on_day(earliest), on_day(latest), **fields)


class SlotCase(EngineCase):
    def starts(self, asked, sessions, busy=(), blocks=None):
        """Return the free starts of doctor 1 as 'HH:MM'; busy is of seat 0."""
        found = find(asked, {1: sessions}, {1: {0: busy}}, blocks or {})
        return [wall(start)[11:16] for start in found.get(1, [])]


class TestGrid(SlotCase):
    morning = [session(*span("09:00-12:00"))]

    def test_from_the_sessions_start_to_its_end(self):
        self.assertEqual(
            self.starts(query(), self.morning),
            ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"],
        )

    def test_a_visit_longer_than_the_step_must_still_fit(self):
        self.assertEqual(
            self.starts(query(50), self.morning),
            ["09:00", "09:30", "10:00", "10:30", "11:00"],
        )

    def test_a_visit_as_long_as_the_session(self):
        self.assertEqual(self.starts(query(180), self.morning), ["09:00"])
        self.assertEqual(self.starts(query(181), self.morning), [])

    def test_the_querys_step_overrides_the_sessions(self):
        self.assertEqual(
            self.starts(query(90, step=45 * MINUTE), self.morning),
            ["09:00", "09:45", "10:30"],
        )

    def test_the_grid_does_not_restart_after_a_booking(self):
        self.assertEqual(
            self.starts(query(), self.morning, spans("09:00-09:20")),
            ["09:30", "10:00", "10:30", "11:00", "11:30"],
        )

    def test_the_grid_does_not_restart_after_a_break(self):
        lunch = session(*span("11:00-14:00"), breaks=spans("12:10-12:40"))
        self.assertEqual(
            self.starts(query(), [lunch]), ["11:00", "11:30", "13:00", "13:30"]
        )

    def test_breaks_may_overlap_in_any_order(self):
        breaks = spans("10:30-11:00", "09:30-10:40")
        halves = session(*span("09:00-12:00"), breaks=breaks)
        self.assertEqual(self.starts(query(), [halves]), ["09:00", "11:00", "11:30"])

    def test_the_grid_does_not_restart_at_the_searchs_start(self):
        self.assertEqual(
            self.starts(query(earliest="10:10"), self.morning),
            ["10:30", "11:00", "11:30"],
        )

    def test_an_odd_start_anchors_the_grid(self):
        odd = [session(*span("09:10-10:50"))]
        self.assertEqual(self.starts(query(), odd), ["09:10", "09:40", "10:10"])

    def test_several_sessions(self):
        sessions = [session(*span("09:00-10:00")), session(*span("13:00-14:00"))]
        self.assertEqual(
            self.starts(query(), sessions), ["09:00", "09:30", "13:00", "13:30"]
        )

    def test_a_visit_does_not_run_from_one_session_into_the_next(self):
        sessions = [session(*span("09:00-10:00")), session(*span("10:00-11:00"))]
        self.assertEqual(self.starts(query(60), sessions), ["09:00", "10:00"])

    def test_overlapping_sessions_offer_a_start_once(self):
        sessions = [session(*span("09:00-10:00")), session(*span("09:30-10:30"))]
        self.assertEqual(self.starts(query(), sessions), ["09:00", "09:30", "10:00"])

    def test_lengths_that_make_no_sense(self):
        for fields in (
            {"minutes": 0},
            {"minutes": -5},
            {"before": -1},
            {"after": -1},
            {"step": 0},
        ):
            with self.subTest(fields), self.assertRaises(ValueError):
                query(**fields)


class TestClaims(SlotCase):
    morning = [session(*span("09:00-11:00"))]

    def test_back_to_back(self):
        """Half-open times: a visit may begin when another ends."""
        self.assertEqual(
            self.starts(query(), self.morning, spans("09:00-09:30", "10:00-10:30")),
            ["09:30", "10:30"],
        )

    def test_a_second_too_much_takes_the_slot(self):
        start, stop = span("09:30-10:00")
        for claim, expected in (
            ((start, stop), ["09:00", "10:00", "10:30"]),
            ((start - 1, stop), ["10:00", "10:30"]),
            ((start, stop + 1), ["09:00", "10:30"]),
        ):
            with self.subTest(claim):
                self.assertEqual(self.starts(query(), self.morning, [claim]), expected)

    def test_a_claim_over_the_sessions_edges(self):
        self.assertEqual(
            self.starts(query(), self.morning, spans("08:00-09:10", "10:40-12:00")),
            ["09:30", "10:00"],
        )

    def test_buffers_keep_their_distance_from_other_claims(self):
        claimed = spans("10:00-10:30")
        self.assertEqual(
            self.starts(query(before=600), self.morning, claimed), ["09:00", "09:30"]
        )
        self.assertEqual(
            self.starts(query(after=600), self.morning, claimed), ["09:00", "10:30"]
        )

    def test_buffers_meet_claims_outside_the_search(self):
        asked = query(earliest="09:30", latest="10:30", before=600, after=600)
        self.assertEqual(
            self.starts(asked, self.morning, spans("09:00-09:21")), ["10:00"]
        )
        self.assertEqual(
            self.starts(asked, self.morning, spans("10:39-11:00")), ["09:30"]
        )

    def test_buffers_may_reach_outside_the_session(self):
        asked = query(120, before=1200, after=1200)
        self.assertEqual(self.starts(asked, self.morning), ["09:00"])
        self.assertEqual(self.starts(asked, self.morning, spans("08:00-08:50")), [])

    def test_buffers_may_reach_into_a_break(self):
        halves = [session(*span("09:00-11:00"), breaks=spans("09:30-10:00"))]
        asked = query(before=600, after=600)
        self.assertEqual(self.starts(asked, halves), ["09:00", "10:00", "10:30"])

    def test_the_patients_own_visits(self):
        asked = query(patient_busy=spans("09:45-10:15", "09:50-10:00"))
        self.assertEqual(self.starts(asked, self.morning), ["09:00", "10:30"])


class TestAbsences(SlotCase):
    day = [session(*span("09:00-12:00"))]

    def test_leave_of_the_doctor(self):
        leave = {1: spans("10:15-11:00")}
        self.assertEqual(
            self.starts(query(), self.day, blocks=leave),
            ["09:00", "09:30", "11:00", "11:30"],
        )

    def test_leave_of_somebody_else(self):
        leave = {2: spans("00:00-23:00")}
        self.assertEqual(len(self.starts(query(), self.day, blocks=leave)), 6)

    def test_holiday_of_everybody(self):
        holiday = {None: spans("00:00-11:00")}
        self.assertEqual(
            self.starts(query(), self.day, blocks=holiday), ["11:00", "11:30"]
        )

    def test_absences_may_overlap_in_any_order(self):
        leave = {1: spans("10:00-11:00", "09:00-09:30", "10:30-11:30")}
        self.assertEqual(
            self.starts(query(), self.day, blocks=leave), ["09:30", "11:30"]
        )

    def test_buffers_may_reach_into_an_absence(self):
        leave = {1: spans("09:30-10:00")}
        asked = query(before=900, after=900)
        self.assertEqual(len(self.starts(asked, self.day, blocks=leave)), 5)

    def test_an_absence_takes_every_seat(self):
        group = [session(*span("09:00-12:00"), capacity=4)]
        leave = {1: spans("09:00-11:30")}
        self.assertEqual(self.starts(query(), group, blocks=leave), ["11:30"])


class TestWindow(SlotCase):
    day = [session(*span("09:00-12:00"))]

    def asked(self, notice=0, horizon=None, now="08:50"):
        limits = window(on_day(now), *span("00:00-23:00"), notice, horizon)
        return self.starts(Query(30 * MINUTE, *limits), self.day)

    def test_notice(self):
        self.assertEqual(self.asked(2 * HOUR), ["11:00", "11:30"])
        self.assertEqual(self.asked(2 * HOUR + 10 * MINUTE), ["11:00", "11:30"])
        self.assertEqual(self.asked(2 * HOUR + 11 * MINUTE), ["11:30"])

    def test_nothing_in_the_past(self):
        self.assertEqual(self.asked(now="11:01"), ["11:30"])

    def test_horizon_is_where_visits_end(self):
        self.assertEqual(self.asked(horizon=70 * MINUTE), ["09:00", "09:30"])
        self.assertEqual(self.asked(horizon=70 * MINUTE - 1), ["09:00"])

    def test_a_window_with_nothing_left(self):
        now = on_day("08:50")
        self.assertIsNone(window(now, now, now + HOUR, notice=HOUR))
        self.assertIsNone(window(now, now - HOUR, now))
        self.assertIsNone(window(now, now + HOUR, now + 2 * HOUR, horizon=HOUR))
        self.assertEqual(window(now, now - HOUR, now + HOUR), (now, now + HOUR))

    def test_a_search_shorter_than_the_visit(self):
        self.assertEqual(self.starts(query(30, "09:00", "09:29"), self.day), [])
        self.assertEqual(self.starts(query(30, "09:00", "09:30"), self.day), ["09:00"])


class TestFirst(EngineCase):
    def sessions(self, doctors, days):
        """Return a morning per day and doctor."""
        return {
            doctor: [
                session(start, start + 3 * HOUR, resource=doctor)
                for start in range(
                    on_day("09:00"), on_day("09:00") + days * 86400, 86400
                )
            ]
            for doctor in range(1, doctors + 1)
        }

    def test_earliest_over_all_doctors(self):
        asked = query(latest="23:00")
        busy = {1: {0: spans("09:00-10:00")}, 3: {0: spans("09:00-09:30")}}
        offers = first(asked, self.sessions(3, 1), busy, {}, 4)
        self.assertEqual(
            [(wall(start)[11:16], doctor) for start, doctor in offers],
            [("09:00", 2), ("09:30", 2), ("09:30", 3), ("10:00", 1)],
        )

    def test_none_wanted(self):
        self.assertEqual(first(query(), self.sessions(1, 1), {}, {}, 0), [])

    def test_later_days_are_not_computed(self):
        """One offer over ninety days costs each doctor one session, not ninety."""
        sessions = self.sessions(20, 90)
        asked = Query(1800, on_day("00:00"), on_day("00:00") + 90 * 86400)
        looked_at = []

        def counted(search, session, *args, walk=slots._Search._walk):
            looked_at.append(session)
            return walk(search, session, *args)

        with patch.object(slots._Search, "_walk", counted):
            offers = first(asked, sessions, {}, {}, 1)
        self.assertEqual(offers, [(on_day("09:00"), 1)])
        self.assertEqual(len(looked_at), 20)

    def test_far_ahead(self):
        """A first free time after weeks without one is found all the same."""
        asked = Query(1800, on_day("00:00"), on_day("00:00") + 90 * 86400)
        leave = {None: [(on_day("00:00"), on_day("09:00") + 60 * 86400)]}
        offers = first(asked, self.sessions(2, 90), {}, leave, 1)
        self.assertEqual(offers, [(on_day("09:00") + 60 * 86400, 1)])

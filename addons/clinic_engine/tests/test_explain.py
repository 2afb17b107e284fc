# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Why a time is not offered: each reason with its facts."""

from ..explain import Reason, explain
from ..slots import Need
from .common import EngineCase, session
from .test_slots import on_day, query, span, spans


class TestExplain(EngineCase):
    day = session(*span("09:00-12:00"), breaks=spans("10:30-11:00"), site=1)

    def reasons(self, at, asked=None, sessions=None, busy=None, blocks=None):
        sessions = [self.day] if sessions is None else sessions
        found = {1: sessions}
        return explain(asked or query(), on_day(at), 1, found, busy or {}, blocks or {})

    def codes(self, *args, **fields):
        return [reason.code for reason in self.reasons(*args, **fields)]

    def test_nothing_is_wrong(self):
        self.assertEqual(self.reasons("09:30"), [])

    def test_outside_availability(self):
        for at in ("08:30", "12:00", "15:00"):
            self.assertEqual(self.codes(at), ["outside_availability"])
        self.assertEqual(self.codes("09:00", sessions=[]), ["outside_availability"])

    def test_a_doctor_without_sessions(self):
        reasons = explain(query(), on_day("09:00"), 5, {1: [self.day]}, {}, {})
        self.assertEqual(reasons, [Reason("outside_availability", {})])

    def test_off_grid_names_the_neighbours(self):
        self.assertEqual(
            self.reasons("09:10"),
            [Reason("off_grid", {"before": on_day("09:00"), "after": on_day("09:30")})],
        )

    def test_break(self):
        start, stop = span("10:30-11:00")
        self.assertEqual(
            self.reasons("10:00", query(45)),
            [Reason("break", {"start": start, "stop": stop})],
        )

    def test_too_long(self):
        self.assertEqual(
            self.reasons("11:30", query(45)),
            [Reason("too_long", {"stop": on_day("12:00")})],
        )

    def test_absence_of_the_doctor_and_of_everybody(self):
        leave, holiday = span("09:10-09:20"), span("00:00-23:00")
        reasons = self.reasons("09:00", blocks={1: [leave], None: [holiday]})
        self.assertEqual(
            reasons,
            [
                Reason(
                    "absence", {"start": leave[0], "stop": leave[1], "everybody": False}
                ),
                Reason(
                    "absence",
                    {"start": holiday[0], "stop": holiday[1], "everybody": True},
                ),
            ],
        )

    def test_taken_and_buffer(self):
        taken, near = spans("09:00-09:20", "09:30-09:50")
        reasons = self.reasons("09:00", query(after=60), busy={1: {0: [taken, near]}})
        self.assertEqual(
            reasons,
            [
                Reason("taken", {"seat": 0, "start": taken[0], "stop": taken[1]}),
                Reason("buffer", {"seat": 0, "start": near[0], "stop": near[1]}),
            ],
        )

    def test_full(self):
        group = [session(*span("09:00-10:00"), capacity=2, overbook=1)]
        busy = {1: {0: spans("09:00-09:30"), 1: spans("09:00-09:30")}}
        self.assertEqual(
            self.reasons("09:00", sessions=group, busy=busy),
            [Reason("full", {"seats": 2, "taken": 2})],
        )
        asked = query(overbook=True)
        self.assertEqual(self.reasons("09:00", asked, group, busy), [])

    def test_room_equipment_and_other_needs(self):
        asked = query(
            needs=(
                Need((11, 12), role="room"),
                Need((21,), role="equipment"),
                Need((31,)),
                Need((32,)),
            )
        )
        busy = {key: {0: spans("09:00-09:30")} for key in (11, 12, 21, 31)}
        self.assertEqual(
            self.reasons("09:00", asked, busy=busy),
            [
                Reason("room_taken", {"need": 0, "options": (11, 12)}),
                Reason("equipment_taken", {"need": 1, "options": (21,)}),
                Reason("need_taken", {"need": 2, "options": (31,)}),
            ],
        )

    def test_patient_busy(self):
        away = span("09:20-10:00")
        self.assertEqual(
            self.reasons("09:00", query(patient_busy=[away])),
            [Reason("patient_busy", {"start": away[0], "stop": away[1]})],
        )

    def test_notice_and_horizon(self):
        self.assertEqual(
            self.reasons("09:00", query(earliest="09:30")),
            [Reason("notice", {"earliest": on_day("09:30")})],
        )
        self.assertEqual(
            self.reasons("11:30", query(latest="11:45")),
            [Reason("horizon", {"latest": on_day("11:45")})],
        )

    def test_meant_for_something_else(self):
        asked = query(
            sites=frozenset({2}), purpose="showcase", channel="phone", service=8
        )
        only_online = {"channels": frozenset({"online"}), "services": frozenset({5})}
        found = self.reasons(
            "09:00", asked, [session(*span("09:00-10:00"), site=1, **only_online)]
        )
        self.assertEqual(
            {reason.code: reason.detail["offered"] for reason in found},
            {
                "wrong_site": 1,
                "wrong_purpose": "patient",
                "wrong_channel": frozenset({"online"}),
                "wrong_service": frozenset({5}),
            },
        )

    def test_weekday_and_part_of_the_day(self):
        asked = query(weekdays=frozenset({1}), day_part=(0, 3600))
        self.assertEqual(
            self.codes("09:00", asked), ["wrong_weekday", "wrong_day_part"]
        )

    def test_all_reasons_at_once(self):
        asked = query(45, earliest="11:50", needs=(Need(()),))
        busy = {1: {0: spans("11:45-12:00")}}
        self.assertEqual(
            self.codes("11:40", asked, busy=busy, blocks={None: spans("11:00-12:00")}),
            ["off_grid", "too_long", "taken", "absence", "need_taken", "notice"],
        )

    def test_of_two_sessions_the_better_one_speaks(self):
        other = session(*span("09:00-10:00"), purpose="showcase", site=2)
        asked = query(sites=frozenset({1}))
        self.assertEqual(self.codes("09:10", asked, [other, self.day]), ["off_grid"])
        self.assertEqual(self.codes("09:00", asked, [other, self.day]), [])

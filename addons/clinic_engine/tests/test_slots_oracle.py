# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The slot search against an oracle that looks at every tick of time."""

from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from .. import slots
from ..claims import PATIENT, plan
from ..explain import explain
from ..slots import find, first, first_each
from .common import EngineCase, examples
from .worlds import (
    DOCTORS,
    TICKS,
    all_offered,
    common_codes,
    free_seat,
    session_codes,
    session_seats,
    sessions_at,
    worlds,
)


def found_in(world):
    return find(world.query, world.sessions, world.busy, world.blocks)


class TestSlotsOracle(EngineCase):
    @examples(250)
    @given(worlds())
    def test_find(self, world):
        self.assertEqual(found_in(world), all_offered(world))

    @examples(120)
    @given(worlds(), st.integers(0, 8), st.integers(1, 20))
    def test_first_is_the_head_of_find(self, world, n, stretch):
        pairs = [
            (s, doctor) for doctor, found in found_in(world).items() for s in found
        ]
        with patch.object(slots, "FIRST_STRETCH", stretch):
            offers = first(world.query, world.sessions, world.busy, world.blocks, n)
        self.assertEqual(offers, sorted(pairs)[:n])

    @examples(120)
    @given(worlds(), st.integers(1, 20))
    def test_first_of_each_is_the_head_of_each(self, world, stretch):
        heads = {doctor: starts[0] for doctor, starts in found_in(world).items()}
        with patch.object(slots, "FIRST_STRETCH", stretch):
            earliest = first_each(world.query, world.sessions, world.busy, world.blocks)
        self.assertEqual(earliest, heads)

    @examples(100)
    @given(worlds())
    def test_explain_is_silent_exactly_on_offers(self, world):
        found = found_in(world)
        for doctor in DOCTORS:
            silent = [
                start for start in TICKS if not self._explain(world, doctor, start)
            ]
            self.assertEqual(silent, found.get(doctor, []))

    @examples(100)
    @given(worlds(sessions_each=1))
    def test_explain_names_every_rule(self, world):
        for doctor in DOCTORS:
            for start in TICKS:
                codes = common_codes(world, doctor, start)
                for session in sessions_at(world, doctor, start):
                    codes |= session_codes(world, session, start)
                if not sessions_at(world, doctor, start):
                    codes.add("outside_availability")
                reasons = self._explain(world, doctor, start)
                self.assertEqual({reason.code for reason in reasons}, codes)

    @examples(120)
    @given(worlds(overlapping_needs=False, sessions_each=1))
    def test_plan_exists_exactly_for_offers(self, world):
        """Within a session's own rules, a plan is what makes a start an offer."""
        found = found_in(world)
        for doctor in DOCTORS:
            session = world.sessions[doctor][0]
            query = world.query
            for start in range(session.start, session.stop):
                claims = self._plan(world, doctor, session, start)
                wrong = session_codes(world, session, start)
                wrong |= common_codes(world, doctor, start)
                decided_by_plan = {"taken", "buffer", "full", "absence", "patient_busy"}
                decided_by_plan |= {f"{need.role}_taken" for need in query.needs}
                self.assertEqual(claims is None, bool(wrong & decided_by_plan))
                if start in found.get(doctor, ()):
                    self.assertIsNotNone(claims)

    @examples(120)
    @given(worlds(sessions_each=1))
    def test_plan_clashes_with_nothing(self, world):
        query = world.query
        for doctor in DOCTORS:
            session = world.sessions[doctor][0]
            for start in range(session.start, session.stop, 3):
                claims = self._plan(world, doctor, session, start) or []
                places = [(claim.resource, claim.seat) for claim in claims]
                self.assertEqual(len(set(places)), len(places))
                ids = [claim.resource for claim in claims if claim.role != PATIENT]
                self.assertEqual(ids, sorted(ids))
                for claim in claims[:-1]:
                    seat = free_seat(
                        world, claim.resource, claim.seat + 1, claim.start, claim.stop
                    )
                    self.assertIsNotNone(seat)
                if claims:
                    self.assertEqual(claims[-1].person, 99)
                    self.assertEqual(claims[-1].start, start)
                    self.assertEqual(len(claims), 2 + len(query.needs))

    def _explain(self, world, doctor, start):
        return explain(
            world.query, start, doctor, world.sessions, world.busy, world.blocks
        )

    def _plan(self, world, doctor, session, start):
        query = world.query
        return plan(
            start,
            query.duration,
            doctor,
            session_seats(query, session),
            query.before,
            query.after,
            tuple((need.role, need) for need in query.needs),
            99,
            world.busy,
            world.blocks,
            patient_busy=query.patient_busy,
        )

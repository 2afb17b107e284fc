# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The benchmarks still run, and would notice a wrong answer or a missed target."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import targets
from benchmarks.parties.plain import sweep
from benchmarks.portal import BUSY_MONTH, FIFTY_WEEK, OurPage, PageFinding, PeerPage
from benchmarks.questions import (
    DOCTOR_MONTH,
    MONDAY,
    PAST,
    SHORT,
    SLOT,
    TEN_AND_EIGHT,
    Question,
    bookings,
    half_hours,
    sessions,
)
from benchmarks.race import RaceFinding
from benchmarks.search import Finding, WrongAnswer, check

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("clinic_scheduling", "plain Python", "one SQL statement", "resource_booking")


def test_quick_run(tmp_path):
    """All parties give the same answers; nobody of ours is booked twice."""
    page = tmp_path / "page.md"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--output", str(page)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    text = page.read_text()
    assert text.count("| met |") == 3
    assert "**missed**" not in text
    for title in (
        "## Slot search",
        "## Free times over HTTP",
        "## Booking race",
        "## Bookings per second",
    ):
        assert title in text


@pytest.mark.parametrize("seed", range(20))
def test_sweep_against_every_start(seed):
    """The floor's sweep finds what looking at each start of the grid finds."""
    chance = random.Random(seed)
    points = sorted(chance.sample(range(0, 48 * 600, 100), 40))
    busy = list(zip(points[::2], points[1::2], strict=True))
    hours = [(begin, begin + 5 * SLOT) for begin in (0, 7 * SLOT, 12 * SLOT)]
    expected = [
        start
        for begin, end in hours
        for start in range(begin, end - SLOT + 1, SLOT)
        if all(stop <= start or start + SLOT <= taken for taken, stop in busy)
    ]
    assert sweep(hours, busy) == expected


def test_bookings_are_as_many_as_the_table_says():
    ahead = half_hours(MONDAY, 30)
    for load, count in ((DOCTOR_MONTH.load, 1000), (PAST, 10_000), (SHORT, 10_000)):
        made = bookings(Question(1, 0, 30, load))
        assert len(made) == count
        assert len({booking.start for booking in made}) == count
    assert sum(b.start < ahead[0] for b in bookings(Question(1, 0, 30, PAST))) == 9000


def test_pairs_take_nobody_twice():
    made = bookings(TEN_AND_EIGHT)
    for subject in ("doctor", "room"):
        taken = [(getattr(booking, subject), booking.start) for booking in made]
        assert len(set(taken)) == len(taken)


def test_hours_are_weekdays():
    assert len(sessions(*Question(1, 0, 7, PAST).window)) == 5


def test_wrong_answer_is_noticed():
    check("somebody", {0: {1, 2}}, {0: {1, 2}})
    with pytest.raises(WrongAnswer, match="somebody"):
        check("somebody", {0: {1}}, {0: {1, 2}})


def test_targets_are_judged():
    def verdicts(*seconds, queries=(6,)):
        taken = dict(zip(NAMES, seconds, strict=True))
        finding = Finding(DOCTOR_MONTH, taken, set(queries), 1)
        return [verdict.met for verdict in targets.judge_search([finding])]

    # at least 8 times faster; at most 3 times the floor; not slower; constant
    assert verdicts(0.010, 0.006, 0.006, 0.081) == [True, True, True, True]
    assert verdicts(0.011, 0.006, 0.006, 0.081) == [False, True, True, True]
    assert verdicts(0.019, 0.006, 0.006, 0.200) == [True, False, True, True]
    assert verdicts(0.011, 0.004, 0.004, 0.010) == [False, True, False, True]
    assert verdicts(0.010, 0.006, 0.006, 0.081, queries=(6, 7))[-1] is False


def test_pages_are_judged():
    def verdicts(look, seconds, sizes):
        taken = dict(zip((NAMES[0], NAMES[-1]), seconds, strict=True))
        sent = dict(zip((NAMES[0], NAMES[-1]), sizes, strict=True))
        finding = PageFinding(look, 1, taken, sent)
        return [verdict.met for verdict in targets.judge_page([finding])]

    # a third of the peer's time and a twentieth of its size; a tenth of its time
    assert verdicts(BUSY_MONTH, (0.010, 0.031), (1000, 20_001)) == [True, True]
    assert verdicts(BUSY_MONTH, (0.010, 0.029), (1000, 19_999)) == [False, False]
    assert verdicts(FIFTY_WEEK, (0.010, 0.101), (1000, 1000)) == [True]
    assert verdicts(FIFTY_WEEK, (0.010, 0.099), (1000, 1000)) == [False]


def test_pages_are_read():
    class Party:
        name = "somebody"

    body = b'{"slots": [[1, 2, [1800, 3600]], [3, 2, [5400]]]}'
    assert OurPage(Party).starts(body) == {1800, 3600, 5400}
    body = b'<div id="modal-confirm-1800"></div><div id="modal-confirm-3600"></div>'
    assert PeerPage(Party).starts(body) == {1800, 3600}


def test_double_bookings_are_judged():
    for double, empty, met in ((0, 0, True), (1, 0, False), (0, 1, False)):
        finding = RaceFinding(NAMES[0], 2, 20, booked=20, double=double, empty=empty)
        assert targets.judge_race([finding])[0].met is met

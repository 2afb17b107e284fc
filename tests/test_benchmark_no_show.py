# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The evaluation of the no-show model splits in time, and would notice what is off."""

from datetime import date
from zipfile import ZipFile

import pytest

from benchmarks.no_show import __main__ as page
from benchmarks.no_show import data, model, sessions

HEADER = "PatientId,ScheduledDay,AppointmentDay,Age,No-show\n"
ROWS = (
    "1,2016-05-02T08:00:00Z,2016-05-10T00:00:00Z,40,Yes\n"
    "1,2016-05-20T08:00:00Z,2016-05-31T00:00:00Z,40,No\n"
    "1,2016-05-30T08:00:00Z,2016-05-30T00:00:00Z,40,No\n"
    "2,2016-05-31T08:00:00Z,2016-06-02T00:00:00Z,-1,No\n"
    "2,2016-06-03T08:00:00Z,2016-06-02T00:00:00Z,30,No\n"
    "2,2016-05-30T08:00:00Z,2016-06-02T00:00:00Z,30,Yes\n"
)


@pytest.fixture
def visits():
    """Return the few visits above."""
    return data.parse((HEADER + ROWS).encode())


def test_parts_and_what_was_known(visits):
    assert visits.missed == [True, False, False, True]
    assert [known.lead for known in visits.known] == [8, 11, 0, 3]
    assert [known.missed for known in visits.known] == [0, 1, 1, 0]
    assert visits.part("train") == [0]
    assert visits.part("APPT") == [1, 2, 3]
    assert visits.part("APPT, lead ≥ 1") == [1, 3]
    assert visits.part("STRICT") == [2, 3]
    assert visits.part("STRICT, lead ≥ 1") == [3]


def test_days_before_shift_and_no_later_ones(visits):
    engine = model.no_show.table()
    plain = engine.probability(visits.known[3])
    shifted = model.daily(engine, visits.known, visits, [0, 3])
    assert shifted[0] == engine.probability(visits.known[0])
    assert shifted[1] < plain, "two who came were seen before"


def test_another_file_is_refused(tmp_path):
    other = tmp_path / f"{data.NAME}.zip"
    with ZipFile(other, "w") as archive:
        archive.writestr(data.NAME, HEADER + ROWS)
    with pytest.raises(data.WrongFile):
        data.read(other)


def test_without_the_file_the_vectors_run(monkeypatch, capsys):
    monkeypatch.setattr(data, "find", lambda: None)
    assert page.main() == 0
    told = capsys.readouterr().out
    assert "is not here" in told
    assert "met  Overbooking evaluator" in told


def test_an_evaluator_that_is_off_is_missed():
    found = sessions.vectors()
    assert page.judge_vectors(found).met
    found[1].wait += 1e-6
    assert not page.judge_vectors(found).met


def test_nobody_misses_nobody_is_booked_above():
    chances = dict.fromkeys(range(200), 0.0)
    found = sessions.measure(0.5, "x", chances, list(range(200)), [False] * 200)
    assert (found.booked, found.cost) == (sessions.PLACES, 0)


def test_everybody_misses_and_it_is_known():
    chances = dict.fromkeys(range(200), 1.0)
    found = sessions.measure(0.5, "x", chances, list(range(200)), [True] * 200)
    assert found.booked == sessions.PLACES + sessions.MOST
    assert found.cost == sessions.PLACES / 2


def test_cut_is_a_monday():
    assert data.CUT == date(2016, 5, 30)
    assert data.CUT.weekday() == 0

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The benchmark of calendars runs, and would notice what is off."""

from collections import Counter
from copy import deepcopy

import pytest

from benchmarks.calendar_sync import __main__ as bench
from benchmarks.calendar_sync.mailboxes import CREATED, LISTINGS
from benchmarks.calendar_sync.run import Size, is_right

TINY = Size(doctors=3, events=4, bookings=2)


@pytest.fixture(scope="module")
def finding():
    """Three doctors, in a practice of their own with a server that runs jobs."""
    return bench.measure(TINY)


def missed(finding):
    return [item.target for item in bench.judge(finding) if not item.met]


def test_it_all_holds(finding):
    counts = bench.judge(finding, quick=True)
    assert [verdict for verdict in counts if not verdict.met] == []
    assert finding.phases["push"].requests[CREATED] == TINY.total
    assert finding.phases["second"].requests == Counter({LISTINGS: TINY.doctors})
    assert finding.phases["push"].jobs >= TINY.total


def test_what_is_off_is_missed(finding):
    worse = deepcopy(finding)
    worse.phases["push"].requests[CREATED] += 1
    worse.phases["second"].requests[CREATED] += 1
    worse.notices["e-mails"] = 1
    worse.astray["change"] = 1
    worse.times["connected, jobs run later"] = [60.0]
    assert len(set(missed(worse)) - set(missed(finding))) >= 4


def test_the_page_is_written(finding):
    text = bench.page(finding, bench.judge(finding))
    assert f"| {LISTINGS} |" in text
    assert "{" not in text


def test_an_event_at_another_time_is_noticed():
    event = {"summary": "Appointment", "start": {"dateTime": "2030-01-01T10:00:00Z"}}
    assert is_right(event, 1893492000)
    assert not is_right(event, 1893492060)
    assert not is_right({**event, "summary": "Mine"}, 1893492000)

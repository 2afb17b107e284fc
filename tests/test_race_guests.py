# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Fifty visitors without accounts want the twenty times of one doctor's day."""

import functools
from collections import Counter

from .live.crowd import at_once
from .live.guest import Guest
from .live.practice import DAY, HOURS

GUESTS = 50
TIMES = (HOURS[1] - HOURS[0]) * 2  # half-hours of the day

BOOKED = """
    SELECT start, count(*) FROM clinic_appointment
     WHERE doctor_id = %s AND state = 'scheduled' AND source = 'portal' GROUP BY start
"""


def try_until_served(guest, number, service):
    """Look, choose, be refused, look again; return how it ended."""
    while times := guest.free_times(service, DAY):
        doctor, site, start = times[number % len(times)]
        if page := guest.hold(service, doctor, site, start):
            return guest.book(page).url.split("?")[0].rsplit("/", 1)[1]
    return "nothing left"


def test_fifty_guests_book_twenty_times(race, race_servers, practice, database, audit):
    doctor = practice.create_doctor()
    service = practice.create_service(
        doctor_ids=[(6, 0, [doctor])], horizon_days=0, booking_notice=0
    )
    guests = [
        Guest(race_servers[number % 2], database, f"Live Guest {number}")
        for number in range(GUESTS)
    ]
    ends = at_once(
        [
            functools.partial(try_until_served, guest, number, service)
            for number, guest in enumerate(guests)
        ]
    )
    assert Counter(ends) == {"done": TIMES, "nothing left": GUESTS - TIMES}
    statuses = Counter(status for guest in guests for status in guest.statuses)
    assert set(statuses) <= {200, 409, 422}, statuses
    rows = database.query(BOOKED, doctor)
    assert len(rows) == TIMES
    assert all(count == 1 for _start, count in rows)
    audit.check([doctor])

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Two processes offer free times to who waits, while visitors book the same times."""

import functools

import pytest

from .live.crowd import at_once
from .live.guest import Guest
from .live.practice import DAY, HOURS, at
from .live.race import BOOKED, tally
from .live.waitlist import NO_QUIET, OFFERS, Workers, answer_offer

TIMES = [(hour, minute) for hour in range(HOURS[0], HOURS[1], 2) for minute in (0, 30)]
WAITING = 14

#: Open offers of one gap, of one patient, or without a hold: none may be there twice.
DOUBLE = """
    SELECT 'gap', gap_id FROM clinic_waitlist_offer WHERE state = 'offered'
     GROUP BY gap_id HAVING count(*) > 1
     UNION ALL
    SELECT 'entry', entry_id FROM clinic_waitlist_offer WHERE state = 'offered'
     GROUP BY entry_id HAVING count(*) > 1
     UNION ALL
    SELECT 'hold', o.id FROM clinic_waitlist_offer o
      JOIN clinic_appointment a ON a.id = o.appointment_id
     WHERE o.state = 'offered' AND a.state <> 'hold'
"""
SERVED = """
    SELECT start, count(*) FROM clinic_appointment
     WHERE doctor_id = %s AND state IN ('hold', 'scheduled', 'confirmed')
     GROUP BY start HAVING count(*) > 1
"""
STATES = """
    SELECT g.state, count(*) FROM clinic_waitlist_gap g
     WHERE g.doctor_id = %s GROUP BY g.state
"""
ACCEPTED = """
    SELECT a.state, e.state, g.state FROM clinic_waitlist_offer o
      JOIN clinic_waitlist_gap g ON g.id = o.gap_id
      JOIN clinic_waitlist_entry e ON e.id = o.entry_id
      JOIN clinic_appointment a ON a.id = o.appointment_id
     WHERE o.state = 'accepted' AND g.doctor_id = %s
"""


@pytest.fixture
def workers(database, folder):
    """Two processes that work on the waitlist; both must end well."""
    database.query(NO_QUIET)
    workers = Workers(database, folder, 2)
    workers.start()
    complaints = None
    try:
        yield workers
    finally:
        complaints = workers.stop()
    assert complaints == []


def book_what_is_free(guest, service, number):
    """Look and book until a time is had, or nothing is left."""
    for _attempt in range(len(TIMES)):
        times = guest.free_times(service, DAY)
        if not times:
            return None
        doctor, site, start = times[number % len(times)]
        if page := guest.hold(service, doctor, site, start):
            return guest.book(page).url
    return None


@pytest.fixture
def full_day(practice):
    """A doctor whose day is taken, who waits, and the visits that are given back."""
    doctor = practice.create_doctor()
    online = {"horizon_days": 0, "booking_notice": 0}
    service = practice.create_service(doctor_ids=[(6, 0, [doctor])], **online)
    times = [(hour, minute) for hour in range(*HOURS) for minute in (0, 30)]
    patients = practice.create_patients(len(times) + WAITING)
    visits = {
        time: practice.book(service, doctor, patient, at(*time))
        for time, patient in zip(times, patients, strict=False)
    }
    waiting = {"service_id": service, "notice_hours": 0}
    for patient in patients[len(times) :]:
        practice.create("clinic.waitlist.entry", patient_id=patient, **waiting)
    return doctor, service, [visits[time] for time in TIMES]


def check_nothing_is_doubled(database, audit, doctor):
    """Each time is had or offered once, and each offer has its hold."""
    assert database.query(DOUBLE) == []
    assert database.query(SERVED, doctor) == []
    audit.check([doctor])


def accept_twice(offers, servers):
    """Use every link at the same moment on all servers; return the HTTP statuses."""
    pages = at_once(
        [
            functools.partial(answer_offer, server, offer, "accept")
            for offer in offers
            for server in servers
        ]
    )
    return {page.status_code for page in pages}


def test_offers_and_visitors_want_the_same_times(
    race, race_servers, full_day, database, audit, workers
):
    doctor, service, given_back = full_day
    guests = [
        Guest(race_servers[number % 2], database, f"Waitlist Guest {number}")
        for number in range(4)
    ]
    actions = [
        functools.partial(book_what_is_free, guest, service, number)
        for number, guest in enumerate(guests)
    ]
    cancels = [("cancel", [visit], {}) for visit in given_back]
    answers, *_ends = at_once([functools.partial(race.run, cancels), *actions])
    assert tally(answers) == {BOOKED: len(given_back)}
    workers.finish([doctor])
    assert max(status for guest in guests for status in guest.statuses) < 500
    check_nothing_is_doubled(database, audit, doctor)
    offers = database.query(OFFERS, [doctor])
    assert offers
    assert accept_twice(offers, race_servers) == {200}
    workers.finish([doctor])
    accepted = database.query(ACCEPTED, doctor)
    assert accepted == [("scheduled", "booked", "filled")] * len(offers)
    ended = {"filled", "taken", "nobody", "stopped"}
    assert {state for state, _count in database.query(STATES, doctor)} <= ended
    check_nothing_is_doubled(database, audit, doctor)


def test_a_patient_accepts_while_others_want_the_time(
    race, race_servers, practice, database, audit, workers
):
    """Accept, decline and bookings of the same time: one has it, nobody twice."""
    doctor = practice.create_doctor()
    service = practice.create_service(doctor_ids=[(6, 0, [doctor])])
    waiting, *others = practice.create_patients(8)
    visit = practice.book(service, doctor, others[0], at(9))
    practice.create(
        "clinic.waitlist.entry", patient_id=waiting, service_id=service, notice_hours=0
    )
    practice.do("clinic.appointment", "cancel", [visit])
    workers.finish([doctor])
    (offer,) = database.query(OFFERS, [doctor])
    visits = [practice.visit(service, doctor, patient, at(9)) for patient in others]
    answer = functools.partial(answer_offer, race_servers[0], offer)
    answers, *_pages = at_once(
        [
            functools.partial(race.book, visits),
            functools.partial(answer, "accept"),
            functools.partial(answer, "decline"),
        ]
    )
    workers.finish([doctor])
    assert tally(answers)[BOOKED] <= 1
    assert len(audit.visits([doctor])) <= 1
    check_nothing_is_doubled(database, audit, doctor)

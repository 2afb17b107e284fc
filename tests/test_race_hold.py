# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Holds end while others book and while their owner confirms: one of them wins."""

import time

import pytest

from .live.practice import at
from .live.race import BOOKED, tally

LAPSE = "UPDATE clinic_appointment SET hold_expires_at = %s WHERE id = %s"
LAPSE_CLAIMS = "UPDATE clinic_reservation SET expires_at = %s WHERE appointment_id = %s"


@pytest.fixture
def hold(practice, database):
    """A function that takes a hold which ends at a given moment (UTC)."""

    def take(service, doctor, patient, start, until):
        values = practice.visit(service, doctor, patient, start)
        (key,) = practice.do("clinic.appointment", "hold", values=values)
        moment = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(until))
        database.query(LAPSE, moment, key)
        database.query(LAPSE_CLAIMS, moment, key)
        return key

    return take


def test_one_hold_for_many_who_choose(race, practice, audit):
    doctor = practice.create_doctor()
    service = practice.create_service()
    patients = practice.create_patients(16)
    answers = race.run(
        [
            ("hold", None, {"values": practice.visit(service, doctor, patient, at(9))})
            for patient in patients
        ]
    )
    assert tally(answers) == {BOOKED: 1, "slot_taken": 15}
    audit.check([doctor])


def test_a_live_hold_keeps_everybody_out(race, practice, audit):
    doctor = practice.create_doctor()
    service = practice.create_service()
    owner, *others = practice.create_patients(12)
    values = practice.visit(service, doctor, owner, at(9))
    (held,) = practice.do("clinic.appointment", "hold", values=values)
    calls = [("confirm", [held], {})]
    for patient in others:
        visit = practice.visit(service, doctor, patient, at(9))
        calls.append(("book", None, {"values": visit}))
    answers = race.run(calls)
    assert answers[0].ok
    assert tally(answers) == {BOOKED: 1, "slot_taken": 11}
    (row,) = practice.read("clinic.appointment", [held], "state", "name")
    assert row["state"] == "scheduled"
    assert row["name"] != "/"
    audit.check([doctor])


def test_an_ended_hold_goes_to_one_of_many(race, practice, audit, hold):
    doctor = practice.create_doctor()
    service = practice.create_service()
    owner, *others = practice.create_patients(16)
    held = hold(service, doctor, owner, at(9), time.time() - 60)
    visits = [practice.visit(service, doctor, patient, at(9)) for patient in others]
    answers = race.book(visits)
    assert tally(answers) == {BOOKED: 1, "slot_taken": 14}
    (row,) = practice.read("clinic.appointment", [held], "state")
    assert row["state"] == "cancelled"
    # its owner comes too late, and is told so
    assert tally(race.run([("confirm", [held], {})] * 2)) == {"hold_expired": 2}
    audit.check([doctor])


@pytest.mark.parametrize("left", [-1, 0.3, 0.6, 1.0])
def test_owner_confirms_while_the_hold_ends(race, practice, audit, hold, left):
    """The hold ends in the middle of the race: its owner or one other has the time."""
    doctor = practice.create_doctor()
    service = practice.create_service()
    owner, *others = practice.create_patients(8)
    held = hold(service, doctor, owner, at(9), time.time() + left)
    calls = [("confirm", [held], {}), ("confirm", [held], {})]
    for patient in others:
        visit = practice.visit(service, doctor, patient, at(9))
        calls.append(("book", None, {"values": visit}))
    answers = race.run(calls)
    confirmed, booked = tally(answers[:2]), tally(answers[2:])
    (row,) = practice.read("clinic.appointment", [held], "state")
    if confirmed[BOOKED]:
        assert row["state"] in ("scheduled", "confirmed")
        assert booked == {"slot_taken": len(others)}
    else:
        assert confirmed == {"hold_expired": 2}
        assert row["state"] in ("hold", "cancelled")
        assert booked[BOOKED] == 1
        assert booked["slot_taken"] == len(others) - 1
    assert len(audit.visits([doctor])) == 1
    audit.check([doctor])


def test_holds_of_shared_rooms_end_together(race, practice, audit, hold):
    """Bookings of several doctors give back the same holds at the same time."""
    doctors = practice.create_doctors(6)
    kind, _rooms = practice.create_rooms(3)
    service = practice.create_service(room_kind_id=kind)
    patients = practice.create_patients(15)
    ended = time.time() - 60
    holds = [
        hold(service, doctors[index], patients[index], at(9), ended)
        for index in range(3)
    ]
    visits = [
        practice.visit(service, doctors[index % 6], patient, at(9))
        for index, patient in enumerate(patients[3:])
    ]
    answers = race.book(visits)
    assert tally(answers) == {BOOKED: 3, "slot_taken": 9}
    rows = practice.read("clinic.appointment", holds, "state")
    assert {row["state"] for row in rows} == {"cancelled"}
    audit.check(doctors)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Many clients want the same time of the same doctor."""

import pytest

from .live.practice import at
from .live.race import BOOKED, tally

CLIENTS = 32
ROUNDS = 2


@pytest.mark.parametrize("capacity", [1, 3])
def test_as_many_win_as_there_are_seats(race, practice, audit, capacity):
    doctor = practice.create_doctor(capacity=capacity)
    service = practice.create_service()
    patients = practice.create_patients(CLIENTS)
    for hour in range(9, 9 + ROUNDS):
        answers = race.book(
            [practice.visit(service, doctor, patient, at(hour)) for patient in patients]
        )
        assert tally(answers) == {BOOKED: capacity, "slot_taken": CLIENTS - capacity}
    assert len(audit.visits([doctor])) == ROUNDS * capacity
    audit.check([doctor], capacity)


def test_overlapping_times_exclude_each_other(race, practice, audit):
    """Starts five minutes apart: no two visits of 30 minutes may touch."""
    doctor = practice.create_doctor()
    service = practice.create_service(buffer_after=10)
    patients = practice.create_patients(CLIENTS)
    answers = race.book(
        [
            practice.visit(service, doctor, patient, at(12, 5 * (index % 6)))
            for index, patient in enumerate(patients)
        ]
    )
    assert tally(answers) == {BOOKED: 1, "slot_taken": CLIENTS - 1}
    audit.check([doctor])


def test_losers_are_offered_times_that_are_free(race, practice, audit):
    doctor = practice.create_doctor()
    service = practice.create_service()
    patients = practice.create_patients(8)
    answers = race.book(
        [practice.visit(service, doctor, patient, at(10)) for patient in patients]
    )
    losers = [
        (patient, answer)
        for patient, answer in zip(patients, answers, strict=True)
        if not answer.ok
    ]
    assert len(losers) == len(patients) - 1
    for index, (patient, answer) in enumerate(losers[:2]):
        offers = answer.context["alternatives"]
        mine = [offer["start"] for offer in offers if offer["doctor_id"] == doctor]
        assert mine
        assert at(10) not in mine
        offer = offers[index]
        practice.book(service, offer["doctor_id"], patient, offer["start"])
    audit.check([doctor])


def test_one_patient_is_in_one_place(race, practice, audit):
    doctors = practice.create_doctors(8)
    service = practice.create_service()
    (patient,) = practice.create_patients(1)
    answers = race.book(
        [practice.visit(service, doctor, patient, at(10)) for doctor in doctors * 2]
    )
    assert tally(answers)[BOOKED] == 1
    # the doctor who won has a second client here
    assert set(tally(answers)) <= {BOOKED, "patient_busy", "slot_taken"}
    assert tally(answers)["slot_taken"] <= 1
    audit.check(doctors)


def test_everybody_gets_what_nobody_else_wants(race, practice, audit):
    """No conflict, so nobody may be refused or repeated in vain."""
    doctors = practice.create_doctors(4)
    service = practice.create_service()
    patients = practice.create_patients(CLIENTS)
    answers = race.book(
        [
            practice.visit(service, doctors[i % 4], patient, at(9 + i // 4))
            for i, patient in enumerate(patients)
        ]
    )
    assert tally(answers) == {BOOKED: CLIENTS}
    audit.check(doctors)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Many visits move at once."""

import random

from .live.practice import at
from .live.race import BOOKED, tally

SEED = 20300603


def move(appointment, **values):
    """Return the call that moves one visit."""
    return ("reschedule", [appointment], {"values": values})


def test_two_visits_swap(race, practice, audit):
    """Each wants the other's time: neither can have it, and nothing is lost."""
    doctors = practice.create_doctors(2)
    service = practice.create_service()
    first, second = practice.create_patients(2)
    one = practice.book(service, doctors[0], first, at(9))
    two = practice.book(service, doctors[1], second, at(9))
    answers = race.run(
        [move(one, doctor_id=doctors[1]), move(two, doctor_id=doctors[0])] * 4
    )
    assert tally(answers) == {"slot_taken": 8}
    rows = practice.read("clinic.appointment", [one, two], "doctor_id")
    assert [row["doctor_id"] for row in rows] == doctors
    audit.check(doctors)


def test_swap_over_a_free_time(race, practice, audit):
    """A moves to B's time while B goes elsewhere: B always may, A perhaps."""
    doctor = practice.create_doctor()
    service = practice.create_service()
    first, second = practice.create_patients(2)
    for hour in (9, 12, 15):
        one = practice.book(service, doctor, first, at(hour))
        two = practice.book(service, doctor, second, at(hour + 1))
        answers = race.run(
            [move(one, start=at(hour + 1)), move(two, start=at(hour + 2))]
        )
        assert answers[1].ok
        assert answers[0].ok or answers[0].code == "slot_taken"
        rows = practice.read("clinic.appointment", [one, two], "start")
        expected = at(hour + 1) if answers[0].ok else at(hour)
        assert [row["start"] for row in rows] == [expected, at(hour + 2)]
        practice.do("clinic.appointment", "cancel", [one, two])
    audit.check([doctor])


def test_many_visits_want_one_free_time(race, practice, audit):
    doctor = practice.create_doctor()
    service = practice.create_service()
    patients = practice.create_patients(16)
    visits = [
        practice.book(service, doctor, patient, at(9 + index // 2, 30 * (index % 2)))
        for index, patient in enumerate(patients)
    ]
    answers = race.run([move(visit, start=at(17, 30)) for visit in visits])
    assert tally(answers) == {BOOKED: 1, "slot_taken": 15}
    rows = practice.read("clinic.appointment", visits, "start", "reschedule_count")
    moved = [answer.ok for answer in answers]
    assert [row["start"] == at(17, 30) for row in rows] == moved
    assert [row["reschedule_count"] for row in rows] == [int(ok) for ok in moved]
    audit.check([doctor])


def test_one_visit_is_moved_by_many(race, practice, audit):
    """Each move is served in its turn; the last one decides where the visit is."""
    doctor = practice.create_doctor()
    service = practice.create_service()
    (patient,) = practice.create_patients(1)
    visit = practice.book(service, doctor, patient, at(9))
    starts = [at(10 + index) for index in range(6)]
    answers = race.run([move(visit, start=start) for start in starts])
    assert tally(answers) == {BOOKED: 6}
    (row,) = practice.read("clinic.appointment", [visit], "start", "reschedule_count")
    assert row["start"] in starts
    assert row["reschedule_count"] == 6
    audit.check([doctor])


def test_random_moves(race, practice, audit):
    """A full practice in which everybody moves anywhere, with doctor and room."""
    chance = random.Random(SEED)
    doctors = practice.create_doctors(4)
    kind, _rooms = practice.create_rooms(3)
    service = practice.create_service(room_kind_id=kind)
    patients = practice.create_patients(24)
    visits = [
        practice.book(service, doctors[index % 3], patient, at(9 + index // 3))
        for index, patient in enumerate(patients)
    ]
    moved = 0
    for _round in range(3):
        answers = race.run(
            [
                move(
                    visit,
                    doctor_id=chance.choice(doctors),
                    start=at(chance.randrange(8, 18), chance.choice((0, 30))),
                )
                for visit in visits
            ]
        )
        assert set(tally(answers)) <= {BOOKED, "slot_taken"}
        moved += tally(answers)[BOOKED]
    assert moved
    assert len(audit.visits(doctors)) == len(visits)
    audit.check(doctors)


def test_groups_of_visits_move_in_opposite_order(race, practice, audit):
    """Several visits in one request: the doctors are asked in any order."""
    doctors = practice.create_doctors(4)
    service = practice.create_service()
    patients = practice.create_patients(16)
    visits = {
        (row, doctor): practice.book(
            service, doctor, patients[4 * row + i], at(9 + row)
        )
        for row in range(4)
        for i, doctor in enumerate(doctors)
    }
    calls = []
    for row in range(4):
        order = doctors if row % 2 else doctors[::-1]
        group = [visits[row, doctor] for doctor in order]
        calls.append(("reschedule", group, {"values": {"start": at(13 + row)}}))
    assert tally(race.run(calls)) == {BOOKED: 4}
    audit.check(doctors)


def test_groups_of_visits_are_made_and_cancelled_in_opposite_order(
    race, practice, audit
):
    """Several bookings, then several cancellations, in one request each."""
    doctors = practice.create_doctors(4)
    kind, _rooms = practice.create_rooms(8)
    service = practice.create_service(room_kind_id=kind)
    patients = iter(practice.create_patients(32))

    def group(row):
        order = doctors if row % 2 else doctors[::-1]
        start = at(9 + row // 2)
        return [practice.visit(service, key, next(patients), start) for key in order]

    answers = race.run([("create", None, {"vals_list": group(i)}) for i in range(8)])
    # two groups want each time: the first one gets it whole
    assert tally(answers) == {BOOKED: 4, "slot_taken": 4}
    audit.check(doctors)
    booked = [answer.value for answer in answers if answer.ok]
    halves = [[*booked[0], *booked[1]], [*booked[1][::-1], *booked[0][::-1]]]
    assert tally(race.run([("cancel", ids, {}) for ids in halves * 3])) == {BOOKED: 6}
    assert len(audit.visits(doctors)) == 8
    audit.check(doctors)

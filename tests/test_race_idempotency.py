# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The same request comes many times, or many requests come for the first time."""

from .live.crowd import at_once
from .live.practice import at
from .live.race import APPOINTMENT, BOOKED, check_clean, tally

CLIENTS = 16


def test_one_key_one_appointment(race, people, race_servers, practice, audit):
    """A client whose answer was lost repeats: everybody gets the one appointment."""
    doctor = practice.create_doctor()
    service = practice.create_service()
    (patient,) = practice.create_patients(1)
    visit = practice.visit(service, doctor, patient, at(9))
    makers = (people.web, people.json2)
    clients = [
        makers[index % 2]("reception1", race_servers[index // 2 % 2])
        for index in range(CLIENTS)
    ]

    def book(client):
        key = f"race-{doctor}"
        return lambda: client.call(APPOINTMENT, "book", values=visit, key=key)

    answers = at_once([book(client) for client in clients])
    assert tally(answers) == {BOOKED: CLIENTS}
    assert len({answer.value[0] for answer in answers}) == 1
    assert len(audit.visits([doctor])) == 1
    audit.check([doctor])


def test_one_key_two_requests(race, people, race_servers, practice, audit):
    """The key belongs to what was asked first; the other request is told so."""
    doctor = practice.create_doctor()
    service = practice.create_service()
    (patient,) = practice.create_patients(1)
    client = people.json2("reception1", race_servers[0])
    key = f"two-{doctor}"

    def book(hour):
        visit = practice.visit(service, doctor, patient, at(hour))
        return lambda: client.call(APPOINTMENT, "book", values=visit, key=key)

    answers = at_once([book(9), book(11)])
    for answer in answers:
        check_clean(answer, client.kind)
    assert tally(answers) == {BOOKED: 1, "idempotency_conflict": 1}
    audit.check([doctor])


def test_a_key_is_its_users_own(race, practice, audit):
    """Two users with the same key do not get each other's appointment."""
    doctor = practice.create_doctor()
    service = practice.create_service()
    patients = practice.create_patients(4)
    visits = [
        practice.visit(service, doctor, patient, at(9 + index))
        for index, patient in enumerate(patients)
    ]
    # the first four clients of a race: two users on two servers
    answers = race.book(visits, key=f"own-{doctor}")
    counts = tally(answers)
    assert counts == {BOOKED: 2, "idempotency_conflict": 2}
    audit.check([doctor])


def test_first_numbers_of_a_year(race, people, race_servers, practice, audit, database):
    """The year's first bookings come at once: each gets a number of its own."""
    doctors = practice.create_doctors(CLIENTS)
    service = practice.create_service()
    patients = practice.create_patients(CLIENTS)
    database.query(
        "UPDATE ir_sequence SET prefix = 'FIRST-%%(range_year)s-' WHERE code = %s",
        "clinic.appointment",
    )
    database.query(
        "DELETE FROM ir_sequence_date_range WHERE sequence_id IN"
        " (SELECT id FROM ir_sequence WHERE code = %s)",
        "clinic.appointment",
    )
    answers = race.book(
        [
            practice.visit(service, doctor, patient, at(9))
            for doctor, patient in zip(doctors, patients, strict=True)
        ]
    )
    assert tally(answers) == {BOOKED: CLIENTS}
    ids = [answer.value[0] for answer in answers]
    names = [row["name"] for row in practice.read(APPOINTMENT, ids, "name")]
    assert len(set(names)) == CLIENTS
    assert all(name.startswith("FIRST-") for name in names)
    audit.check(doctors)


def test_the_log_still_speaks(race_servers, practice, people):
    """What a race keeps out of the log must not silence it: a refusal is still told."""
    server = race_servers[0]
    size = server.log_size()
    client = people.web("manager", server)
    values = {"name": practice.name("Live Service"), "duration": 0}
    answer = client.call("clinic.service", "create", vals_list=[values])
    assert not answer.ok
    assert "bad query" in server.read_log(size)

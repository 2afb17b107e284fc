# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A visit needs a doctor and a room, or a device: all of them or nothing."""

from .live.practice import at
from .live.race import BOOKED, tally


def test_five_doctors_share_two_rooms(race, practice, audit):
    """Everybody wants the same time: as many succeed as there are rooms."""
    doctors = practice.create_doctors(5)
    kind, rooms = practice.create_rooms(2)
    service = practice.create_service(room_kind_id=kind)
    patients = practice.create_patients(30)
    for hour in (9, 10, 11):
        answers = race.book(
            [
                practice.visit(service, doctors[index % 5], patient, at(hour))
                for index, patient in enumerate(patients)
            ]
        )
        assert tally(answers) == {BOOKED: 2, "slot_taken": 28}
    visits = audit.visits(doctors)
    assert sorted(room for _doctor, _patient, room, _start, _stop in visits) == sorted(
        rooms * 3
    )
    audit.check(doctors)


def test_a_room_for_each_doctor(race, practice, audit):
    """Enough rooms for everybody: nobody is refused, whoever takes which room."""
    doctors = practice.create_doctors(8)
    kind, _rooms = practice.create_rooms(8)
    service = practice.create_service(room_kind_id=kind, buffer_before=5)
    patients = practice.create_patients(8)
    answers = race.book(
        [
            practice.visit(service, doctor, patient, at(10))
            for doctor, patient in zip(doctors, patients, strict=True)
        ]
    )
    assert tally(answers) == {BOOKED: 8}
    audit.check(doctors)


def test_rooms_and_devices_in_any_order(race, practice, audit):
    """Three kinds of claims each: nobody may wait for anybody in a circle."""
    doctors = practice.create_doctors(4)
    kind, rooms = practice.create_rooms(3)
    device_kind = practice.create("clinic.equipment.kind", name=practice.name("Kind"))
    devices = [
        practice.create(
            "clinic.equipment",
            name=practice.name("Device"),
            kind_id=device_kind,
            site_id=practice.site,
        )
        for _index in range(2)
    ]
    service = practice.create_service(
        room_kind_id=kind, equipment_kind_ids=[(6, 0, [device_kind])]
    )
    patients = practice.create_patients(24)
    answers = race.book(
        [
            practice.visit(
                service,
                doctors[index % 4],
                patient,
                at(10),
                room_id=rooms[index % 3],
                equipment_ids=[(6, 0, [devices[index % 2]])],
            )
            for index, patient in enumerate(patients)
        ]
    )
    assert tally(answers) == {BOOKED: 2, "slot_taken": 22}
    audit.check(doctors)

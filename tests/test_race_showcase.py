# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A doctor's time is wanted by patients and by representatives: one of them gets it."""

import functools
from collections import Counter

from .live.crowd import at_once
from .live.practice import at
from .live.race import APPOINTMENT, BOOKED, tally
from .live.sales import call, create_target

SHOWCASE = "pharma.showcase"
REPRESENTATIVES = ("rep1", "rep2", "rep3", "rep4")

#: Of the claims on one doctor: whose they are, and when.
CLAIMS = """
    SELECT r.start, r.appointment_id IS NOT NULL, r.showcase_id IS NOT NULL
      FROM clinic_reservation r JOIN clinic_doctor d ON d.resource_id = r.resource_id
     WHERE d.id = %s
"""

#: Showcases that take time without their claims (on the doctor, the representative,
#: and the person that the representative is), or the other way round.
UNBALANCED = """
    SELECT s.id FROM pharma_showcase s
      LEFT JOIN clinic_reservation r ON r.showcase_id = s.id
     GROUP BY s.id
    HAVING count(r.id) <> CASE WHEN s.state IN ('proposed', 'confirmed', 'done')
                               THEN 3 ELSE 0 END
"""


def represent(people, servers, calls):
    """Return actions: each books a call as its representative's user.

    :param calls: [(user name, values)]
    """
    return [
        functools.partial(
            (people.web, people.json2)[index % 2](name, servers[index // 2 % 2]).call,
            SHOWCASE,
            "book",
            None,
            values=values,
        )
        for index, (name, values) in enumerate(calls)
    ]


def test_representatives_and_patients_want_one_time(
    race, sales, team, people, race_servers, database
):
    """Sixteen clients, half of them for patients: exactly one wins each time."""
    doctor = create_target(sales, team[0])
    service = sales.create_service(doctor_ids=[(6, 0, [doctor])])
    patients = sales.create_patients(8)
    for hour in range(9, 17):
        calls = [
            (name, call(doctor, team[1][name], at(hour)))
            for name in REPRESENTATIVES * 2
        ]
        visits = [
            functools.partial(
                client.call,
                APPOINTMENT,
                "book",
                None,
                values=sales.visit(service, doctor, patient, at(hour)),
            )
            for client, patient in zip(race.clients(8), patients, strict=True)
        ]
        mixed = [
            action
            for pair in zip(represent(people, race_servers, calls), visits, strict=True)
            for action in pair
        ]
        answers = at_once(mixed)
        counted = tally(answers)
        assert counted.pop(BOOKED) == 1, [answer.message for answer in answers]
        assert sum(counted.values()) == 15
        assert counted.keys() <= {"slot_taken", "representative_busy"}, counted
    claims = database.query(CLAIMS, doctor)
    assert Counter(start for start, *_whose in claims) == {
        start: 1 for start, *_whose in claims
    }
    assert len(claims) == 8
    assert all(visit != showcase for _start, visit, showcase in claims)
    assert database.query(UNBALANCED) == []


def test_a_representative_is_wanted_by_eight_doctors(
    race, sales, team, people, race_servers, database
):
    """One representative, one time, eight doctors: one call."""
    name = REPRESENTATIVES[0]
    doctors = [create_target(sales, team[0]) for _index in range(8)]
    answers = at_once(
        represent(
            people,
            race_servers,
            [(name, call(doctor, team[1][name], at(17))) for doctor in doctors],
        )
    )
    counted = tally(answers)
    assert counted.pop(BOOKED) == 1
    assert sum(counted.values()) == 7
    assert counted.keys() == {"representative_busy"}, counted
    assert database.query(UNBALANCED) == []

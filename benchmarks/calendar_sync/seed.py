# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The practice's side. Runs inside Odoo's shell, which gives ``env``.

The variable CLINIC_BENCH holds orders in JSON: a task each, and what it needs. What the
tasks return is printed as one list in JSON after the word ANSWER.
"""

import json
import os
import time
from datetime import datetime, timedelta

from odoo import fields
from odoo.fields import Command

NAME = "Calendar Benchmark"
#: Visits of a doctor a day, from eight o'clock on.
A_DAY = 10
FIRST_DAY = 14


def get_start(number, day=0, hour=8):
    """Return when a doctor's visit number ``number`` begins."""
    today = datetime.combine(fields.Date.today(), datetime.min.time())
    days = timedelta(days=FIRST_DAY + day + number // A_DAY)
    return today + days + timedelta(hours=hour, minutes=30 * (number % A_DAY))


def find(env, model):
    """Return the records of this benchmark, in order."""
    return env[model].search([("name", "=like", f"{NAME}%")], order="name")


def make_practice(env, count):
    """Make doctors, who are there all day, and a patient for each of them."""
    site = env["clinic.site"].create({"name": NAME, "tz": "UTC"})
    specialty = env["clinic.specialty"].create({"name": NAME})
    env["clinic.service"].create(
        {"name": NAME, "specialty_id": specialty.id, "duration": 30}
    )
    names = [f"{NAME} {number:03}" for number in range(count)]
    doctors = env["clinic.doctor"].create(
        [
            {
                "name": name,
                "specialty_ids": [Command.set(specialty.ids)],
                "site_ids": [Command.set(site.ids)],
            }
            for name in names
        ]
    )
    env["clinic.availability"].create(
        [
            {
                "doctor_id": doctor.id,
                "site_id": site.id,
                "weekday": str(weekday),
                "hour_from": 6,
                "hour_to": 22,
            }
            for doctor in doctors
            for weekday in range(7)
        ]
    )
    env["clinic.patient"].create(
        [{"name": name, "email": f"{name[-3:]}@example.com"} for name in names]
    )


def get_values(env, doctor, patient, start):
    """Return the values of a visit."""
    return {
        "doctor_id": doctor.id,
        "patient_id": patient.id,
        "service_id": find(env, "clinic.service").id,
        "site_id": find(env, "clinic.site").id,
        "start": start,
    }


def begin(env, order):
    """Book all visits through the door; return how many seconds it took."""
    begun = time.perf_counter()
    make_practice(env, order["doctors"])
    env.cr.commit()
    pairs = zip(find(env, "clinic.doctor"), find(env, "clinic.patient"), strict=True)
    for doctor, patient in pairs:
        for number in range(order["events"]):
            values = get_values(env, doctor, patient, get_start(number))
            env["clinic.appointment"].book(values)
        env.cr.commit()
        env.invalidate_all()
    return time.perf_counter() - begun


def count(env, order):
    """Return how often each of some sequences was used: {label: number}."""
    query = "SELECT last_value FROM pg_sequences WHERE sequencename = %s"
    found = {}
    for label, name in order["names"].items():
        env.cr.execute(query, [name])
        found[label] = env.cr.fetchone()[0] or 0
    return found


def connect(env, order):
    """Connect the calendar of each doctor; return how many seconds it took.

    Messages to patients are switched on before.
    """
    begun = time.perf_counter()
    env.company.clinic_messages_active = True
    env["ir.config_parameter"].set_param("calendar_sync.stand_in", order["url"])
    env.cr.commit()
    for doctor, mailbox in zip(
        find(env, "clinic.doctor"), order["mailboxes"], strict=False
    ):
        account = env["calendar.sync.account"].create(
            {
                "partner_id": doctor.partner_id.id,
                "provider": "google",
                "mode": "app",
                "login": mailbox,
                "service_key": order["key"],
            }
        )
        account.action_connect()
        account.calendar_ids.write(
            {
                "resource_id": doctor.resource_id.id,
                "publish": True,
                "read_busy": True,
            }
        )
        env.cr.commit()
    return time.perf_counter() - begun


def look(env, _order):
    """Look at all calendars now."""
    env["calendar.sync.calendar"].search([]).action_sync()


def change(env, order):
    """Move, cancel and book visits, as many of each as is ordered.

    They are spread over all doctors: visit number 0 of one, number 1 of the next.
    """
    doctors, patients = find(env, "clinic.doctor"), find(env, "clinic.patient")
    connected = doctors[: order["doctors"]]
    visits = env["clinic.appointment"]
    for number in range(3 * order["each"]):
        doctor = connected[number % len(connected)]
        place = number // len(connected)
        kind = ("move", "cancel", "book")[number % 3]
        visit = visits.search(
            [("doctor_id", "=", doctor.id), ("start", "=", get_start(place))]
        )
        if kind == "move":
            visit.reschedule({"start": visit.start + timedelta(hours=6)})
        elif kind == "cancel":
            visit.cancel()
        else:
            patient = patients[doctors.ids.index(doctor.id)]
            values = get_values(env, doctor, patient, get_start(place, hour=19))
            visits.book(values)
        env.cr.commit()


def book(env, order):
    """Book, move and cancel visits of doctors in turn.

    Each of the three is a transaction of its own.

    :return: {doctor's number: seconds of the three together, each time}
    """
    doctors, patients = find(env, "clinic.doctor"), find(env, "clinic.patient")
    times = {number: [] for number in order["numbers"]}
    for turn in range(order["count"]):
        # who comes first changes: what is warm then helps both alike
        numbers = order["numbers"][:: -1 if turn % 2 else 1]
        for number in numbers:
            start = get_start(turn, day=100)
            values = get_values(env, doctors[number], patients[number], start)
            begun = time.perf_counter()
            visit = env["clinic.appointment"].book(values)
            env.cr.commit()
            visit.reschedule({"start": start + timedelta(hours=6)})
            env.cr.commit()
            visit.cancel()
            env.cr.commit()
            times[number].append(time.perf_counter() - begun)
    return times


TASKS = {task.__name__: task for task in (begin, count, connect, look, change, book)}

env = globals()["env"]
answers = []
for order in json.loads(os.environ["CLINIC_BENCH"]):
    answers.append(TASKS[order["task"]](env, order))
    env.cr.commit()
print("ANSWER", json.dumps(answers))

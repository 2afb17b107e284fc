# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""clinic_scheduling, through its models."""

from datetime import date

from ..questions import CLOSE, OPEN, SLOT, epoch
from . import rows
from .people import hire, moment

#: The first booking goes through the door; the thousands of a load are its copies.
ELSEWHERE = epoch(date(2031, 6, 2), OPEN)


class Ours:
    """``env["clinic.schedule"]._find_starts``, as reception asks it."""

    name = "clinic_scheduling"

    def __init__(self, instance):
        self.instance = instance
        self.doctors, self.patients, self.room_kinds = {}, {}, {}
        self.doctor_numbers = {}
        self.question = self.service = None
        with instance.environment(staff=False) as env:
            self.site = env["clinic.site"].create(
                {"name": "Practice", "tz": "Europe/Paris"}
            )
            self.site = self.site.id

    # ------------------------------------------------------------------
    # The practice
    # ------------------------------------------------------------------

    def employ(self, env, count, users=True):
        """Return the ids of doctors who work the hours of the questions."""
        known = self.doctors.setdefault(users, [])
        wanted = hire(env, count) if users else [env["res.users"]] * count
        doctors = env["clinic.doctor"].create(
            [
                {
                    "name": user.name or f"Locum {number}",
                    "user_id": user.id,
                    "site_ids": [(6, 0, [self.site])],
                }
                for number, user in enumerate(wanted)
                if number >= len(known)
            ]
        )
        env["clinic.availability"].create(
            [
                {
                    "doctor_id": doctor.id,
                    "site_id": self.site,
                    "weekday": str(weekday),
                    "hour_from": OPEN,
                    "hour_to": CLOSE,
                    "slot_minutes": SLOT // 60,
                }
                for doctor in doctors
                for weekday in range(5)
            ]
        )
        known += doctors.ids
        return known[:count]

    def admit(self, env, count):
        """Return the ids of patients."""
        known = self.patients.setdefault(None, [])
        known += (
            env["clinic.patient"]
            .create(
                [{"name": f"Patient {number}"} for number in range(len(known), count)]
            )
            .ids
        )
        return known[:count]

    def furnish(self, env, count):
        """Return a kind of room of which there are ``count`` rooms."""
        if count not in self.room_kinds:
            kind = env["clinic.room.kind"].create({"name": f"One of {count}"})
            env["clinic.room"].create(
                [
                    {"name": f"Room {n}", "site_id": self.site, "kind_id": kind.id}
                    for n in range(count)
                ]
            )
            self.room_kinds[count] = kind.id
        return self.room_kinds[count]

    def offer(self, env, doctors, rooms):
        """Return a service of these doctors that takes one of ``rooms`` rooms."""
        values = {
            "name": "Consultation",
            "duration": SLOT // 60,
            "doctor_ids": [(6, 0, doctors)],
            "room_kind_id": self.furnish(env, rooms) if rooms else False,
        }
        return env["clinic.service"].create(values)

    # ------------------------------------------------------------------
    # Questions
    # ------------------------------------------------------------------

    def load(self, question, bookings):
        """Make the practice of a question, with its bookings."""
        with self.instance.environment(staff=False) as env:
            doctors = self.employ(env, question.doctors, question.users)
            service = self.offer(env, doctors, question.rooms)
            self.question, self.service = question, service.id
            self.doctor_numbers = {key: n for n, key in enumerate(doctors)}
            if bookings:
                self._book_all(env, doctors, bookings)

    def _book_all(self, env, doctor_ids, bookings):
        """Book one visit through the door and the others as copies of its rows."""
        doctors = env["clinic.doctor"].browse(doctor_ids)
        patients = env["clinic.patient"].browse(self.admit(env, len(doctors)))
        service = env["clinic.service"].browse(self.service)
        rooms = env["clinic.room"].search([("kind_id", "=", service.room_kind_id.id)])
        first = env["clinic.appointment"].book(
            {
                "service_id": service.id,
                "doctor_id": doctors[0].id,
                "patient_id": patients[0].id,
                "start": moment(ELSEWHERE),
            }
        )
        env.flush_all()
        self._clone(env, first, bookings, doctors, patients, rooms)

    def _clone(self, env, first, bookings, doctors, patients, rooms):
        """Write the rows of ``bookings`` after the pattern of a booked visit."""
        # each doctor has a patient of their own: nobody is at two places at once
        mine = [patients[booking.doctor] for booking in bookings]
        here = [doctors[booking.doctor] for booking in bookings]
        room = [rooms[item.room] if question_has(item) else None for item in bookings]
        starts = [moment(booking.start) for booking in bookings]
        stops = [moment(booking.stop) for booking in bookings]
        visits = rows.clone(
            env.cr,
            "clinic_appointment",
            first.id,
            name=[f"BENCH-{self.service}-{n}" for n in range(len(bookings))],
            doctor_id=[doctor.id for doctor in here],
            patient_id=[patient.id for patient in mine],
            partner_id=[patient.partner_id.id for patient in mine],
            room_id=[item.id if item else None for item in room],
            start=starts,
            stop=stops,
        )
        resources = {
            "doctor": [doctor.resource_id.id for doctor in here],
            "room": [item.resource_id.id if item else None for item in room],
        }
        for role, ids in resources.items():
            self._claim(env, visits, starts, stops, role, resource_id=ids)
        ids = [patient.partner_id.id for patient in mine]
        self._claim(env, visits, starts, stops, "patient", partner_id=ids)

    def _claim(self, env, visits, starts, stops, role, **subject):
        ((column, ids),) = subject.items()
        rows_wanted = [
            row for row in zip(visits, starts, stops, ids, strict=True) if row[3]
        ]
        if not rows_wanted:
            return
        visits, starts, stops, ids = zip(*rows_wanted, strict=True)
        rows.insert(
            env.cr,
            "clinic_reservation",
            appointment_id=visits,
            start=starts,
            stop=stops,
            role=[role] * len(visits),
            seat=[0] * len(visits),
            **{column: ids},
        )

    def ask(self, env):
        """Return {(doctor, site): [start, …]}: of whoever offers the service."""
        start, stop = (moment(seconds) for seconds in self.question.window)
        service = env["clinic.service"].browse(self.service)
        return env["clinic.schedule"]._find_starts(service, start, stop)

    def starts(self, answer):
        """Return {number of the doctor: free starts}."""
        return {
            self.doctor_numbers[doctor]: set(starts)
            for (doctor, _site), starts in answer.items()
        }

    def clear(self):
        """Take all visits away."""
        with self.instance.environment(staff=False) as env:
            rows.delete(env.cr, "clinic_reservation", "clinic_appointment")


def question_has(booking):
    """Whether a booking takes a room too."""
    return booking.room is not None

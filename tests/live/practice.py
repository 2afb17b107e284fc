# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Doctors, rooms and patients for a race, made through RPC by the manager."""

import itertools
from datetime import date, datetime, time, timedelta

#: Far from what a template's demo data may hold.
DAY = date.today() + timedelta(days=400)
HOURS = (8, 18)
#: The clock of the practice's site is UTC, so hours here are hours in the database.
TZ = "UTC"


def at(hour, minute=0, day=0):
    """Return a time of the practice's day (or a later one) as RPC takes it."""
    moment = datetime.combine(DAY + timedelta(days=day), time(hour, minute))
    return moment.strftime("%Y-%m-%d %H:%M:%S")


class Practice:
    """One site, one specialty, and whatever a test asks for.

    Methods return ids. Each test makes doctors and patients of its own, so tests
    neither meet nor depend on their order.
    """

    def __init__(self, client):
        self.client = client
        self.numbers = itertools.count(1)
        self.specialty = self.create("clinic.specialty", name="Live Medicine")
        self.site = self.create_site()

    def do(self, model, method, *args, **kwargs):
        """Call a method as the manager; return its value or fail."""
        answer = self.client.call(model, method, *args, **kwargs)
        if not answer.ok:
            raise AssertionError(f"{model}.{method}: {answer.message}")
        return answer.value

    def create(self, model, **values):
        """Create one record."""
        return self.do(model, "create", vals_list=[values])[0]

    def read(self, model, ids, *fields):
        """Return the values of records, in the order of ``ids``."""
        rows = self.do(model, "read", list(ids), fields=list(fields), load="")
        by_id = {row["id"]: row for row in rows}
        return [by_id[key] for key in ids]

    def name(self, kind):
        """Return a name that nobody has yet."""
        return f"{kind} {next(self.numbers)}"

    def create_site(self, **values):
        """Create a site whose clock is UTC."""
        return self.create("clinic.site", name=self.name("Live Site"), tz=TZ, **values)

    def create_doctor(self, capacity=1, site=None, days=1, day=None, **values):
        """Create a doctor who works at the site on the practice's day(s).

        :param day: another day (YYYY-MM-DD) in place of the practice's
        """
        site = site or self.site
        doctor = self.create(
            "clinic.doctor",
            name=self.name("Live Doctor"),
            tz=TZ,
            specialty_ids=[(6, 0, [self.specialty])],
            site_ids=[(6, 0, [site])],
            **values,
        )
        hours = {
            "doctor_id": doctor,
            "site_id": site,
            "recurrence": "date",
            "override": "add",
            "hour_from": HOURS[0],
            "hour_to": HOURS[1],
            "slot_minutes": 30,
            "capacity": capacity,
        }
        dates = [str(DAY + timedelta(days=number)) for number in range(days)]
        self.do(
            "clinic.availability",
            "create",
            vals_list=[{**hours, "date": item} for item in ([day] if day else dates)],
        )
        return doctor

    def create_doctors(self, count, **values):
        """Create several doctors."""
        return [self.create_doctor(**values) for _index in range(count)]

    def create_patients(self, count):
        """Create several patients."""
        names = [{"name": self.name("Live Patient")} for _index in range(count)]
        return self.do("clinic.patient", "create", vals_list=names)

    def create_service(self, **values):
        """Create a service of 30 minutes that every doctor here offers."""
        return self.create(
            "clinic.service",
            name=self.name("Live Service"),
            **{"specialty_id": self.specialty, "duration": 30, **values},
        )

    def create_rooms(self, count, site=None, **values):
        """Create rooms of a kind of their own; return the kind and the rooms."""
        kind = self.create("clinic.room.kind", name=self.name("Live Kind"))
        fixed = {"kind_id": kind, "site_id": site or self.site, **values}
        rooms = [{"name": self.name("Live Room"), **fixed} for _index in range(count)]
        return kind, self.do("clinic.room", "create", vals_list=rooms)

    def visit(self, service, doctor, patient, start, **values):
        """Return the values of a visit, as the door takes them."""
        return {
            "service_id": service,
            "doctor_id": doctor,
            "patient_id": patient,
            "start": start,
            **values,
        }

    def book(self, *args, **values):
        """Book a visit (see ``visit``); return its id."""
        wanted = self.visit(*args, **values)
        return self.do("clinic.appointment", "book", values=wanted)[0]

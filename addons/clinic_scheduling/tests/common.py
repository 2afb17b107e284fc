# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, datetime, time, timedelta

import pytz

from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.base.tests.common import BaseCommon

#: A Monday far from any clock change; tests count their days from here.
MONDAY = date(2030, 6, 3)


class ClinicCommon(BaseCommon):
    """A small practice in Paris: two doctors, two sites, two rooms, one device."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.specialty = cls.env["clinic.specialty"].create({"name": "Test Medicine"})
        cls.site = cls._create_site("North")
        cls.other_site = cls._create_site("South")
        cls.room_kind = cls.env["clinic.room.kind"].create({"name": "Test Room"})
        cls.rooms = cls.env["clinic.room"].create(
            [
                {"name": name, "site_id": cls.site.id, "kind_id": cls.room_kind.id}
                for name in ("Room 1", "Room 2")
            ]
        )
        cls.device_kind = cls.env["clinic.equipment.kind"].create(
            {"name": "Test Scanner"}
        )
        cls.device = cls.env["clinic.equipment"].create(
            {
                "name": "Scanner",
                "site_id": cls.site.id,
                "kind_id": cls.device_kind.id,
            }
        )
        cls.doctor = cls._create_doctor("Ada Martin")
        cls.colleague = cls._create_doctor("Ben Moreau")
        cls.service = cls._create_service("Consultation")
        cls.patient = cls.env["clinic.patient"].create({"name": "Paul Patient"})
        cls.other_patient = cls.env["clinic.patient"].create({"name": "Olga Other"})
        cls.receptionist = cls._create_user("receptionist")

    @classmethod
    def _create_user(cls, role, **values):
        """Return a user with the role of that name."""
        groups = f"clinic_scheduling.group_clinic_{role}"
        return new_test_user(cls.env, f"test_{role}", groups=groups, **values)

    @classmethod
    def _create_site(cls, name, **values):
        return cls.env["clinic.site"].create(
            {"name": name, "tz": "Europe/Paris", **values}
        )

    @classmethod
    def _create_doctor(cls, name, hours=(9, 17), **values):
        """Return a doctor who works Monday to Friday at the first site."""
        doctor = cls.env["clinic.doctor"].create(
            {
                "name": name,
                "specialty_ids": [Command.set(cls.specialty.ids)],
                "site_ids": [Command.set(cls.site.ids)],
                **values,
            }
        )
        for weekday in range(5):
            cls._create_hours(doctor, str(weekday), *hours)
        return doctor

    @classmethod
    def _create_hours(cls, doctor, weekday, hour_from, hour_to, **values):
        return cls.env["clinic.availability"].create(
            {
                "doctor_id": doctor.id,
                "site_id": cls.site.id,
                "weekday": weekday,
                "hour_from": hour_from,
                "hour_to": hour_to,
                "slot_minutes": 30,
                **values,
            }
        )

    @classmethod
    def _create_service(cls, name, **values):
        return cls.env["clinic.service"].create(
            {
                "name": name,
                "specialty_id": cls.specialty.id,
                "duration": 30,
                **values,
            }
        )

    @classmethod
    def _at(cls, hour, minute=0, day=0, tz="Europe/Paris"):
        """Return UTC (naive) of a wall-clock time, ``day`` days after MONDAY."""
        local = datetime.combine(MONDAY + timedelta(days=day), time(hour, minute))
        zone = pytz.timezone(tz)
        return zone.localize(local).astimezone(pytz.utc).replace(tzinfo=None)

    @classmethod
    def _vals(cls, hour=10, minute=0, day=0, **values):
        """Return values of a visit of the patient to the doctor."""
        return {
            "doctor_id": cls.doctor.id,
            "patient_id": cls.patient.id,
            "service_id": cls.service.id,
            "start": cls._at(hour, minute, day),
            **values,
        }

    @classmethod
    def _book(cls, hour=10, minute=0, day=0, **values):
        values = cls._vals(hour, minute, day, **values)
        return cls.env["clinic.appointment"].book(values)

    def _claims(self, appointment):
        """Return {(role, subject id, seat)} of an appointment's claims."""
        return {
            (claim.role, claim.resource_id.id or claim.partner_id.id, claim.seat)
            for claim in appointment.sudo().reservation_ids
        }

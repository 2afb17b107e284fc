# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Doctors who receive representatives, and calls on them."""

from datetime import timedelta

from .practice import DAY, HOURS


def create_target(sales, territory, day=0):
    """Return a doctor who sees patients and receives representatives all day long."""
    day = str(DAY + timedelta(days=day))
    doctor = sales.create_doctor(territory_id=territory, day=day)
    sales.create(
        "clinic.availability",
        doctor_id=doctor,
        site_id=sales.site,
        recurrence="date",
        override="add",
        date=day,
        hour_from=HOURS[0],
        hour_to=HOURS[1],
        slot_minutes=30,
        purpose="showcase",
    )
    return doctor


def call(doctor, representative, start):
    """Return the values of a call, as the door takes them."""
    values = {"doctor_id": doctor, "representative_id": representative}
    return {**values, "start": start, "duration": 30}

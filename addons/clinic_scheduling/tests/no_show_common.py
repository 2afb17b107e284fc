# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
import random
from datetime import timedelta

from odoo.addons.clinic_engine.no_show import sigmoid

from .common import ClinicCommon


class NoShowCommon(ClinicCommon):
    """A practice with a past, of which each visit's probability is known."""

    @classmethod
    def _make_past(cls, count, chance, before, seed=1):
        """Put down so many past visits and whether they were missed.

        A tenth were booked the same day, the others up to 40 days ahead; a day holds
        eight, the last day is the one before ``before``.

        :param chance: (lead days, hour) -> log-odds of missing it
        :return: how many were missed
        """
        rng = random.Random(seed)
        visits = cls.env["clinic.appointment"]
        known = visits.search([("state", "=", "scheduled")], limit=1)
        prototype = known or cls._book(9)
        cls.env.flush_all()
        rows = []
        for number in range(count):
            lead = rng.choice([0, *range(1, 41, 4)])
            hour = 8 + number % 8
            day = before - timedelta(days=1 + number // 8)
            start = day.replace(hour=hour - 2, minute=0)
            missed = rng.random() < sigmoid(chance(lead, hour))
            rows.append(
                {
                    "name": "/",
                    "start": start.isoformat(),
                    "stop": (start + timedelta(minutes=30)).isoformat(),
                    "create_date": (start - timedelta(days=lead, hours=1)).isoformat(),
                    "state": "no_show" if missed else "completed",
                    "weekday": str(start.weekday()),
                    "hour": hour,
                }
            )
        cls._insert_visits(prototype, rows)
        return sum(row["state"] == "no_show" for row in rows)

    def _date_back(self, visit, moment):
        """Let a visit have been booked then: the database's clock cannot be set."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE clinic_appointment SET create_date = %s WHERE id = %s",
            [moment, visit.id],
        )
        visit.invalidate_recordset(["create_date"])

    @classmethod
    def _insert_visits(cls, prototype, rows):
        """Copy a visit with other values: the past claims no time."""
        cls.env.cr.execute(
            """
            INSERT INTO clinic_appointment
            SELECT (jsonb_populate_record(
                visit, value || jsonb_build_object(
                    'id', nextval('clinic_appointment_id_seq')))).*
              FROM clinic_appointment visit, jsonb_array_elements(%s::jsonb)
             WHERE visit.id = %s
            """,
            [json.dumps(rows), prototype.id],
        )
        cls.env.invalidate_all()

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Demo appointments: three weeks behind and three ahead of today.

They are made by code because they move with the date, and go through the same
door as every booking. Only the demo data calls this.
"""

import random
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.clinic_engine.clock import from_epoch

from ..exceptions import BookingError

SEED = 20260
WEEKS = 3

#: How full the days are, from three weeks ago to three weeks ahead.
FILL = (0.62, 0.62, 0.62, 0.55, 0.35, 0.2)

CANCELLED, NO_SHOW = 0.08, 0.07

REASONS = (
    "Persistent cough for ten days",
    "Yearly check-up",
    "Results of the blood test",
    "Pain in the left knee after running",
    "Rash on both forearms",
    "Prescription renewal",
    "Dizziness in the morning",
    "Follow-up after treatment",
)

NOTES = (
    "Asked for a call if an earlier time comes free.",
    "Comes with an interpreter.",
    "Prefers the ground floor.",
    "New insurance card to be copied.",
)


class ClinicDemo(models.AbstractModel):
    """Loader of demo appointments."""

    _name = "clinic.demo"
    _description = "Clinic Demo Data"

    @api.model
    def _load_appointments(self):
        """Book the demo practice's weeks around today, the same every time."""
        rng = random.Random(SEED)
        patients = self.env["clinic.patient"].search([])
        today = fields.Datetime.now().replace(hour=0, minute=0, second=0)
        monday = today - timedelta(days=today.weekday())
        for week, fill in enumerate(FILL, start=-WEEKS):
            start = monday + timedelta(weeks=week)
            for doctor in self.env["clinic.doctor"].search([]):
                self._fill_week(doctor, start, fill, patients, rng)
        self._age_appointments()

    def _fill_week(self, doctor, start, fill, patients, rng):
        services = self.env["clinic.service"].search(
            [("specialty_id", "in", doctor.specialty_ids.ids)]
        )
        for service in services:
            found = self.env["clinic.schedule"]._find_starts(
                service, start, start + timedelta(weeks=1), doctors=doctor
            )
            starts = [moment for list_ in found.values() for moment in list_]
            share = fill * 30 / service.duration / len(services) / 2
            for moment in sorted(rng.sample(starts, int(len(starts) * share))):
                vals = self._prepare_visit(doctor, service, moment, patients, rng)
                self._try_to_book(vals)

    def _try_to_book(self, vals):
        # a visit drawn before may have taken the doctor, room or patient
        try:
            with self.env.cr.savepoint():
                door = self.env["clinic.appointment"].with_context(
                    tracking_disable=True
                )
                door.create(vals)
        except BookingError:
            return

    def _prepare_visit(self, doctor, service, moment, patients, rng):
        start = from_epoch(moment).replace(tzinfo=None)
        vals = {
            "doctor_id": doctor.id,
            "service_id": service.id,
            "patient_id": rng.choice(patients).id,
            "start": start,
            "kind": rng.choices(
                ["regular", "online", "follow_up", "emergency"], [50, 30, 16, 4]
            )[0],
            "source": rng.choices(["staff", "phone", "import"], [3, 5, 2])[0],
            "reason": rng.choice(REASONS),
            "note": rng.choice(NOTES) if rng.random() < 0.12 else False,
            "state": self._draw_state(start, rng),
        }
        if vals["kind"] == "emergency":
            vals.update(urgency="urgent", priority="1")
        return vals

    def _draw_state(self, start, rng):
        now = fields.Datetime.now()
        draw = rng.random()
        if draw < CANCELLED:
            return "cancelled"
        if start > now:
            return "confirmed" if draw < 0.55 else "scheduled"
        if draw < CANCELLED + NO_SHOW:
            return "no_show"
        if start + timedelta(hours=1) > now:
            return "in_progress"
        return "completed"

    def _age_appointments(self):
        """Date the bookings back: they were made days or weeks before the visit."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE clinic_appointment SET create_date = LEAST(create_date,"
                " start) - make_interval(days => 1 + (id * 7) %% 29)"
            )
        )
        self.env["clinic.appointment"].invalidate_model(["create_date"])

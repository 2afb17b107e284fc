# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Demo appointments: three weeks behind and three ahead of today.

They are made by code because they move with the date, and go through the same
door as every booking. Only the demo data calls this.
"""

import itertools
import random
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.clinic_engine.clock import from_epoch

from ..exceptions import BookingError

SEED = 20260
WEEKS = 3

#: Share of the hours that is booked, from three weeks ago to three weeks ahead.
FILL = (0.3, 0.35, 0.7, 0.75, 0.4, 0.2)

CANCELLED = 0.05

ADULT = 16

#: What the patient with an account and her son have: whom, what, within a week from
#: how many days from today, its state, and why.
FAMILY_VISITS = (
    ("020", "consultation", -16, "completed", "Persistent cough for ten days"),
    ("020", "consultation", 2, "confirmed", "Results of the blood test"),
    ("020", "skin_consultation", 9, "scheduled", "Mole that has changed"),
    ("081", "well_child_visit", -9, "completed", "Growth and weight"),
    ("081", "child_consultation", 5, "scheduled", "Earache at night"),
)

#: By what a service's code begins with; a code of its own goes first.
REASONS = {
    "GP04": ("Seasonal flu vaccine", "Tetanus booster", "Travel to Kenya in spring"),
    "PED03": ("Vaccines at twelve months", "Second dose of measles vaccine"),
    "GP": (
        "Persistent cough for ten days",
        "Results of the blood test",
        "Prescription renewal",
        "Dizziness in the morning",
    ),
    "PED": ("Fever since yesterday", "Earache at night", "Growth and weight"),
    "CAR": (
        "Palpitations at rest",
        "Blood pressure under treatment",
        "Short of breath",
    ),
    "DER": ("Rash on both forearms", "Mole that has changed", "Acne under treatment"),
    "GYN": ("Yearly check-up", "Irregular cycle", "Follow-up of the pregnancy"),
    "OPH": ("Blurred sight when reading", "Yearly check-up", "Dry, itching eyes"),
    "ORT": ("Pain in the left knee after running", "Wrist after a fall", "Hip pain"),
    "PHY": ("Low back pain", "After the operation on the knee", "Stiff shoulder"),
}

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
    def _set_up_company(self):
        """Name the demo company; its currency stays when it has entries already."""
        # 24 hours and weeks from Monday, without another language's texts
        self.env["res.lang"]._activate_lang("en_GB")
        company = self.env.ref("base.main_company")
        company.name = "Maison Médicale"
        lines = self.env.get("account.move.line")
        if lines is None or not lines.sudo().search_count([], limit=1):
            company.currency_id = self.env.ref("base.EUR")

    @api.model
    def _load_appointments(self):
        """Book the demo practice's weeks around today, the same every time."""
        rng = random.Random(SEED)
        today = fields.Datetime.now().replace(hour=0, minute=0, second=0)
        family = self._load_family(today)
        pools = self._get_pools(besides=family)
        monday = today - timedelta(days=today.weekday())
        for week, fill in enumerate(FILL, start=-WEEKS):
            start = monday + timedelta(weeks=week)
            for doctor in self.env["clinic.doctor"].search([]):
                self._fill_week(doctor, start, fill, pools, rng)
        self._fill_sessions(pools, rng)
        self._age_appointments()

    def _load_family(self, today):
        """Book what the patient with an account finds there; return the patients."""
        family = self.env["clinic.patient"]
        for number, name, days, state, reason in FAMILY_VISITS:
            patient = self.env.ref(f"clinic_scheduling.clinic_patient_{number}_demo")
            service = self.env.ref(f"clinic_scheduling.clinic_service_{name}_demo")
            start = today + timedelta(days=days)
            found = self.env["clinic.schedule"]._find_starts(
                service, start, start + timedelta(weeks=1)
            )
            offers = sorted(
                (moment, doctor)
                for (doctor, _site), moments in found.items()
                for moment in moments
            )
            if not offers:
                continue
            moment, doctor = offers[len(offers) // 2]
            self._try_to_book(
                {
                    "doctor_id": doctor,
                    "service_id": service.id,
                    "patient_id": patient.id,
                    "start": from_epoch(moment).replace(tzinfo=None),
                    "source": "phone",
                    "state": state,
                    "reason": reason,
                }
            )
            family |= patient
        return family

    def _get_pools(self, besides):
        """Return the patients that a specialty may see, by the code's first letters.

        :param besides: patients whose visits are not drawn
        """
        patients = self.env["clinic.patient"].search([]) - besides
        adults = patients.filtered(lambda patient: patient.age >= ADULT)
        women = adults.filtered(lambda patient: patient.gender == "female")
        return {"PED": patients - adults, "GYN": women, "": adults}

    def _fill_week(self, doctor, start, fill, pools, rng):
        """Walk through the week's free starts: book a visit there or leave a gap."""
        offers = self._get_offers(doctor, start)
        busy = 0
        for moment in sorted(offers):
            if moment < busy:
                continue
            service = rng.choice(offers[moment])
            minutes = service.duration + service.buffer_before + service.buffer_after
            busy = moment + minutes * 60
            if rng.random() < fill:
                self._try_to_book(
                    self._prepare_visit(doctor, service, moment, pools, rng)
                )

    def _get_offers(self, doctor, start, days=7):
        """Return the services that can start at each moment of the days."""
        services = self.env["clinic.service"].search(
            [("specialty_id", "in", doctor.specialty_ids.ids)]
        )
        offers = {}
        for service in services:
            found = self.env["clinic.schedule"]._find_starts(
                service, start, start + timedelta(days=days), doctors=doctor
            )
            for moment in itertools.chain.from_iterable(found.values()):
                offers.setdefault(moment, []).append(service)
        return offers

    def _try_to_book(self, vals):
        """Return the visit, or nothing where somebody has the time already."""
        # a visit drawn before may have taken the doctor, room or patient
        try:
            with self.env.cr.savepoint():
                door = self.env["clinic.appointment"].with_context(
                    # they were booked, and confirmed, long ago
                    tracking_disable=True,
                    clinic_silent=["booked"],
                )
                return door.create(vals)
        except BookingError:
            return None

    def _prepare_visit(self, doctor, service, moment, pools, rng):
        start = from_epoch(moment).replace(tzinfo=None)
        field = service.code.rstrip("0123456789")
        vals = {
            "doctor_id": doctor.id,
            "service_id": service.id,
            "patient_id": rng.choice(pools.get(field) or pools[""]).id,
            "start": start,
            "kind": self._draw_kind(service, rng),
            "source": rng.choices(["staff", "phone", "import"], [3, 5, 2])[0],
            "reason": rng.choice(REASONS.get(service.code) or REASONS[field]),
            "note": rng.choice(NOTES) if rng.random() < 0.12 else False,
            "state": self._draw_state(start, service, rng),
        }
        if vals["kind"] == "emergency":
            vals.update(urgency="urgent", priority="1")
        return vals

    def _draw_kind(self, service, rng):
        # the first service of a specialty is its consultation
        if service.code.endswith("01"):
            kinds = ["regular", "follow_up", "emergency", "walk_in"]
            return rng.choices(kinds, [70, 20, 6, 4])[0]
        return "follow_up" if "follow-up" in service.name.lower() else "regular"

    def _draw_state(self, start, service, rng):
        now = fields.Datetime.now()
        draw = rng.random()
        if draw < CANCELLED:
            return "cancelled"
        if start > now + timedelta(minutes=15):
            return "confirmed" if draw < 0.55 else "scheduled"
        if start > now:
            return "arrived"
        if start + timedelta(minutes=service.duration) > now:
            return "in_progress"
        # who stayed away is drawn once the past is known: clinic_demo_history.py
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

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import json

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import MONDAY, ClinicCommon


@tagged("post_install", "-at_install")
class TestTours(ClinicCommon, HttpCase):
    """Reception works in the browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tour_service = cls._create_service("Tour Consultation")
        cls.appointment = cls._book(10)

    def _get_url(self, view_type):
        """Return the address of a calendar that shows the doctors of this test."""
        doctors = self.doctor if view_type == "calendar" else self.doctor.browse()
        state = {"date": MONDAY.isoformat(), "scale": "day"}
        if doctors:
            state["filters"] = {"doctor_id": doctors.ids}
        code = base64.urlsafe_b64encode(json.dumps(state).encode()).decode()
        action = "clinic_scheduling.clinic_appointment_action"
        return f"/odoo/action-{action}?view_type={view_type}&clinic={code.rstrip('=')}"

    @mute_logger("odoo.http")
    def test_calendar(self):
        """Book in the calendar, drag onto a taken time, take another one, cancel."""
        self.start_tour(
            self._get_url("calendar"),
            "clinic_scheduling_calendar",
            login=self.receptionist.login,
        )
        booked = self.env["clinic.appointment"].search(
            [("patient_id", "=", self.other_patient.id)]
        )
        self.assertEqual(booked.doctor_id, self.doctor)
        self.assertEqual(booked.service_id, self.tour_service)
        self.assertEqual(booked.state, "cancelled")
        self.assertEqual(booked.cancel_reason, "moved away")
        self.assertEqual(booked.reschedule_count, 1)
        self.assertFalse(booked.reservation_ids)
        self.assertEqual(self.appointment.start, self._at(10))

    @mute_logger("odoo.http")
    def test_timeline(self):
        """Drag between doctors; what is refused goes back."""
        other = self._book(10, 30, patient_id=self.other_patient.id)
        other_start = other.start
        # The row below the taken one, and one below it
        self._create_doctor("Ben Zander")
        self._create_doctor("Cleo Zander")
        self._book(
            10, 30, doctor_id=self.colleague.id, patient_id=self._create_patient().id
        )
        self.start_tour(
            self._get_url("timeline"),
            "clinic_scheduling_timeline",
            login=self.receptionist.login,
        )
        self.assertEqual(self.appointment.doctor_id, self.colleague)
        self.assertEqual(self.appointment.start, self._at(10))
        self.assertEqual(other.doctor_id, self.doctor)
        self.assertEqual(other.start, other_start)

    def _create_patient(self):
        return self.env["clinic.patient"].create({"name": "Third Person"})

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, time, timedelta

from odoo.exceptions import AccessError
from odoo.fields import Command, Date, Datetime
from odoo.tests import tagged

from ..exceptions import (
    BookingError,
    IdempotencyConflict,
    IllegalTransition,
    NoticeTooShort,
    OutsideAvailability,
    PatientBusy,
    SlotTaken,
)
from .common import ClinicCommon


@tagged("post_install", "-at_install")
class TestAppointmentBooking(ClinicCommon):
    """The one door: booking, moving and refusing."""

    def test_booking_from_a_visit_books_another_one(self):
        visit = self._book(9)
        other = visit.book(self._vals(11))
        self.assertNotEqual(other, visit)
        self.assertEqual(visit.start, self._at(9))

    def test_book_claims_doctor_and_patient(self):
        visit = self._book()
        self.assertEqual(visit.state, "scheduled")
        self.assertRegex(visit.name, r"^APT-\d{4}-\d{4,}$")
        self.assertEqual(visit.site_id, self.site)
        self.assertEqual(visit.stop - visit.start, timedelta(minutes=30))
        self.assertEqual(
            self._claims(visit),
            {
                ("doctor", self.doctor.resource_id.id, 0),
                ("patient", self.patient.partner_id.id, 0),
            },
        )

    def test_book_claims_room_and_device_of_a_kind(self):
        self.service.room_kind_id = self.room_kind
        self.service.equipment_kind_ids = self.device_kind
        visit = self._book()
        self.assertEqual(visit.room_id, self.rooms[0])
        self.assertEqual(visit.equipment_ids, self.device)
        self.assertEqual(len(visit.reservation_ids), 4)

    def test_who_does_not_offer_the_service_is_no_alternative(self):
        other = self.env["clinic.specialty"].create({"name": "Other"})
        stranger = self._create_doctor(
            "Cleo Stranger", specialty_ids=[Command.set(other.ids)]
        )
        with self.assertRaises(OutsideAvailability) as caught:
            self._book(10, doctor_id=stranger.id)
        alternatives = caught.exception.context["alternatives"]
        self.assertTrue(alternatives)
        self.assertNotIn(stranger.id, [item["doctor_id"] for item in alternatives])

    def test_taken_time_is_refused_with_alternatives(self):
        self.env.user.tz = "UTC"
        self._book()
        with self.assertRaises(SlotTaken) as caught:
            self._book(patient_id=self.other_patient.id)
        alternatives = caught.exception.context["alternatives"]
        self.assertIn("Ada Martin", str(caught.exception))
        starts = {
            Datetime.to_datetime(item["start"])
            for item in alternatives
            if item["doctor_id"] == self.doctor.id
        }
        self.assertLessEqual({self._at(9, 30), self._at(10, 30)}, starts)
        self.assertNotIn(self._at(10), starts)
        self.assertEqual(len({start.date() for start in starts}), 2, "not one day only")
        labels = [item["label"] for item in alternatives]
        self.assertTrue(any("Ben Moreau" in label for label in labels), labels)
        self.assertTrue(all("(Paris)" in label for label in labels), labels)
        here = self.env["clinic.appointment"].with_context(tz="Europe/Paris")
        with self.assertRaises(SlotTaken) as caught:
            here.book(self._vals(patient_id=self.other_patient.id))
        self.assertNotIn("(Paris)", str(caught.exception))

    def test_every_alternative_can_be_booked(self):
        self._book()
        with self.assertRaises(SlotTaken) as caught:
            self._book(patient_id=self.other_patient.id)
        for item in caught.exception.context["alternatives"]:
            visit = self._book(
                start=Datetime.to_datetime(item["start"]),
                doctor_id=item["doctor_id"],
                site_id=item["site_id"],
                patient_id=self.other_patient.id,
            )
            self.assertEqual(visit.state, "scheduled")
            visit.cancel()

    def test_back_to_back_visits_touch(self):
        self._book(10)
        self.assertTrue(self._book(10, 30, patient_id=self.other_patient.id))

    def test_buffers_are_claimed_but_not_shown(self):
        self.service.buffer_after = 15
        visit = self._book(10)
        claim = visit.reservation_ids.filtered(lambda item: item.role == "doctor")
        self.assertEqual(claim.stop - visit.stop, timedelta(minutes=15))
        with self.assertRaises(SlotTaken):
            self._book(10, 30, patient_id=self.other_patient.id)

    def test_patient_cannot_be_in_two_places(self):
        self._book()
        with self.assertRaises(PatientBusy):
            self._book(doctor_id=self.colleague.id)

    def test_outside_hours_is_refused(self):
        for hour, day in ((7, 0), (16, 5), (17, 0)):
            with (
                self.subTest(hour=hour, day=day),
                self.assertRaises(OutsideAvailability),
            ):
                self._book(hour, day=day)

    def test_exception_needs_right_and_reason(self):
        staff = self.env["clinic.appointment"].with_user(self.receptionist)
        vals = self._vals(19, exception_reason="Came from the airport")
        with self.assertRaises(OutsideAvailability):
            staff.book({**vals, "site_id": self.site.id})
        manager = self._create_user("manager")
        visit = staff.with_user(manager).book({**vals, "site_id": self.site.id})
        self.assertTrue(visit.is_outside)

    def test_overbooking_within_the_limit(self):
        self.doctor.availability_ids.overbook_limit = 1
        self._book()
        vals = self._vals(patient_id=self.other_patient.id, overbook=True)
        staff = self.env["clinic.appointment"].with_user(self.receptionist)
        with self.assertRaises(SlotTaken):
            staff.book(vals)
        manager = self._create_user("manager")
        extra = staff.with_user(manager).book(vals)
        self.assertTrue(extra.is_overbooked)
        third = self.env["clinic.patient"].create({"name": "Third"})
        with self.assertRaises(SlotTaken):
            staff.with_user(manager).book({**vals, "patient_id": third.id})

    def test_capacity_seats(self):
        self.doctor.availability_ids.capacity = 2
        first = self._book()
        second = self._book(patient_id=self.other_patient.id)
        seats = (first | second).reservation_ids.filtered("resource_id")
        self.assertEqual(sorted(seats.mapped("seat")), [0, 1])
        self.assertFalse(second.is_overbooked)

    def test_same_key_same_appointment(self):
        Appointment = self.env["clinic.appointment"]
        first = Appointment.book(self._vals(), key="abc")
        self.assertEqual(Appointment.book(self._vals(), key="abc"), first)
        with self.assertRaises(IdempotencyConflict):
            Appointment.book(self._vals(11), key="abc")

    def test_public_sources_obey_notice(self):
        today = Date.context_today(self.site.with_context(tz=self.site.tz))
        tomorrow = datetime.combine(today, time(10)) + timedelta(days=1)
        self._create_hours(
            self.doctor,
            str(tomorrow.weekday()),
            0,
            24,
            recurrence="date",
            date=tomorrow.date(),
            override="replace",
        )
        self.service.booking_notice = 72
        vals = self._vals(start=tomorrow, source="portal")
        with self.assertRaises(NoticeTooShort):
            self.env["clinic.appointment"].book(vals)
        self.assertTrue(
            self.env["clinic.appointment"].book({**vals, "source": "staff"})
        )

    def test_reschedule_moves_claims_and_counts(self):
        visit = self._book(10)
        visit.reschedule({"start": self._at(14)}, reason="Asked by the patient")
        self.assertEqual(visit.stop, self._at(14, 30))
        self.assertEqual(set(visit.reservation_ids.mapped("start")), {self._at(14)})
        self.assertEqual(visit.reschedule_count, 1)
        self.assertEqual(visit.history_ids.from_start, self._at(10))
        self.assertTrue(self._book(10, patient_id=self.other_patient.id))

    def test_refused_move_changes_nothing(self):
        self._book(14, patient_id=self.other_patient.id)
        visit = self._book(10)
        with self.assertRaises(SlotTaken):
            visit.write({"start": self._at(14)})
        self.assertEqual(visit.start, self._at(10))
        self.assertEqual(set(visit.reservation_ids.mapped("start")), {self._at(10)})
        self.assertFalse(visit.history_ids)

    def test_move_to_a_colleague(self):
        visit = self._book(10)
        visit.write({"doctor_id": self.colleague.id})
        self.assertIn(("doctor", self.colleague.resource_id.id, 0), self._claims(visit))
        self.assertEqual(visit.history_ids.from_doctor_id, self.doctor)

    def test_resize_keeps_start(self):
        visit = self._book(10)
        visit.write({"stop": self._at(11)})
        self.assertEqual(visit.duration, 60)
        self.assertEqual(visit.reschedule_count, 0)

    def test_move_next_to_itself(self):
        visit = self._book(10)
        visit.write({"start": self._at(10, 15), "stop": self._at(10, 45)})
        self.assertEqual(visit.start, self._at(10, 15))

    def test_other_room_when_the_first_is_taken(self):
        self.service.room_kind_id = self.room_kind
        first = self._book()
        second = self._book(
            doctor_id=self.colleague.id, patient_id=self.other_patient.id
        )
        self.assertEqual(first.room_id | second.room_id, self.rooms)
        third = self._create_doctor("Third Doctor")
        someone = self.env["clinic.patient"].create({"name": "Someone"})
        with self.assertRaises(SlotTaken):
            self._book(doctor_id=third.id, patient_id=someone.id)

    def test_named_room_is_taken(self):
        visit = self._book(room_id=self.rooms[1].id)
        self.assertEqual(visit.room_id, self.rooms[1])
        with self.assertRaises(SlotTaken):
            self._book(
                doctor_id=self.colleague.id,
                patient_id=self.other_patient.id,
                room_id=self.rooms[1].id,
            )

    def test_named_device_is_taken(self):
        devices = [Command.set(self.device.ids)]
        visit = self._book(equipment_ids=devices)
        self.assertEqual(visit.equipment_ids, self.device)
        self.assertIn(("equipment", self.device.resource_id.id, 0), self._claims(visit))

    def test_absence_and_holiday_block(self):
        leaves = self.env["resource.calendar.leaves"]
        leaves.create(
            {
                "name": "Congress",
                "resource_id": self.doctor.resource_id.id,
                "date_from": self._at(8),
                "date_to": self._at(12),
            }
        )
        with self.assertRaises(OutsideAvailability):
            self._book(10)
        self.assertTrue(self._book(13))
        leaves.create(
            {
                "name": "Holiday",
                "calendar_id": False,
                "date_from": self._at(0, day=1),
                "date_to": self._at(23, 59, day=1),
            }
        )
        with self.assertRaises(OutsideAvailability):
            self._book(10, day=1)

    def test_protected_fields_cannot_be_written(self):
        visit = self._book()
        for vals in ({"is_overbooked": True}, {"name": "X"}, {"reservation_ids": []}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                visit.write(vals)
        with self.assertRaises(AccessError):
            self._book(13, is_overbooked=True)

    def test_incomplete_booking_says_what_is_missing(self):
        with self.assertRaises(BookingError):
            self.env["clinic.appointment"].book({"patient_id": self.patient.id})

    def test_cancelled_cannot_move(self):
        visit = self._book()
        visit.cancel()
        with self.assertRaises(IllegalTransition):
            visit.write({"start": self._at(15)})

    def test_a_service_of_all_companies_may_name_its_doctors(self):
        self.service.company_id = False
        self.service.doctor_ids = self.colleague
        self.assertEqual(self.service._get_doctors(), self.colleague)

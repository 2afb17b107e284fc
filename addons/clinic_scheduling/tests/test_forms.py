# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import Form, tagged

from ..exceptions import IllegalTransition, OutsideAvailability, SlotTaken
from .common import ClinicCommon

QUICK_FORM = "clinic_scheduling.clinic_appointment_view_form_quick"


@tagged("post_install", "-at_install")
class TestForms(ClinicCommon):
    """What people type into the forms becomes what they mean."""

    def _open(self, view=None, user=None, **context):
        model = self.env["clinic.appointment"].with_user(user or self.receptionist)
        return Form(model.with_context(**context), view)

    def _fill(self, form, hour=10):
        form.patient_id = self.patient
        form.service_id = self.service
        form.doctor_id = self.doctor
        form.start = self._at(hour)

    def test_reception_books(self):
        with self._open() as form:
            self._fill(form)
        appointment = form.record
        self.assertEqual(appointment.site_id, self.site, "where the doctor is then")
        self.assertEqual(appointment.state, "scheduled")
        self.assertEqual(appointment.stop, self._at(10, 30))
        self.assertTrue(appointment.reservation_ids)
        self.assertNotEqual(appointment.name, "/")

    def test_quick_form_takes_the_duration_of_the_service(self):
        """Also when a longer time was drawn in the calendar."""
        form = self._open(
            QUICK_FORM, default_start=self._at(10), default_stop=self._at(12)
        )
        form.patient_id = self.patient
        form.service_id = self.service
        form.doctor_id = self.doctor
        appointment = form.save()
        self.assertEqual(appointment.duration, 30)
        self.assertEqual(appointment.stop, self._at(10, 30))

    def test_quick_form_takes_another_duration(self):
        form = self._open(QUICK_FORM, default_start=self._at(10))
        self._fill(form)
        form.duration = 45
        self.assertEqual(form.save().stop, self._at(10, 45))

    def test_moving_in_the_form(self):
        appointment = self._book().with_user(self.receptionist)
        with Form(appointment) as form:
            form.start = self._at(14)
            form.duration = 60
        self.assertEqual(appointment.stop, self._at(15))
        self.assertEqual(appointment.reschedule_count, 1)
        self.assertEqual(appointment.history_ids.from_start, self._at(10))

    def test_only_doctors_of_the_service_are_offered(self):
        self.service.doctor_ids = self.colleague
        form = self._open()
        self.assertIn(self.doctor, form.bookable_doctor_ids[:])
        form.service_id = self.service
        self.assertEqual(form.bookable_doctor_ids[:], self.colleague)

    def test_a_taken_time_is_refused_with_others(self):
        self._book()
        form = self._open()
        self._fill(form)
        form.patient_id = self.other_patient
        with self.assertRaises(SlotTaken) as caught:
            form.save()
        self.assertTrue(caught.exception.context["alternatives"])

    def test_exceptions_are_for_their_group(self):
        form = self._open()
        self._fill(form, hour=20)
        with self.assertRaises(AssertionError):
            form.exception_reason = "Not mine to give"
        with self.assertRaises(OutsideAvailability):
            form.save()
        form = self._open(user=self._create_user("manager"))
        self._fill(form, hour=20)
        form.exception_reason = "The patient travels"
        self.assertTrue(form.save().is_outside)

    def test_namesakes_are_told_apart(self):
        """Where a patient is chosen, by the birth date; elsewhere without it."""
        self.patient.birthdate = "1970-02-08"
        self.env["res.lang"]._lang_get("en_US").date_format = "%d/%m/%Y"
        chosen = self.patient.with_context(clinic_show_birthdate=True)
        self.assertIn("08/02/1970", chosen.display_name)
        self.assertNotIn("1970", self.patient.display_name)
        view = self.env.ref(QUICK_FORM)
        picker = view._get_combined_arch().find(".//field[@name='patient_id']")
        self.assertIn("clinic_show_birthdate", picker.get("context"))

    def test_past_visits_do_not_change(self):
        appointment = self._book().with_user(self.receptionist)
        appointment.cancel()
        with Form(appointment) as form, self.assertRaises(AssertionError):
            form.start = self._at(14)

    def test_new_patient(self):
        form = Form(self.env["clinic.patient"].with_user(self.receptionist))
        form.name = "Nora New"
        form.birthdate = fields.Date.today() - timedelta(days=370)
        form.guardian_id = self.patient
        patient = form.save()
        self.assertEqual(patient.age, 1)
        self.assertEqual(self.patient.dependant_ids, patient)

    def test_new_doctor_with_hours(self):
        manager = self._create_user("manager")
        form = Form(self.env["clinic.doctor"].with_user(manager))
        form.name = "Eva Example"
        form.site_ids.add(self.other_site)
        with form.availability_ids.new() as hours:
            hours.weekday = "1"
        doctor = form.save()
        self.assertEqual(doctor.availability_ids.site_id, self.other_site)
        self.assertEqual(doctor.partner_id.name, "Eva Example")

    def test_absence(self):
        """A manager enters it, reception sees it, also of a doctor who logs in."""
        self.doctor.user_id = self._create_user("doctor")
        leaves = self.env["resource.calendar.leaves"]
        view = "clinic_scheduling.resource_calendar_leaves_view_form"
        form = Form(leaves.with_user(self._create_user("manager")), view)
        form.resource_id = self.doctor.resource_id
        form.date_from, form.date_to = self._at(0), self._at(23)
        leave = form.save()
        self.assertEqual(self.doctor.leave_count, 1)
        action = self.doctor.with_user(self.receptionist).action_view_leaves()
        seen = leaves.with_user(self.receptionist).search(action["domain"])
        self.assertEqual(seen, leave)


@tagged("post_install", "-at_install")
class TestCancel(ClinicCommon):
    """Cancelling asks why."""

    def _open(self, appointments, **values):
        wizard = self.env["clinic.appointment.cancel"].with_user(self.receptionist)
        form = Form(
            wizard.with_context(
                active_model=appointments._name, active_ids=appointments.ids
            )
        )
        for name, value in values.items():
            form[name] = value
        return form

    def test_one_visit_is_named_as_one(self):
        visits = self._book() | self._book(11)
        visits = visits.with_user(self.receptionist)
        for chosen, name in (
            (visits[0], "Cancel Appointment"),
            (visits, "Cancel Appointments"),
        ):
            action = chosen.action_ask_cancel()
            self.assertEqual(action["name"], name)
            wizard = self.env["clinic.appointment.cancel"].with_user(self.receptionist)
            form = Form(wizard.with_context(**action["context"]))
            self.assertEqual(form.is_single, len(chosen) == 1)
            self.assertEqual(form.save().appointment_ids, chosen)

    def test_reason(self):
        appointment = self._book()
        form = self._open(appointment, cause="doctor", detail="Flat tyre")
        form.save().action_cancel()
        self.assertEqual(appointment.state, "cancelled")
        self.assertEqual(
            appointment.cancel_reason, "The doctor is not available: Flat tyre"
        )
        self.assertFalse(appointment.reservation_ids)

    def test_other_needs_words(self):
        form = self._open(self._book(), cause="other")
        with self.assertRaises(AssertionError):
            form.save()
        form.detail = "Snow"
        wizard = form.save()
        wizard.action_cancel()
        self.assertEqual(wizard.appointment_ids.cancel_reason, "Snow")

    def test_all_or_none(self):
        over, open_visit = self._book(10), self._book(11)
        over.mark_no_show()
        wizard = self._open(over | open_visit).save()
        with self.assertRaises(IllegalTransition), self.env.cr.savepoint():
            wizard.action_cancel()
        self.assertEqual(open_visit.state, "scheduled")

    def test_series_from_here(self):
        visits = [self._book(10, day=day) for day in (0, 7, 14)]
        series = self.env["clinic.appointment.series"].create(
            {
                "patient_id": self.patient.id,
                "service_id": self.service.id,
                "doctor_id": self.doctor.id,
            }
        )
        for visit in visits:
            visit._write_by_door({"series_id": series.id})
        form = self._open(visits[1], scope="series")
        form.save().action_cancel()
        self.assertEqual(
            [visit.state for visit in visits], ["scheduled", "cancelled", "cancelled"]
        )

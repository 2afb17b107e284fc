# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .impact_common import ImpactCommon


@tagged("post_install", "-at_install")
class TestImpactWhy(ImpactCommon):
    """The list says why no colleague takes over at the same time."""

    def _why(self, **values):
        self._book(10, **values)
        [line] = self._absence().line_ids
        return line

    def test_a_colleague_who_is_offered_needs_no_words(self):
        line = self._why()
        self.assertEqual(line.option_id.doctor_id, self.colleague)
        self.assertFalse(line.why)
        self.assertFalse(line.why_details)

    def test_a_colleague_who_is_booked(self):
        self._book(10, doctor_id=self.colleague.id, patient_id=self.other_patient.id)
        line = self._why()
        name = self.colleague.display_name
        self.assertEqual(line.why, f"{name}: already booked")
        self.assertIn("is already booked: ", line.why_details)
        self.assertNotIn(self.other_patient.name, line.why_details)

    def test_a_colleague_without_hours(self):
        self.colleague.availability_ids.unlink()
        line = self._why()
        self.assertEqual(line.why, f"{self.colleague.display_name}: no hours then")

    def test_nobody_else_offers_it(self):
        self.colleague.specialty_ids = self.env["clinic.specialty"].create(
            {"name": "Other"}
        )
        line = self._why()
        self.assertIn("Nobody else offers", line.why)

    def test_a_time_that_somebody_else_on_the_list_got(self):
        third = self._create_doctor("Third")
        (self.doctor | third).availability_ids.write({"capacity": 1})
        for doctor, patient in (
            (self.doctor, self.patient),
            (third, self.other_patient),
        ):
            self._book(10, doctor_id=doctor.id, patient_id=patient.id)
        lines = self._absence(doctors=self.doctor | third).line_ids
        taker = lines.filtered(lambda line: line.option_id.start == line.start)
        self.assertEqual(taker.option_id.doctor_id, self.colleague)
        self.assertIn("proposed to another patient", (lines - taker).why)
        self.assertIn("absence", (lines - taker).why)

    def test_who_is_booked_at_that_time_gets_it_first(self):
        """A visit before it, of another service, does not take the colleague's time."""
        self.colleague.availability_ids.filtered(
            lambda hours: hours.weekday == "0"
        ).write({"hour_from": 10, "hour_to": 10.5})
        early = self._create_service("Check-up")
        first = self._book(9, 30, service_id=early.id)
        second = self._book(10, patient_id=self.other_patient.id)
        lines = self._absence().line_ids
        taker = lines.filtered(lambda line: line.appointment_id == second)
        self.assertEqual(taker.option_id.doctor_id, self.colleague)
        self.assertEqual(taker.option_id.start, second.start)
        other = lines.filtered(lambda line: line.appointment_id == first)
        self.assertNotEqual(other.option_id.start, second.start)
        self.assertTrue(other.why)

    def _put_colleague_far(self):
        other = self._create_site("Far")
        self.colleague.availability_ids.write({"site_id": other.id})
        self.colleague.site_ids = other

    def test_a_colleague_who_is_booked_at_another_site(self):
        self._put_colleague_far()
        self._book(10, doctor_id=self.colleague.id, patient_id=self.other_patient.id)
        self.assertIn(": already booked", self._why().why)

    def test_a_colleague_whose_hours_at_another_site_are_free(self):
        self._put_colleague_far()
        line = self._why()
        option = line.option_ids.filtered(
            lambda option: option.doctor_id == self.colleague
        )
        self.assertIn(line.start, option.mapped("start"))
        # not the first choice: the list says what keeps the patient from it
        self.assertNotEqual(line.option_id.doctor_id, self.colleague)
        self.assertIn("Far", line.why_details)
        self.assertIn(self.colleague.display_name, line.why)

    def test_the_held_colleague_is_no_reason(self):
        line = self._why()
        line.action_choose()
        self.assertFalse(line.why)

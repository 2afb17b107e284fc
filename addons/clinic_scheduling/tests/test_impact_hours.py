# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, timedelta

from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.clinic_impact_guard import FLAG
from .common import MONDAY
from .impact_common import ImpactCommon


@tagged("post_install", "-at_install")
class TestImpactHours(ImpactCommon):
    """No change of hours or doctors leaves a booked visit behind unnoticed."""

    def setUp(self):
        super().setUp()
        self.hours = self.doctor.availability_ids.with_user(self.manager)
        self.monday = self.hours.filtered(lambda item: item.weekday == "0")

    def _follow(self, change):
        """Make the change, be refused, and return the screen it leads to."""
        with self.assertRaises(RedirectWarning) as caught, self.env.cr.savepoint():
            change()
        _message, action_id, _button, context = caught.exception.args
        action = self.env["ir.actions.server"].with_user(self.manager).browse(action_id)
        opened = action.with_context(**context).run()
        self.assertEqual(opened["res_model"], "clinic.impact")
        return (
            self.env["clinic.impact"].with_user(self.manager).browse(opened["res_id"])
        )

    def test_shorter_hours(self):
        visit = self._book(15)
        impact = self._follow(lambda: self.monday.write({"hour_to": 12}))
        self.assertEqual(self.monday.hour_to, 17)
        self.assertEqual(impact.line_ids.appointment_id, visit)
        self.assertEqual(impact.line_ids.cause, "hours")
        impact.action_apply()
        self.assertEqual(self.monday.hour_to, 12)
        self.assertEqual((visit.doctor_id, visit.start), (self.colleague, self._at(15)))
        self._assert_ledger_agrees()

    def test_alternatives_lie_in_the_new_hours(self):
        """Mornings become evenings: the evening is held before it exists."""
        self.colleague.availability_ids.unlink()
        visit = self._book(9)
        impact = self._follow(
            lambda: self.monday.write({"hour_from": 18, "hour_to": 21})
        )
        line = impact.line_ids
        evening = line.option_ids.filtered(lambda item: item.start == self._at(18))
        self.assertTrue(evening)
        evening.action_choose()
        self.assertTrue(line._is_held())
        impact.action_apply()
        self.assertEqual(visit.start, self._at(18))
        self.assertFalse(visit.is_outside)
        self.assertFalse(visit.exception_reason)

    def test_other_weekdays_are_free_to_change(self):
        self._book(15)
        tuesday = self.hours.filtered(lambda item: item.weekday == "1")
        tuesday.write({"hour_to": 12})
        self.monday.write({"hour_to": 15.5})
        self.assertEqual(self.monday.hour_to, 15.5)

    def test_archiving_and_deleting_hours(self):
        visit = self._book(10)
        for change in (
            lambda: self.monday.write({"active": False}),
            lambda: self.monday.action_archive(),
            lambda: self.monday.write({"valid_until": date(2030, 1, 1)}),
            lambda: self.monday.write({"weekday": "1"}),
            lambda: self.monday.write({"site_id": self.other_site.id}),
            lambda: self.monday.write({"purpose": "showcase"}),
            lambda: self.monday.write({"doctor_id": self.colleague.id}),
        ):
            impact = self._follow(change)
            self.assertEqual(impact.line_ids.appointment_id, visit)
            impact.action_discard()
        impact = self._follow(lambda: self.monday.unlink())
        impact.action_keep_all()
        impact.action_apply()
        self.assertFalse(self.monday.exists())
        self.assertEqual(visit.attention, "hours")

    def test_override_for_one_date(self):
        visit = self._book(10)
        values = {
            "doctor_id": self.doctor.id,
            "site_id": self.site.id,
            "recurrence": "date",
            "date": MONDAY,
        }
        availability = self.env["clinic.availability"].with_user(self.manager)
        for override, hours in (("closed", (9, 17)), ("replace", (14, 17))):
            vals = {
                **values,
                "override": override,
                "hour_from": hours[0],
                "hour_to": hours[1],
            }
            impact = self._follow(lambda vals=vals: availability.create(vals))
            self.assertEqual(impact.line_ids.appointment_id, visit)
            impact.action_discard()
        availability.create(
            {**values, "override": "add", "hour_from": 18, "hour_to": 20}
        )
        later = MONDAY + timedelta(days=7)
        availability.create({**values, "override": "closed", "date": later})

    def test_applied_override_is_written(self):
        visit = self._book(10)
        availability = self.env["clinic.availability"].with_user(self.manager)
        impact = self._follow(
            lambda: availability.create(
                {
                    "doctor_id": self.doctor.id,
                    "site_id": self.site.id,
                    "recurrence": "date",
                    "date": MONDAY,
                    "override": "closed",
                }
            )
        )
        impact.action_cancel_all()
        impact.action_apply()
        self.assertEqual(visit.state, "cancelled")
        closed = self.doctor.availability_ids.filtered("date")
        self.assertEqual((closed.date, closed.override), (MONDAY, "closed"))

    def test_breaks(self):
        visit = self._book(12)
        change = {"hour_from": 12, "hour_to": 13}
        impact = self._follow(
            lambda: self.monday.write({"break_ids": [Command.create(change)]})
        )
        impact.action_discard()
        impact = self._follow(
            lambda: (
                self.env["clinic.availability.break"]
                .with_user(self.manager)
                .create({**change, "availability_id": self.monday.id})
            )
        )
        impact.action_apply()
        # half an hour with the same doctor disturbs less than a colleague
        self.assertEqual(visit.doctor_id, self.doctor)
        self.assertEqual(visit.start, self._at(11, 30))
        self.assertEqual(self.monday.break_ids.hour_from, 12)

    def test_hours_for_some_services_only(self):
        visit = self._book(10)
        other = self._create_service("Vaccination")
        impact = self._follow(
            lambda: self.monday.write({"service_ids": [Command.set(other.ids)]})
        )
        self.assertEqual(impact.line_ids.appointment_id, visit)

    def test_doctor_leaves(self):
        visit = self._book(10)
        doctor = self.doctor.with_user(self.manager)
        impact = self._follow(doctor.action_archive)
        self.assertEqual(impact.line_ids.cause, "offer")
        self.assertEqual(impact.line_ids.option_ids.doctor_id, self.colleague)
        impact.action_apply()
        self.assertFalse(self.doctor.active)
        self.assertEqual(visit.doctor_id, self.colleague)

    def test_doctor_offers_less(self):
        visit = self._book(10)
        self.service.company_id = self.env.company
        self.service.doctor_ids = self.doctor | self.colleague
        doctor = self.doctor.with_user(self.manager)
        service = self.service.with_user(self.manager)
        for change in (
            lambda: doctor.write({"site_ids": [Command.set(self.other_site.ids)]}),
            lambda: doctor.write({"service_ids": [Command.clear()]}),
            lambda: service.write({"doctor_ids": [Command.unlink(doctor.id)]}),
        ):
            impact = self._follow(change)
            self.assertEqual(impact.line_ids.appointment_id, visit)
            self.assertEqual(impact.line_ids.cause, "offer")
            self.assertNotIn(self.doctor, impact.line_ids.option_ids.doctor_id)
            impact.action_discard()
        doctor.write({"site_ids": [Command.link(self.other_site.id)]})
        doctor.write({"fee": 10})

    def test_hours_written_from_the_doctor_form(self):
        self._book(10)
        self._book(10, day=1, patient_id=self.other_patient.id)
        doctor = self.doctor.with_user(self.manager)
        commands = [Command.update(line.id, {"hour_to": 9.5}) for line in self.hours]
        impact = self._follow(lambda: doctor.write({"availability_ids": commands}))
        self.assertEqual(len(impact.line_ids), 2)
        impact.action_apply()
        self.assertEqual(set(self.hours.mapped("hour_to")), {9.5})

    def test_code_without_a_person_flags(self):
        visit = self._book(10)
        self.monday.sudo().write({"hour_from": 14})
        self.assertEqual(visit.attention, "hours")
        self.monday.sudo().write({"hour_from": 9})
        self.assertFalse(visit.attention)

    def test_imports_and_steps_flag(self):
        for key, value in (("import_file", True), ("clinic_impact", FLAG)):
            visit = self._book(10, patient_id=self.other_patient.id)
            self.monday.with_context(**{key: value}).write({"hour_from": 14})
            self.assertEqual(visit.attention, "hours")
            self.monday.with_context(**{key: value}).write({"hour_from": 9})
            visit.cancel()

    def test_visit_booked_outside_on_purpose_is_not_reported(self):
        self._book(19, exception_reason="Came from the airport", site_id=self.site.id)
        self.monday.write({"hour_to": 12})
        self.assertEqual(self.monday.hour_to, 12)

    def test_past_cancelled_and_held_visits_do_not_count(self):
        self._book(10).cancel()
        self.env["clinic.appointment"].hold(self._vals(11))
        self.monday.unlink()
        self.assertFalse(self.monday.exists())

    def test_receptionist_may_not_change_hours_this_way(self):
        operation = {
            "model": "clinic.availability",
            "method": "write",
            "ids": self.monday.ids,
            "values": [{"hour_to": 12}],
        }
        impacts = self.env["clinic.impact"].with_user(self.receptionist)
        with mute_logger("odoo.addons.base.models.ir_model"):
            with self.assertRaises(AccessError):
                impacts._open_change([operation])

    def test_only_known_steps_are_made(self):
        for step in ({"model": "res.users"}, {"method": "sudo"}):
            operation = {
                "model": "clinic.availability",
                "method": "write",
                "ids": [],
                "values": [{}],
                **step,
            }
            impacts = self.env["clinic.impact"].with_user(self.manager)
            with self.assertRaises(UserError):
                impacts._open_change([operation])

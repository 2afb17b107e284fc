# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from odoo.addons.clinic_scheduling.exceptions import (
    BookingError,
    IdempotencyConflict,
    IllegalTransition,
    OutsideAvailability,
    SlotTaken,
)

from ..exceptions import NotEligible, RepresentativeBusy
from .common import PharmaCommon


@tagged("post_install", "-at_install")
class TestShowcaseBooking(PharmaCommon):
    def _doctor_vals(self, hour=16, minute=0, **values):
        """Return values of a call to the doctor who sees patients, too."""
        return {
            **self._showcase_vals(hour, minute),
            "doctor_id": self.doctor.id,
        } | values

    def test_a_booking_claims_doctor_and_representative(self):
        showcase = self._propose()
        self.assertEqual(showcase.state, "proposed")
        self.assertRegex(showcase.name, r"^SHW-\d{4}-\d{4}$")
        self.assertEqual(showcase.site_id, self.practice)
        self.assertEqual(
            self._claims(showcase),
            {
                ("doctor", self.outside.resource_id.id, 0),
                ("representative", self.representative.resource_id.id, 0),
                # whoever that is, for other companies too
                ("representative", self.representative.partner_id.id, 0),
            },
        )
        self.assertEqual(showcase.territory_id, self.territory)
        self.assertEqual(showcase.team_id, self.team)

    def test_a_draft_takes_nobodys_time(self):
        first = self.showcases.create(self._showcase_vals())
        second = self.showcases.create(self._showcase_vals())
        self.assertEqual(first.name, "/")
        self.assertFalse((first + second).sudo().reservation_ids)
        first.propose()
        self.assertTrue(first.sudo().reservation_ids)
        with self.assertRaises(SlotTaken):
            second.propose()
        self.assertEqual(second.state, "draft")

    def test_a_doctors_time_is_given_once(self):
        self._propose(doctor_id=self.doctor.id, start=self._at(16))
        with self.assertRaises(SlotTaken) as refused:
            self._book(16)
        self.assertEqual(refused.exception.context["rule"], "taken")

    def test_no_call_over_a_patient(self):
        self._book(16)
        with self.assertRaises(SlotTaken) as refused:
            self.showcases.book(self._doctor_vals(16, 20))
        context = refused.exception.context
        starts = [item["start"] for item in context["alternatives"]]
        self.assertIn(fields.Datetime.to_string(self._at(16, 30)), starts)
        self.assertNotIn(self.patient.name, str(refused.exception))

    def test_no_call_besides_several_patients(self):
        hours = self.doctor.availability_ids.filtered(
            lambda item: item.purpose == "patient" and item.weekday == "0"
        )
        hours.capacity = 3
        showcase = self.showcases.book(self._doctor_vals())
        # three seats of the doctor's, the representative, and the person who it is
        self.assertEqual(len(showcase.sudo().reservation_ids), 5)
        with self.assertRaises(SlotTaken):
            self._book(16)

    def test_representatives_are_in_one_place_at_a_time(self):
        colleague = self._create_outside_doctor("Oscar Outside")
        self._propose()
        with self.assertRaises(RepresentativeBusy) as refused:
            self._propose(doctor_id=colleague.id, start=self._at(12, 10))
        self.assertIn("another call", refused.exception.context["reason"])
        self._propose(doctor_id=colleague.id, start=self._at(12, 20))

    def test_hours_for_patients_are_not_for_calls(self):
        with self.assertRaises(OutsideAvailability) as refused:
            self.showcases.book(self._doctor_vals(10))
        self.assertEqual(refused.exception.context["rule"], "wrong_purpose")
        with self.assertRaises(OutsideAvailability) as refused:
            self._propose(start=self._at(9))
        self.assertEqual(refused.exception.context["rule"], "outside_availability")
        with self.assertRaises(OutsideAvailability):
            self._propose(start=self._at(13, 50))

    def test_patients_do_not_get_hours_for_calls(self):
        with self.assertRaises(OutsideAvailability):
            self._book(17)

    def test_schedulers_book_outside_hours_with_a_reason(self):
        scheduler = self._create_pharma_user("scheduler")
        self.team.member_ids = scheduler
        values = self._showcase_vals(9, exception_reason="Asked on the telephone")
        own = self.showcases.with_user(self.representative.user_id)
        with self.assertRaises(OutsideAvailability):
            own.book(values)
        showcase = self.showcases.with_user(scheduler).book(values)
        self.assertTrue(showcase.is_outside_hours)
        with self.assertRaises(SlotTaken):
            self.showcases.with_user(scheduler).book(values)

    def test_meetings_absences_and_hours_of_the_representative(self):
        self.env["calendar.event"].create(
            {
                "name": "Dentist",
                "start": self._at(12),
                "stop": self._at(13),
                "user_id": self.representative.user_id.id,
                "partner_ids": self.representative.partner_id.ids,
            }
        )
        self._check_busy("meeting", 12, 40)
        leaves = self.env["resource.calendar.leaves"]
        leaves.create(
            {
                "name": "Away",
                "resource_id": self.representative.resource_id.id,
                "date_from": self._at(8, day=1),
                "date_to": self._at(18, day=1),
            }
        )
        self._check_busy("away", 12, day=1)
        calendar = self.env["resource.calendar"].create(
            {"name": "Mornings", "tz": "Europe/Paris"}
        )
        calendar.attendance_ids.filtered(lambda item: item.hour_from >= 12).unlink()
        self.representative.resource_calendar_id = calendar
        self._check_busy("does not work", 12, day=2)

    def _check_busy(self, word, hour, minute=0, day=0):
        with self.assertRaises(RepresentativeBusy) as refused:
            self._propose(start=self._at(hour, minute, day))
        self.assertIn(word, str(refused.exception))

    def test_a_free_meeting_is_no_obstacle(self):
        event = self.env["calendar.event"].create(
            {
                "name": "Birthday",
                "allday": True,
                "start_date": self._at(12).date(),
                "stop_date": self._at(12).date(),
                "show_as": "free",
                "user_id": self.representative.user_id.id,
                "partner_ids": self.representative.partner_id.ids,
            }
        )
        self._propose().cancel()
        event.show_as = "busy"
        self._check_busy("meeting", 12)

    def test_only_own_territories_and_products(self):
        with self.assertRaises(NotEligible) as refused:
            self._propose(representative_id=self.other_representative.id)
        self.assertEqual(refused.exception.context["rule"], "territory")
        self.representative.product_ids = self.products[0]
        lines = [fields.Command.create({"product_id": self.products[1].id})]
        with self.assertRaises(NotEligible) as refused:
            self._propose(line_ids=lines)
        self.assertIn("Test Product 2", str(refused.exception))

    def test_enough_calls_on_one_day(self):
        self.representative.max_calls_day = 1
        self._propose()
        with self.assertRaises(NotEligible) as refused:
            self._propose(start=self._at(13))
        self.assertEqual(refused.exception.context["rule"], "rep_day")
        self._propose(start=self._at(13, day=1))

    def test_a_move_keeps_the_record_and_tells_what_it_was(self):
        showcase = self._propose()
        showcase.confirm()
        showcase.reschedule({"start": self._at(13)}, reason="Traffic")
        self.assertEqual(showcase.start, self._at(13))
        self.assertEqual(showcase.stop, self._at(13, 20))
        # the doctor accepted another time
        self.assertEqual(showcase.state, "proposed")
        self.assertEqual(showcase.reschedule_count, 1)
        self.assertEqual(showcase.history_ids.reason, "Traffic")
        claims = showcase.sudo().reservation_ids
        self.assertEqual(set(claims.mapped("start")), {self._at(13)})
        self._propose()

    def test_a_refused_move_leaves_everything(self):
        self._propose(start=self._at(13))
        showcase = self._propose()
        for attempt in (
            lambda: showcase.reschedule({"start": self._at(13)}),
            lambda: showcase.write({"start": self._at(9)}),
        ):
            with self.assertRaises(BookingError):
                attempt()
        self.assertEqual(showcase.start, self._at(12))
        self.assertFalse(showcase.history_ids)

    def test_room_of_ours_is_claimed(self):
        showcase = self.showcases.book(self._doctor_vals(room_id=self.rooms[0].id))
        self.assertIn(("room", self.rooms[0].resource_id.id, 0), self._claims(showcase))
        self._create_hours(self.colleague, "0", 16, 18, purpose="showcase")
        self.colleague.territory_id = self.other_territory
        with self.assertRaises(SlotTaken) as refused:
            self.showcases.book(
                self._doctor_vals(
                    doctor_id=self.colleague.id,
                    representative_id=self.other_representative.id,
                    room_id=self.rooms[0].id,
                )
            )
        self.assertEqual(refused.exception.context["rule"], "room_taken")

    def test_the_same_key_is_the_same_showcase(self):
        values = self._showcase_vals()
        first = self.showcases.book(values, key="k1")
        self.assertEqual(self.showcases.book(values, key="k1"), first)
        first.cancel()
        self.assertEqual(self.showcases.book(values, key="k1"), first)
        with self.assertRaises(IdempotencyConflict):
            self.showcases.book(self._showcase_vals(13), key="k1")
        user = self.representative.user_id
        other = self.showcases.with_user(user).book(values, key="k1")
        self.assertNotEqual(other, first)

    def test_the_door_alone_writes_what_is_its_own(self):
        showcase = self._propose().with_user(self.representative.user_id)
        for name in ("name", "access_token", "reservation_ids", "confirmed_at"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                showcase.write({name: False})
        with self.assertRaises(AccessError):
            showcase.book(self._showcase_vals(13, name="SHW-1"))
        forged = self.showcases.with_context(default_name="SHW-1", clinic_door=True)
        self.assertNotEqual(forged.book(self._showcase_vals(13)).name, "SHW-1")

    def test_representatives_book_for_themselves_only(self):
        own = self.showcases.with_user(self.representative.user_id)
        self.assertTrue(own.book(self._showcase_vals()))
        colleague = self._create_representative("Rosa", self.territory)
        with self.assertRaises(AccessError):
            own.book(self._showcase_vals(13, representative_id=colleague.id))
        stranger = self._create_outside_doctor(
            "Otto Outside", territory_id=self.other_territory.id
        )
        with self.assertRaises(AccessError):
            own.book(self._showcase_vals(13, doctor_id=stranger.id))

    def test_past_calls_are_recorded_whole_by_managers(self):
        start = fields.Datetime.now() - timedelta(days=3)
        values = self._showcase_vals(start=start, state="done")
        own = self.showcases.with_user(self.representative.user_id)
        with self.assertRaises(IllegalTransition):
            own.book(values)
        manager = self._create_pharma_user("manager")
        self.assertEqual(self.showcases.with_user(manager).book(values).state, "done")

    def test_form(self):
        user = self.representative.user_id
        with Form(self.showcases.with_user(user)) as form:
            form.doctor_id = self.outside
            form.start = self._at(12)
            form.duration = 30
        showcase = form.record
        self.assertEqual(showcase.stop, self._at(12, 30))
        self.assertEqual(showcase.representative_id, self.representative)
        self.assertEqual(showcase.state, "draft")
        showcase.propose()
        self.assertEqual(showcase.state, "proposed")

    def test_reception_is_not_shown_outside_doctors(self):
        service = self.service.with_user(self.receptionist)
        self.assertIn(self.doctor, service._get_bookable_doctors())
        self.assertNotIn(self.outside, service._get_bookable_doctors())
        self.assertNotIn(self.outside, service.browse()._get_bookable_doctors())
        doctors = self.env["clinic.doctor"].with_user(self.receptionist)
        self.assertFalse(doctors.name_search("Olive Outside"))
        self.assertTrue(doctors.name_search("Ada Martin"))
        own = doctors.with_user(self.representative.user_id)
        self.assertTrue(own.name_search("Olive Outside"))
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_scheduling.clinic_doctor_action"
        )
        self.assertIn("search_default_filter_inside", str(action["context"]))

    def test_who_keeps_doctors_and_representatives_adds_them(self):
        scheduler = self._create_pharma_user("scheduler")
        self.team.member_ids = scheduler
        values = {"name": "Nora New", "territory_id": self.territory.id}
        doctors = self.env["clinic.doctor"].with_user(scheduler)
        self.assertTrue(doctors.create({**values, "is_outside": True}).resource_id)
        with self.assertRaises(AccessError):
            doctors.create(values)
        manager = self._create_pharma_user("manager")
        user = self._create_pharma_user("representative", login="test_new_rep")
        people = self.env["pharma.representative"].with_user(manager)
        representative = people.create({"name": "Nina", "user_id": user.id})
        self.assertEqual(representative.resource_id.user_id, user)

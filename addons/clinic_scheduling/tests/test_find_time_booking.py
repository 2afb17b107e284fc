# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import MONDAY
from .test_find_time import FindTimeCommon


@tagged("post_install", "-at_install")
class TestBookFound(FindTimeCommon):
    """What is found is booked, held or moved to with one click."""

    def test_one_click_books(self):
        line = self._search(patient_id=self.patient.id).line_ids[0]
        action = line.action_book()
        visit = line.appointment_id
        self.assertEqual(action["res_id"], visit.id)
        self.assertEqual(visit.state, "scheduled")
        self.assertEqual(visit.start, line.start)
        self.assertEqual(visit.doctor_id, line.doctor_id)

    def test_without_patient_the_form_opens_filled_in(self):
        line = self._search().line_ids[0]
        action = line.action_book()
        self.assertEqual(action["target"], "new")
        self.assertFalse(line.appointment_id)
        visit = self.env["clinic.appointment"].with_context(**action["context"])
        visit = visit.create({"patient_id": self.patient.id})
        self.assertEqual(
            (visit.start, visit.doctor_id, visit.service_id, visit.site_id),
            (line.start, line.doctor_id, self.service, line.site_id),
        )

    def test_hold_then_release(self):
        line = self._search().line_ids[0]
        line.action_hold()
        held = line.appointment_id
        self.assertEqual(held.state, "hold")
        self.assertIn("Held until", line.held_until)
        line.action_hold()
        self.assertEqual(line.appointment_id, held)
        line.action_release()
        self.assertEqual(held.state, "cancelled")
        self.assertFalse(line.held_until)

    def test_hold_then_book(self):
        find = self._search()
        line = find.line_ids[0]
        line.action_hold()
        action = line.action_book()
        self.assertEqual(action["res_id"], line.appointment_id.id)
        self.assertEqual(line.appointment_id.state, "hold")
        find.patient_id = self.patient
        line.action_book()
        self.assertEqual(line.appointment_id.state, "scheduled")
        self.assertEqual(line.appointment_id.patient_id, self.patient)

    def test_move(self):
        visit = self._book(hour=9)
        action = visit.with_user(self.receptionist).action_find_time()
        self.assertEqual(action["target"], "new")
        find = self.env["clinic.find.time"].browse(action["res_id"])
        find = find.with_user(self.receptionist).with_context(
            **{"clinic_find_time_dialog": True}
        )
        find.write(
            {
                "date_from": MONDAY,
                "date_to": MONDAY,
                "doctor_ids": [Command.clear()],
                "limit": 100,
                "move_reason": "Asked by telephone",
            }
        )
        find.action_find()
        line = find.line_ids.filtered(lambda item: item.doctor_id == self.colleague)[0]
        self.assertTrue(line.is_move)
        line.action_book()
        self.assertEqual(visit.start, line.start)
        self.assertEqual(visit.doctor_id, self.colleague)
        self.assertEqual(visit.reschedule_count, 1)
        self.assertEqual(visit.history_ids.reason, "Asked by telephone")

    def test_move_keeps_length_and_named_room(self):
        visit = self._book(hour=9, duration=60, room_id=self.rooms[0].id)
        self._book(
            hour=10,
            doctor_id=self.colleague.id,
            patient_id=self.other_patient.id,
            room_id=self.rooms[0].id,
        )
        find = self._search(
            appointment_id=visit.id,
            patient_id=self.patient.id,
            doctor_ids=[Command.set(self.doctor.ids)],
            wanted_start=self._at(9),
        )
        # its own time is not in its way, and where it is it need not move to
        starts = set(find.line_ids.mapped("start"))
        self.assertFalse({self._at(9), self._at(9, 30), self._at(10)} & starts)
        self.assertEqual(set(find.line_ids.mapped("room_hint")), {"Room 1"})
        line = find.line_ids.filtered(lambda item: item.start == self._at(10, 30))
        line.action_book()
        self.assertEqual((visit.duration, visit.room_id), (60, self.rooms[0]))

    def test_own_time_is_not_in_the_way(self):
        visit = self._book(hour=9, duration=60)
        find = self._search(
            appointment_id=visit.id,
            patient_id=self.patient.id,
            doctor_ids=[Command.set(self.doctor.ids)],
            wanted_start=self._at(9),
        )
        self.assertEqual(find.line_ids[0].start, self._at(9, 30))

    def test_fill_a_gap(self):
        self._book(hour=9)
        self._book(hour=10, minute=30, patient_id=self.other_patient.id)
        action = (
            self.env["clinic.find.time"]
            .with_user(self.receptionist)
            .action_open(
                {
                    "wanted_start": self._at(9, 30),
                    "wanted_stop": self._at(10, 30),
                    "doctor_ids": self.doctor.ids,
                    "site_ids": self.site.ids,
                    "service_id": self.service.id,
                }
            )
        )
        find = self.env["clinic.find.time"].browse(action["res_id"])
        self.assertEqual(
            sorted(find.line_ids.mapped("start")), [self._at(9, 30), self._at(10)]
        )
        self.assertIn("9:30", find.gap_label)

    def test_near_a_time(self):
        self._book(hour=11)
        find = self._search(
            wanted_start=self._at(11), doctor_ids=[Command.set(self.doctor.ids)]
        )
        best = find.line_ids[0].start
        self.assertEqual(abs(best - self._at(11)), timedelta(minutes=30))
        self.assertIn("30 min from the wanted time", find.line_ids[0].reasons)


@tagged("post_install", "-at_install")
class TestWhyNot(FindTimeCommon):
    """Every rule that removed a time, in words."""

    def _ask(self, hour, doctor=None, **values):
        find = self._search(
            why_doctor_id=(doctor or self.doctor).id,
            why_date=values.pop("why_date", MONDAY),
            why_hour=hour,
            **values,
        )
        find.action_explain()
        return find

    def test_free(self):
        find = self._ask(10)
        self.assertIn("is free", find.why_result)
        self.assertFalse(find.why_reasons)
        self.assertEqual(find.near_ids[0].start, self._at(10))

    def test_taken_without_saying_by_whom(self):
        self._book(hour=10)
        find = self._ask(10)
        self.assertIn("Ada Martin is already booked", find.why_reasons)
        self.assertIn("10:00", find.why_reasons)
        self.assertNotIn(self.patient.name, find.why_reasons)
        self.assertIn(self._at(9, 30), find.near_ids.mapped("start"))
        self.assertNotIn(
            self._at(10),
            find.near_ids.filtered(lambda line: line.doctor_id == self.doctor).mapped(
                "start"
            ),
        )

    def test_all_rules_at_once(self):
        self._block(self.doctor)
        self._book(hour=10, doctor_id=self.colleague.id)
        find = self._ask(10, patient_id=self.patient.id, day_part="evening")
        for words in ("away", "another appointment", "time of day"):
            self.assertIn(words, find.why_reasons)

    def test_hours_of_that_day_are_named(self):
        find = self._ask(18)
        self.assertRegex(find.why_reasons, "only 9:00.AM–5:00.PM")
        sunday = MONDAY + timedelta(days=6)
        self.assertIn("that day", self._ask(10, why_date=sunday).why_reasons)

    def test_off_grid_is_for_patients_only(self):
        find = self._ask(10 + 1 / 6)
        self.assertIn("staff may book it", find.why_result)
        self.assertRegex(find.why_reasons, "10:00.AM or 10:30.AM")

    def test_room(self):
        for room, doctor in zip(self.rooms, (self.doctor, self.colleague), strict=True):
            self._book(
                room_id=room.id,
                doctor_id=doctor.id,
                patient_id=self.patient.id
                if doctor == self.doctor
                else self.other_patient.id,
            )
        third = self._create_doctor("Third")
        find = self._ask(10, third, service_id=self.demanding.id)
        self.assertIn("No suitable room is free at North", find.why_reasons)
        self.assertNotIn("device", find.why_reasons)

    def test_other_service(self):
        other = self.env["clinic.specialty"].create({"name": "Other"})
        stranger = self._create_doctor("Sam", specialty_ids=[Command.set(other.ids)])
        self.assertIn("does not offer", self._ask(10, stranger).why_reasons)

    def test_notice_of_patients(self):
        self.service.horizon_days = 10
        find = self._ask(10, public=True)
        self.assertIn("Patients can book until", find.why_reasons)
        self.assertFalse("until" in (self._ask(10).why_reasons or ""))

    def test_past(self):
        find = self._ask(10, why_date=MONDAY.replace(year=2020, day=1))
        self.assertIn("That time is over", find.why_reasons)
        self.assertNotIn("staff may", find.why_result)

    def test_question_is_complete(self):
        find = self._search()
        with self.assertRaisesRegex(UserError, "Name the doctor"):
            find.action_explain()


@tagged("post_install", "-at_install")
class TestFindTimeRoles(FindTimeCommon):
    """Who finds what."""

    def test_doctor_finds_own_times_only(self):
        user = self._create_user("doctor")
        self.doctor.user_id = user
        self.patient.doctor_id = self.doctor
        find = self._search(user=user)
        self.assertEqual(find.line_ids.doctor_id, self.doctor)
        named = self._search(user=user, doctor_ids=[Command.set(self.colleague.ids)])
        self.assertFalse(named.line_ids)
        find.write({"why_doctor_id": self.colleague.id, "why_date": MONDAY})
        with self.assertRaisesRegex(UserError, "own times"):
            find.action_explain()
        find.patient_id = self.patient
        find.line_ids[0].action_book()
        self.assertEqual(find.line_ids[0].appointment_id.doctor_id, self.doctor)

    def test_sites_of_the_user(self):
        self._create_hours(self.doctor, "0", 17, 19, site_id=self.other_site.id)
        user = self._create_user(
            "nurse", clinic_site_ids=[Command.set(self.other_site.ids)]
        )
        find = self._search(user=user)
        self.assertEqual(find.line_ids.site_id, self.other_site)

    def test_searches_are_private(self):
        find = self._search()
        for role in ("nurse", "manager"):
            with self.subTest(role=role), self.assertRaises(AccessError):
                find.with_user(self._create_user(role)).read(["patient_id"])
        with self.assertRaises(AccessError):
            find.line_ids[0].with_user(self.env.ref("base.user_admin")).action_book()

    def test_staff_without_a_role_find_nothing(self):
        user = new_test_user(self.env, "test_nobody", groups="base.group_user")
        with self.assertRaises(AccessError):
            self._search(user=user)

    def test_nothing_clinical_is_shown(self):
        self._book(hour=10, reason="Secret")
        find = self._search(days=3, patient_id=self.other_patient.id)
        shown = str(find.read()) + str(find.line_ids.read())
        self.assertNotIn("Secret", shown)
        self.assertNotIn(self.patient.name, shown)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..exceptions import SlotTaken
from .common import ClinicCommon


@tagged("post_install", "-at_install")
class TestAppointmentRepeat(ClinicCommon):
    """Series: shown first, then booked whole or not at all, or without clashes."""

    def _repeat(self, visit, user=None, **values):
        repeat = self.env["clinic.appointment.repeat"]
        repeat = repeat.with_user(user or self.receptionist).create(
            {"appointment_id": visit.id, "count": 4, **values}
        )
        repeat.action_preview()
        return repeat

    def _count_visits(self):
        return self.env["clinic.appointment"].search_count([])

    def test_weekly(self):
        visit = self._book(note="Brings X-rays", kind="follow_up")
        repeat = self._repeat(visit)
        self.assertEqual(repeat.line_ids.mapped("is_free"), [True] * 4)
        self.assertIn("4 of 4 times are free", repeat.result)
        repeat.action_book()
        self.assertTrue(repeat.is_done)
        booked = repeat.line_ids.appointment_id
        self.assertEqual(
            booked.sorted("start").mapped("start"),
            [visit.start + timedelta(weeks=week) for week in range(1, 5)],
        )
        self.assertEqual(booked.series_id, visit.series_id)
        self.assertEqual(len(visit.series_id.appointment_ids), 5)
        self.assertEqual(set(booked.mapped("note")), {"Brings X-rays"})
        self.assertEqual(set(booked.mapped("kind")), {"follow_up"})
        self.assertTrue(all(self._claims(item) for item in booked))
        self.assertIn("4 of 4 visits are booked", repeat.result)

    def test_every_other_week(self):
        visit = self._book()
        repeat = self._repeat(visit, every_weeks=2, count=2)
        weeks = [(line.start - visit.start).days / 7 for line in repeat.line_ids]
        self.assertEqual(weeks, [2, 4])
        repeat.action_book()
        self.assertEqual(visit.series_id.every_weeks, 2)

    def test_same_wall_clock_over_a_clock_change(self):
        # clocks go back on 27 October 2030 in Paris: 144 days after the Monday
        visit = self._book(day=140)
        repeat = self._repeat(visit, count=2)
        self.assertEqual(visit.start.hour, 8)
        self.assertEqual([line.start.hour for line in repeat.line_ids], [9, 9])

    def test_all_or_nothing(self):
        visit = self._book()
        self._book(day=14, patient_id=self.other_patient.id)
        before = self._count_visits()
        repeat = self._repeat(visit)
        self.assertEqual(repeat.line_ids.mapped("is_free"), [True, False, True, True])
        self.assertIn("already booked", repeat.line_ids[1].reason)
        self.assertNotIn(self.other_patient.name, repeat.line_ids[1].reason)
        self.assertFalse(repeat.can_book)
        with self.assertRaisesRegex(UserError, "nothing was booked"):
            repeat.action_book()
        self.assertEqual(self._count_visits(), before)
        self.assertFalse(visit.series_id)

    def test_all_or_nothing_when_a_race_takes_one(self):
        visit = self._book()
        repeat = self._repeat(visit)
        self._book(day=21, patient_id=self.other_patient.id)
        before = self._count_visits()
        with self.assertRaises(SlotTaken), self.env.cr.savepoint():
            repeat.action_book()
        self.assertEqual(self._count_visits(), before)
        self.assertFalse(visit.series_id)
        self.assertFalse(repeat.is_done)

    def test_skip(self):
        visit = self._book()
        self._book(day=14, patient_id=self.other_patient.id)
        repeat = self._repeat(visit, policy="skip")
        repeat.action_book()
        self.assertEqual(len(repeat.line_ids.appointment_id), 3)
        self.assertFalse(repeat.line_ids[1].appointment_id)
        self.assertIn("3 of 4 visits are booked", repeat.result)

    def test_skip_tells_what_a_race_took(self):
        visit = self._book()
        repeat = self._repeat(visit, policy="skip")
        self._book(day=7, patient_id=self.other_patient.id)
        repeat.action_book()
        self.assertEqual(len(repeat.line_ids.appointment_id), 3)
        self.assertIn("already booked", repeat.line_ids[0].reason)

    def test_alternative(self):
        visit = self._book()
        self._book(day=14, patient_id=self.other_patient.id)
        repeat = self._repeat(visit, policy="alternative")
        repeat.action_book()
        other = repeat.line_ids[1].appointment_id
        self.assertEqual(abs(other.start - self._at(10, day=14)).seconds, 1800)
        self.assertEqual(other.doctor_id, visit.doctor_id)
        self.assertEqual(len(repeat.line_ids.appointment_id), 4)

    def test_alternative_stays_within_days(self):
        visit = self._book(hour=10)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "resource_id": self.doctor.resource_id.id,
                "date_from": self._at(0, day=2),
                "date_to": self._at(0, day=20),
            }
        )
        line = self._repeat(visit, count=1, policy="alternative").line_ids
        self.assertIn("away", line.reason)
        self.assertFalse(line.alternative)

    def test_absence_and_patients_own_visit_are_told(self):
        visit = self._book()
        self._book(day=7, doctor_id=self.colleague.id)
        line = self._repeat(visit, count=1).line_ids
        self.assertIn("patient has another appointment", line.reason)

    def test_off_grid_visits_repeat(self):
        visit = self._book(hour=10, minute=10)
        repeat = self._repeat(visit, count=1)
        repeat.action_book()
        self.assertEqual(repeat.line_ids.appointment_id.start, self._at(10, 10, day=7))

    def test_past_is_not_booked(self):
        visit = self._book()
        visit._write_by_door(
            {
                "start": datetime(2020, 6, 1, 8),
                "stop": datetime(2020, 6, 1, 8, 30),
            }
        )
        line = self._repeat(visit, count=1).line_ids
        self.assertFalse(line.is_free)
        self.assertIn("over", line.reason)

    def test_named_room_is_kept(self):
        visit = self._book(room_id=self.rooms[1].id)
        repeat = self._repeat(visit, count=1)
        repeat.action_book()
        self.assertEqual(repeat.line_ids.appointment_id.room_id, self.rooms[1])

    def test_second_click_books_nothing_more(self):
        visit = self._book()
        repeat = self._repeat(visit)
        repeat.action_book()
        before = self._count_visits()
        repeat.action_book()
        repeat.action_preview()
        self.assertEqual(self._count_visits(), before)
        self.assertEqual(len(repeat.line_ids.appointment_id), 4)

    def test_other_times_are_shown_before_they_are_booked(self):
        repeat = self._repeat(self._book())
        repeat.count = 2
        before = self._count_visits()
        repeat.action_book()
        self.assertEqual((len(repeat.line_ids), repeat.is_done), (2, False))
        self.assertEqual(self._count_visits(), before)
        repeat.action_book()
        self.assertEqual(self._count_visits(), before + 2)

    def test_existing_series_grows(self):
        visit = self._book()
        self._repeat(visit, count=1).action_book()
        series = visit.series_id
        last = series.appointment_ids.sorted("start")[-1]
        self._repeat(last, count=1).action_book()
        self.assertEqual(len(series.appointment_ids), 3)

    def test_patient_is_needed(self):
        hold = self.env["clinic.appointment"].hold(self._vals(patient_id=False))
        with self.assertRaisesRegex(UserError, "patient"):
            self._repeat(hold)

    def test_clinical_words_are_not_copied(self):
        visit = self._book(reason="Secret", symptoms="Hidden")
        repeat = self._repeat(visit, count=1)
        repeat.action_book()
        booked = repeat.line_ids.appointment_id.sudo()
        self.assertFalse(booked.reason or booked.symptoms)

    def test_doctor_repeats_own_visits_only(self):
        user = self._create_user("doctor")
        self.doctor.user_id = user
        repeat = self._repeat(self._book(), user=user, count=1)
        repeat.action_book()
        self.assertTrue(repeat.line_ids.appointment_id.series_id)
        other = self._book(hour=12, doctor_id=self.colleague.id)
        with self.assertRaises(AccessError):
            self._repeat(other, user=user)

    def test_others_previews_are_private(self):
        repeat = self._repeat(self._book())
        colleague = self._create_user("nurse")
        with self.assertRaises(AccessError):
            repeat.with_user(colleague).read(["count"])

    def test_queries_do_not_grow_with_the_series(self):
        visit = self._book()
        self._count_queries(visit, 1)  # fills the caches that outlive a request
        self.assertEqual(self._count_queries(visit, 2), self._count_queries(visit, 40))

    def _count_queries(self, visit, count):
        repeat = self.env["clinic.appointment.repeat"].create(
            {"appointment_id": visit.id, "count": count}
        )
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        repeat.action_preview()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..exceptions import SlotTaken
from .common import MONDAY, ClinicCommon


class FindTimeCommon(ClinicCommon):
    """Searches on the Monday of the tests unless told otherwise."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.tz = "UTC"
        cls.demanding = cls._create_service(
            "Scan",
            room_kind_id=cls.room_kind.id,
            equipment_kind_ids=[Command.set(cls.device_kind.ids)],
        )

    def _search(self, user=None, days=1, **values):
        find = self.env["clinic.find.time"]
        find = find.with_user(user or self.receptionist).create(
            {
                "service_id": self.service.id,
                "date_from": MONDAY,
                "date_to": MONDAY + timedelta(days=days - 1),
                "limit": 50,
                **values,
            }
        )
        find.action_find()
        return find

    def _block(self, doctors, days=1):
        """Make these doctors absent from the tests' Monday on."""
        return self.env["resource.calendar.leaves"].create(
            [
                {
                    "name": "Leave",
                    "resource_id": doctor.resource_id.id,
                    "date_from": self._at(0),
                    "date_to": self._at(0, day=days),
                }
                for doctor in doctors
            ]
        )


@tagged("post_install", "-at_install")
class TestFindTime(FindTimeCommon):
    """What is offered, in what order, and with which reasons."""

    def test_best_first_with_every_term_in_words(self):
        lines = self._search(days=3).line_ids
        scores = lines.mapped("score")
        self.assertEqual(scores, sorted(scores, reverse=True))
        self.assertEqual(lines.doctor_id, self.doctor | self.colleague)
        for words in ("take place", "gap", "In "):
            self.assertIn(words, lines[0].reasons)

    def test_score_is_the_sum_of_the_terms_shown(self):
        for _visit in range(3):
            self._book(day=_visit - 7, hour=9)
        line = self._search(patient_id=self.patient.id).line_ids[0]
        shown = [
            float(part.rsplit("(", 1)[1].rstrip(")"))
            for part in line.reasons.split(" · ")
        ]
        self.assertEqual(len(shown), 4)
        self.assertAlmostEqual(sum(shown), line.score, delta=0.03)

    def test_habits_of_the_patient_come_first(self):
        for week in range(3):
            self._book(hour=14, day=-7 * week - 7, doctor_id=self.colleague.id)
        best = self._search(patient_id=self.patient.id).line_ids[0]
        self.assertEqual(best.doctor_id, self.colleague)
        self.assertGreaterEqual(best.start, self._at(12))
        self.assertIn(
            "Usual doctor (3 of 3 visits), usual weekday (3 of 3 visits), "
            "usual time of day (3 of 3 visits)",
            best.reasons,
        )

    def test_a_first_visit_goes_by_what_others_take(self):
        self._book(hour=14, day=-7, doctor_id=self.colleague.id)
        stranger = self._search(patient_id=self.other_patient.id).line_ids[0]
        self.assertNotIn("sual", stranger.reasons)
        self.assertIn("of all patients' visits are like this", stranger.reasons)
        self.assertEqual(stranger.doctor_id, self.colleague)
        nobody = self._search().line_ids[0]
        self.assertNotIn("visits are like this", nobody.reasons)

    def test_own_shares_of_the_practice_by_lead_time(self):
        model = self.env["clinic.no.show.model"]._train(self.env.company)
        parameters = {**model.parameters, "missed_by_lead": [0.4] * 8}
        model.write({"parameters": parameters})
        line = self._search().line_ids[0]
        self.assertIn("About 60 % of visits booked", line.reasons)

    def test_a_useless_gap_costs(self):
        long = self._create_service("Long", duration=60)
        self.env["clinic.service"].search([("id", "!=", long.id)]).duration = 60
        self._book(hour=11, service_id=long.id)
        lines = self._search(
            service_id=long.id,
            doctor_ids=[Command.set(self.doctor.ids)],
            wanted_start=self._at(9, 30),
        ).line_ids
        reasons = {line.start: line.reasons for line in lines}
        self.assertIn(
            "Leaves 60 min that no visit fits into (-0.60)", reasons[self._at(9, 30)]
        )
        self.assertIn("Leaves no useless gap (+0.00)", reasons[self._at(10)])
        self.assertNotEqual(lines[0].start, self._at(9, 30))

    def test_only_a_choice_of_each_day(self):
        lines = self._search(days=5).line_ids
        for line in lines:
            same = lines.filtered(
                lambda other, line=line: (
                    other.doctor_id == line.doctor_id
                    and other.start.date() == line.start.date()
                )
            )
            self.assertLessEqual(len(same), 2)

    def test_number_of_offers(self):
        self.assertEqual(len(self._search(days=5, limit=3).line_ids), 3)

    def test_weekdays_and_time_of_day(self):
        find = self._search(
            days=14, wed=True, day_part="afternoon", hour_from=9, hour_to=10
        )
        self.assertTrue(find.line_ids)
        for line in find.line_ids:
            self.assertEqual(line.start.weekday(), 2)
            self.assertGreaterEqual(line.start.hour + 2, 12)
        find.write({"day_part": "hours"})
        find.action_find()
        self.assertTrue(find.line_ids)
        self.assertEqual({line.start.hour + 2 for line in find.line_ids}, {9})

    def test_days_are_those_of_each_sites_clock(self):
        far = self._create_site("Far", tz="Pacific/Auckland")
        doctor = self._create_doctor("Kiwi", site_ids=[Command.set(far.ids)])
        doctor.availability_ids.site_id = far
        find = self._search(doctor_ids=[Command.set(doctor.ids)])
        self.assertEqual(find.line_ids.site_id, far)
        local = [line.start + timedelta(hours=12) for line in find.line_ids]
        self.assertEqual({moment.date() for moment in local}, {MONDAY})
        self.assertTrue(all(9 <= moment.hour < 17 for moment in local))
        self.assertIn("Jun 3, 2030", find.line_ids[0].when)

    def test_sites(self):
        self._create_hours(self.doctor, "0", 17, 19, site_id=self.other_site.id)
        find = self._search(site_ids=[Command.set(self.other_site.ids)])
        self.assertEqual(find.line_ids.site_id, self.other_site)
        self.assertEqual(find.line_ids.doctor_id, self.doctor)

    def test_own_visits_of_the_patient_are_kept_free(self):
        self._book(hour=9, doctor_id=self.colleague.id)
        find = self._search(
            patient_id=self.patient.id,
            doctor_ids=[Command.set(self.doctor.ids)],
            day_part="hours",
            hour_from=9,
            hour_to=10,
        )
        self.assertEqual(find.line_ids.mapped("start"), [self._at(9, 30)])

    def test_room_is_named(self):
        line = self._search(service_id=self.demanding.id).line_ids[0]
        self.assertEqual(line.room_hint, "Room 1, Scanner")

    def test_every_offer_can_be_booked(self):
        self._book(hour=9, service_id=self.demanding.id)
        self._book(
            hour=10,
            service_id=self.demanding.id,
            doctor_id=self.colleague.id,
            patient_id=self.other_patient.id,
        )
        find = self._search(
            days=3, service_id=self.demanding.id, patient_id=self.patient.id
        )
        self.assertGreater(len(find.line_ids), 6)
        for line in find.line_ids:
            savepoint = self.env.cr.savepoint(flush=True)
            line.action_book()
            self.assertEqual(line.appointment_id.start, line.start)
            self.assertIn(line.appointment_id.room_id.name, line.room_hint)
            savepoint.rollback()
            savepoint.close()
            self.env.invalidate_all()

    def test_as_patients_see_it(self):
        self.service.horizon_days = 5
        find = self._search(public=True)
        self.assertFalse(find.line_ids)
        self.assertIn("hours to 5 days ahead", find.result)

    def test_service_is_asked_for(self):
        with self.assertRaisesRegex(UserError, "service"):
            self._search(service_id=False)

    def test_range_is_checked(self):
        with self.assertRaisesRegex(UserError, "before"):
            self._search(days=0)
        with self.assertRaisesRegex(UserError, "184"):
            self._search(days=400)

    def test_queries_do_not_grow_with_doctors_and_days(self):
        self._count_queries(self.doctor)  # fills the caches that outlive a request
        few = self._count_queries(self.doctor)
        doctors = self.doctor
        for number in range(6):
            doctors |= self._create_doctor(f"Doctor {number}")
        for day in range(5):
            self._book(day=day)
        self.assertEqual(self._count_queries(doctors, days=60), few)

    def _count_queries(self, doctors, days=1):
        find = self.env["clinic.find.time"].create(
            {
                "service_id": self.demanding.id,
                "patient_id": self.patient.id,
                "date_from": MONDAY,
                "date_to": MONDAY + timedelta(days=days - 1),
                "limit": 2,
                "doctor_ids": [Command.set(doctors.ids)],
            }
        )
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        find._find()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestNothingFree(FindTimeCommon):
    """When nothing is free: why, and when next."""

    def test_rule_that_removed_most_and_next_day(self):
        self._block(self.doctor | self.colleague)
        self._book(hour=10, day=1)
        find = self._search()
        self.assertIn("Nothing is free", find.result)
        self.assertIn("absence, holiday or closing day: 32 of 32 times", find.result)
        self.assertIn("Next free day: Tue, Jun 4, 2030", find.result)
        self.assertEqual({line.start.day for line in find.line_ids}, {4})

    def test_booked_out(self):
        hours = self.doctor.availability_ids.filtered(lambda row: row.weekday == "0")
        hours.write({"hour_to": 10})
        self._book(hour=9)
        self._book(hour=9, minute=30)
        find = self._search(doctor_ids=[Command.set(self.doctor.ids)])
        self.assertIn("already booked: 2 of 2 times", find.result)
        self.assertNotIn("Paul", find.result)

    def test_no_hours_at_all(self):
        find = self._search(sun=True)
        self.assertIn("There are no hours in that time", find.result)
        self.assertIn("Nothing is free in the 90 days after", find.result)
        self.assertFalse(find.line_ids)

    def test_no_doctor(self):
        find = self._search(
            service_id=self._create_service("Orphan", specialty_id=False).id
        )
        self.assertIn("No doctor", find.result)

    def test_taken_meanwhile(self):
        line = self._search(patient_id=self.other_patient.id).line_ids[0]
        self.env["clinic.appointment"].book(
            self._vals(start=line.start, doctor_id=line.doctor_id.id)
        )
        with self.assertRaises(SlotTaken):
            line.action_book()

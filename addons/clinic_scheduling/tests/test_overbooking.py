# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Advice on full sessions, what staff decide about it, and who waits how long."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.clinic_engine import overbooking
from odoo.addons.clinic_engine.no_show import logit

from ..exceptions import SlotTaken
from .common import MONDAY
from .no_show_common import NoShowCommon

NOW = fields.Datetime.to_datetime(MONDAY) - timedelta(days=3)


class OverbookingCommon(NoShowCommon):
    """A morning of six places, in which three of ten do not come."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        monday = cls.doctor.availability_ids.filtered(lambda day: day.weekday == "0")
        monday.write({"hour_to": 12, "overbook_limit": 1})
        cls.hours = monday
        cls.env.company.write(
            {
                "clinic_cost_empty": 100,
                "clinic_cost_extra": 100,
                "clinic_overbooking_percent": 50,
            }
        )
        cls.advice = cls.env["clinic.overbooking.advice"]
        models = cls.env["clinic.no.show.model"]
        # a practice that is there already has a model in use
        models.search([("is_current", "=", True)]).is_current = False
        models.flush_model(["is_current"])
        cls.model = models.create(
            {
                "company_id": cls.env.company.id,
                "kind": "logistic",
                "reason": "better",
                "is_current": True,
                "parameters": {"intercept": logit(0.3)},
            }
        )
        cls.decider = new_test_user(
            cls.env,
            "test_decider",
            groups="clinic_scheduling.group_clinic_receptionist,"
            "clinic_scheduling.group_clinic_overbook",
        )

    def _fill(self, count=6, **values):
        """Book the morning's places one after the other."""
        return self.env["clinic.appointment"].concat(
            *(
                self._book(
                    9 + number // 2,
                    30 * (number % 2),
                    patient_id=self._create_patient(number).id,
                    **values,
                )
                for number in range(count)
            )
        )

    def _create_patient(self, number):
        return self.env["clinic.patient"].create({"name": f"Patient {number}"})

    def _refresh(self):
        self.advice._refresh(self.env.company)
        return self.advice.search([("doctor_id", "=", self.doctor.id)])


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestOverbookingAdvice(OverbookingCommon):
    def test_full_session_gets_what_the_engine_says(self):
        self._fill()
        found = self._refresh()
        expected = overbooking.advise([0.3] * 6, 6, 100, 100, 3)
        self.assertGreater(expected.more, 0)
        self.assertEqual(len(found), 1)
        self.assertEqual(
            (found.capacity, found.booked_count, found.more), (6, 6, expected.more)
        )
        self.assertAlmostEqual(found.expected_missed, 1.8)
        self.assertAlmostEqual(found.chance, expected.chance)
        self.assertAlmostEqual(found.ratio, 0.5)
        self.assertEqual(found.start, self._at(9))
        self.assertEqual(found.stop, self._at(12))
        self.assertIn("6 booked for 6 places, about 1.8 will not", found.summary)

    def test_no_advice_while_a_place_is_free(self):
        self._fill(5)
        self.assertFalse(self._refresh())
        # a quarter of an hour is no place for visits of half an hour
        self._book(11, 30, duration=15, patient_id=self.patient.id)
        self.assertTrue(self._refresh())

    def test_no_advice_without_a_limit_or_a_wish_for_it(self):
        self._fill()
        self.hours.overbook_limit = 0
        self.assertFalse(self._refresh())
        self.hours.overbook_limit = 1
        self.env.company.clinic_overbooking_percent = 16
        self.assertFalse(self._refresh(), "less than one of six")
        self.env.company.clinic_overbooking_percent = 17
        self.assertEqual(self._refresh().more, 1)
        self.env.company.clinic_overbooking_advice = False
        self.assertFalse(self._refresh())

    def test_costs_decide(self):
        self._fill()
        self.env.company.clinic_cost_extra = 900
        ratio = 100 / 1000
        self.assertGreater(
            overbooking.at_most(overbooking.missing([0.3] * 6), 0), ratio
        )
        self.assertFalse(self._refresh())

    def test_who_is_above_the_capacity_counts(self):
        self._fill()
        more = self._refresh().more
        self._book(9, overbook=True, patient_id=self.patient.id)
        found = self._refresh()
        self.assertEqual((found.booked_count, found.overbooked_count), (7, 1))
        self.assertEqual(found.capacity, 6)
        self.assertEqual(found.more, more - 1)

    def test_what_is_no_longer_so_is_taken_back(self):
        visits = self._fill()
        self.assertTrue(self._refresh())
        visits[0].cancel()
        self.assertFalse(self._refresh())

    def _leave(self, hour_from, hour_to):
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Away",
                "resource_id": self.doctor.resource_id.id,
                "date_from": self._at(hour_from),
                "date_to": self._at(hour_to),
            }
        )

    def test_no_advice_for_a_doctor_who_is_away(self):
        self._fill()
        self.assertTrue(self._refresh())
        leave = self._leave(8, 20)
        gone = self.advice.search([("doctor_id", "=", self.doctor.id)])
        self.assertFalse(gone, "the calendar does not wait for the next look")
        self.assertFalse(self._refresh())
        leave.unlink()
        self.assertTrue(self._refresh())
        self._leave(11, 12)
        self.assertFalse(self._refresh(), "two of its visits are to be moved")

    def test_an_absence_at_another_time_leaves_the_advice(self):
        self._fill()
        found = self._refresh()
        self._leave(12, 20)
        self.assertEqual(self.advice.search([("id", "in", found.ids)]), found)
        self.assertEqual(self._refresh(), found)

    def test_queries_do_not_grow_with_doctors_and_days(self):
        self._fill()
        self._refresh()

        def count():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.advice._advise_sessions(self.env.company)
            return self.env.cr.sql_log_count - before

        few = count()
        for number in range(3):
            doctor = self._create_doctor(f"Doctor {number}")
            doctor.availability_ids.overbook_limit = 2
        self.env.company.clinic_overbooking_days = 60
        self.env.flush_all()
        self.assertEqual(count(), few)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestOverbookingDecision(OverbookingCommon):
    def test_accepted_with_who_and_when_and_booked_through_the_door(self):
        self._fill()
        found = self._refresh().with_user(self.decider)
        action = found.action_accept()
        self.assertEqual(action["views"], [(False, "form")], "the calendar opens it")
        self.assertEqual(found.state, "accepted")
        self.assertEqual(found.decided_by_id, self.decider)
        self.assertEqual(found.decided_at, NOW)
        defaults = {
            name.removeprefix("default_"): value
            for name, value in action["context"].items()
        }
        visit = self.env["clinic.appointment"].with_user(self.decider)
        visit = visit.book(
            {
                **defaults,
                "service_id": self.service.id,
                "patient_id": self.patient.id,
            }
        )
        self.assertTrue(visit.is_overbooked)
        found.invalidate_recordset()
        self.assertEqual(found.used_count, 1)

    def test_spread_over_the_session_whoever_is_booked(self):
        """The times are the same, wherever those sit who are likely to miss."""
        visits = self._fill()
        found = self._refresh()
        found.more = 2
        visits._write_by_door({"no_show_probability": 0.1})
        for risky in (visits[0], visits[-1]):
            risky._write_by_door({"no_show_probability": 0.9})
            self.assertEqual(found._get_next_start(), self._at(9, 30))
            risky._write_by_door({"no_show_probability": 0.1})
        self._book(9, 30, overbook=True, patient_id=self.patient.id)
        found.invalidate_recordset()
        self.assertEqual(found._get_next_start(), self._at(11, 0))

    def test_declined_is_not_suggested_again(self):
        self._fill()
        found = self._refresh()
        found.with_user(self.decider).action_decline()
        self.assertEqual(self._refresh(), found)
        self.assertEqual(found.state, "declined")
        self.assertEqual(found.decided_by_id, self.decider)
        with self.assertRaises(UserError):
            found.with_user(self.decider).action_book()
        found.with_user(self.decider).action_reopen()
        self.assertEqual((found.state, found.decided_by_id.ids), ("proposed", []))

    def test_no_more_than_advised(self):
        self._fill()
        found = self._refresh().with_user(self.decider)
        found.action_accept()
        found.sudo().overbooked_count = -found.more
        with self.assertRaises(UserError):
            found.action_book()

    def test_the_limit_of_the_hours_stands(self):
        self._fill()
        self._book(9, overbook=True, patient_id=self.patient.id)
        with self.assertRaises(SlotTaken):
            self._book(9, overbook=True, patient_id=self.other_patient.id)

    def test_over_is_over(self):
        self._fill()
        found = self._refresh()
        with freeze_time(NOW + timedelta(days=9)), self.assertRaises(UserError):
            found.with_user(self.decider).action_accept()

    def test_who_decides(self):
        self._fill()
        found = self._refresh()
        for method in ("action_accept", "action_decline", "action_reopen"):
            with self.assertRaises(AccessError):
                getattr(found.with_user(self.receptionist), method)()
        with self.assertRaises(AccessError):
            found.with_user(self.decider).write({"state": "accepted"})

    def test_doctors_and_sites_see_their_own(self):
        self._fill()
        found = self._refresh()
        user = self._create_user("doctor")
        self.assertFalse(self.advice.with_user(user).search([]) & found)
        self.doctor.user_id = user
        self.assertEqual(self.advice.with_user(user).search([]), found)
        self.receptionist.clinic_site_ids = [Command.set(self.other_site.ids)]
        self.assertFalse(self.advice.with_user(self.receptionist).search([]) & found)

    def test_calendar_shows_suggestions_of_its_days(self):
        self._fill()
        found = self._refresh()
        ask = self.advice.with_user(self.decider).get_suggestions
        day = ask(self._at(0), self._at(0, day=1))
        self.assertTrue(day["may_decide"])
        self.assertEqual([item["id"] for item in day["advice"]], found.ids)
        self.assertIn("6 booked", day["advice"][0]["summary"])
        self.assertFalse(ask(self._at(0, day=1), self._at(0, day=2))["advice"])
        found.with_user(self.decider).action_decline()
        self.assertFalse(ask(self._at(0), self._at(0, day=1))["advice"])

    def test_scheduled_action(self):
        self._fill()
        with self.enter_registry_test_mode():
            cron = self.env.ref("clinic_scheduling.ir_cron_overbooking_advice")
            cron.method_direct_trigger()
        self.assertTrue(self.advice.search([("doctor_id", "=", self.doctor.id)]))


@tagged("post_install", "-at_install")
class TestWaitingReport(OverbookingCommon):
    def test_wait_by_group(self):
        start = self._at(9)
        late, shared = self._fill(1), self._book(9, overbook=True)
        for visit, arrived, begun, chance in (
            (late, -10, 5, 0.05),
            (shared, 5, 35, 0.25),
        ):
            visit._write_by_door(
                {
                    "state": "completed",
                    "arrived_at": start + timedelta(minutes=arrived),
                    "started_at": start + timedelta(minutes=begun),
                    "no_show_probability": chance,
                    "no_show_model_id": self.model.id,
                }
            )
        self.env.flush_all()
        rows = self.env["clinic.waiting.report"].search(
            [("appointment_id", "in", (late | shared).ids)], order="id"
        )
        self.assertEqual(
            [(row.band, row.wait_minutes) for row in rows], [("low", 5), ("high", 30)]
        )
        self.assertEqual(rows.mapped("is_shared"), [True, False])
        self.assertEqual(rows.mapped("is_overbooked"), [False, True])

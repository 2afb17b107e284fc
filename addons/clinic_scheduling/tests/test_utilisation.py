# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from .common import MONDAY, ClinicCommon


@tagged("post_install", "-at_install")
class TestUtilisation(ClinicCommon):
    def _refresh(self, first=0, last=0):
        """Compute both doctors' days, counted from MONDAY."""
        self.env["clinic.utilisation"]._refresh(
            self.doctor | self.colleague,
            MONDAY + timedelta(days=first),
            MONDAY + timedelta(days=last),
        )

    def _row(self, day=0, doctor=None, site=None):
        return self.env["clinic.utilisation"].search(
            [
                ("doctor_id", "=", (doctor or self.doctor).id),
                ("site_id", "=", (site or self.site).id),
                ("date", "=", MONDAY + timedelta(days=day)),
            ]
        )

    def _absence(self, hour_from, hour_to, **values):
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Away",
                "date_from": self._at(hour_from),
                "date_to": self._at(hour_to),
                **values,
            }
        )

    def test_plain_day(self):
        self._book(10)
        self._book(11, duration=60)
        self._refresh()
        row = self._row()
        self.assertEqual(row.weekday, "0")
        self.assertEqual(row.company_id, self.site.company_id)
        self.assertEqual(row.offered_minutes, 8 * 60)
        self.assertEqual(row.booked_minutes, 90)
        self.assertEqual(row.free_minutes, 8 * 60 - 90)
        self.assertEqual(row.visit_count, 2)
        self.assertAlmostEqual(row.rate, 90 / 480)

    def test_no_hours_no_row(self):
        self._refresh(first=5, last=6)
        self.assertFalse(self._row(day=5))

    def test_breaks_absences_and_holidays_are_not_offered(self):
        hours = self.doctor.availability_ids.filtered(lambda item: item.weekday == "0")
        hours.break_ids = [Command.create({"hour_from": 12, "hour_to": 13})]
        self._absence(16, 18, resource_id=self.doctor.resource_id.id)
        self._refresh()
        self.assertEqual(self._row().offered_minutes, 6 * 60)
        self.assertEqual(self._row(doctor=self.colleague).offered_minutes, 8 * 60)

    def test_closing_day_of_the_site(self):
        calendar = self.env["resource.calendar"].create({"name": "Site days"})
        self.site.resource_calendar_id = calendar
        self._absence(0, 23, calendar_id=calendar.id)
        self._refresh()
        self.assertFalse(self._row())

    def test_capacity_weighs(self):
        hours = self.doctor.availability_ids.filtered(lambda item: item.weekday == "0")
        hours.capacity = 3
        self._book(9)
        self._book(9, patient_id=self.other_patient.id)
        self._refresh()
        row = self._row()
        self.assertEqual(row.offered_minutes, 3 * 8 * 60)
        self.assertEqual(row.booked_minutes, 60)
        self.assertEqual(row.free_minutes, 3 * 8 * 60 - 60)

    def test_showcase_hours_are_not_offered_to_patients(self):
        self._create_hours(self.doctor, "0", 18, 20, purpose="showcase")
        self._refresh()
        self.assertEqual(self._row().offered_minutes, 8 * 60)

    def test_cleaning_up_is_neither_booked_nor_free(self):
        self.service.buffer_after = 15
        self._book(10)
        self._refresh()
        self.assertEqual(self._row().booked_minutes, 30)
        self.assertEqual(self._row().free_minutes, 8 * 60 - 45)

    def test_states(self):
        self._book(9).cancel()
        self._book(10).mark_no_show()
        self.env["clinic.appointment"].hold(self._vals(11))
        self._refresh()
        row = self._row()
        self.assertEqual(row.booked_minutes, 0)
        self.assertEqual(row.no_show_minutes, 30)
        self.assertEqual(row.visit_count, 0)
        self.assertEqual(row.free_minutes, 8 * 60 - 30, "the hold takes time")

    def test_outside_the_hours(self):
        self._book(18, exception_reason="emergency")
        self._refresh()
        row = self._row()
        self.assertEqual(row.booked_minutes, 30)
        self.assertEqual(row.free_minutes, row.offered_minutes)

    def test_days_are_the_sites(self):
        far = self._create_site("Far", tz="Pacific/Auckland")
        self.doctor.site_ids += far
        self._create_hours(self.doctor, "5", 8, 12, site_id=far.id)
        start = self._at(8, day=5, tz="Pacific/Auckland")
        self.env["clinic.appointment"].book(self._vals(start=start))
        self._refresh(first=5, last=5)
        row = self._row(day=5, site=far)
        self.assertEqual((row.offered_minutes, row.booked_minutes), (240, 30))

    def test_refresh_replaces_and_drops_stale_rows(self):
        visit = self._book(10)
        self._refresh(first=0, last=1)
        self.assertEqual(self._row().booked_minutes, 30)
        visit.cancel()
        hours = self.doctor.availability_ids.filtered(lambda item: item.weekday == "1")
        hours.unlink()
        self._refresh(first=0, last=1)
        self.assertEqual(self._row().booked_minutes, 0)
        self.assertFalse(self._row(day=1), "no hours any more")
        self.assertTrue(self._row(day=1, doctor=self.colleague))

    def test_queries_do_not_grow(self):
        """One doctor for a day takes as many queries as many for two months."""
        for number in range(12):
            self._create_doctor(f"Doctor {number}")
        everybody = self.env["clinic.doctor"].search(
            [("specialty_ids", "in", self.specialty.ids)]
        )
        model = self.env["clinic.utilisation"]
        counts = []
        for doctors, days in ((self.doctor, 0), (everybody, 60)):
            model._refresh(doctors, MONDAY, MONDAY)  # warm
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            model._refresh(doctors, MONDAY, MONDAY + timedelta(days=days))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertLess(counts[1], 12)
        rows = model.search([("doctor_id", "in", everybody.ids)])
        self.assertEqual(len(rows), len(everybody) * 45)


@tagged("post_install", "-at_install")
class TestUtilisationRate(ClinicCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the doctor: 8 h offered, 1 h booked; the colleague: 1 h offered and booked
        cls.colleague.availability_ids.unlink()
        cls._create_hours(cls.colleague, "0", 9, 10)
        cls._book(9, duration=60)
        cls._book(9, duration=60, doctor_id=cls.colleague.id, **cls._other())
        cls.doctors = cls.doctor | cls.colleague
        cls.env["clinic.utilisation"]._refresh(cls.doctors, MONDAY, MONDAY)

    @classmethod
    def _other(cls):
        return {"patient_id": cls.other_patient.id}

    def _groups(self, groupby, **options):
        return self.env["clinic.utilisation"].formatted_read_group(
            [("doctor_id", "in", self.doctors.ids)], groupby, ["rate:avg"], **options
        )

    def test_rate_is_weighted(self):
        (total,) = self._groups([])
        self.assertAlmostEqual(total["rate:avg"], 2 / 9)
        rates = {
            group["doctor_id"][0]: group["rate:avg"]
            for group in self._groups(["doctor_id"])
        }
        self.assertEqual(rates, {self.doctor.id: 1 / 8, self.colleague.id: 1.0})

    def test_rate_can_order_groups(self):
        groups = self._groups(["doctor_id"], order="rate:avg DESC")
        self.assertEqual(groups[0]["doctor_id"][0], self.colleague.id)

    def test_rate_in_a_pivot(self):
        sets = self.env["clinic.utilisation"].formatted_read_grouping_sets(
            [("doctor_id", "in", self.doctors.ids)],
            [[], ["site_id"], ["doctor_id", "site_id"]],
            ["rate:avg", "free_minutes:sum"],
        )
        self.assertAlmostEqual(sets[0][0]["rate:avg"], 2 / 9)
        self.assertAlmostEqual(sets[1][0]["rate:avg"], 2 / 9)
        self.assertEqual({round(g["rate:avg"], 3) for g in sets[2]}, {0.125, 1.0})

    def test_nothing_offered_has_no_rate(self):
        self.colleague.availability_ids.unlink()
        self.env["clinic.utilisation"]._refresh(self.doctors, MONDAY, MONDAY)
        groups = self._groups(["doctor_id"])
        rates = {group["doctor_id"][0]: group["rate:avg"] for group in groups}
        self.assertFalse(rates[self.colleague.id])


@tagged("post_install", "-at_install")
@freeze_time("2030-06-03 08:00:00")
class TestUtilisationWindow(ClinicCommon):
    def _dates(self, doctor=None):
        rows = self.env["clinic.utilisation"].search(
            [("doctor_id", "=", (doctor or self.doctor).id)]
        )
        return sorted(rows.mapped("date"))

    def test_the_window_is_a_setting(self):
        self.env.company.clinic_utilisation_past_days = 7
        self.env.company.clinic_utilisation_next_days = 1
        self.env["clinic.utilisation"]._refresh_company(self.env.company)
        dates = self._dates()
        self.assertEqual(dates[0], MONDAY - timedelta(days=7))
        self.assertEqual(dates[-1], MONDAY + timedelta(days=1))
        self.assertEqual(len(dates), 7)

    def test_scheduled_action(self):
        cron = self.env.ref("clinic_scheduling.ir_cron_refresh_utilisation")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(self._dates()[0], MONDAY - timedelta(days=60))

    def test_archived_doctor_keeps_the_past(self):
        model = self.env["clinic.utilisation"]
        model._refresh_company(self.env.company)
        self.doctor.active = False
        model._refresh_company(self.env.company)
        self.assertEqual(self._dates()[-1], MONDAY - timedelta(days=3))
        self.assertGreater(self._dates(self.colleague)[-1], MONDAY)

    def test_opening_computes_old_figures_only(self):
        model = self.env["clinic.utilisation"].with_user(self.receptionist)
        action = model.action_open()
        self.assertEqual(action["res_model"], "clinic.utilisation")
        self.assertTrue(self._dates())
        self._book(10)
        model.action_open()
        self.assertEqual(self._booked(), 0, "still fresh")
        with freeze_time("2030-06-03 08:20:00"):
            model.action_open()
        self.assertEqual(self._booked(), 30)

    def test_menu_is_for_doctors_and_reception(self):
        menu = self.env.ref("clinic_scheduling.clinic_scheduling_menu_utilisation")
        for user in (self.receptionist, self._create_user("doctor")):
            result = menu.action.with_user(user).run()
            self.assertEqual(result["res_model"], "clinic.utilisation")

    def test_button_computes_at_once(self):
        model = self.env["clinic.utilisation"].with_user(self.receptionist)
        model.action_refresh()
        self._book(10)
        model.action_refresh()
        self.assertEqual(self._booked(), 30)

    def test_who_has_no_role_may_not_compute(self):
        stranger = new_test_user(self.env, "test_stranger")
        model = self.env["clinic.utilisation"].with_user(stranger)
        for method in (model.action_open, model.action_refresh):
            with self.assertRaises(AccessError):
                method()

    def _booked(self):
        rows = self.env["clinic.utilisation"].search(
            [("doctor_id", "=", self.doctor.id), ("date", "=", MONDAY)]
        )
        return sum(rows.mapped("booked_minutes"))

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged

from .common import MONDAY, ClinicCommon


@tagged("post_install", "-at_install")
class TestAppointmentReport(ClinicCommon):
    def _rows(self, *visits):
        ids = [visit.id for visit in visits]
        return self.env["clinic.appointment.report"].search([("id", "in", ids)])

    def _total(self, groupby, *aggregates):
        """Return {value of the group: aggregates} over the test's two doctors."""
        groups = self.env["clinic.appointment.report"]._read_group(
            [("doctor_id", "in", (self.doctor | self.colleague).ids)],
            [groupby],
            aggregates,
        )
        return {key: figures for key, *figures in groups}

    def test_dimensions(self):
        visit = self._book(10, kind="follow_up", source="phone")
        row = self._rows(visit)
        for name in (
            "doctor_id",
            "service_id",
            "specialty_id",
            "site_id",
            "company_id",
            "patient_id",
            "state",
            "kind",
            "source",
            "modality",
            "weekday",
        ):
            self.assertEqual(row[name], visit[name], name)
        self.assertEqual((row.date, row.weekday, row.hour), (MONDAY, "0", 10))
        self.assertEqual(row.appointment_id, visit)

    def test_date_is_of_the_sites_clock(self):
        far = self._create_site("Far", tz="Pacific/Auckland")
        self._create_hours(self.doctor, "5", 8, 12, site_id=far.id)
        start = self._at(8, day=5, tz="Pacific/Auckland")
        row = self._rows(self.env["clinic.appointment"].book(self._vals(start=start)))
        self.assertEqual(row.date, MONDAY + timedelta(days=5))
        self.assertEqual((row.weekday, row.hour), ("5", 8))
        self.assertEqual(row.start.date(), MONDAY + timedelta(days=4), "UTC")

    def test_rates(self):
        """Of 4 past visits 1 was missed; of 6 booked 1 was cancelled."""
        visits = [self._book(9 + number) for number in range(6)]
        visits[0].mark_no_show()
        for visit in visits[1:4]:
            visit.arrive()
        visits[2].begin()
        visits[2].complete()
        visits[4].cancel()
        figures = self._total(
            "doctor_id",
            "__count",
            "no_show_rate:avg",
            "cancellation_rate:avg",
            "booked_minutes:sum",
        )
        self.assertEqual(figures[self.doctor], [6, 1 / 4, 1 / 6, 4 * 30])

    def test_rates_stay_blank_without_outcome(self):
        self._book(10)
        self._book(10, doctor_id=self.colleague.id, patient_id=self.other_patient.id)
        figures = self._total("doctor_id", "no_show_rate:avg")
        self.assertEqual(figures[self.doctor], [False])

    def test_lead_time(self):
        visit = self._book(10)
        self.env.cr.execute(
            "UPDATE clinic_appointment SET create_date = start - interval '36 hours'"
            " WHERE id = %s",
            [visit.id],
        )
        self.assertEqual(self._rows(visit).lead_days, 1.5)

    def test_visit_recorded_afterwards_has_no_lead_time(self):
        visit = self._book(10)
        self.env.cr.execute(
            "UPDATE clinic_appointment SET create_date = start + interval '1 day'"
            " WHERE id = %s",
            [visit.id],
        )
        self.assertEqual(self._rows(visit).lead_days, 0)

    def test_reschedules_overbooked_and_outside(self):
        hours = self.doctor.availability_ids.filtered(lambda item: item.weekday == "0")
        hours.overbook_limit = 1
        moved = self._book(10)
        moved.reschedule({"start": self._at(11)})
        moved.reschedule({"start": self._at(12)})
        self._book(12, patient_id=self.other_patient.id, overbook=True)
        self._book(18, exception_reason="emergency")
        figures = self._total(
            "weekday",
            "reschedule_count:sum",
            "overbooked_count:sum",
            "outside_count:sum",
        )
        self.assertEqual(figures, {"0": [2, 1, 1]})

    def test_holds_are_no_appointments(self):
        hold = self.env["clinic.appointment"].hold(self._vals(10))
        self.assertFalse(self._rows(hold))
        hold.cancel()
        self.assertFalse(self._rows(hold), "nobody ever booked it")
        hold = self.env["clinic.appointment"].hold(self._vals(11))
        hold.confirm()
        self.assertTrue(self._rows(hold))

    def test_open_the_appointment(self):
        visit = self._book(10)
        action = self._rows(visit).action_view_appointment()
        self.assertEqual(action["res_id"], visit.id)

    def test_changes_show_at_once(self):
        visit = self._book(10)
        self.assertEqual(self._rows(visit).state, "scheduled")
        visit.confirm()
        domain = [("id", "=", visit.id), ("state", "=", "confirmed")]
        count = self.env["clinic.appointment.report"].search_count(domain)
        self.assertEqual(count, 1)


@tagged("post_install", "-at_install")
class TestReportAccess(ClinicCommon):
    """Who sees which rows of both reports: as of the appointments themselves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.doctor_user = cls._create_user("doctor")
        cls.doctor.user_id = cls.doctor_user
        cls.mine = cls._book(10)
        cls.theirs = cls._book(
            10, doctor_id=cls.colleague.id, patient_id=cls.other_patient.id
        )
        cls.env["clinic.utilisation"]._refresh(
            cls.doctor | cls.colleague, MONDAY, MONDAY
        )

    def _seen(self, user):
        """Return the doctors of the rows that ``user`` sees, by model."""
        doctors = self.doctor | self.colleague
        return [
            self.env[model]
            .with_user(user)
            .search([("doctor_id", "in", doctors.ids)])
            .sudo()
            .doctor_id
            for model in ("clinic.appointment.report", "clinic.utilisation")
        ]

    def test_a_doctor_sees_own_rows(self):
        self.assertEqual(self._seen(self.doctor_user), [self.doctor, self.doctor])

    def test_reception_sees_all(self):
        everybody = self.doctor | self.colleague
        for seen in self._seen(self.receptionist):
            self.assertEqual(seen, everybody)

    def test_staff_of_a_site_see_that_site(self):
        self.receptionist.clinic_site_ids = self.other_site
        nobody = self.env["clinic.doctor"]
        self.assertEqual(self._seen(self.receptionist), [nobody, nobody])
        self.receptionist.clinic_site_ids = self.site
        self.assertTrue(all(self._seen(self.receptionist)))

    def test_other_companies_see_nothing(self):
        company = self.env["res.company"].create({"name": "Other Practice"})
        user = self._create_user("nurse")
        user.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        nobody = self.env["clinic.doctor"]
        self.assertEqual(self._seen(user), [nobody, nobody])

    def test_nobody_writes(self):
        manager = self._create_user("manager")
        for model in ("clinic.appointment.report", "clinic.utilisation"):
            for operation in ("create", "write", "unlink"):
                allowed = self.env[model].with_user(manager).has_access(operation)
                self.assertFalse(allowed, f"{model} {operation}")

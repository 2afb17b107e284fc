# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re
from datetime import timedelta

from odoo import fields, http
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import MONDAY, ClinicCommon

PAGE = "/my/clinic/doctor"
MARKUP = '<img src=x onerror="alert(1)">'


@tagged("post_install", "-at_install")
class TestPortalDoctor(ClinicCommon, HttpCase):
    """The doctor's own page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("clinic_scheduling.limit.change", 9999)
        cls.user = new_test_user(
            cls.env, "test_dr_portal", groups="base.group_portal", tz="Europe/Paris"
        )
        cls.doctor.write({"user_id": cls.user.id, "portal_hours": "hours"})
        cls.visit = cls._book(10, reason="Secret cough", note="Secret note")
        cls.visit_of_colleague = cls._book(
            11, doctor_id=cls.colleague.id, patient_id=cls.other_patient.id
        )

    def setUp(self):
        super().setUp()
        self.authenticate("test_dr_portal", "test_dr_portal")

    def _get(self, path="", status=200):
        response = self.url_open(f"{PAGE}{path}", allow_redirects=False)
        self.assertEqual(response.status_code, status)
        self.assertNotIn("Traceback", response.text)
        return " ".join(response.text.split())

    def _post(self, path, status=303, token=True, **data):
        if token:
            data["csrf_token"] = http.Request.csrf_token(self)
        response = self.url_open(f"{PAGE}{path}", data=data, allow_redirects=False)
        self.assertEqual(response.status_code, status)
        self.assertNotIn("Traceback", response.text)
        return " ".join(response.text.split())

    def _get_day(self, day=0):
        return str(MONDAY + timedelta(days=day))

    def _get_absences(self):
        self.env.invalidate_all()
        return self.doctor._get_absences()

    def _get_hours(self):
        self.env.invalidate_all()
        return self.doctor._get_weekly_hours()

    # -- Schedule ----------------------------------------------------------

    def test_week_and_day(self):
        for view in ("week", "day"):
            text = self._get(f"?view={view}&day={self._get_day()}")
            with self.subTest(view=view):
                self.assertIn("Paul Patient", text)
                self.assertIn("Consultation", text)
                self.assertIn("North", text)
                self.assertIn("Scheduled", text)
        self.assertNotIn("Paul Patient", self._get(f"?view=day&day={self._get_day(1)}"))

    def test_own_visits_only_and_nothing_clinical(self):
        text = self._get(f"?view=week&day={self._get_day()}")
        for word in ("Olga", "Secret", "cough", self.visit._portal_ensure_token()):
            with self.subTest(word=word):
                self.assertNotIn(word, text)

    def test_cancelled_visits_and_holds_are_left_out(self):
        hold = self._vals(12, patient_id=self.other_patient.id)
        self.env["clinic.appointment"].hold(hold)
        self.visit.cancel()
        text = self._get(f"?view=week&day={self._get_day()}")
        self.assertNotIn("Paul Patient", text)
        self.assertNotIn("Olga", text)

    def test_names_are_never_markup(self):
        self.patient.name = MARKUP
        text = self._get(f"?view=week&day={self._get_day()}")
        self.assertNotIn("<img src=x", text)
        self.assertIn("&lt;img src=x", text)

    def test_malformed_addresses(self):
        for query in (
            *("?day=x", "?day=0001-01-01", "?day=9999-12-31", "?view=year"),
            *("?day=%00", "?view[]=1", "?day=2030-02-30", "/past/page/999999"),
        ):
            with self.subTest(query=query):
                self._get(query)
        self._get("/past/page/x", status=404)

    def test_past_visits(self):
        start = fields.Datetime.now() - timedelta(days=10)
        self.env.user.group_ids += self.env.ref(
            "clinic_scheduling.group_clinic_exception"
        )
        for number in range(25):
            self.env["clinic.appointment"].book(
                {
                    **self._vals(),
                    "start": start - timedelta(days=number),
                    "exception_reason": "Entered later",
                }
            )
        text = self._get("/past")
        self.assertEqual(text.count("o_clinic_doctor_visit"), 20)
        self.assertEqual(self._get("/past/page/2").count("o_clinic_doctor_visit"), 5)

    def test_only_doctors(self):
        paths = ("", "/past", "/availability")
        new_test_user(self.env, "test_stranger", groups="base.group_portal")
        self.authenticate("test_stranger", "test_stranger")
        for path in paths:
            self._get(path, status=404)
        self._post("/absence", status=404, day_from=self._get_day())
        self.authenticate(None, None)
        for path in paths:
            self._get(path, status=303)

    def test_a_doctor_who_left_sees_nothing(self):
        self.doctor.user_id = False
        self._get(status=404)

    def test_internal_doctors_too(self):
        self.doctor.user_id = self._create_user("doctor")
        self.authenticate("test_doctor", "test_doctor")
        self.assertIn("Paul Patient", self._get(f"?view=week&day={self._get_day()}"))

    def test_the_home_page_leads_there(self):
        self.assertIn(f'href="{PAGE}"', self.url_open("/my").text)

    # -- Absences ----------------------------------------------------------

    def test_enter_and_remove_an_absence(self):
        self._post(
            "/absence",
            day_from=self._get_day(7),
            day_to=self._get_day(8),
            name=f"Congress {MARKUP}",
        )
        leave = self._get_absences()
        self.assertEqual(leave.date_from, self._at(0, day=7))
        self.assertEqual(leave.date_to, self._at(0, day=9))
        text = self._get("/availability")
        self.assertIn("Congress", text)
        self.assertNotIn("<img src=x", text)
        with self.assertRaisesRegex(Exception, "is away"):
            self._book(day=7)
        self._post(f"/absence/{leave.id}/remove")
        self.assertFalse(self._get_absences())

    def test_an_absence_of_hours(self):
        day = self._get_day(7)
        self._post(
            "/absence", day_from=day, day_to=day, time_from="13:00", time_to="15:30"
        )
        leave = self._get_absences()
        self.assertEqual(leave.date_from, self._at(13, day=7))
        self.assertEqual(leave.date_to, self._at(15, 30, day=7))

    def test_no_absence_over_booked_visits(self):
        self._book(14, patient_id=self.other_patient.id)
        text = self._post("/absence", status=422, day_from=self._get_day())
        self.assertIn("2 booked appointments lie in that time", text)
        self.assertIn("call reception", text)
        self.assertFalse(self._get_absences())
        self.assertFalse(self.visit.attention)

    def test_absences_that_make_no_sense(self):
        self._post("/absence", status=400)
        self._post("/absence", status=400, day_from="x")
        self._post("/absence", status=400, day_from=self._get_day(7), time_from="25:00")
        for values in (
            {"day_from": self._get_day(8), "day_to": self._get_day(7)},
            {"day_from": "2020-01-01"},
            {"day_from": self._get_day(7), "day_to": self._get_day(500)},
        ):
            with self.subTest(values=values):
                self._post("/absence", status=422, **values)
        self.assertFalse(self._get_absences())

    def test_absences_of_others_stay(self):
        leaves = self.env["resource.calendar.leaves"]
        values = {"name": "Secret", "date_from": self._at(0, day=7)}
        values["date_to"] = self._at(0, day=8)
        theirs = [
            leaves.create({**values, "resource_id": doctor.resource_id.id})
            for doctor in (self.doctor, self.colleague)
        ]
        for leave in theirs:
            self._post(f"/absence/{leave.id}/remove", status=422)
            self.assertTrue(leave.exists())
        text = self._get("/availability")
        self.assertIn("Entered by the practice", text)
        self.assertNotIn("Secret", text)

    # -- Hours -------------------------------------------------------------

    def test_change_weekly_hours(self):
        hours = self._get_hours()
        self.assertEqual(len(hours), 5)
        friday = hours.filtered(lambda row: row.weekday == "4")
        values = {"site_id": self.site.id, "time_from": "08:30", "time_to": "12:00"}
        self._post(f"/hours/{friday.id}", weekday="4", **values)
        self.assertEqual((friday.hour_from, friday.hour_to), (8.5, 12))
        self._post("/hours", weekday="5", **values)
        saturday = self._get_hours() - hours
        self.assertEqual((saturday.weekday, saturday.capacity), ("5", 1))
        self._post(f"/hours/{saturday.id}/remove")
        self.assertEqual(self._get_hours(), hours)

    def test_no_change_that_leaves_visits_behind(self):
        monday = self._get_hours()[0]
        values = {"weekday": "0", "site_id": self.site.id}
        values.update(time_from="12:00", time_to="17:00")
        text = self._post(f"/hours/{monday.id}", status=422, **values)
        self.assertIn("1 booked appointments lie in that time", text)
        text = self._post(f"/hours/{monday.id}/remove", status=422)
        self.assertIn("1 booked appointments", text)
        self.assertEqual(self._get_hours()[0].hour_from, 9)
        self.assertFalse(self.visit.attention)
        self.visit.cancel()
        self._post(f"/hours/{monday.id}", **values)

    def test_never_wider_than_allowed(self):
        values = {"weekday": "5", "time_from": "09:00", "time_to": "12:00"}
        self._post("/hours", status=422, site_id=self.other_site.id, **values)
        values["site_id"] = self.site.id
        row = self.colleague.availability_ids[0]
        self._post(f"/hours/{row.id}", status=422, **values)
        self._post(f"/hours/{row.id}/remove", status=422)
        self._post("/hours", status=422, **{**values, "time_to": "08:00"})
        self._post("/hours", status=422, **{**values, "weekday": "0"})
        for wrong in ({"weekday": "9"}, {"site_id": "x"}, {"time_from": "x"}):
            with self.subTest(wrong=wrong):
                self._post("/hours", status=400, **{**values, **wrong})
        self.assertEqual(len(self._get_hours()), 5)

    def test_forged_values_change_nothing_else(self):
        values = {"weekday": "5", "time_from": "09:00", "time_to": "12:00"}
        values["site_id"] = self.site.id
        self._post("/hours", **values, capacity="9", doctor_id=str(self.colleague.id))
        row = self._get_hours().filtered(lambda item: item.weekday == "5")
        self.assertEqual((row.capacity, row.doctor_id), (1, self.doctor))

    def test_what_the_manager_allows(self):
        hours = {"weekday": "5", "time_from": "09:00", "time_to": "12:00"}
        hours["site_id"] = self.site.id
        absence = {"day_from": self._get_day(7)}
        row = self._get_hours()[4]
        for allowed, absences, weekly in (
            ("none", 422, 422),
            ("absences", 303, 422),
            ("hours", 303, 303),
        ):
            with self.subTest(allowed=allowed):
                self.doctor.portal_hours = allowed
                self._post("/absence", status=absences, **absence)
                self._get_absences().unlink()
                self._post("/hours", status=weekly, **hours)
                self._post(f"/hours/{row.id}/remove", status=weekly)
                text = self._get("/availability")
                self.assertEqual("Enter an absence" in text, absences == 303)
                self.assertEqual("Add hours" in text, weekly == 303)

    @mute_logger("odoo.http")
    def test_changes_need_a_post_with_its_token(self):
        row = self._get_hours()[4]
        for path in ("/absence", "/hours", f"/hours/{row.id}", "/absence/1/remove"):
            with self.subTest(path=path):
                self._get(f"{path}?day_from={self._get_day(7)}", status=303)
                self._post(path, status=400, token=False, day_from=self._get_day(7))
        self.assertFalse(self._get_absences())
        self.assertEqual(len(self._get_hours()), 5)

    def test_every_form_has_its_token(self):
        text = self._get("/availability")
        forms = re.findall(r"<form.*?</form>", text)
        forms = [form for form in forms if PAGE in form]
        self.assertEqual(len(forms), 1 + 5 + 1)
        for form in forms:
            self.assertIn('name="csrf_token"', form)

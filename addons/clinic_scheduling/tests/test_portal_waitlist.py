# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_common import PortalCommon
from .waitlist_common import WaitlistMixin


@tagged("post_install", "-at_install")
class TestPortalWaitlist(WaitlistMixin, PortalCommon):
    """Patients join, change and leave the list for themselves and whom they act for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_waitlist()
        cls.join_url = f"/clinic/waitlist/join?service={cls.service.id}"

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def _send_join(self, **data):
        data = {"service": self.service.id, "patient": self.patient.id, **data}
        response = self._post("/clinic/waitlist/join", **data)
        self.env.invalidate_all()
        return response

    def _find_entries(self, patient=None):
        patient = patient or self.patient
        return self.env["clinic.waitlist.entry"].search(
            [("patient_id", "=", patient.id)]
        )

    def test_the_times_lead_to_the_list(self):
        page = self._get(f"/clinic/book/times?service={self.service.id}")
        self.assertIn("/clinic/waitlist/join?service=", page.text)
        self.env.company.clinic_waitlist_enabled = False
        page = self._get(f"/clinic/book/times?service={self.service.id}")
        self.assertNotIn("/clinic/waitlist/join", page.text)
        self.assertEqual(self._get(self.join_url).status_code, 404)

    def test_guests_may_sign_in(self):
        page = self._get(self.join_url)
        self.assertEqual(page.status_code, 200)
        self.assertIn("/web/login?redirect=", page.text)
        self.assertIn("/web/login?redirect=", self._send_join().text)
        self.assertFalse(self._find_entries())

    def test_join_with_wishes(self):
        self._sign_in()
        self.assertEqual(self._get(self.join_url).status_code, 200)
        last = fields.Date.today() + timedelta(days=30)
        response = self._send_join(
            doctor=self.doctor.id,
            time=["on_weekday_0", "in_morning"],
            latest_date=last.isoformat(),
            notice_hours="24",
        )
        self.assertEqual(response.status_code, 303, response.text[:2000])
        entry = self._find_entries()
        self.assertEqual((entry.source, entry.state), ("portal", "waiting"))
        self.assertEqual(entry.doctor_ids, self.doctor)
        self.assertEqual((entry.latest_date, entry.notice_hours), (last, 24))
        self.assertTrue(entry.on_weekday_0 and entry.in_morning)
        self.assertFalse(entry.on_weekday_1 or entry.in_evening)
        self.assertEqual(entry.urgency, "routine")

    def test_joining_again_changes_the_entry(self):
        self._sign_in()
        self.assertNotIn("on this list already", self._get(self.join_url).text)
        first = self._send_join()
        page = self._get(first.headers["Location"]).text
        self.assertIn("You are on the list. We will tell you", page)
        entry = self._find_entries()
        page = self._get(self.join_url).text
        self.assertIn(f"{self.patient.name} is on this list already.", page)
        self.assertIn(f'href="/my/waitlist/{entry.id}"', page)
        again = self._send_join(time="in_evening")
        self.assertTrue(self._find_entries().in_evening)
        page = self._get(again.headers["Location"]).text
        self.assertIn("You were on the list already.", page)

    def test_what_makes_no_sense_is_said(self):
        self._sign_in()
        yesterday = fields.Date.today() - timedelta(days=1)
        for wrong in (
            {"latest_date": "soon"},
            {"latest_date": yesterday.isoformat()},
            {"latest_date": "2199-01-01"},
            {"notice_hours": "x"},
            {"notice_hours": "-5"},
            {"patient": self.other_patient.id},
            {"patient": "self"},
            {"patient": ""},
        ):
            with self.subTest(wrong):
                response = self._send_join(**wrong)
                self.assertEqual(response.status_code, 422)
                is_date = "Please enter a date" in response.text
                self.assertIs(is_date, wrong.get("latest_date") == "soon")
        self.assertEqual(self._send_join(urgency="stat").status_code, 400)
        self.assertEqual(self._send_join(service="x").status_code, 404)
        self.assertFalse(self._find_entries() | self._find_entries(self.other_patient))

    def test_doctors_who_do_not_offer_it_are_no_wish(self):
        stranger = self._create_doctor("Zoe Zero", specialty_ids=False)
        self._sign_in()
        self._send_join(doctor=stranger.id)
        self.assertFalse(self._find_entries().doctor_ids)

    def test_at_most_so_many_lists(self):
        self.env.company.clinic_waitlist_max_entries = 1
        self._sign_in()
        self._send_join()
        other = self._create_service("Other")
        response = self._send_join(service=other.id)
        self.assertEqual(response.status_code, 422)
        self.assertEqual(len(self._find_entries()), 1)

    def test_a_newcomer_joins(self):
        newcomer = self._create_account("test_newcomer")
        self._sign_in(newcomer)
        response = self._send_join(
            patient="self", name="Nora New", birthdate="1990-02-03"
        )
        self.assertEqual(response.status_code, 303, response.text[:2000])
        patient = self.env["clinic.patient"].search(
            [("partner_id", "=", newcomer.partner_id.id)]
        )
        self.assertTrue(self._find_entries(patient))

    # ------------------------------------------------------------------
    # Own entries
    # ------------------------------------------------------------------

    def test_the_list_is_of_own_patients(self):
        self._join(self.other_patient)
        mine = self._join(self.patient, in_evening=True)
        self._sign_in()
        page = self._get("/my/waitlist")
        self.assertIn("Evening", page.text)
        self.assertIn(f"/my/waitlist/{mine.id}", page.text)
        self.assertNotIn(self.other_patient.name, page.text)

    def test_who_may_only_look_changes_nothing(self):
        entry = self._join(self.patient)
        self.patient._grant(self.stranger.partner_id, "carer", "view", "reception")
        self._sign_in(self.stranger)
        page = self._get("/my/waitlist")
        self.assertIn(self.patient.name, page.text)
        self.assertNotIn(f"/my/waitlist/{entry.id}", page.text)
        self.assertEqual(self._get(f"/my/waitlist/{entry.id}").status_code, 404)
        url = f"/my/waitlist/{entry.id}/withdraw"
        self.assertEqual(self._post(url).status_code, 404)
        self.assertEqual(entry.state, "waiting")

    def test_a_guardian_changes_and_withdraws(self):
        entry = self._join(self.patient, in_morning=True)
        self.patient._grant(self.stranger.partner_id, "carer", "book", "reception")
        self._sign_in(self.stranger)
        url = f"/my/waitlist/{entry.id}"
        self.assertEqual(self._get(url).status_code, 200)
        self.assertEqual(self._post(url, time="in_evening").status_code, 303)
        self.env.invalidate_all()
        self.assertTrue(entry.in_evening and not entry.in_morning)
        self.assertEqual(self._post(f"{url}/withdraw").status_code, 303)
        self.env.invalidate_all()
        self.assertEqual(entry.state, "withdrawn")
        self.assertEqual(self._get(url).status_code, 404)

    def test_others_find_nothing(self):
        entry = self._join(self.patient)
        self._sign_in(self.stranger)
        url = f"/my/waitlist/{entry.id}"
        self.assertEqual(self._get(url).status_code, 404)
        self.assertEqual(self._post(url).status_code, 404)
        self.assertEqual(self._post(f"{url}/withdraw").status_code, 404)

    def test_guests_are_asked_to_sign_in(self):
        entry = self._join(self.patient)
        for url in ("/my/waitlist", f"/my/waitlist/{entry.id}"):
            self._assert_to_sign_in(self._get(url))

    def test_links_withdraw_nothing(self):
        entry = self._join(self.patient)
        self._sign_in()
        response = self._get(f"/my/waitlist/{entry.id}/withdraw")
        self.assertIn(response.status_code, (404, 405))
        url = f"/my/waitlist/{entry.id}/withdraw"
        with mute_logger("odoo.http"):
            response = self._post(url, csrf=False, x="1")
        self.assertEqual(response.status_code, 400)
        self.assertEqual(entry.state, "waiting")

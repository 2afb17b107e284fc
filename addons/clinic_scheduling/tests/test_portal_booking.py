# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from .booking_common import BookingCase
from .portal_common import MARKUP


@tagged("post_install", "-at_install")
class TestPortalBooking(BookingCase):
    """From the chosen time to the confirmation."""

    # ------------------------------------------------------------------
    # Holding
    # ------------------------------------------------------------------

    def test_hold_leads_to_the_question_who_comes(self):
        response = self._post_hold()
        self._assert_leads_to(response, "who")
        hold = self._get_booked(response)
        self.assertEqual((hold.state, hold.source), ("hold", "portal"))
        self.assertEqual((hold.start, hold.kind), (self._at(14), "online"))
        self.assertIn(hold.access_token, response.headers["Location"])
        page = self._get(self._step(hold, "who"))
        self.assertEqual(page.status_code, 200)
        for text in ("Ada Martin", "North", "Consultation", "Mon, Jun 3, 2030"):
            self.assertIn(text, page.text)
        self.assertIn("Paris", page.text)
        self.assertRegex(page.text, r'data-seconds="(600|[45]\d\d)"')
        self.assertEqual(page.headers["Cache-Control"], "no-store")

    def test_another_hold_gives_the_first_one_back(self):
        first = self._hold_time(14)
        second = self._hold_time(15)
        self.assertEqual((first.state, second.state), ("cancelled", "hold"))
        self.assertFalse(first.reservation_ids)

    def test_the_same_time_can_be_held_again(self):
        self._hold_time(14)
        self.assertEqual(self._hold_time(14).start, self._at(14))

    def test_nothing_prolongs_a_hold(self):
        first = self._hold_time(14)
        end = first.hold_expires_at
        later = fields.Datetime.now() + timedelta(minutes=3)
        with patch.object(fields.Datetime, "now", lambda: later):
            again = self._hold_time(14)
            self.assertEqual(again.hold_expires_at, end)
            self.assertEqual(self._ends(again), {end})
            self._send(again, "release")
            again = self._hold_time(14)
            self.assertEqual(again.hold_expires_at, end)
            other = self._hold_time(15)
            self.assertGreater(other.hold_expires_at, end)
        later = other.hold_expires_at + timedelta(seconds=1)
        with patch.object(fields.Datetime, "now", lambda: later):
            self.assertGreater(self._hold_time(15).hold_expires_at, later)

    def test_hold_of_another_visitor_stays(self):
        first = self._hold_time(14)
        self.authenticate(None, None)
        self._hold_time(15)
        self.assertEqual(first.state, "hold")

    def test_refusal_offers_times_and_leaves_the_first_hold(self):
        first = self._hold_time(14)
        response = self._post_hold(10)  # a visit is there
        self.assertEqual(response.status_code, 409)
        self.assertIn("Ada Martin is already booked", response.text)
        self.assertIn(f'value="{self._seconds(10, 30)}"', response.text)
        self.env.invalidate_all()
        self.assertEqual(first.state, "hold")
        self.assertTrue(first.reservation_ids)

    def test_rules_of_patients_bind(self):
        for params in ({"start": self._seconds(14, 7)}, {"start": self._seconds(20)}):
            with self.subTest(params=params):
                self.assertEqual(self._post_hold(**params).status_code, 422)

    def test_any_doctor(self):
        self._book(14)
        hold = self._hold_time(14, doctor="", site="")
        self.assertEqual(hold.doctor_id, self.colleague)

    def test_what_is_not_online_is_not_found(self):
        hidden = self._create_service("Staff only", bookable_online=False)
        for params in (
            {"service": hidden.id},
            {"service": 999999999},
            {"doctor": 999999999},
            {"site": 999999999},
        ):
            with self.subTest(params=params):
                self.assertEqual(self._post_hold(**params).status_code, 404)

    def test_malformed_parameters_are_refused_cleanly(self):
        for name in ("service", "doctor", "site", "start"):
            for value in ("x", "-1", "1e9", "9" * 30, "1 or 1=1", "\0", "[1]", "é"):
                with self.subTest(name=name, value=value):
                    response = self._post_hold(**{name: value})
                    self.assertEqual(response.status_code, 400)
                    self._assert_clean(response)
        self._assert_clean(self._post_hold(start=99999999999))

    def test_nothing_else_can_be_set(self):
        count = self.env["clinic.appointment"].search_count([])
        for name in ("state", "patient_id", "amount", "company_id", "access_token"):
            with self.subTest(name=name):
                response = self._post_hold(**{name: "1"})
                self.assertEqual(response.status_code, 400)
        self.assertEqual(self.env["clinic.appointment"].search_count([]), count)

    # ------------------------------------------------------------------
    # Leaving, coming back, giving back
    # ------------------------------------------------------------------

    def _ends(self, hold):
        self.env.invalidate_all()
        return set(hold.reservation_ids.mapped("expires_at"))

    def test_left_shortens_and_back_restores(self):
        hold = self._hold_time()
        end = hold.hold_expires_at
        self.assertEqual(self._send(hold, "left").status_code, 204)
        [soon] = self._ends(hold)
        self.assertLess(soon, fields.Datetime.now() + timedelta(seconds=61))
        response = self._send(hold, "back")
        self.assertAlmostEqual(response.json()["seconds"], 599, delta=30)
        self.assertEqual(self._ends(hold), {end})
        self.assertEqual(hold.hold_expires_at, end)

    def test_back_comes_too_late(self):
        hold = self._hold_time()
        self._send(hold, "left")
        hold._expire_hold()
        hold.reservation_ids.unlink()
        response = self._send(hold, "back")
        self.assertEqual(response.status_code, 410)
        self.assertEqual(response.json()["code"], "hold_expired")

    def test_left_does_nothing_to_a_booked_visit(self):
        self.assertEqual(self._send(self.visit, "left").status_code, 204)
        self.assertEqual(self._ends(self.visit), {False})
        self._send(self.visit, "release")
        self.assertEqual(self.visit.state, "scheduled")

    def test_release_gives_it_back_at_once(self):
        hold = self._hold_time()
        response = self._send(hold, "release")
        self.assertEqual(response.status_code, 303)
        self.assertIn("/clinic/book/times?service=", response.headers["Location"])
        self.assertIn("day=2030-06-03", response.headers["Location"])
        self.assertFalse(hold.reservation_ids)

    def test_every_step_says_that_the_time_was_given_back(self):
        hold = self._hold_as_guest()
        past = fields.Datetime.now() - timedelta(seconds=1)
        hold._write_by_door({"hold_expires_at": past})
        hold.reservation_ids.expires_at = past
        for step in ("who", "details", "review"):
            with self.subTest(step=step):
                response = self._get(self._step(hold, step))
                self.assertEqual(response.status_code, 410)
                self.assertIn("/clinic/book/times?service=", response.text)
        self.assertEqual(self._send(hold, "review").status_code, 410)
        self.assertEqual(self._describe(hold).status_code, 410)
        self.assertNotEqual(hold.state, "scheduled")

    # ------------------------------------------------------------------
    # The whole way
    # ------------------------------------------------------------------

    def test_a_guest_books(self):
        hold = self._hold_as_guest()
        self.assertFalse(hold.patient_id)
        page = self._get(self._step(hold, "review")).text
        for text in ("Nora New", "My knee", "Do you take medicine?", self.mailbox):
            self.assertIn(text, page)
        self._assert_leads_to(self._send(hold, "review"), "done")
        self.assertEqual((hold.state, hold.kind), ("scheduled", "online"))
        self.assertEqual((hold.source, hold.reason), ("portal", "My knee"))
        self.assertEqual(hold.patient_id.name, "Nora New")
        self.assertEqual(hold.patient_id.email, self.mailbox)
        self.assertEqual(str(hold.patient_id.birthdate), "1990-02-03")
        self.assertEqual(hold.answer_ids.mapped("answer"), ["No"])
        self.assertFalse(hold.sudo().portal_intake)
        self.assertEqual(self._ends(hold), {False})
        done = self._get(self._step(hold, "done"))
        for text in (hold.name, "Bring your card", "Second door", "/ics?access_token"):
            self.assertIn(text, done.text)

    def test_a_second_click_shows_the_confirmation(self):
        hold = self._hold_as_guest()
        self._send(hold, "review")
        patients = self.env["clinic.patient"].search_count([])
        self._assert_leads_to(self._send(hold, "review"), "done")
        self._assert_leads_to(self._get(self._step(hold, "who")), "done")
        self.assertEqual(self.env["clinic.patient"].search_count([]), patients)

    def test_no_step_can_be_left_out(self):
        hold = self._hold_time()
        for step in ("details", "review"):
            self._assert_leads_to(self._get(self._step(hold, step)), "who")
        self._assert_leads_to(self._send(hold, "review"), "who")
        self._assert_leads_to(self._describe(hold), "who")
        self._assert_leads_to(self._get(self._step(hold, "done")), "review")
        self.assertEqual(hold.state, "hold")

    def test_details_are_checked_and_kept(self):
        hold = self._hold_time()
        self._prove(hold)
        self._send(hold, "who", patient="new")
        wrong = {"name": " ", "birthdate": "2999-01-01", "phone": "abc"}
        response = self._describe(hold, **wrong, **{f"q_{self.question.id}": ""})
        self.assertEqual(response.status_code, 422)
        for name in ("name", "birthdate", "phone", f"q_{self.question.id}"):
            self.assertIn(f'id="o_clinic_{name}_error"', response.text)
        self.assertIn('value="abc"', response.text)
        self.assertIn("My knee", response.text)
        self._describe(hold)
        again = self._get(self._step(hold, "details")).text
        self.assertIn('value="Nora New"', again)
        self.assertIn('value="1990-02-03"', again)

    def test_details_take_nothing_else(self):
        hold = self._hold_time()
        self._prove(hold)
        self._send(hold, "who", patient="new")
        for name in ("partner_id", "email", "allergies", "state", "q_999999999", "q_x"):
            with self.subTest(name=name):
                self.assertEqual(self._describe(hold, **{name: "1"}).status_code, 400)

    def test_text_of_visitors_stays_text(self):
        hold = self._hold_time()
        self._prove(hold)
        self._send(hold, "who", patient="new")
        self._describe(hold, name=MARKUP, reason=MARKUP)
        for step in ("details", "review"):
            page = self._get(self._step(hold, step)).text
            self.assertNotIn(MARKUP, page)
            self.assertIn("&lt;img", page)

    def test_what_was_said_goes_on_to_another_time(self):
        first = self._hold_as_guest(14)
        response = self._post_hold(15)
        self._assert_leads_to(response, "details")
        second = self._get_booked(response)
        page = self._get(self._step(second, "details")).text
        self.assertIn('value="Nora New"', page)
        self.assertIn("My knee", page)
        self._assert_leads_to(self._describe(second), "review")
        self._assert_leads_to(self._send(second, "review"), "done")
        self.assertEqual(first.state, "cancelled")
        first._forget_intake()
        self.assertFalse(first.reason or first.answer_ids or first.sudo().portal_intake)

    def test_what_was_said_is_forgotten(self):
        hold, booked = self._hold_as_guest(14), self._book(15, reason="Kept")
        hold.cancel()
        booked.cancel()
        self.env["clinic.appointment"]._gc_intakes()
        self.assertTrue(hold.sudo().portal_intake)
        later = fields.Datetime.now() + timedelta(hours=2)
        with patch.object(fields.Datetime, "now", lambda: later):
            self.env["clinic.appointment"]._gc_intakes()
        self.assertFalse(hold.sudo().portal_intake or hold.reason or hold.answer_ids)
        self.assertEqual(booked.reason, "Kept")

    def test_notice_of_privacy_is_confirmed(self):
        self.env.company.clinic_privacy_url = "https://example.com/privacy"
        hold = self._hold_as_guest()
        self.assertIn("https://example.com", self._get(self._step(hold, "review")).text)
        self.assertEqual(self._send(hold, "review").status_code, 422)
        self.assertEqual(hold.state, "hold")
        self._assert_leads_to(self._send(hold, "review", privacy="1"), "done")

    def test_terms_are_told_before(self):
        self.service.cancel_notice = 48
        page = self._get(self._step(self._hold_as_guest(), "review")).text
        self.assertIn("You can cancel it here until Sat, Jun 1, 2030", page)

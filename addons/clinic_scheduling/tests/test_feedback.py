# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .portal_common import MARKUP, PortalCommon

FEEDBACK = "clinic_scheduling.mail_activity_type_feedback"


@tagged("post_install", "-at_install")
class TestFeedback(PortalCommon):
    """What patients say of visits: once, for managers, and who else sees what."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.manager = cls._create_user("manager")
        cls.user = cls._create_user("doctor")
        cls.doctor.user_id = cls.user
        cls._complete(cls.visit)

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    @classmethod
    def _complete(cls, visit):
        stop = fields.Datetime.now().replace(microsecond=0) - timedelta(hours=1)
        start = stop - timedelta(minutes=30)
        visit._write_by_door({"state": "completed", "start": start, "stop": stop})
        cls.env.flush_all()

    def _rate(self, stars, count=1, **values):
        """Let ``count`` visits of the doctor be rated; return the ratings."""
        ratings = self.env["rating.rating"]
        for number in range(count):
            visit = self._book(9, day=number + 7, **values)
            self._complete(visit)
            visit._give_feedback(stars, "So")
            ratings |= visit._get_feedback()
        return ratings

    def _say(self, token=None, **data):
        url = self._url(suffix="/feedback", token=token or self.token)
        return self._post(url, **data)

    def _page(self, **kwargs):
        return self._get(self._url(suffix="/feedback", token=self.token, **kwargs))

    # ------------------------------------------------------------------
    # Giving it
    # ------------------------------------------------------------------

    def test_page_asks_and_keeps_what_is_said(self):
        page = self._page()
        self.assertEqual(page.status_code, 200)
        self.assertEqual(page.text.count('type="radio"'), 5)
        self.assertFalse(self.visit._get_feedback())
        answer = self._say(stars="4", comment=f" Kind {MARKUP} ")
        self.assertEqual(answer.status_code, 303)
        rating = self.visit._get_feedback()
        self.assertEqual((rating.rating, rating.feedback), (4, f"Kind {MARKUP}"))
        self.assertEqual(rating.clinic_doctor_id, self.doctor)
        self.assertEqual(rating.clinic_service_id, self.service)
        self.assertTrue(rating.consumed)
        page = self._page().text
        self.assertNotIn(MARKUP, page)
        self.assertIn("Change my feedback", page)
        self.assertIn("/feedback", self._get(self._url(token=self.token)).text)

    def test_it_changes_within_a_day(self):
        self._say(stars="4", comment="Good")
        rating = self.visit._get_feedback()
        rating.clinic_released = True
        self._say(stars="1", comment="No")
        self.assertEqual(self.visit._get_feedback(), rating)
        self.assertEqual((rating.rating, rating.feedback), (1, "No"))
        self.assertFalse(rating.clinic_released, "what changed is moderated again")
        self.env.cr.execute(
            "UPDATE rating_rating SET create_date = create_date - interval '25 hours'"
            " WHERE id = %s",
            [rating.id],
        )
        rating.invalidate_recordset()
        answer = self._say(stars="5")
        self.assertEqual(answer.status_code, 422)
        self.assertEqual(rating.rating, 1)
        self.assertNotIn('type="radio"', self._page().text)

    def test_nonsense_is_refused(self):
        for stars in ("", "0", "6", "-1", "4.5", "five", "１"):
            with self.subTest(stars=stars):
                self.assertEqual(self._say(stars=stars).status_code, 422)
        self.assertEqual(self._say(stars="4", rating="5").status_code, 400)
        self._say(stars="3", comment="x" * 5000 + "\0")
        self.assertEqual(len(self.visit._get_feedback().feedback), 2000)

    @mute_logger("odoo.http")
    def test_only_who_has_the_link_or_the_account(self):
        for token in ("x", self.other_token):
            self.assertEqual(self._say(token, stars="4").status_code, 404)
        url = self._url(suffix="/feedback", token=self.token)
        self.assertEqual(self._post(url, csrf=False, stars="4").status_code, 400)
        self._sign_in(self.stranger)
        url = self._url(suffix="/feedback")
        self.assertEqual(self._post(url, stars="4").status_code, 404)
        self._sign_in()
        self.assertEqual(self._post(url, stars="4").status_code, 303)

    def test_only_what_is_over(self):
        url = self._url(self.other_visit, "/feedback", self.other_token)
        self.assertNotIn('type="radio"', self._get(url).text)
        self.assertEqual(self._post(url, stars="4").status_code, 422)
        days = timedelta(days=91)
        self.visit._write_by_door(
            {"start": self.visit.start - days, "stop": self.visit.stop - days}
        )
        with self.assertRaises(UserError):
            self.visit._give_feedback(4)

    def test_completion_asks(self):
        self.env["clinic.reminder.rule"].create(
            {"name": "Ask", "event": "feedback", "channel": "email", "offset": 1}
        )
        self.other_patient.email = "olga@example.com"
        self.other_visit.arrive()
        self.other_visit.begin()
        self.other_visit.complete()
        rows = self.other_visit.reminder_ids
        self.assertIn("feedback", rows.mapped("event"))
        link = self.other_visit._get_message_link("feedback")
        self.assertIn(f"/{self.other_visit.id}/feedback?access_token=", link)

    # ------------------------------------------------------------------
    # Low scores
    # ------------------------------------------------------------------

    def test_a_low_score_is_looked_at(self):
        self._say(stars="2", comment="Secret complaint")
        activity = self.visit.activity_search([FEEDBACK])
        self.assertEqual(len(activity), 1)
        self.assertTrue(
            activity.user_id.has_group("clinic_scheduling.group_clinic_manager")
        )
        self.assertNotIn("Secret", f"{activity.summary} {activity.note}")
        self._say(stars="1")
        self.assertEqual(self.visit.activity_search([FEEDBACK]), activity)
        self._say(stars="3")
        self.assertFalse(self.visit.activity_search([FEEDBACK]))

    # ------------------------------------------------------------------
    # Who sees it
    # ------------------------------------------------------------------

    def test_ratings_are_for_managers(self):
        rating = self._rate(2)
        for user in (self.receptionist, self.user, self.account):
            found = self.env["rating.rating"].with_user(user)
            with self.subTest(user=user.login):
                if user != self.account:
                    self.assertNotIn(rating, found.search([]))
                with self.assertRaises(AccessError):
                    rating.with_user(user).read(["feedback"])
                with self.assertRaises(AccessError):
                    self.visit.with_user(user).read(["rating_avg"])
        self.assertIn(rating, rating.with_user(self.manager).search([]))
        self.manager.clinic_site_ids = self.other_site
        self.assertNotIn(rating, rating.with_user(self.manager).search([]))

    def test_nobody_changes_what_was_said(self):
        rating = self._rate(2).with_user(self.manager)
        rating.clinic_released = True
        for vals in ({"rating": 5}, {"feedback": "Great"}, {"res_id": 1}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                rating.write(vals)
        vals = {
            "res_model_id": self.env["ir.model"]._get_id("clinic.appointment"),
            "res_id": self.visit.id,
            "rating": 5,
        }
        other = new_test_user(self.env, "test_clerk")
        for user in (self.manager, self.receptionist, other):
            ratings = self.env["rating.rating"].with_user(user)
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                ratings.create(vals)

    def test_no_other_way_rates_a_visit(self):
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.other_visit.message_post(body="Good", rating_value=5)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.other_visit._rating_get_access_token()
        self.assertFalse(self.other_visit._get_feedback())

    def test_by_doctor_and_service(self):
        self._rate(2)
        self._rate(5, doctor_id=self.colleague.id, start=self._at(15, day=30))
        doctor = self.doctor.with_user(self.manager)
        self.assertEqual((doctor.feedback_count, doctor.feedback_average), (1, 2))
        service = self.service.with_user(self.manager)
        self.assertEqual((service.feedback_count, service.feedback_average), (2, 3.5))
        action = doctor.action_view_feedback()
        found = self.env["rating.rating"].search(action["domain"])
        self.assertEqual(found.clinic_doctor_id, self.doctor)
        with self.assertRaises(AccessError):
            self.doctor.with_user(self.receptionist).read(["feedback_average"])

    def test_the_public_sees_averages_of_many_if_at_all(self):
        self._rate(4, count=4)
        self.company.clinic_feedback_public = True
        self.assertFalse(self.doctor._get_public_feedback())
        self._rate(4, doctor_id=self.doctor.id, start=self._at(15, day=30))
        shown = self.doctor._get_public_feedback()
        self.assertEqual(shown, {self.doctor.id: {"count": 5, "average": 4}})
        page = self._get("/clinic/book?by=doctor").text
        self.assertIn("4.0", page)
        self.company.clinic_feedback_public = False
        self.assertFalse(self.doctor._get_public_feedback())
        self.assertNotIn(
            "portal_doctor_rating", self._get("/clinic/book?by=doctor").text
        )

    def test_doctors_read_what_is_released(self):
        rating = self._rate(3)
        rating.feedback = "Rather long wait"
        self.authenticate("test_doctor", "test_doctor")
        page = self._get("/my/clinic/doctor/past").text
        self.assertIn("3.0", page)
        self.assertNotIn("Rather long wait", page)
        rating.clinic_released = True
        self.env.flush_all()
        page = self._get("/my/clinic/doctor/past").text
        self.assertIn("Rather long wait", page)

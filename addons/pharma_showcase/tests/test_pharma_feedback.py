# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What doctors say of calls: who says it, once, and who reads it."""

import uuid
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic_scheduling.controllers import portal_common

from .common import PharmaCommon


class PharmaFeedbackCommon(PharmaCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager_user = cls._create_pharma_user("manager")
        cls.team.user_id = cls.manager_user
        cls.showcase = cls._hold()

    @classmethod
    def _hold(cls, days=1, state="done"):
        """Return a call of some days ago in that state."""
        start = fields.Datetime.now() - timedelta(days=days)
        return cls.env["pharma.showcase"].create(
            cls._showcase_vals(start=start, site_id=cls.practice.id, state=state)
        )


@tagged("post_install", "-at_install")
class TestPharmaFeedback(PharmaFeedbackCommon):
    def test_a_call_is_rated_once_and_may_be_changed_for_a_day(self):
        self.showcase._give_feedback(4, "Useful\x00 ")
        rating = self.showcase._get_feedback()
        self.assertEqual((rating.rating, rating.feedback), (4, "Useful"))
        self.assertEqual(rating.pharma_representative_id, self.representative)
        self.assertEqual(rating.partner_id, self.outside.partner_id)
        self.showcase._give_feedback(5)
        self.assertEqual(self.showcase._get_feedback(), rating)
        self.assertEqual(rating.rating, 5)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE rating_rating SET create_date = create_date - interval '2 days'"
            " WHERE id = %s",
            (rating.id,),
        )
        self.env.invalidate_all()
        with self.assertRaises(UserError):
            self.showcase._give_feedback(1)

    def test_only_calls_that_were_held_are_rated(self):
        for days, state in ((2, "declined"), (2, "no_show"), (200, "done")):
            with self.subTest(days=days, state=state), self.assertRaises(UserError):
                self._hold(days, state)._give_feedback(4)
        for stars in (0, 6, None):
            with self.assertRaises(UserError):
                self.showcase._give_feedback(stars)

    def test_a_bad_score_is_looked_at(self):
        self.showcase._give_feedback(1, "Came too late")
        activity = self.showcase.activity_ids
        self.assertEqual(activity.user_id, self.manager_user)
        self.assertNotIn("Came too late", f"{activity.summary}{activity.note}")
        self.showcase._give_feedback(5)
        self.assertFalse(self.showcase.activity_ids)

    def test_nobody_rates_for_doctors(self):
        for user in (self.env.ref("base.user_admin"), self.representative.user_id):
            showcase = self.showcase.with_user(user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["rating.rating"].with_user(user).create(
                    {
                        "res_model_id": self.env["ir.model"]._get_id(showcase._name),
                        "res_id": showcase.id,
                        "rating": 5,
                        "consumed": True,
                    }
                )

    def test_managers_read_and_change_nothing(self):
        self.showcase._give_feedback(2, "Too long")
        rating = self.showcase._get_feedback()
        mine = rating.with_user(self.manager_user)
        self.assertEqual(mine.feedback, "Too long")
        with self.assertRaises(AccessError):
            mine.feedback = "All well"
        employee = new_test_user(self.env, "test_employee")
        for user in (self.representative.user_id, self.receptionist, employee):
            with self.subTest(user=user.login):
                self.assertFalse(rating.with_user(user).has_access("read"))
                self.assertFalse(
                    rating.with_user(user).search([("id", "=", rating.id)])
                )
        seen = self.showcase.with_user(self.representative.user_id)
        self.assertNotIn("rating_ids", seen.fields_get())
        self.assertNotIn("rating_last_feedback", seen.fields_get())


@tagged("post_install", "-at_install")
class TestPharmaFeedbackPage(PharmaFeedbackCommon, HttpCase):
    def setUp(self):
        super().setUp()
        # attempts stay counted when a test is rolled back: let each come from elsewhere
        address = str(uuid.uuid4())
        self.startPatcher(
            patch(f"{portal_common.__name__}.get_address", lambda: address)
        )
        self.token = self.showcase.sudo().access_token
        self.address = f"/showcase/{self.showcase.id}"

    def _get(self, suffix="/feedback", token=None):
        token = self.token if token is None else token
        return self.url_open(f"{self.address}{suffix}?access_token={token}")

    def _post(self, csrf=True, **values):
        self.authenticate(None, None)
        if csrf:
            values["csrf_token"] = Request.csrf_token(self)
        response = self.url_open(
            f"{self.address}/feedback",
            {"access_token": self.token, **values},
            allow_redirects=False,
        )
        self.env.invalidate_all()
        return response

    def test_the_doctor_says_how_it_was(self):
        self.assertIn("/feedback?access_token=", self._get("").text)
        self.assertIn('name="stars"', self._get().text)
        answer = self._post(stars="4", comment="<b>Short</b>")
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(self.showcase._get_feedback().rating, 4)
        page = self._get()
        self.assertNotIn("<b>Short</b>", page.text)
        self.assertIn("&lt;b&gt;Short", page.text)
        self.assertIn("no-store", page.headers["Cache-Control"])

    def test_what_makes_no_sense_is_refused(self):
        for values, status in (
            ({}, 422),
            ({"stars": "9"}, 422),
            ({"stars": "5", "res_id": "1"}, 400),
            ({"stars": "5", "csrf": False}, 400),
        ):
            with self.subTest(values=values), mute_logger("odoo.http"):
                self.assertEqual(self._post(**values).status_code, status)
        self.assertFalse(self.showcase._get_feedback())

    def test_only_the_secret_opens_it(self):
        for token in ("", "x" * 36):
            self.assertEqual(self._get(token=token).status_code, 404)
        other = self._hold(3)
        self.assertEqual(self._get(token=other.sudo().access_token).status_code, 404)

    def test_a_look_changes_nothing(self):
        self._get()
        self.assertFalse(self.showcase._get_feedback())

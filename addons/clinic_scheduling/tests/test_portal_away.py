# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_common import SECRET, PortalCommon


@tagged("post_install", "-at_install")
class TestPortalAway(PortalCommon):
    """The page on which a patient answers what is proposed."""

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        impact = (
            self.env["clinic.impact"]
            .with_user(self.receptionist)
            .create(
                {
                    "doctor_ids": [Command.set(self.doctor.ids)],
                    "start": self._at(8),
                    "stop": self._at(20),
                    "reason": SECRET,
                }
            )
        )
        impact.action_preview()
        impact.action_propose()
        self.offer = self.visit._get_away_offer()
        self.env.flush_all()

    def _answer(self, what, token=None, **data):
        data = {"offer": self.offer.id, **data}
        url = self._url(suffix=f"/away/{what}", token=token or self.token)
        return self._post(url, **data)

    def _page(self):
        return self._get(self._url(suffix="/away", token=self.token))

    def test_page_asks_and_changes_nothing(self):
        response = self._page()
        self.assertEqual(response.status_code, 200)
        for text in ("needs a new time", "Take this time", "Ben Moreau", "Ada Martin"):
            self.assertIn(text, response.text)
        self.assertNotIn(SECRET, response.text)
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertEqual(self.offer.state, "waiting")
        for what in ("accept", "other", "cancel"):
            url = self._url(suffix=f"/away/{what}", token=self.token)
            self.assertEqual(self._get(url).status_code, 405)
        self.assertIn("/away", self._get(self._url(token=self.token)).text)

    def test_accept(self):
        wanted = self.offer.new_start, self.offer.new_doctor_id
        response = self._answer("accept")
        self.assertEqual(response.status_code, 303)
        self.visit.invalidate_recordset()
        self.assertEqual((self.visit.start, self.visit.doctor_id), wanted)
        self.assertIn("your new time is booked", self._page().text)
        self.assertEqual(self._answer("accept").status_code, 303)
        self.assertEqual(self.visit.reschedule_count, 1)

    def test_other_leads_to_the_free_times(self):
        response = self._answer("other")
        self.assertEqual(response.status_code, 303)
        self.assertIn("/reschedule?", response.headers["Location"])
        self.assertEqual(self.offer.state, "another")
        self.assertNotIn("Take this time", self._page().text)

    def test_cancel(self):
        self._answer("cancel")
        self.visit.invalidate_recordset()
        self.assertEqual(self.visit.state, "cancelled")
        self.assertIn("is cancelled", self._page().text)

    def test_what_is_settled_is_not_cancelled_by_the_old_link(self):
        self._answer("accept")
        response = self._answer("cancel")
        self.assertEqual(response.status_code, 409)
        self.assertIn("settled already", response.text)
        self.assertIn("To the appointment", response.text)
        self.env.invalidate_all()
        self.assertEqual(
            (self.visit.state, self.offer.state), ("confirmed", "accepted")
        )

    def test_what_practice_keeps_is_not_cancelled_by_the_old_link(self):
        self.visit.action_keep()
        self.env.flush_all()
        self.assertEqual(self._answer("cancel").status_code, 409)
        self.env.invalidate_all()
        self.assertNotEqual(self.visit.state, "cancelled")
        self.assertEqual(self.offer.state, "settled")

    @mute_logger("odoo.http")
    def test_only_the_patient_answers(self):
        for what in ("accept", "other", "cancel"):
            with self.subTest(what=what):
                for token in ("x", self.other_token):
                    self.assertEqual(self._answer(what, token).status_code, 404)
                url = self._url(suffix=f"/away/{what}", token=self.token)
                answer = self._post(url, csrf=False, offer=self.offer.id)
                self.assertEqual(answer.status_code, 400)
                self.assertEqual(self._answer(what, x="1").status_code, 400)
        self._sign_in(self.stranger)
        url = self._url(suffix="/away/accept")
        self.assertEqual(self._post(url, offer=self.offer.id).status_code, 404)
        self.assertEqual(self.offer.state, "waiting")

    def test_what_was_not_seen_is_not_accepted(self):
        response = self._answer("accept", offer=self.offer.id + 1)
        self.assertEqual(response.status_code, 200)
        self.assertIn("changed meanwhile", response.text)
        self.assertEqual(self.offer.state, "waiting")

    def test_a_proposal_that_ended(self):
        self.offer.hold_id.cancel()
        self.assertNotIn("Take this time", self._page().text)
        response = self._answer("accept")
        self.assertEqual(response.status_code, 409)
        self.assertIn("no longer held", response.text)

    def test_other_visits_have_nothing_to_answer(self):
        url = self._url(self.other_visit, "/away", self.other_token)
        page = self._get(url).text
        self.assertIn("needs a new time", page)
        self.other_visit.action_keep()
        self.env.flush_all()
        page = self._get(url).text
        self.assertNotIn("needs a new time", page)
        self.assertNotIn("Take this time", page)

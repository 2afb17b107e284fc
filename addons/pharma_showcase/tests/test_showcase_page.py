# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import uuid
from unittest.mock import patch

from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic_scheduling.controllers import portal_common
from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from .common import PharmaCommon


@tagged("post_install", "-at_install")
class TestShowcasePage(PharmaCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.representative.max_calls_day = 0

    def setUp(self):
        super().setUp()
        # attempts stay counted when a test is rolled back: let each come from elsewhere
        address = str(uuid.uuid4())
        self.startPatcher(
            patch(f"{portal_common.__name__}.get_address", lambda: address)
        )
        self.showcase = self._propose(
            agenda="<img src=x onerror=alert(1)>",
            line_ids=[(0, 0, {"product_id": self.products[0].id, "minutes": 10})],
        )
        self.token = self.showcase.sudo().access_token

    def _get(self, showcase=None, token=None, suffix=""):
        showcase = showcase or self.showcase
        token = self.token if token is None else token
        self.env.flush_all()
        return self.url_open(
            f"/showcase/{showcase.id}{suffix}?access_token={token}",
            allow_redirects=False,
        )

    def _post(self, suffix, token=None, csrf=True, **values):
        self.authenticate(None, None)
        if csrf:
            values["csrf_token"] = Request.csrf_token(self)
        token = self.token if token is None else token
        self.env.flush_all()
        response = self.url_open(
            f"/showcase/{self.showcase.id}{suffix}",
            data={"access_token": token, **values},
            allow_redirects=False,
        )
        self.env.invalidate_all()
        return response

    def test_the_page_says_what_it_is_about(self):
        other = self._propose(start=self._at(13, day=1))
        page = self._get()
        self.assertEqual(page.status_code, 200)
        for word in ("Olive Outside", "Rita", "Test Product 1", self.showcase.name):
            self.assertIn(word, page.text)
        self.assertNotIn("<img src=x", page.text)
        self.assertIn(f"/showcase/{other.id}?access_token=", page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertEqual(self.showcase.state, "proposed")

    def test_wrong_secrets_open_nothing(self):
        other = self._propose(start=self._at(13))
        for token in ("", "False", "é", other.sudo().access_token, "' OR 1=1"):
            with self.subTest(token=token):
                self.assertEqual(self._get(token=token).status_code, 404)
                for suffix in ("/accept", "/decline", "/move"):
                    answer = self._post(suffix, token=token)
                    self.assertEqual(answer.status_code, 404)
        self.assertEqual(self._get(token=self.token).status_code, 200)
        self.assertEqual(self.url_open("/showcase/999999999999").status_code, 404)

    def test_drafts_have_no_page(self):
        draft = self.showcases.create(self._showcase_vals(13))
        token = draft.sudo().access_token
        self.assertEqual(self._get(draft, token).status_code, 404)

    def test_a_link_that_is_followed_changes_nothing(self):
        for suffix in ("/accept", "/decline", "/move"):
            answer = self._get(suffix=suffix)
            self.assertEqual(answer.status_code, 303)
        self.assertEqual(self.showcase.state, "proposed")

    def test_forms_need_their_own_page(self):
        with mute_logger("odoo.http"):
            self.assertEqual(self._post("/accept", csrf=False).status_code, 400)
        self.assertEqual(self._post("/accept", state="done").status_code, 400)
        self.assertEqual(self.showcase.state, "proposed")

    def test_accept(self):
        answer = self._post("/accept")
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(self.showcase.state, "confirmed")
        self.assertIn(
            self.outside.partner_id, self.showcase.message_ids.mapped("author_id")
        )

    def test_decline_with_a_reason(self):
        self._post("/decline", reason="  On holiday\x00 ")
        self.assertEqual(self.showcase.state, "declined")
        self.assertEqual(self.showcase.decline_reason, "On holiday")
        self.assertFalse(self.showcase.sudo().reservation_ids)
        task = self.showcase.activity_ids
        self.assertEqual(task.user_id, self.representative.user_id)
        # there is no way back for the doctor
        self.assertEqual(self._post("/accept").status_code, 409)

    def test_move_to_a_free_time(self):
        start = epoch(self._at(13, 20))
        page = self._get()
        wanted = f"{start}-{self.practice.id}"
        self.assertIn(wanted, page.text)
        answer = self._post("/move", time=wanted)
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(self.showcase.start, self._at(13, 20))
        self.assertEqual(self.showcase.state, "confirmed")
        self.assertTrue(self.showcase.history_ids.by_doctor)

    def test_a_time_that_is_not_offered_is_refused(self):
        self._propose(start=self._at(13))
        for start, status in (
            (epoch(self._at(13)), 409),
            (epoch(self._at(9)), 422),
            (epoch(self._at(12, 10, day=1)), 422),
            ("x", 400),
            ("", 400),
        ):
            with self.subTest(start=start):
                answer = self._post("/move", time=f"{start}-{self.practice.id}")
                self.assertEqual(answer.status_code, status)
                self.assertNotIn("Traceback", answer.text)
        self.assertEqual(self.showcase.start, self._at(12))

    def test_answers_are_rate_limited(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("clinic_scheduling.limit.change", "1/3600")
        self._post("/accept")
        answer = self._post("/decline")
        self.assertEqual(answer.status_code, 429)
        self.assertIn("Retry-After", answer.headers)

    def test_what_is_over_can_be_read_only(self):
        self.showcase.cancel("Ill")
        page = self._get()
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("/decline", page.text)
        self.assertEqual(self._post("/accept").status_code, 409)

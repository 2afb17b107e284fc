# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
from datetime import timedelta
from unittest.mock import patch

from odoo import http
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic_scheduling.models.clinic_rate_limit import LIMITS

from .test_queue_board import JSON, SECRETS, BoardCommon

STATE_KEYS = {"html", "state", "call", "is_next", "channel"}


@tagged("post_install", "-at_install")
class TestPageState(BoardCommon):
    def test_place_and_wait(self):
        first, second = self._join_named(20), self._join_named(10)
        self._open()
        state = second._get_page_state()
        self.assertEqual((state["place"], state["is_next"]), (2, False))
        self.assertLessEqual(*state["wait"])
        self.assertTrue(first._get_page_state()["is_next"])

    def test_without_a_desk_nobody_can_tell(self):
        self.assertIsNone(self._join()._get_page_state()["wait"])

    def test_who_waits_for_somebody_who_is_not_there_is_not_next(self):
        board = self.env["clinic.queue.board"].create(
            {"name": "Hall", "site_id": self.site.id, "queue_ids": self.queue.ids}
        )
        bound, plain = self._join(20), self._join(10)
        self._open()
        bound.with_user(self.nurse).screen_transfer(doctor_id=self.doctor.id)
        state = bound._get_page_state()
        self.assertEqual((state["place"], state["is_next"]), (None, False))
        self.assertTrue(plain._get_page_state()["is_next"])
        self.assertEqual(board._get_state()["queues"][0]["next"], [plain.name])
        self.other_desk.with_user(self.receptionist)._open_desk(self.doctor)
        self.assertTrue(bound._get_page_state()["is_next"])

    def test_others_calls_are_the_last_ones(self):
        first, second = self._join(20), self._join(10)
        self._open().call_next()
        state = first._get_page_state()
        self.assertEqual((state["state"], state["call"]), ("called", 1))
        self.assertEqual(state["room"], "Desk 1")
        self.assertEqual(state["last_called"], [])
        self.assertEqual(second._get_page_state()["last_called"], [first.name])

    def test_who_waits_for_another_doctor_is_not_ahead(self):
        self._join(20, doctor_id=self.doctor.id)
        own = self._join(10, doctor_id=self.colleague.id)
        self.assertEqual(own._get_page_state()["place"], 1)

    def test_an_emergency_is_told_to_who_waits(self):
        ticket = self._join(10)
        self.assertFalse(ticket._get_page_state()["is_emergency"])
        self._join(level=1)
        state = ticket._get_page_state()
        self.assertTrue(state["is_emergency"])
        self.assertEqual(state["place"], 1)

    def test_leaving_twice_is_leaving_once(self):
        ticket = self._join()
        ticket._leave_by_page()
        events = len(ticket.event_ids)
        ticket._leave_by_page()
        self.assertEqual((ticket.state, len(ticket.event_ids)), ("cancelled", events))

    def test_nobody_leaves_a_consultation(self):
        ticket = self._join()
        self._open().call_next().start_service()
        with self.assertRaises(UserError):
            ticket._leave_by_page()

    def test_links_end_with_the_day(self):
        ticket = self._join()
        token, find = ticket.access_token, self.tickets._find_by_token
        ticket.sudo().day -= timedelta(days=1)
        self.assertEqual(find(token), ticket)  # still here after midnight
        ticket.leave_queue()
        self.assertFalse(find(token))
        ticket.take_back()
        ticket.sudo().day -= timedelta(days=1)
        self.assertFalse(find(token))

    def _allow(self, country):
        """Let text messages go to numbers of one country."""
        company = self.env.company
        company.clinic_code_country_ids = self.env.ref(f"base.{country}")

    def test_the_link_as_a_text_message(self):
        self._allow("fr")
        ticket = self._join_named()
        messages = self.env["sms.sms"].search([])
        self.assertEqual(ticket._send_link("+33 6 12 34 56 78"), "sms")
        message = self.env["sms.sms"].search([]) - messages
        self.assertEqual(message.number, "+33612345678")
        self.assertIn(ticket._get_page_url(), message.body)
        self.assertIn(ticket.name, message.body)
        self._assert_discreet(message.body)

    def test_no_messages_to_other_countries(self):
        self._allow("be")
        with self.assertRaisesRegex(UserError, "numbers of this country"):
            self._join()._send_link("+33 6 12 34 56 78")

    def test_the_link_as_an_email(self):
        ticket = self._join_named()
        messages = self.env["mail.mail"].search([])
        self.assertEqual(ticket._send_link("Ann@Example.com"), "email")
        message = self.env["mail.mail"].search([]) - messages
        self.assertEqual(message.email_to, "ann@example.com")
        self.assertIn(ticket._get_page_path(), message.body_html)
        self._assert_discreet(message.body_html + message.subject)

    def _assert_discreet(self, text):
        for secret in SECRETS:
            self.assertNotIn(secret, text)

    def test_a_slip_tells_the_time_as_its_language_does(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        ticket = self._join_named()
        for lang, clock in (("en_US", r"\d:\d\d\s[AP]M$"), ("fr_FR", r"\d\d:\d\d$")):
            texts = ticket.with_context(lang=lang)._get_slip_texts()
            self.assertRegex(texts["at"], clock)

    def test_reception_sends_the_link_and_keeps_no_contact(self):
        self._allow("fr")
        wizard = self.env["clinic.queue.join"].with_user(self.receptionist)
        messages = self.env["sms.sms"].search([])
        dialog = wizard.create({"queue_id": self.queue.id, "send_to": "+33612345679"})
        action = dialog.action_join_print()
        self.assertTrue(action["url"].endswith("/slip"))
        self.assertEqual(len(self.env["sms.sms"].search([]) - messages), 1)
        self.assertFalse(dialog.send_to)
        with self.assertRaises(UserError):
            wizard.create(
                {"queue_id": self.queue.id, "send_to": "tomorrow"}
            ).action_join()


@tagged("post_install", "-at_install")
class TestPage(BoardCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.ticket = self._join_named(10)
        self.path = self.ticket._get_page_path()

    def _post(self, end, **data):
        """Return the answer to a form of the page."""
        data.setdefault("csrf_token", http.Request.csrf_token(self))
        return self.url_open(f"{self.path}/{end}", data=data)

    def _sign_in(self):
        self.authenticate(None, None)

    def test_the_page_its_state_and_slip(self):
        self._join_named(30)
        self._open().call_next()
        for end in ("", "/slip", "/state"):
            with self.subTest(end):
                response = self.url_open(f"{self.path}{end}")
                self.assertEqual(response.status_code, 200)
                self.assertEqual(response.headers["Cache-Control"], "no-store")
                for secret in SECRETS:
                    self.assertNotIn(secret, response.text)
        self.assertEqual(set(response.json()), STATE_KEYS)
        self.assertNotIn(str(self.ticket.id), json.dumps(response.json()["html"]))

    def test_reading_changes_nothing(self):
        fields = ["state", "write_date", "event_ids", "call_count"]
        before = self.ticket.read(fields)
        for end in ("", "/slip", "/state"):
            self.url_open(f"{self.path}{end}")
        for end in ("/leave", "/feedback"):
            self.assertEqual(self.url_open(f"{self.path}{end}").status_code, 405)
        self.ticket.invalidate_recordset()
        self.assertEqual(self.ticket.read(fields), before)

    def test_leaving(self):
        self._sign_in()
        response = self._post("leave")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(self.ticket.state, "cancelled")
        self.assertIn("You have left the queue", response.text)

    def test_forms_need_their_token_and_nothing_else(self):
        self._sign_in()
        with mute_logger("odoo.http"):
            self.assertEqual(self._post("leave", csrf_token="").status_code, 400)
        self.assertEqual(self._post("leave", state="completed").status_code, 400)
        self.assertEqual(self._post("feedback", comment="x").status_code, 400)
        self.assertEqual(self.ticket.state, "waiting")

    def test_feedback_once(self):
        self._sign_in()
        self.assertEqual(self._post("feedback", stars="5").status_code, 422)
        desk = self._open()
        desk.call_next().start_service()
        self.ticket.complete_service()
        self.assertIn("How was your visit?", self.url_open(self.path).text)
        self.assertEqual(self._post("feedback", stars="9").status_code, 422)
        response = self._post("feedback", stars="4")
        self.assertIn("Thank you for your feedback", response.text)
        self.assertEqual(self.ticket._get_page_rating().rating, 4)
        self.assertEqual(self._post("feedback", stars="1").status_code, 422)
        self.assertEqual(self.ticket._get_page_rating().rating, 4)

    def test_other_links_open_nothing(self):
        self._sign_in()
        good, token = self.path, self.ticket.access_token
        for end in (token[:-1], token[:-1] + "%00", "0" * 32, str(self.ticket.id)):
            with self.subTest(end):
                self.path = good.replace(token, end)
                self.assertEqual(self.url_open(self.path).status_code, 404)
                self.assertEqual(self.url_open(f"{self.path}/slip").status_code, 404)
                self.assertEqual(self._post("leave").status_code, 404)
                answer = self.url_open(f"{self.path}/state", headers=JSON)
                self.assertEqual(answer.json(), {"code": "not_found"})
        self.assertEqual(self.ticket.state, "waiting")

    def test_too_often(self):
        self._sign_in()
        limits = {
            "queue_state": (1, 60),
            "queue_page": (1, 60),
            "queue_change": (1, 60),
        }
        with patch.dict(LIMITS, limits):
            for end in ("", "/state"):
                codes = [
                    self.url_open(f"{self.path}{end}").status_code for _ in range(2)
                ]
                self.assertEqual(codes, [200, 429])
            # the page that is shown after leaving is one too many already
            self.assertEqual(self._post("leave").status_code, 429)
            self.assertEqual(self.ticket.state, "cancelled")

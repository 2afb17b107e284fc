# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Command, Datetime
from odoo.tests import HttpCase, tagged

from odoo.addons.clinic_scheduling.models.clinic_rate_limit import LIMITS

from .common import QueueCommon

JSON = {"Accept": "application/json"}
NAME = "Zephyrine Unmistakable"
SECRETS = (NAME, "Oncology", "Chest pain", "wheelchair")


class BoardCommon(QueueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.queue.name = "Oncology Walk-ins"
        cls.patient.name = NAME
        cls.board = cls.env["clinic.queue.board"].create(
            {
                "name": "Hall",
                "site_id": cls.site.id,
                "queue_ids": [Command.set(cls.queue.ids)],
                "has_wait": True,
            }
        )

    def _join_named(self, minutes=0, **values):
        """Return the ticket of somebody of whom much is known."""
        return self._join(
            minutes,
            patient_id=self.patient.id,
            reason="Chest pain",
            special_requirements="wheelchair",
            **values,
        )


@tagged("post_install", "-at_install")
class TestBoardState(BoardCommon):
    def _state(self):
        return self.board._get_state()

    def test_nobody_is_here(self):
        state = self._state()
        self.assertEqual(state["called"], [])
        self.assertEqual(state["queues"], [{"letter": "T", "next": [], "wait": None}])
        self.assertFalse(state["is_emergency"])

    def test_a_call(self):
        self._join_named(30)
        later = self._join_named(20)
        desk = self._open()
        called = desk.call_next()
        state = self._state()
        (call,) = state["called"]
        self.assertEqual(call["number"], called.name)
        self.assertEqual(set(call["room"].values()), {self.desk.name})
        self.assertFalse(call["is_here"])
        self.assertEqual(state["queues"][0]["next"], [later.name])
        self.assertTrue(state["queues"][0]["wait"])
        called.recall()
        (again,) = self._state()["called"]
        self.assertNotEqual(again["key"], call["key"])

    def test_the_room_has_its_name_in_each_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.desk.with_context(lang="fr_FR").name = "Bureau 1"
        self.board.lang_ids = self.env["res.lang"].search(
            [("code", "in", ("en_US", "fr_FR"))]
        )
        self._join()
        self._open().call_next()
        (call,) = self._state()["called"]
        self.assertEqual(call["room"], {"en_US": "Desk 1", "fr_FR": "Bureau 1"})

    def test_who_is_seen_stays_for_a_while(self):
        self._join()
        ticket = self._open().call_next()
        ticket.start_service()
        self.assertTrue(self._state()["called"][0]["is_here"])
        ticket.sudo().called_at = Datetime.now() - timedelta(minutes=11)
        self.assertEqual(self._state()["called"], [])

    def test_next_ones_stand_in_the_order_of_service(self):
        urgent = self._join(1, level=3)
        slow = self._join(9, level=5)
        (queue,) = self._state()["queues"]
        self.assertEqual(queue["next"], [urgent.name, slow.name])
        self.board.next_count = 1
        (queue,) = self._state()["queues"]
        self.assertEqual(queue["next"], [urgent.name])

    def test_an_emergency_is_said_and_not_shown(self):
        ticket = self._join(level=1)
        state = self._state()
        self.assertTrue(state["is_emergency"])
        self.assertNotIn(ticket.name, json.dumps(state))
        ticket.sudo().leave_queue()
        self.assertFalse(self._state()["is_emergency"])

    def test_who_must_be_seen_at_once_is_called_as_anybody(self):
        ticket = self._join(level=1)
        self._open().call_next()
        (call,) = self._state()["called"]
        self.assertEqual(call["number"], ticket.name)
        self.assertEqual(call["room"], {"en_US": "Desk 1"})

    def test_only_the_doctors_of_the_board(self):
        self.board.doctor_ids = self.colleague
        self._join(doctor_id=self.doctor.id)
        own = self._join(doctor_id=self.colleague.id)
        self.assertEqual(self._state()["queues"][0]["next"], [own.name])

    def test_without_queues_all_of_the_site(self):
        self.board.queue_ids = False
        other = self.queue.copy({"code": "Y"})
        away = self.queue.copy({"code": "X", "site_id": self.other_site.id})
        letters = {queue["letter"] for queue in self._state()["queues"]}
        self.assertLessEqual({"T", other.code}, letters)
        self.assertNotIn(away.code, letters)

    def test_nothing_tells_who_or_why(self):
        self._join_named(30), self._join_named(20)
        self._open().call_next()
        text = json.dumps([self._state(), self.board._get_settings()])
        for secret in SECRETS:
            self.assertNotIn(secret, text)
        keys = {"number", "key", "room", "is_here", "at"}
        self.assertEqual(set(self._state()["called"][0]), keys)

    def test_renewing_is_for_managers(self):
        before = self.board.access_token
        self.board.with_user(self._create_user("manager")).action_renew_link()
        self.assertNotEqual(self.board.access_token, before)
        with self.assertRaises(AccessError):
            self.board.with_user(self.nurse).action_renew_link()
        self.assertNotIn("url", self.board.with_user(self.nurse).fields_get())

    def test_settings_are_told_to_open_boards(self):
        self.env.cr.postcommit.clear()
        self.board.next_count = 3
        self.assertIn("clinic.queue", self.env.cr.postcommit.data)


@tagged("post_install", "-at_install")
class TestBoardPage(BoardCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.path = f"/clinic/queue/board/{self.board.access_token}"

    def test_the_page_and_its_state(self):
        self._join_named(30), self._join_named(20)
        ticket = self._open().call_next()
        page, state = self.url_open(self.path), self.url_open(f"{self.path}/state")
        for response in (page, state):
            self.assertEqual(response.status_code, 200)
            self.assertIn(ticket.name, response.text)
            self.assertEqual(response.headers["Cache-Control"], "no-store")
            self.assertNotIn("session_id", response.headers.get("Set-Cookie", ""))
            for secret in SECRETS:
                self.assertNotIn(secret, response.text)
        self.assertTrue(state.json()["version"])
        self.assertTrue(state.json()["channel"].startswith("clinic_queue.public:"))

    def test_other_links_open_nothing(self):
        token = self.board.access_token
        self.board.active = False
        wrong = ["x" * 32, token, token[:-1] + "%00", "%27%20or%201=1", "é" * 30]
        texts = set()
        for end in wrong:
            with self.subTest(end):
                path = f"/clinic/queue/board/{end}"
                page = self.url_open(path)
                self.assertEqual(page.status_code, 404)
                texts.add(page.text.partition("<main")[2])
                answer = self.url_open(f"{path}/state", headers=JSON)
                self.assertEqual(answer.status_code, 404)
                self.assertEqual(answer.json(), {"code": "not_found"})
        self.assertEqual(len(texts), 1)

    def test_a_renewed_link_replaces_the_old_one(self):
        self.board.action_renew_link()
        self.assertEqual(self.url_open(self.path).status_code, 404)
        path = f"/clinic/queue/board/{self.board.access_token}"
        self.assertEqual(self.url_open(path).status_code, 200)

    def test_links_of_boards_open_no_tickets(self):
        path = f"/clinic/queue/ticket/{self.board.access_token}"
        self.assertEqual(self.url_open(path).status_code, 404)

    def test_too_often(self):
        with patch.dict(LIMITS, queue_state=(2, 60), queue_unknown=(1, 60)):
            codes = [
                self.url_open(f"{self.path}/state", headers=JSON).status_code
                for _turn in range(3)
            ]
            self.assertEqual(codes, [200, 200, 429])
            self.assertEqual(self.url_open(f"{self.path}x").status_code, 404)
            refused = self.url_open(f"{self.path}x")
            self.assertEqual(refused.status_code, 429)
            self.assertTrue(int(refused.headers["Retry-After"]))

    def test_nothing_is_posted(self):
        self.assertEqual(self.url_open(self.path, data={"a": 1}).status_code, 405)

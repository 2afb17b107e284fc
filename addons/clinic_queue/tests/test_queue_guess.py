# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json

from odoo import fields
from odoo.tests import tagged

from .kiosk_common import KioskCommon


@tagged("post_install", "-at_install")
class TestQueueGuess(KioskCommon):
    """Numbers of appointments are given in order: they are easily guessed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.patient.write({"birthdate": "1980-05-06"})
        cls.logs = cls.env["clinic.sync.log"]

    def setUp(self):
        super().setUp()
        # attempts are counted in transactions of their own: each test has its tablet
        self.kiosk = self._create_kiosk("Side", prefix="K2")

    def _set_limit(self, limit):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("clinic_scheduling.limit.kiosk_miss", limit)

    def _check_in(self, appointment, **values):
        item = self._item("check_in", appointment=appointment, **values)
        (answer,) = self._sync(item)
        return answer

    def _get_link(self, visit):
        token = visit._portal_ensure_token()
        return f"https://x.example/my/appointments/{visit.id}?access_token={token}"

    def test_a_number_alone_opens_no_page(self):
        visit = self._book_today()
        sent = self.env["sms.sms"].sudo().search_count([])
        first = self._check_in(visit.name, mobile="+33612345678")
        self.assertEqual((first["state"], visit.state), ("synced", "arrived"))
        ticket = visit.queue_ticket_ids
        self.assertEqual(first["ticket"]["number"], ticket.name)
        for answer in (first, self._check_in(visit.name)):
            told = json.dumps(answer)
            for secret in (ticket.access_token, self.patient.name, self.doctor.name):
                self.assertNotIn(secret, told)
            self.assertFalse({"url", "qr"} & answer["ticket"].keys())
            self.assertNotIn("visit", answer)
        self.assertEqual(self.env["sms.sms"].sudo().search_count([]), sent)
        proved = self._check_in(self._get_link(visit))
        self.assertIn(ticket.access_token, proved["ticket"]["url"])
        self.assertEqual(proved["visit"]["doctor"], self.doctor.display_name)

    def test_a_slip_of_a_number_alone_opens_no_page(self):
        visit = self._book_today()
        item = self._item("check_in", appointment=visit.name, number="K2-001")
        self._sync(item)
        log = self._find_log(item).sudo()
        self.assertEqual(log._get_slip_state(), ("listed", "K2-001", None))
        born = {"birthdate": "1980-05-06", "number": "K2-002"}
        proved = self._item("check_in", appointment=visit.name, **born)
        self._sync(proved)
        self.assertEqual(self._find_log(proved).sudo()._get_slip_state()[0], "open")

    def test_the_date_of_birth_proves_a_number(self):
        visit = self._book_today()
        answer = self._check_in(visit.name, birthdate="1980-06-05")
        self.assertEqual((answer["state"], visit.state), ("not_found", "scheduled"))
        answer = self._check_in(visit.name, birthdate="1980-05-06")
        self.assertIn("url", answer["ticket"])
        self.assertEqual(answer["visit"]["number"], visit.name)

    def test_without_a_date_on_record_none_is_proved(self):
        visit = self._book_today()
        self.patient.birthdate = False
        answer = self._check_in(visit.name, birthdate="1980-05-06")
        self.assertEqual(visit.state, "arrived")
        self.assertNotIn("url", answer["ticket"])

    def test_who_guesses_is_stopped_and_told_to_staff(self):
        visit = self._book_today()
        self._set_limit("3/600")
        for number in range(3):
            answer = self._check_in(f"APT-2000-{number:04}")
            self.assertEqual(answer["state"], "not_found")
        self.assertFalse(self.logs.search([("device_id", "=", self.kiosk.id)]))
        for _try in range(2):
            answer = self._check_in(visit.name)
            self.assertEqual(answer["state"], "not_found")
            self.assertIn("at the reception", answer["message"])
        self.assertEqual(visit.state, "scheduled")
        log = self.logs.search([("device_id", "=", self.kiosk.id)])
        self.assertEqual((log.state, log.resolution), ("conflict", "guessed"))
        self.assertEqual(self.kiosk.problem_count, 1)
        self.assertFalse(log.sudo().data)
        log.with_user(self.receptionist).action_dismiss()
        self.assertEqual((log.state, log.resolution), ("synced", "guessed"))

    def test_who_proves_it_is_never_stopped(self):
        visit = self._book_today()
        self._set_limit("1/600")
        self._check_in("APT-2000-0001")
        self.assertEqual(self._check_in(self._get_link(visit))["state"], "synced")

    def test_numbers_that_are_found_do_not_stop_a_tablet(self):
        self._set_limit("2/600")
        visit = self._book_today()
        answers = [self._check_in(visit.name) for _try in range(5)]
        self.assertEqual({answer["state"] for answer in answers}, {"synced"})

    def test_what_was_taken_offline_stops_nobody(self):
        self._set_limit("1/600")
        visit = self._book_today()
        for number in range(1, 4):
            self._check_in("APT-2000-0001", number=f"K2-{number:03}")
        self.assertEqual(self._check_in(visit.name)["state"], "synced")

    def test_a_warning_moves_no_later_item(self):
        self._set_limit("1/600")
        for _try in range(2):
            self._check_in("APT-2000-0001")
        self.assertTrue(self.logs.search([("device_id", "=", self.kiosk.id)]))
        now = fields.Datetime.now()
        self.assertIsNone(self.kiosk.sudo()._get_last_moment(now))

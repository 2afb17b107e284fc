# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
import re
import time
from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.clinic_scheduling.models.clinic_verification import (
    ClinicVerification,
)

from .kiosk_common import KioskCommon

SCOPE = "/clinic/queue/kiosk"


class KioskHttpCase(KioskCommon, HttpCase):
    """A tablet with a secret, which asks over HTTP."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # all tests come from one address
        parameters = cls.env["ir.config_parameter"]
        for kind in ("pair", "pair_all", "wrong", "call", "find", "miss", "code"):
            parameters.set_param(f"clinic_scheduling.limit.kiosk_{kind}", "100000/60")
        for kind in ("code_address", "verify_address"):
            parameters.set_param(f"clinic_scheduling.limit.{kind}", "100000/60")
        cls.patient.write(
            {"birthdate": "1980-05-06", "email": f"{uuid4().hex}@example.com"}
        )

    def _ask(self, what, body=None, token=None, **options):
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if token:
            headers["X-Clinic-Device"] = token
        data = options.get("data", json.dumps(body or {}))
        response = self.url_open(f"{SCOPE}/{what}", data=data, headers=headers)
        self.env.invalidate_all()
        return response

    def _pair(self, kiosk=None):
        code = (kiosk or self.kiosk)._make_code()
        response = self._ask("pair", {"code": code})
        self.assertEqual(response.status_code, 200, response.text)
        return response.json()["token"]

    def _send(self, token, *items):
        batch = {"sent_at": round(time.time() * 1000), "items": list(items)}
        response = self._ask("sync", batch, token)
        self.assertEqual(response.status_code, 200, response.text)
        return response.json()["results"]


@tagged("post_install", "-at_install")
class TestQueueKiosk(KioskHttpCase):
    def test_a_code_pairs_one_tablet_once(self):
        code = self.kiosk._make_code()
        typed = f" {code[:4].lower()}-{code[4:]} "
        token = self._ask("pair", {"code": typed}).json()["token"]
        self.assertEqual(self.kiosk.state, "paired")
        self.assertEqual(self._ask("pair", {"code": code}).status_code, 403)
        self.assertEqual(self._ask("state", token=token).status_code, 200)
        stored = self.kiosk.sudo().read()[0]
        self.assertNotIn(token.partition(".")[2], str(stored))

    def test_the_whole_address_is_told_with_the_code(self):
        staff = self._create_kiosk("Nurse", kind="staff", prefix="S1")
        for device, path in ((self.kiosk, SCOPE), (staff, f"{SCOPE}/staff")):
            message = device.action_show_code()["params"]["message"]
            address = f"{device.get_base_url()}{path}"
            self.assertEqual(device.pairing_address, address)
            self.assertIn(f" {address} ", message)
            self.assertTrue(device.pairing_image)
            self.assertEqual(self.url_open(path).status_code, 200)

    def test_a_code_is_good_for_minutes(self):
        code = self.kiosk._make_code()
        self.kiosk.code_expires_at = fields.Datetime.now() - timedelta(seconds=1)
        self.assertEqual(self._ask("pair", {"code": code}).status_code, 403)

    def test_pairing_is_limited(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("clinic_scheduling.limit.kiosk_pair_all", "1/600")
        statuses = [
            self._ask("pair", {"code": "AAAABBBB"}).status_code for _try in range(2)
        ]
        self.assertEqual(statuses[-1], 429)

    def test_who_pairs_is_signed_out(self):
        self.authenticate("admin", "admin")
        self.assertEqual(self.url_open("/odoo", allow_redirects=False).status_code, 200)
        self._pair()
        response = self.url_open("/odoo", allow_redirects=False)
        self.assertEqual(response.status_code, 303)

    def test_without_a_secret_there_is_nothing(self):
        token = self._pair()
        other = self._create_kiosk("Side", prefix="K2")
        forged = f"{other.id}.{token.partition('.')[2]}"
        wrong = (None, "x", "1.", f"{self.kiosk.id}.x", forged, "9" * 50, "é.1")
        for what in ("state", "sync", "retry", "times", "code", "code/check", "list"):
            bodies = set()
            for given in wrong:
                response = self._ask(what, token=given and given.encode())
                self.assertEqual(response.status_code, 401, (what, given))
                bodies.add(response.text)
            self.assertEqual(len(bodies), 1)

    def test_a_revoked_tablet_is_out_at_once(self):
        token = self._pair()
        self.kiosk.with_user(self._create_user("manager")).action_revoke()
        item = self._item()
        response = self._ask("sync", {"sent_at": 1, "items": [item]}, token)
        self.assertEqual(response.status_code, 401)
        self.assertFalse(self._find_log(item))

    def test_an_archived_tablet_and_a_new_code_end_the_old_secret(self):
        for end in (self.kiosk.action_archive, self.kiosk._make_code):
            token = self._pair()
            end()
            self.assertEqual(self._ask("state", token=token).status_code, 401)
            self.kiosk.active = True

    def test_a_secret_opens_nothing_else(self):
        token = self._pair()
        headers = {"X-Clinic-Device": token, "Authorization": f"Bearer {token}"}
        response = self.url_open("/odoo", headers=headers, allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertEqual(self._ask("list", token=token).status_code, 404)

    def test_nonsense_is_refused(self):
        token = self._pair()
        bodies = ("", "[]", "x", "[" * 50000, '{"sent_at": 1, "items": 5}', '"\\u0000"')
        for body in bodies:
            response = self._ask("sync", token=token, data=body or " ")
            self.assertEqual(response.status_code, 400, body[:20])
            self.assertEqual(response.json(), {"code": "bad_request"})
        good = self._item()
        bad = [
            {**self._item(), "state": "completed"},
            {**self._item(), "level_id": 1},
            {**self._item(), "taken_at": -1},
            {**self._item(), "taken_at": 10**40},
            {**self._item(), "queue": "1; DROP"},
            {**self._item(), "number": "<b>"},
            {**self._item(), "kind": "unlink"},
        ]
        states = [answer["state"] for answer in self._send(token, *bad, good)]
        self.assertEqual(states, ["synced", *["refused"] * len(bad)])

    def test_numbers_of_appointments_are_not_tried_in_bulk(self):
        token = self._pair()
        items = [self._item("check_in", appointment=f"APT-{n}") for n in range(5)]
        states = [answer["state"] for answer in self._send(token, *items)]
        self.assertEqual(states, ["not_found", *["refused"] * 4])

    def test_the_page_tells_nothing(self):
        self.authenticate(None, None)
        for path in (SCOPE, f"{SCOPE}/staff"):
            response = self.url_open(path)
            self.assertEqual(response.status_code, 200)
            self.assertIn("frame-ancestors 'none'", str(response.headers))
            for text in (self.site.name, self.queue.name, "csrf_token", "session_info"):
                self.assertNotIn(text, response.text)

    def test_the_worker_keeps_the_kiosks_files_alone(self):
        response = self.url_open(f"{SCOPE}/worker.js")
        self.assertEqual(response.headers["Service-Worker-Allowed"], SCOPE)
        files = json.loads(re.search(r"const FILES = (\[.*\]);", response.text)[1])
        for file in files:
            self.assertRegex(file, r"^/(clinic/queue/kiosk|clinic_queue/|web/assets/)")
            self.assertNotIn("assets_backend", file)
            self.assertEqual(self.url_open(file).status_code, 200, file)

    def test_it_may_be_installed(self):
        manifest = self.url_open(f"{SCOPE}/manifest.webmanifest").json()
        self.assertEqual(manifest["scope"], SCOPE)
        for icon in manifest["icons"]:
            self.assertEqual(self.url_open(icon["src"]).status_code, 200)

    def test_a_tablet_of_staff_lists_numbers_without_names(self):
        tablet = self._create_kiosk("Nurse", kind="staff", prefix="S1")
        ticket = self._join(patient_id=self.patient.id, reason="A secret")
        token = self._pair(tablet)
        answer = self._ask("list", token=token)
        self.assertIn(ticket.name, answer.text)
        for text in (self.patient.name, "A secret", ticket.access_token):
            self.assertNotIn(text, answer.text)

    def test_a_tablet_of_staff_tells_what_is_to_be_done(self):
        token = self._pair(self._create_kiosk("Nurse", kind="staff", prefix="S1"))
        ticket = self._join()

        def read():
            (row,) = self._ask("list", token=token).json()["tickets"]
            return row["triage"], row["alarm"]

        self.assertEqual(read(), (False, False))
        ticket._ask_triage("Trouble breathing")
        self.assertEqual(read(), (True, False))
        ticket.with_user(self.nurse)._triage(self.levels[1])
        self.assertEqual(read(), (False, True))


@tagged("post_install", "-at_install")
class TestQueueKioskVisit(KioskHttpCase):
    """Finding today's appointment, without telling who has one."""

    def _send_code(self, token, name, birthdate="1980-05-06"):
        return self._ask("code", {"name": name, "birthdate": birthdate}, token)

    def test_a_number_checks_in(self):
        visit = self._book_today()
        (answer,) = self._send(
            self._pair(), self._item("check_in", appointment=visit.name.lower())
        )
        self.assertEqual(answer["state"], "synced")
        self.assertEqual(visit.state, "arrived")
        self.assertNotIn(self.patient.name, json.dumps(answer))

    def test_the_link_checks_in(self):
        visit = self._book_today()
        secret = visit._portal_ensure_token()
        link = f"https://x.example/my/appointments/{visit.id}?access_token="
        token = self._pair()
        wrong = self._item("check_in", appointment=f"{link}{uuid4()}")
        self.assertEqual(self._send(token, wrong)[0]["state"], "not_found")
        right = self._item("check_in", appointment=f"{link}{secret}")
        self.assertEqual(self._send(token, right)[0]["state"], "synced")

    def test_only_today_at_this_site(self):
        token = self._pair()
        visit = self._book()
        item = self._item("check_in", appointment=visit.name)
        self.assertEqual(self._send(token, item)[0]["state"], "not_found")
        self.assertFalse(self._find_log(item))

    def test_a_name_and_a_code_check_in(self):
        visit = self._book_today()
        token = self._pair()
        sent = []
        with patch.object(
            ClinicVerification,
            "_send_email",
            lambda _self, contact, code: sent.append((contact, code)),
        ):
            known = self._send_code(token, " paul  PATIENT ")
            unknown = self._send_code(token, "Nobody Here")
        self.assertEqual((known.status_code, known.text), (200, unknown.text))
        ((contact, code),) = sent
        self.assertEqual(contact, self.patient.email)
        person = {"name": "Paul Patient", "birthdate": "1980-05-06"}
        wrong = self._ask("code/check", {**person, "code": "000000x"}, token)
        nobody = {"name": "Nobody Here", "birthdate": "1980-05-06", "code": code}
        self.assertEqual(self._ask("code/check", nobody, token).text, wrong.text)
        self.assertEqual(wrong.status_code, 403)
        proof = self._ask("code/check", {**person, "code": code}, token).json()
        (answer,) = self._send(token, self._item("check_in", **proof))
        self.assertEqual((answer["state"], visit.state), ("synced", "arrived"))

    def test_a_proof_is_good_at_its_own_kiosk_alone(self):
        visit = self._book_today()
        other = self._create_kiosk("Side", prefix="K2").sudo()
        with patch.object(ClinicVerification, "_verify", lambda *_args: True):
            proof = self.kiosk.sudo()._check_visit_code(
                "Paul Patient", "1980-05-06", "1", "test"
            )
        self.assertEqual(self.kiosk.sudo()._find_visit(proof), (visit, True))
        self.assertFalse(other._find_visit(proof)[0])

    @mute_logger("odoo.sql_db")
    def test_an_appointment_that_is_not_found_still_waits(self):
        item = self._item("check_in", appointment="APT-X", number="K1-004")
        (answer,) = self._send(self._pair(), item)
        self.assertEqual(
            (answer["state"], answer["resolution"]), ("conflict", "walk_in")
        )
        self.assertTrue(self._find_ticket("K1-004"))

    def test_who_is_checked_in_already_keeps_the_first_number(self):
        visit = self._book_today()
        ticket = visit.check_in()
        item = self._item("check_in", appointment=visit.name, number="K1-004")
        (answer,) = self._send(self._pair(), item)
        self.assertEqual(answer["ticket"]["number"], ticket.name)
        self.assertEqual(
            (answer["state"], answer["resolution"]), ("conflict", "joined")
        )
        self._find_log(item).with_user(self.receptionist).action_dismiss()
        self.assertEqual(self._find_log(item).state, "synced")


@tagged("post_install", "-at_install")
class TestQueueKioskRequest(KioskHttpCase):
    """Bookings that a kiosk took."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service.write(
            {"bookable_online": True, "booking_notice": 0, "horizon_days": 0}
        )
        cls.start = round(
            (cls._at(10) - fields.Datetime.from_string("1970-01-01")).total_seconds()
        )

    def _request(self, **values):
        return self._item(
            "request",
            service=self.service.id,
            doctor=self.doctor.id,
            start=values.pop("start", self.start),
            name="Zoe Zander",
            birthdate="1991-02-03",
            contact=f"{uuid4().hex}@example.com",
            **values,
        )

    def test_a_wish_becomes_a_booking(self):
        item = self._request()
        (answer,) = self._send(self._pair(), item)
        visit = self._find_log(item).appointment_id
        self.assertEqual((answer["state"], visit.source), ("synced", "kiosk"))
        self.assertEqual(answer["visit"]["start"], self.start)
        self.assertEqual(visit.patient_id.name, "Zoe Zander")
        self.assertNotIn("name", self._find_log(item).data)

    def test_a_name_is_no_proof_of_who_somebody_is(self):
        item = {**self._request(), "name": self.patient.name, "birthdate": "1980-05-06"}
        self._send(self._pair(), item)
        visit = self._find_log(item).appointment_id
        self.assertTrue(visit)
        self.assertNotEqual(visit.patient_id, self.patient)

    def test_a_time_that_is_gone_is_a_conflict_with_others(self):
        self._book(10)
        token, item = self._pair(), self._request()
        (answer,) = self._send(token, item)
        log = self._find_log(item)
        self.assertEqual(
            (answer["state"], answer["resolution"]), ("conflict", "alternatives")
        )
        self.assertTrue(answer["alternatives"])
        self.assertIn("Zoe Zander", log.contact)
        self.assertFalse(log.appointment_id)
        other = answer["alternatives"][0]
        again = self._request(start=other["start"], replaces=item["uuid"])
        again["doctor"] = other["doctor"]
        (second,) = self._send(token, again)
        self.assertEqual(second["state"], "synced")
        self.env.invalidate_all()
        self.assertEqual((log.state, log.resolution), ("synced", "booked"))
        self.assertFalse(log.contact)

    def test_staff_book_another_time(self):
        self._book(10)
        item = self._request()
        self._send(self._pair(), item)
        log = self._find_log(item)
        self._settle(log)
        self.assertEqual((log.state, log.resolution), ("synced", "booked"))
        self.assertEqual(log.appointment_id.patient_id.name, "Zoe Zander")
        self.assertFalse(log.contact)

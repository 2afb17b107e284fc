# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import hashlib
import re
from uuid import uuid4

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .kiosk_common import KioskCommon
from .test_queue_kiosk import KioskHttpCase

GOOD_MOBILE = "06 12 34 56 78"
LANDLINE = "01 99 00 12 34"


class ContactCommon(KioskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.fr")
        cls.env.company.clinic_code_country_ids = cls.env.ref("base.fr")


@tagged("post_install", "-at_install")
class TestQueueContact(ContactCommon):
    """Contacts are checked before anything is kept."""

    def test_what_is_a_mobile_number(self):
        kiosk = self.kiosk.sudo()
        self.assertIsNone(kiosk._check_contact("mobile", GOOD_MOBILE))
        self.assertIsNone(kiosk._check_contact("mobile", "+33 6 12 34 56 78"))
        for wrong in ("12", "x", "ann@example.com", LANDLINE, "06 12 34 56 7"):
            with self.subTest(wrong):
                self.assertIn("mobile", kiosk._check_contact("mobile", wrong))

    def test_what_is_a_contact(self):
        kiosk = self.kiosk.sudo()
        for good in (GOOD_MOBILE, LANDLINE, "ann@example.com"):
            self.assertIsNone(kiosk._check_contact("contact", good), good)
        for wrong in ("x", "12", "ann@", "@example.com"):
            self.assertIn("e-mail", kiosk._check_contact("contact", wrong), wrong)

    def test_the_tablet_knows_the_rules_of_its_country(self):
        rules = self.kiosk.sudo()._get_phone_rules()
        self.assertEqual((rules["code"], rules["prefix"]), ("33", "0"))
        self.assertTrue(re.fullmatch(f"(?:{rules['mobile']})", "612345678"))
        self.assertFalse(re.fullmatch(f"(?:{rules['mobile']})", "199001234"))
        self.assertTrue(re.fullmatch(f"(?:{rules['any']})", "199001234"))
        self.assertIsNone(self.kiosk.sudo()._check_contact("mobile", rules["example"]))
        self.env.company.country_id = self.env.ref("base.br")
        self.assertIsNone(self.kiosk.sudo()._get_phone_rules())

    def test_it_says_whether_a_link_was_sent(self):
        good, bad = self._item(mobile=GOOD_MOBILE), self._item(mobile=LANDLINE)
        without = self._item()
        answers = self._sync(good, bad, without)
        self.assertEqual(
            [answer.get("link") for answer in answers], ["sms", "refused", None]
        )
        self.assertEqual(self._find_log(good).link_state, "sms")
        sent = self.env["sms.sms"].sudo().search([("number", "=like", "+3319900%")])
        self.assertFalse(sent)

    def test_staff_send_no_link_to_a_landline(self):
        with self.assertRaisesRegex(UserError, "mobile"):
            self._join()._send_link(LANDLINE)

    def test_the_code_of_staff_is_of_digits(self):
        kiosk = self.kiosk.sudo()
        self.assertRegex(kiosk.staff_pin, r"^\d{4}$")
        for wrong in ("12", "12a4", "12 34"):
            with self.assertRaises(UserError):
                kiosk.staff_pin = wrong
        kiosk.staff_pin = "271828"
        seal = kiosk._get_pin_seal()
        hashed = hashlib.pbkdf2_hmac(
            "sha256", b"271828", seal["salt"].encode(), seal["rounds"]
        )
        self.assertEqual(hashed.hex(), seal["hash"])
        self.assertNotIn("271828", str(kiosk._get_kiosk_state()))
        kiosk.staff_pin = False
        self.assertIsNone(kiosk._get_pin_seal())


@tagged("post_install", "-at_install")
class TestQueueSettle(ContactCommon):
    """Staff set right what a tablet took wrong."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service.write(
            {"bookable_online": True, "booking_notice": 0, "horizon_days": 0}
        )
        begin = fields.Datetime.from_string("1970-01-01")
        cls.start = round((cls._at(10) - begin).total_seconds())

    def _request(self, **values):
        person = {"name": "Zoe Zander", "birthdate": "1991-02-03", "contact": "x"}
        return self._item(
            "request",
            service=self.service.id,
            doctor=self.doctor.id,
            **{"start": self.start, **person, **values},
        )

    def test_a_wrong_contact_is_set_right_by_staff(self):
        item = self._request()
        (answer,) = self._sync(item)
        log = self._find_log(item)
        self.assertEqual((answer["state"], log.state), ("failed", "failed"))
        self.assertIn("telephone", log.message)
        for part in (self.service.name, self.doctor.name, ":"):
            self.assertIn(part, log.asked_for)
        answer = self._settle(log, contact=f"{uuid4().hex}@example.com")
        self.assertIn("Booked", answer["params"]["message"])
        self.assertEqual((log.state, log.message), ("synced", False))
        self.assertEqual(log.appointment_id.start, self._at(10))
        self.assertFalse(log.contact)
        self.assertIn(self.service.name, log.asked_for)
        with self.assertRaises(UserError):
            log.with_user(self.receptionist).action_settle()

    def test_a_contact_that_is_still_wrong_is_refused(self):
        item = self._request()
        self._sync(item)
        log = self._find_log(item)
        with self.assertRaisesRegex(UserError, "telephone"):
            self._settle(log, contact="12")
        self.assertFalse(log.appointment_id)

    def test_a_time_that_is_gone_meanwhile_shows_others(self):
        item = self._request()
        self._sync(item)
        log = self._find_log(item)
        self._book(10)
        contact = f"{uuid4().hex}@example.com"
        answer = self._settle(log, contact=contact)
        self.assertEqual(answer["res_model"], "clinic.sync.settle")
        self.assertEqual((log.state, log.resolution), ("conflict", "alternatives"))
        again = self.env["clinic.sync.settle"].browse(answer["res_id"])
        self.assertEqual(again.contact, contact)
        self.assertTrue(again.message)
        labels = again.time_ids.mapped("label")
        self.assertNotIn(self._find_label(log, self._at(10)), labels)
        start = again.time_ids[1].start
        self._settle(log, place=1)
        self.assertEqual((log.state, log.resolution), ("synced", "booked"))
        self.assertEqual(log.appointment_id.start, start)

    def test_nothing_of_the_person_stays_in_the_dialog(self):
        dialogs = self.env["clinic.sync.settle"].sudo()
        logs = self.env["clinic.sync.log"]
        colleague = self._create_user("manager")
        for end in ("book", "dismiss", "again"):
            item = self._request(start=self.start + len(logs) * 3600)
            self._sync(item)
            logs |= (log := self._find_log(item))
            for user in (self.receptionist, colleague):
                log.with_user(user).action_settle()
            mine = dialogs.search([("log_id", "=", log.id)])
            self.assertEqual(len(mine), 2)
            with self.subTest(end):
                if end == "book":
                    self._settle(log, contact=f"{uuid4().hex}@example.com")
                elif end == "dismiss":
                    log.with_user(self.receptionist).action_dismiss()
                else:
                    log.with_user(self.receptionist).action_settle()
                left = dialogs.search([("log_id", "=", log.id)])
                # a colleague's dialog is open as long as there is something to book
                self.assertEqual(len(left), 2 if end == "again" else 0)
                self.assertEqual(len(left & mine), 1 if end == "again" else 0)

    def _find_label(self, log, start):
        return f"{log._format_moment(start)}, {self.doctor.name}"

    def test_a_colleague_of_another_site_settles_nothing(self):
        item = self._request()
        self._sync(item)
        self.receptionist.clinic_site_ids = self.other_site
        with self.assertRaises(UserError):
            self._find_log(item).with_user(self.receptionist).action_settle()


@tagged("post_install", "-at_install")
class TestQueueSlip(ContactCommon, KioskHttpCase):
    """The code on a slip that a tablet drew without the network."""

    def _open_slip(self, item, kiosk=None):
        path = f"/clinic/queue/slip/{(kiosk or self.kiosk).id}.{item['uuid']}"
        self.authenticate(None, None)
        return self.url_open(path, allow_redirects=False)

    def test_a_slip_leads_to_the_page_once_it_is_sent(self):
        item = self._item(number="K1-001")
        before = self._open_slip(item)
        self.assertEqual(before.status_code, 200)
        self.assertIn('data-state="unknown"', before.text)
        self.assertIn("reception knows you", before.text)
        self._sync(item)
        ticket = self._find_log(item).ticket_id
        after = self._open_slip(item)
        self.assertEqual(after.status_code, 303)
        self.assertTrue(after.headers["Location"].endswith(ticket._get_page_path()))

    def test_slips_that_nobody_can_have_tell_the_same(self):
        item = self._item(number="K1-001")
        self._sync(item)
        other = self._create_kiosk("Side", prefix="K2")
        texts = {
            self._open_slip(self._item()).text,
            self._open_slip(item, other).text,
            self.url_open("/clinic/queue/slip/x").text,
            self.url_open("/clinic/queue/slip/9999999999.x").text,
        }
        token = re.compile(r'csrf_token: "\w+"')
        self.assertEqual(len({token.sub("", text) for text in texts}), 1)

    def test_a_number_alone_gives_no_page_that_somebody_else_has(self):
        visit = self._book_today()
        ticket = visit.check_in()
        item = self._item("check_in", appointment=visit.name, number="K1-004")
        self._sync(item)
        response = self._open_slip(item)
        self.assertIn('data-state="listed"', response.text)
        self.assertIn(ticket.name, response.text)
        self.assertNotIn(ticket.access_token, response.text)

    def test_a_slip_that_could_not_be_done_sends_to_the_reception(self):
        item = self._item(ago=3 * 24 * 3600, number="K1-001")
        self._sync(item)
        self.assertIn('data-state="failed"', self._open_slip(item).text)

    def test_a_slip_of_another_day_is_over(self):
        item = self._item(number="K1-001")
        self._sync(item)
        ticket = self._find_log(item).ticket_id
        ticket.sudo().day = fields.Date.subtract(ticket.day, days=3)
        self.assertIn('data-state="over"', self._open_slip(item).text)

    def test_slips_are_limited(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("clinic_scheduling.limit.queue_slip", "1/600")
        codes = [self._open_slip(self._item()).status_code for _try in range(3)]
        self.assertEqual(codes[-1], 429)

    def test_a_contact_is_checked_over_http(self):
        token = self._pair()
        asked = {"kind": "mobile", "contact": GOOD_MOBILE}
        self.assertEqual(self._ask("contact", asked, token).json(), {"message": False})
        wrong = self._ask("contact", {**asked, "contact": "12"}, token).json()
        self.assertIn("mobile", wrong["message"])
        for bad in ({}, {**asked, "kind": "name"}, {**asked, "domain": "[]"}):
            self.assertEqual(self._ask("contact", bad, token).status_code, 400)

    def test_a_check_in_names_the_appointment(self):
        visit = self._book_today()
        token = self._pair()
        (answer,) = self._send(token, self._item("check_in", appointment=visit.name))
        self.assertNotIn("visit", answer)
        link = f"https://x.example/my/appointments/{visit.id}?access_token="
        proof = f"{link}{visit._portal_ensure_token()}"
        (proved,) = self._send(token, self._item("check_in", appointment=proof))
        self.assertEqual(proved["visit"]["doctor"], self.doctor.display_name)

    def test_the_whole_number_is_wanted_and_no_more(self):
        visit = self._book_today()
        digits = re.search(r"\d+$", visit.name)[0]
        kiosk = self.kiosk.sudo()
        self.assertRegex(kiosk._get_example_number(), r"42$")
        spelled = visit.name.replace("-", " ").lower()
        for text in (visit.name, spelled):
            with self.subTest(text):
                self.assertEqual(kiosk._find_visit(text, uuid4()), (visit, False))
        for text in (digits, digits.lstrip("0"), "-", "٤٢"):
            with self.subTest(text):
                self.assertFalse(kiosk._find_visit(text, uuid4())[0])

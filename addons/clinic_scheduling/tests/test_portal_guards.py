# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re
from pathlib import Path
from unittest.mock import patch

from lxml import html

from odoo.tests import tagged
from odoo.tools import mute_logger

from .booking_common import BookingCase

#: Every route about a hold: what its form sends besides the proofs.
FORMS = {
    "who": {"patient": "new"},
    "details": {"name": "Eve Evil"},
    "review": {"privacy": "1"},
    "code": {"contact": "eve@example.com"},
    "code/check": {"code": "123456"},
    "code/other": {},
    "left": {},
    "back": {},
    "release": {},
}
PAGES = ("who", "details", "review", "done")

BAD_TOKENS = ("", "x", "False", "None", "' OR 1=1 --", "\0", "é", "0", "a" * 5000)

ADDONS = Path(__file__).parents[2]

#: Called by machines, which sign what they send.
SIGNED = {"clinic_sms_twilio/controllers/sms_inbound.py"}


@tagged("post_install", "-at_install")
class TestPortalGuards(BookingCase):
    """What nobody gets out of the booking's routes."""

    def _state(self):
        """Return everything that a request could have changed."""
        self.env.invalidate_all()
        visits = self.env["clinic.appointment"].search([], order="id")
        return (
            visits.mapped(lambda item: (item.id, item.state, item.patient_id.id)),
            visits.sudo().mapped("portal_intake"),
            visits.sudo().reservation_ids.sorted("id").mapped("expires_at"),
            self.env["clinic.patient"].search_count([]),
            self.env["clinic.consent"].search_count([]),
            self.env["clinic.verification"].search_count([]),
            self.env["mail.mail"].search_count([]),
        )

    def _read(self, response):
        """Return what a page says; links to other languages repeat its address."""
        return html.fromstring(response.text).find(".//main").text_content()

    def test_tokens_open_their_own_hold_only(self):
        hold = self._hold_as_guest()
        before = self._state()
        tokens = (*BAD_TOKENS, self.token, self.other_token)
        unknown = self._get(
            self._step(hold, "who", "x").replace(str(hold.id), "9999999")
        )
        for token in tokens:
            for page in PAGES:
                with self.subTest(token=token[:20], page=page):
                    response = self._get(self._step(hold, page, token))
                    self.assertEqual(response.status_code, 404)
                    self.assertEqual(self._read(response), self._read(unknown))
            for step, values in FORMS.items():
                with self.subTest(token=token[:20], step=step):
                    values = {"access_token": token, **values}
                    response = self._post(f"/clinic/book/{hold.id}/{step}", **values)
                    self.assertEqual(response.status_code, 404)
        self.assertEqual(self._state(), before)

    def test_odd_ids_are_not_found(self):
        for number in ("0", "9" * 9, "9" * 30):
            response = self._get(f"/clinic/book/{number}/who?access_token=x")
            self.assertEqual(response.status_code, 404)
            self._assert_clean(response)

    def test_reading_changes_nothing(self):
        hold = self._hold_as_guest()
        self._send(hold, "left")
        before = self._state()
        for step in {*FORMS, *PAGES, "hold"}:
            for call in (self.opener.get, self.opener.head, self.opener.options):
                with self.subTest(step=step, call=call.__name__):
                    url = self.base_url() + self._step(hold, step)
                    response = call(url, timeout=60, allow_redirects=False)
                    self.assertLess(response.status_code, 500)
        self.assertEqual(self._state(), before)

    @mute_logger("odoo.http")
    def test_forms_need_their_token(self):
        hold = self._hold_as_guest()
        before = self._state()
        for step, values in FORMS.items():
            with self.subTest(step=step):
                values = {"access_token": hold.access_token, **values}
                url = f"/clinic/book/{hold.id}/{step}"
                self.assertEqual(self._post(url, csrf=False, **values).status_code, 400)
        values = {"service": self.service.id, "start": self._seconds(15)}
        response = self._post("/clinic/book/hold", csrf=False, **values)
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self._state(), before)

    def test_no_route_does_without_the_token(self):
        paths = {
            path.relative_to(ADDONS).as_posix(): path.read_text()
            for path in ADDONS.glob("clinic_*/controllers/*.py")
        }
        self.assertIn("clinic_scheduling/controllers/portal_booking.py", paths)
        for path, text in paths.items():
            with self.subTest(path=path):
                self.assertNotIn("json2", text)
                if path not in SIGNED:
                    self.assertNotRegex(text, r"csrf\s*=\s*False")

    @mute_logger("odoo.http")
    def test_odd_content_is_refused_cleanly(self):
        hold = self._hold_as_guest()
        url = f"{self.base_url()}/clinic/book/{hold.id}/details"
        for data, kind in (
            (b"", "application/x-www-form-urlencoded"),
            (b"[" * 5000, "application/json"),
            (b"\xff\xfe", "text/plain"),
            (b"<a/>", "application/xml"),
        ):
            with self.subTest(kind=kind):
                headers = {"Content-Type": kind}
                response = self.opener.post(url, data=data, headers=headers, timeout=60)
                self._assert_clean(response)
                self.assertGreaterEqual(response.status_code, 400)
        for value in (
            "\0",
            "9" * 400,
            "é" * 3000,
            "'; DROP TABLE x",
            "\ud800".encode("utf-8", "surrogatepass"),
        ):
            self._assert_clean(self._describe(hold, name=value, birthdate=value))

    def test_too_many_holds(self):
        self.env["ir.config_parameter"].set_param(
            "clinic_scheduling.limit.hold", "2/60"
        )
        for hour in (14, 15):
            self.assertEqual(self._post_hold(hour).status_code, 303)
        response = self._post_hold(16)
        self.assertEqual(response.status_code, 429)
        self.assertTrue(1 <= int(response.headers["Retry-After"]) <= 60)
        self.assertIn("too often", response.text)
        self._assert_clean(response)

    def test_too_many_bookings(self):
        self.env["ir.config_parameter"].set_param(
            "clinic_scheduling.limit.book", "1/60"
        )
        hold = self._hold_as_guest()
        self._assert_leads_to(self._send(hold, "review"), "done")
        again = self._hold_time(15)
        response = self._send(again, "review")
        self.assertEqual(response.status_code, 429)
        self.assertEqual(again.state, "hold")
        # who else comes from this address may book
        again.cancel()
        self.authenticate(None, None)
        self.mailbox = f"next.{self.mailbox}"
        other = self._hold_as_guest(16)
        self._assert_leads_to(self._send(other, "review"), "done")

    def test_too_many_codes(self):
        hold = self._hold_time()
        for _attempt in range(5):
            response = self._send(hold, "code", contact=self.mailbox)
            self._assert_leads_to(response, "who")
        response = self._send(hold, "code", contact=f" {self.mailbox.upper()} ")
        self.assertEqual(response.status_code, 429)
        self.assertIn("Retry-After", response.headers)

    def test_codes_are_queued_and_not_sent(self):
        hold = self._hold_time()
        self._send(hold, "code", contact=self.mailbox)
        mail = self.env["mail.mail"].search([("email_to", "=", self.mailbox)])
        self.assertEqual(mail.state, "outgoing")
        text = f"{mail.subject} {mail.body_html}"
        for word in ("Ada", "Consultation", "North", "2030"):
            self.assertNotIn(word, text)

    def test_captcha_guards_holds_and_codes(self):
        asked = []
        http = self.env.registry["ir.http"]
        name = "_verify_request_recaptcha_token"
        with patch.object(http, name, lambda _self, action: asked.append(action)):
            hold = self._hold_time()
            self._send(hold, "code", contact=self.mailbox)
            self._get(self._step(hold, "who"))
        self.assertEqual(asked, ["clinic_booking"] * 2)
        page = self._get(f"/clinic/book/times?service={self.service.id}").text
        self.assertTrue(re.search(r"<form[^>]*data-captcha=\"clinic_booking\"", page))

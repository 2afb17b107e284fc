# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from lxml import html

from odoo import http
from odoo.tests import tagged
from odoo.tools import mute_logger

from .booking_common import BookingCase

FORGET = "/clinic/book/forget"


@tagged("post_install", "-at_install")
class TestPortalForget(BookingCase):
    """On a shared device, nothing of a booking stays in the session."""

    def _choices(self, hold):
        page = html.fromstring(self._get(self._step(hold, "who")).text)
        return page.xpath("//input[@name='patient']/@value")

    def _finish(self):
        """Book as a guest; return the visit and the page that says so."""
        hold = self._hold_as_guest()
        self._assert_leads_to(self._send(hold, "review"), "done")
        return hold, self._get(self._step(hold, "done"))

    def _forget(self):
        response = self._post(FORGET)
        self._assert_leads_to(response, "forgotten")
        self.env.invalidate_all()
        # the browser has a new session now
        sid = response.cookies["session_id"]
        self.assertNotEqual(sid, self.session.sid)
        self.session = http.root.session_store.get(sid)
        return self._get(response.headers["Location"])

    def test_the_proof_is_gone(self):
        visit, page = self._finish()
        [form] = html.fromstring(page.text).xpath(f"//form[@action='{FORGET}']")
        self.assertEqual(form.get("method"), "post")
        # who comes next has the proof of who was here before
        other = self._hold_time(15)
        self.assertIn(str(visit.patient_id.id), self._choices(other))
        page = self._forget()
        self.assertEqual(page.status_code, 200)
        self.assertNotIn(visit.name, page.text)
        self.assertEqual(page.headers["Clear-Site-Data"], '"cache"')
        # until it is forgotten
        another = self._hold_time(16)
        self.assertFalse(self._choices(another))
        self.assertEqual(visit.state, "scheduled")

    def test_a_time_that_is_held_is_given_back(self):
        hold = self._hold_time()
        self._prove(hold)
        self.assertIn("portal_held", self._get("/clinic/book").text)
        self._forget()
        self.assertEqual(hold.state, "cancelled")
        self.assertNotIn("portal_held", self._get("/clinic/book").text)
        self.assertFalse(self._choices(self._hold_time(15)))

    def test_a_code_that_was_sent_is_no_good_any_more(self):
        hold = self._hold_time()
        self._send(hold, "code", contact=self.mailbox)
        code = self._read_code(self.mailbox)
        self._forget()
        other = self._hold_time(15)
        self._assert_leads_to(self._send(other, "code/check", code=code), "who")
        self.assertFalse(self._choices(other))

    def test_accounts_are_signed_out(self):
        self._sign_in()
        hold = self._hold_time()
        self._send(hold, "who", patient=str(self.patient.id))
        self._send(hold, "details", **{f"q_{self.question.id}": "no"})
        self._assert_leads_to(self._send(hold, "review"), "done")
        page = self._get(self._step(hold, "done"))
        self.assertIn("They could open your account here", page.text)
        self._forget()
        self._assert_to_sign_in(self._get("/my/appointments"))

    def test_reading_forgets_nothing(self):
        hold = self._hold_time()
        self._prove(hold)
        self.assertEqual(self._get(FORGET).status_code, 200)
        self.assertTrue(hold._has_live_hold())
        self._assert_leads_to(self._get(self._step(hold, "review")), "details")

    @mute_logger("odoo.http")
    def test_form_needs_its_own_token(self):
        hold = self._hold_time()
        self.assertEqual(self._post(FORGET, csrf=False, x="1").status_code, 400)
        self.assertTrue(hold._has_live_hold())

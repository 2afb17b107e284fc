# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import uuid
from urllib.parse import urlsplit

from odoo.tests import tagged

from .booking_common import BookingCase


@tagged("post_install", "-at_install")
class TestPortalReturns(BookingCase):
    """Addresses that forms are sent to lead back to their pages."""

    def _assert_goes_to(self, response, path):
        self.assertEqual(response.status_code, 303, response.text[:2000])
        self.assertEqual(urlsplit(response.headers["Location"]).path, path)

    def test_reload_after_a_wrong_code(self):
        hold = self._hold_time()
        self._send(hold, "code", contact=self.mailbox)
        answer = self._send(hold, "code/check", code="x")
        self.assertEqual(answer.status_code, 422)
        self.assertIn("This is not the code", answer.text)
        before = hold.read(["state", "patient_id", "hold_expires_at"])
        for form in ("code", "code/check", "code/other"):
            with self.subTest(form=form):
                back = self._get(f"/clinic/book/{hold.id}/{form}")
                self._assert_goes_to(back, f"/clinic/book/{hold.id}/who")
                page = self._get(back.headers["Location"])
                self.assertEqual(page.status_code, 200)
                self.assertIn("We sent a code to", page.text)
        self.env.invalidate_all()
        self.assertEqual(hold.read(["state", "patient_id", "hold_expires_at"]), before)

    def test_nobody_elses_secret_is_told(self):
        hold = self._hold_time()
        self.authenticate(None, None)
        back = self._get(f"/clinic/book/{hold.id}/code/check")
        self._assert_goes_to(back, "/clinic/book")
        self.assertNotIn(hold.access_token, back.headers["Location"])
        token = str(uuid.uuid4())
        back = self._get(self._step(hold, "code/check", token))
        self._assert_goes_to(back, f"/clinic/book/{hold.id}/who")
        self.assertEqual(self._get(back.headers["Location"]).status_code, 404)
        self._sign_in(self.stranger)
        back = self._get(f"/clinic/book/{hold.id}/code/check")
        self.assertEqual(self._get(back.headers["Location"]).status_code, 404)

    def test_hold_and_release_lead_to_the_start(self):
        hold = self._hold_time()
        for path in ("hold", f"{hold.id}/release", f"{2**40}/code"):
            with self.subTest(path=path):
                self._assert_goes_to(self._get(f"/clinic/book/{path}"), "/clinic/book")
        self.env.invalidate_all()
        self.assertEqual(hold.state, "hold")

    def test_pages_of_an_account(self):
        self._sign_in()
        pages = {
            "/my/clinic/calendar": ("make", "revoke"),
            "/my/clinic/doctor/availability": (
                "../absence",
                "../absence/7/remove",
                "../hours",
                "../hours/7",
                "../hours/7/remove",
            ),
        }
        for page, forms in pages.items():
            for form in forms:
                base = page.rpartition("/")[0] if form.startswith("../") else page
                path = f"{base}/{form.removeprefix('../')}"
                with self.subTest(path=path):
                    self._assert_goes_to(self._get(path), page)

    def test_the_start_tells_of_a_held_time(self):
        self.assertNotIn("portal_held", self._get("/clinic/book").text)
        hold = self._hold_time()
        answer = self._get("/clinic/book")
        self.assertIn("You are holding", answer.text)
        self.assertIn("2:00", answer.text)
        self.assertIn(f"/clinic/book/{hold.id}/who?access_token=", answer.text)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self._send(hold, "release")
        self.assertNotIn("You are holding", self._get("/clinic/book").text)

    def test_a_search_without_a_hit_says_so(self):
        page = self._get("/clinic/book?q=nothing-like-this").text
        self.assertIn("Nothing matches your search.", page)

    def test_a_call_has_no_street_address(self):
        place = self.env["res.partner"].create({"name": "N", "street": "7 Quiet Lane"})
        self.site.partner_id = place
        for modality, words in (("in_person", "7 Quiet Lane"), ("video", "By video")):
            self.service.modality = modality
            hold = self._hold_time(14 if modality == "video" else 15)
            page = self._get(self._step(hold, "who")).text
            self.assertIn(words, page)
            self.assertEqual("7 Quiet Lane" in page, modality == "in_person")

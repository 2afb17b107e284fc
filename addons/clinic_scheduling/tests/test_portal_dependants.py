# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import io
import struct
import zlib
from datetime import timedelta

from dateutil.relativedelta import relativedelta
from PIL import Image

from odoo import fields, http
from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_common import MARKUP, PortalCommon


@tagged("post_install", "-at_install")
class TestPortalDependants(PortalCommon):
    """Guardians act by consents; people tell their own details."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.child = cls.env["clinic.patient"].create(
            {"name": "Kim Child", "birthdate": cls.today - relativedelta(years=7)}
        )
        cls.child_visit = cls._book(12, patient_id=cls.child.id)
        cls.consent = cls.child._grant(
            cls.account.partner_id, "parent", "manage", "registration"
        )

    def _assert_status(self, url, status, **post):
        answer = self._post(url, **post) if post else self._get(url)
        self.assertEqual(answer.status_code, status, url)

    # ------------------------------------------------------------------
    # Scopes
    # ------------------------------------------------------------------

    def test_guardian_sees_the_child(self):
        self._sign_in()
        page = self._get("/my/appointments").text
        self.assertIn(self._url(self.child_visit), page)
        page = self._get(f"/my/appointments?patient={self.child.id}").text
        self.assertNotIn(self._url(self.visit), page)
        self.assertIn("Kim Child", self._get(self._url(self.child_visit)).text)

    def test_scope_decides(self):
        self._sign_in()
        url = self._url(self.child_visit)
        details = f"/my/dependants/{self.child.id}"
        for scope, may_book, may_manage in (
            ("view", 404, 404),
            ("book", 200, 404),
            ("manage", 200, 200),
        ):
            with self.subTest(scope=scope):
                self.consent.scope = scope
                self.env.flush_all()
                page = self._get(url).text
                self.assertEqual("/cancel" in page, may_book == 200)
                self._assert_status(f"{url}/cancel", may_book)
                self._assert_status(f"{url}/reschedule", may_book)
                self._assert_status(details, may_manage)
                if may_manage == 404:
                    self._assert_status(details, 404, name="X", birthdate="2020-01-01")
        self.assertEqual(self.child.name, "Kim Child")

    def test_ended_consents_open_nothing(self):
        self._sign_in()
        yesterday = self.today - timedelta(days=1)
        for values in (
            {"valid_from": yesterday, "valid_until": yesterday},
            {"valid_from": self.today + timedelta(days=2), "valid_until": False},
            {"valid_from": yesterday, "revoked_at": fields.Datetime.now()},
        ):
            with self.subTest(values=values):
                self.consent.write(values)
                self.env.flush_all()
                for suffix in ("", "/cancel", "/reschedule", "/ics"):
                    self._assert_status(self._url(self.child_visit, suffix), 404)
                    if suffix in ("/cancel", "/reschedule"):
                        url = self._url(self.child_visit, suffix)
                        self._assert_status(url, 404, seal="0.00/0.00", start=1)
                self._assert_status(f"/my/dependants/{self.child.id}", 404)
                self.assertNotIn("Kim", self._get("/my/appointments").text)
                self.assertNotIn("Kim", self._get("/my/dependants").text)
        self.assertEqual(self.child_visit.state, "scheduled")

    def test_strangers_find_nothing(self):
        self._sign_in(self.stranger)
        self.assertNotIn("Kim", self._get("/my/dependants").text)
        for url in (
            f"/my/dependants/{self.child.id}",
            f"/my/dependants/{self.patient.id}",
            f"/my/dependants/{self.consent.id}/give-up",
            f"/my/consents/{self.consent.id}/revoke",
        ):
            self._assert_status(url, 404, name="X", birthdate="2020-01-01")
        self.assertFalse(self.consent.revoked_at)
        self.assertEqual(self.child.name, "Kim Child")

    # ------------------------------------------------------------------
    # Add, edit, end
    # ------------------------------------------------------------------

    def test_add_a_child(self):
        self._sign_in()
        born = self.today - relativedelta(years=3)
        self._assert_status(
            "/my/dependants/add",
            303,
            name="Lea New",
            birthdate=born,
            relationship="guardian",
        )
        child = self.env["clinic.patient"].search([("name", "=", "Lea New")])
        self.assertEqual(child.guardian_id, self.patient)
        self.assertNotEqual(child.partner_id, self.stranger.partner_id)
        consent = child.consent_ids
        self.assertEqual(consent.partner_id, self.account.partner_id)
        self.assertEqual(consent.relationship, "guardian")
        self.assertEqual(consent.scope, "manage")
        limit = born + relativedelta(years=18, days=-1)
        self.assertEqual(consent.valid_until, limit)

    def test_odd_dependants(self):
        self._sign_in()
        good = {"name": "Lea New", "birthdate": "2020-01-01"}
        tomorrow = self.today + timedelta(days=1)
        for change in (
            {"name": ""},
            {"name": "\x00\x01"},
            {"birthdate": "x"},
            {"birthdate": "0001-01-01"},
            {"birthdate": tomorrow},
            {"relationship": "self"},
        ):
            with self.subTest(change=change):
                self._assert_status("/my/dependants/add", 422, **{**good, **change})
        self.assertFalse(self.env["clinic.patient"].search([("name", "=", "Lea New")]))

    def test_not_without_end(self):
        self._sign_in()
        for index in range(9):
            other = self.env["clinic.patient"].create({"name": f"Child {index}"})
            other._grant(self.account.partner_id, "parent", "view", "reception")
        values = {"name": "Lea New", "birthdate": "2020-01-01"}
        self._assert_status("/my/dependants/add", 422, **values)

    def test_edit(self):
        self._sign_in()
        end = self.consent.valid_until
        later = self.child.birthdate + relativedelta(years=3)
        url = f"/my/dependants/{self.child.id}"
        self.assertIn("Kim Child", self._get(url).text)
        self._assert_status(url, 303, name=f"Kim {MARKUP}", birthdate=later)
        self.assertEqual(self.child.birthdate, later)
        self.assertEqual(self.consent.valid_until, end)
        notes = " ".join(self.child.message_ids.mapped("body"))
        self.assertIn("Changed in the portal: Name, Date of Birth", notes)
        for page in ("/my/dependants", url, "/my/appointments"):
            self.assertNotIn("<img src=x", self._get(page).text)

    def test_give_up(self):
        self._sign_in()
        self._assert_status(f"/my/dependants/{self.consent.id}/give-up", 303, x=1)
        self.assertTrue(self.consent.revoked_at)
        self._assert_status(self._url(self.child_visit), 404)
        self._assert_status(f"/my/dependants/{self.consent.id}/give-up", 404, x=1)

    def test_patient_revokes(self):
        consent = self.patient._grant(
            self.stranger.partner_id, "carer", "book", "reception"
        )
        self._sign_in(self.stranger)
        self.assertIn(self._url(), self._get("/my/appointments").text)
        self._assert_status(f"/my/consents/{consent.id}/revoke", 404, x=1)
        self._sign_in()
        self.assertIn("Olga Other", self._get("/my/dependants").text)
        self._assert_status(f"/my/consents/{consent.id}/revoke", 303, x=1)
        self.assertTrue(consent.revoked_at)
        self._sign_in(self.stranger)
        self._assert_status(self._url(), 404)

    @mute_logger("odoo.http")
    def test_forms_need_their_own_token(self):
        self._sign_in()
        for url in (
            "/my/dependants/add",
            f"/my/dependants/{self.child.id}",
            f"/my/dependants/{self.consent.id}/give-up",
            f"/my/consents/{self.consent.id}/revoke",
            "/my/clinic/profile",
        ):
            with self.subTest(url=url):
                self.assertEqual(self._post(url, csrf=False, name="x").status_code, 400)
        self.assertFalse(self.consent.revoked_at)

    def test_signed_out(self):
        self.authenticate(None, None)
        for url in ("/my/appointments", "/my/dependants", "/my/clinic/profile"):
            self._assert_to_sign_in(self._get(url))

    # ------------------------------------------------------------------
    # Profile
    # ------------------------------------------------------------------

    def _picture(self, kind="PNG", size=(900, 600)):
        buffer = io.BytesIO()
        Image.new("RGB", size, "teal").save(buffer, kind)
        return buffer.getvalue()

    def _upload(self, data, name="me.png", mimetype="image/png"):
        return self.url_open(
            "/my/clinic/profile",
            data={"csrf_token": http.Request.csrf_token(self)},
            files={"picture": (name, data, mimetype)},
            timeout=60,
            allow_redirects=False,
        )

    def test_profile(self):
        self._sign_in()
        self._assert_status(
            "/my/clinic/profile",
            303,
            emergency_contact_name="Eve\x00 Emergency",
            insurance_number="A" * 500,
            communication_channel="sms",
            birthdate="1990-02-03",
        )
        self.assertEqual(self.patient.emergency_contact_name, "Eve Emergency")
        self.assertEqual(len(self.patient.insurance_number), 64)
        self.assertEqual(self.patient.communication_channel, "sms")
        self.assertEqual(str(self.patient.birthdate), "1990-02-03")
        self._assert_status("/my/clinic/profile", 303, birthdate="2015-01-01")
        self.assertEqual(str(self.patient.birthdate), "1990-02-03")
        self._assert_status("/my/clinic/profile", 422, communication_channel="fax")

    def test_forms_take_nothing_else(self):
        self._sign_in()
        person = {"name": "Lea Child", "birthdate": "2024-01-01"}
        count = self.env["clinic.patient"].search_count([])
        for url, values in (
            ("/my/clinic/profile", {"insurance_number": "123"}),
            ("/my/dependants/add", person),
            (f"/my/dependants/{self.child.id}", person),
        ):
            for name in ("number", "guardian_id", "medical_history", "scope"):
                with self.subTest(url=url, name=name):
                    self._assert_status(url, 400, **values, **{name: "1"})
        self.assertFalse(self.patient.insurance_number)
        self.assertEqual(self.child.name, "Kim Child")
        self.assertEqual(self.env["clinic.patient"].search_count([]), count)

    def test_profile_markup_stays_text(self):
        self._sign_in()
        values = {"emergency_contact_name": MARKUP, "insurance_company": MARKUP}
        self._assert_status("/my/clinic/profile", 303, **values)
        self.assertNotIn("<img src=x", self._get("/my/clinic/profile").text)

    def test_profile_of_nobody(self):
        self._sign_in(self._create_account("test_newcomer"))
        page = self._get("/my/clinic/profile").text
        self.assertIn("Your account belongs to no patient yet", page)
        self._assert_status("/my/clinic/profile", 200, insurance_company="x")

    def test_picture(self):
        self._sign_in()
        self.assertEqual(self._upload(self._picture()).status_code, 303)
        data = base64.b64decode(self.patient.image_1920)
        self.assertEqual(data[:2], b"\xff\xd8")
        self.assertLessEqual(max(Image.open(io.BytesIO(data)).size), 512)

    def test_picture_of_too_many_pixels(self):
        self._sign_in()
        size = struct.pack(">II", 30000, 30000)
        header = b"IHDR" + size + bytes((1, 0, 0, 0, 0))
        check = struct.pack(">I", zlib.crc32(header))
        start, _ihdr, rest = self._picture().partition(b"\0\0\0\rIHDR")
        bomb = start + struct.pack(">I", 13) + header + check + rest[17:]
        self.assertEqual(self._upload(bomb).status_code, 422)
        self.assertFalse(self.patient.image_1920)

    def test_what_is_no_picture(self):
        self._sign_in()
        svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
        for data in (
            svg,
            b"<html><script>alert(1)</script></html>",
            b"",
            b"\x89PNG\r\n\x1a\n broken",
            self._picture() + b"\0" * (5 * 1024 * 1024),
        ):
            with self.subTest(data=data[:20]):
                before = self.patient.image_1920
                status = self._upload(data, "me.png").status_code
                self.assertEqual(status, 422)
                self.assertEqual(self.patient.image_1920, before)

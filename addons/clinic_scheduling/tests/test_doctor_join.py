# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re
from unittest.mock import patch

from odoo import http
from odoo.tests import BaseCase, HttpCase, tagged
from odoo.tools import mute_logger

from ..models.clinic_rate_limit import LIMITS
from ..uploads import clean_name, sniff
from .common import ClinicCommon

PAGE = "/clinic/join"
PDF = b"""%PDF-1.7
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj
xref
0 4
0000000000 65535 f\x20
0000000009 00000 n\x20
0000000052 00000 n\x20
0000000099 00000 n\x20
trailer<</Size 4/Root 1 0 R>>
startxref
156
%%EOF
"""
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
HTML = b"<html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


class TestUploads(BaseCase):
    """Files are what their content says."""

    def test_kinds(self):
        self.assertEqual(sniff(PDF), "application/pdf")
        self.assertEqual(sniff(PNG), "image/png")
        self.assertEqual(sniff(b"\xff\xd8\xff\xe0JFIF"), "image/jpeg")
        for content in (HTML, SVG, b"GIF89a", b"PK\x03\x04", b"MZ", b" %PDF-", b""):
            with self.subTest(content=content[:6]):
                self.assertIsNone(sniff(content))

    def test_names(self):
        names = {
            "licence.pdf": "licence.pdf",
            "../../etc/passwd": "passwd",
            "C:\\Users\\x\\my file.pdf": "my file.pdf",
            '"><img src=x onerror=alert(1)>.pdf': "img srcx onerroralert(1).pdf",
            "a\r\nb\x00.pdf": "a b.pdf",
            "...": "file",
            "": "file",
            "x" * 300: "x" * 80,
            "Zeugnis größe.pdf": "Zeugnis größe.pdf",
        }
        for given, expected in names.items():
            with self.subTest(name=given):
                self.assertEqual(clean_name(given), expected)


@tagged("post_install", "-at_install")
class TestDoctorJoin(ClinicCommon, HttpCase):
    """The public form."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # it says what is odd about files that are sent
        quiet = mute_logger("pypdf._reader")
        quiet.__enter__()
        cls.addClassCleanup(quiet.__exit__, None, None, None)
        cls.env["ir.config_parameter"].set_param("clinic_scheduling.limit.apply", 9999)
        cls.applications = cls.env["clinic.doctor.application"]
        cls.foreign_company = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.foreign_site = cls._create_site("Far", company_id=cls.foreign_company.id)

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)
        self.applications.search([]).unlink()

    def _send(self, files=(), token=True, status=303, **values):
        data = {
            "name": "Dana Doctor",
            "email": "dana@example.com",
            "license_number": "L-4711",
            "specialty_ids": self.specialty.ids,
            **values,
        }
        if token:
            data["csrf_token"] = http.Request.csrf_token(self)
        files = [("documents", file) for file in files]
        response = self.url_open(
            PAGE, data=data, files=files or None, allow_redirects=False
        )
        self.assertEqual(response.status_code, status)
        self.assertNotIn("Traceback", response.text)
        return response

    def _found(self):
        self.env.invalidate_all()
        return self.applications.search([])

    def test_form_and_thanks(self):
        page = self.url_open(PAGE)
        self.assertEqual(page.status_code, 200)
        self.assertIn("Test Medicine", page.text)
        self.assertIn("North", page.text)
        self.assertNotIn("Far", re.sub(r"<head.*?</head>", "", page.text, flags=re.S))
        self.assertEqual(self.url_open(f"{PAGE}/thanks").status_code, 200)
        self.assertFalse(self._found())

    def test_send(self):
        answer = self._send(
            files=[
                ("licence.exe", PDF, "application/x-msdownload"),
                ("photo.jpg", PNG, "image/jpeg"),
            ],
            phone="+33 1 23 45",
            biography="About me",
            site_ids=[self.site.id, self.other_site.id],
        )
        self.assertTrue(answer.headers["Location"].endswith(f"{PAGE}/thanks"))
        application = self._found()
        self.assertEqual(application.name, "Dana Doctor")
        self.assertEqual(application.site_ids, self.site | self.other_site)
        self.assertEqual(application.specialty_ids, self.specialty)
        documents = {(item.name, item.mimetype) for item in application.attachment_ids}
        expected = {
            ("licence.pdf", "application/pdf"),
            ("photo.png", "image/png"),
        }
        self.assertEqual(documents, expected)

    def test_the_answer_never_tells_who_is_known(self):
        self.receptionist.write({"login": "known@example.com"})
        answers = [
            self._send(email=email)
            for email in ("known@example.com", "new@example.com", "new@example.com")
        ]
        seen = {(answer.text, answer.headers["Location"]) for answer in answers}
        self.assertEqual(len(seen), 1)
        self.assertEqual(len(self._found()), 3)

    def test_what_is_missing_is_said_and_the_rest_kept(self):
        wrong = [
            {"name": " "},
            {"email": "no address"},
            {"license_number": ""},
            {"specialty_ids": []},
            {"name": "x" * 101},
            {"biography": "x" * 3001},
        ]
        for values in wrong:
            with self.subTest(values=str(values)[:40]):
                answer = self._send(status=422, **{"phone": "0123 4567", **values})
                self.assertIn("0123 4567", answer.text)
                self.assertIn('role="alert"', answer.text)
        self.assertFalse(self._found())

    def test_what_was_typed_is_never_markup(self):
        text = '"><img src=x onerror=alert(1)>'
        answer = self._send(status=422, name=text, biography=text, license_number="")
        self.assertNotIn("<img src=x", answer.text)
        self.assertIn("&lt;img src=x", answer.text)

    def test_forged_fields_are_refused(self):
        forged = [
            {"state": "approved"},
            {"user_id": "2"},
            {"company_id": self.foreign_company.id},
            {"context": "{}"},
            {"domain": "[]"},
            {"site_ids": [self.foreign_site.id]},
            {"specialty_ids": ["0"]},
            {"specialty_ids": ["1 OR 1=1"]},
            {"specialty_ids": ["99999999999999999999"]},
            {"specialty_ids": ["-1"]},
            {"name": "a\x00b"},
        ]
        for values in forged:
            with self.subTest(values=str(values)), mute_logger("odoo.http"):
                self._send(status=400, **values)
        self.assertFalse(self._found())

    def test_files_that_are_not_taken(self):
        large = PDF + b"x" * (5 * 1024 * 1024)
        cases = [
            ([("a.pdf", HTML, "application/pdf")], "is no PDF"),
            ([("a.png", SVG, "image/png")], "is no PDF"),
            ([("a.pdf", b"%PDF-1.7\nbroken", "application/pdf")], "cannot be read"),
            ([("a.pdf", PDF[:60], "application/pdf")], "cannot be read"),
            ([("a.pdf", b"", "application/pdf")], "is empty"),
            ([("a.pdf", large, "application/pdf")], "is larger"),
            ([(f"{n}.pdf", PDF, "application/pdf") for n in range(6)], "At most 5"),
        ]
        for files, sentence in cases:
            with self.subTest(sentence=sentence):
                self.assertIn(sentence, self._send(files=files, status=422).text)
        with mute_logger("odoo.http", "pypdf._reader"):
            data = {"csrf_token": http.Request.csrf_token(self)}
            answer = self.url_open(PAGE, data=data, files=[("other", ("a", PDF))])
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self._found())

    def test_documents_are_for_managers(self):
        self._send(files=[("licence.pdf", PDF, "application/pdf")])
        document = self._found().attachment_ids
        for login in (None, "test_receptionist"):
            self.authenticate(login, login)
            with self.subTest(login=login):
                answer = self.url_open(f"/web/content/{document.id}")
                self.assertEqual(answer.status_code, 404)
        self._create_user("manager")
        self.authenticate("test_manager", "test_manager")
        answer = self.url_open(f"/web/content/{document.id}")
        self.assertEqual((answer.status_code, answer.content), (200, PDF))
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")

    @mute_logger("odoo.http")
    def test_a_post_with_its_token(self):
        self._send(token=False, status=400)
        self.assertFalse(self._found())

    def test_too_often(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("clinic_scheduling.limit.apply", False)
        with patch.dict(LIMITS, apply=(1, 60)):
            self._send()
            answer = self._send(status=429)
        self.assertGreater(int(answer.headers["Retry-After"]), 0)
        self.assertEqual(len(self._found()), 1)

    def test_captcha_is_asked(self):
        asked = []
        model = type(self.env["ir.http"])
        name = "_verify_request_recaptcha_token"
        with patch.object(model, name, lambda _self, action: asked.append(action)):
            self.url_open(PAGE)
            self._send()
        self.assertEqual(asked, ["clinic_join"])

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import html
import json
import re

from icalendar import Calendar

from odoo import http
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import ClinicCommon

URL = "/clinic_scheduling/export/%s"


@tagged("post_install", "-at_install")
class TestExportDownload(ClinicCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receptionist.group_ids += cls.env.ref("base.group_allow_export")
        cls.visit = cls._book(10)
        cls.other = cls._book(11)

    def setUp(self):
        super().setUp()
        self.authenticate("test_receptionist", "test_receptionist")

    def _post(self, file_format="csv", token=True, **data):
        if token:
            data["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(URL % file_format, data=data)

    def _refusal(self, response):
        """Return the error that the web client shows, as it reads it."""
        self.assertEqual(response.status_code, 422)
        text = re.search(r"<p>(.*)</p>", response.text, re.DOTALL).group(1)
        return json.loads(html.unescape(text))["data"]

    def test_csv_of_ids(self):
        response = self._post(ids=f"{self.visit.id},{self.other.id}")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Content-Type"], "text/csv; charset=utf-8")
        self.assertIn("appointments.csv", response.headers["Content-Disposition"])
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertEqual(len(response.text.splitlines()), 3)

    def test_ics_by_link(self):
        response = self.url_open((URL % "ics") + f"?ids={self.visit.id}")
        (event,) = Calendar.from_ical(response.content).walk("VEVENT")
        self.assertEqual(event["sequence"], 0)

    def test_domain(self):
        domain = json.dumps([["id", "=", self.other.id]])
        response = self._post(domain=domain)
        self.assertIn(self.other.name, response.text)
        self.assertNotIn(self.visit.name, response.text)

    def test_post_needs_the_token(self):
        with mute_logger("odoo.http"):
            response = self._post(token=False, ids=str(self.visit.id))
        self.assertEqual(response.status_code, 400)

    def test_limit(self):
        self.env.company.clinic_export_limit = 1
        for data in (
            {"ids": f"{self.visit.id},{self.other.id}"},
            {"domain": json.dumps([["id", "in", (self.visit + self.other).ids]])},
        ):
            error = self._refusal(self._post(**data))
            self.assertIn("2 appointments", error["message"])
            self.assertEqual(error["name"], "odoo.exceptions.UserError")
            self.assertFalse(error["debug"], "no trace leaves the server")

    def test_foreign_ids_are_refused(self):
        self.receptionist.clinic_site_ids = self.other_site
        with mute_logger("odoo.addons.base.models.ir_rule"):
            error = self._refusal(self._post(ids=str(self.visit.id)))
        self.assertEqual(error["name"], "odoo.exceptions.AccessError")

    def test_domain_shows_only_what_the_user_sees(self):
        self.receptionist.clinic_site_ids = self.other_site
        response = self._post(domain="[]")
        self.assertEqual(response.status_code, 200)
        self.assertNotIn(self.visit.name, response.text)

    def test_domain_cannot_ask_for_clinical_fields(self):
        self.visit.symptoms = "rash"
        domain = json.dumps([["symptoms", "ilike", "rash"]])
        error = self._refusal(self._post(domain=domain))
        self.assertEqual(error["name"], "odoo.exceptions.AccessError")

    def test_without_the_right_to_export(self):
        self.receptionist.group_ids -= self.env.ref("base.group_allow_export")
        error = self._refusal(self._post(ids=str(self.visit.id)))
        self.assertIn("may not export", error["message"])

    def test_malformed(self):
        for data in (
            {},
            {"ids": "1,x"},
            {"ids": "text"},
            {"ids": "-1"},
            {"ids": "0"},
            {"ids": "1,,2"},
            {"ids": str(2**31)},
            {"ids": "9" * 30},
            {"domain": json.dumps([["start", "=", "no date"]])},
            {"domain": "[1, 2]"},
            {"domain": "no json"},
            {"domain": '{"a": 1}'},
            {"domain": '[["no_such_field", "=", 1]]'},
        ):
            with self.subTest(data=data), mute_logger("odoo.http"):
                self.assertEqual(self._post(**data).status_code, 422)

    def test_unknown_format(self):
        response = self._post("exe", ids=str(self.visit.id))
        self.assertEqual(response.status_code, 404)

    def test_visitors_are_sent_to_the_login(self):
        self.authenticate(None, None)
        response = self.url_open((URL % "csv") + f"?ids={self.visit.id}")
        self.assertIn("/web/login", response.url)
        self.assertNotIn(self.visit.name, response.text)

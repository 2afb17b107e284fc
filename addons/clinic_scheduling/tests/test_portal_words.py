# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the pages for patients say of places, prices and dates."""

import uuid
from unittest.mock import patch

from lxml import html

from odoo.tests import HttpCase, tagged

from .common import ClinicCommon
from .test_portal_slots import ADDRESS


@tagged("post_install", "-at_install")
class TestPortalWords(ClinicCommon, HttpCase):
    """Words that a visitor must be able to trust."""

    def setUp(self):
        super().setUp()
        self.startPatcher(patch(ADDRESS, return_value=str(uuid.uuid4())))
        self.site.instructions = "Bus 71, stop Market"
        self.service.instructions = "Bring your insurance card"

    def _open(self, address):
        response = self.url_open(address)
        self.assertEqual(response.status_code, 200)
        return html.fromstring(response.text)

    def _open_done(self):
        visit = self._book(10)
        token = visit._portal_ensure_token()
        return self._open(f"/clinic/book/{visit.id}/done?access_token={token}")

    def _read(self, page, path):
        return " ".join(page.xpath(path)[0].text_content().split())

    def test_done_page_of_who_comes(self):
        page = self._open_done()
        text = self._read(page, "//main | //div[@id='wrap']")
        self.assertIn("Bus 71", text)
        self.assertIn("Bring your insurance card", text)
        self.assertIn(self.site.name, text)
        self.assertFalse(page.xpath("//*[@name='portal_video']"))
        self.assertIn("device? For half an hour", text)

    def test_done_page_of_a_video_visit(self):
        self.service.modality = "video"
        self.env.company.clinic_video_lead_minutes = 15
        page = self._open_done()
        text = self._read(page, "//div[@id='wrap']")
        self.assertNotIn("Bus 71", text)
        self.assertNotIn("Before you come", text)
        self.assertIn("Bring your insurance card", text)
        notice = self._read(page, "//*[@name='portal_video']")
        self.assertIn("You can join it from Mon, Jun 3, 2030, 9:45 AM", notice)
        summary = self._read(page, "//*[contains(@class, 'o_clinic_summary')]")
        self.assertIn("By video", summary)
        self.assertNotIn(self.site.name, summary)

    def test_done_page_of_a_call(self):
        self.service.modality = "phone"
        text = self._read(self._open_done(), "//div[@id='wrap']")
        self.assertNotIn("Bus 71", text)
        self.assertIn("By telephone", text)

    def test_fee_of_a_doctor(self):
        """Not theirs, where each service has a price of its own."""
        self.doctor.fee = 95
        self.service.write({"price": 45, "doctor_ids": self.doctor.ids})

        def read():
            page = self._open("/clinic/book?by=doctor")
            cards = page.xpath("//div[contains(@class, 'o_clinic_card')]")
            [card] = [item for item in cards if "Ada Martin" in item.text_content()]
            return " ".join(card.text_content().split())

        self.assertIn("45.00", read())
        self.assertNotIn("95.00", read())
        self._create_service("Long Talk", price=70, doctor_ids=self.doctor.ids)
        self.assertIn("from", read())
        self.assertIn("45.00", read())

    def test_names_of_tabs(self):
        for address in ("/clinic/book", "/clinic/join"):
            with self.subTest(address=address):
                title = self._open(address).xpath("//title")[0].text
                self.assertNotEqual(title.strip(), "Odoo")

    def test_dates_have_the_month_as_a_word(self):
        schedule = self.env["clinic.schedule"].with_context(lang="en_US")
        self.patient.birthdate = "1984-06-03"
        self.assertEqual(
            schedule._format_birthdate(self.patient.birthdate), "Jun 3, 1984"
        )
        hours = self.doctor.availability_ids[:1].copy(
            {"recurrence": "date", "date": "2031-12-11", "override": "closed"}
        )
        name = hours.with_context(lang="en_US").display_name
        self.assertIn("Dec 11, 2031", name)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import uuid
from unittest.mock import patch

from lxml import html

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import ClinicCommon
from .test_portal_slots import ADDRESS


@tagged("post_install", "-at_install")
class TestPortalCatalogue(ClinicCommon, HttpCase):
    """The pages before the time, as a visitor sees them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.french = cls.env["res.lang"]._activate_lang("fr_FR")
        cls.doctor.write({"title": "Dr", "language_ids": [Command.set(cls.french.ids)]})
        cls.service.write({"price": 40, "horizon_days": 0})
        cls.video = cls._create_service("Video Talk", modality="video")
        cls.surgery = cls._create_service("Surgery", bookable_online=False)
        cls.archived = cls._create_doctor("Gone Doctor", active=False)
        cls.offline = cls._create_doctor("Offline Doctor")
        cls.offline.availability_ids.channel = "internal"

    def setUp(self):
        super().setUp()
        self.startPatcher(patch(ADDRESS, return_value=str(uuid.uuid4())))

    def _open(self, path, status=200):
        response = self.url_open(f"/clinic/book{path}")
        self.assertEqual(response.status_code, status)
        return html.fromstring(response.text)

    def _names(self, page):
        return [
            link.text_content().strip()
            for link in page.xpath("//a[contains(@class, 'stretched-link')]")
        ]

    def _links(self, page):
        return page.xpath("//a[contains(@class, 'stretched-link')]/@href")

    def test_services(self):
        names = self._names(self._open(""))
        self.assertIn("Consultation", names)
        self.assertIn("Video Talk", names)
        self.assertNotIn("Surgery", names)

    def test_doctors(self):
        names = self._names(self._open("?by=doctor"))
        self.assertIn("Dr Ada Martin", names)
        self.assertNotIn("Gone Doctor", names)
        self.assertNotIn("Offline Doctor", names)

    def test_filters(self):
        other = self.env["clinic.specialty"].create({"name": "Other Medicine"})
        self._create_service("Other Visit", specialty_id=other.id)
        specialist = self._create_doctor(
            "Olga Other", specialty_ids=[Command.set(other.ids)]
        )
        specialist.availability_ids.site_id = self.other_site
        both = ["Consultation", "Video Talk"]
        for query, expected in (
            (f"specialty={other.id}", ["Other Visit"]),
            (f"specialty={self.specialty.id}", both),
            (f"site={self.other_site.id}", ["Other Visit"]),
            (f"site={self.site.id}", both),
            (f"lang={self.french.id}", both),
            ("modality=video", ["Video Talk"]),
            ("q=talk", ["Video Talk"]),
            ("q=ada+consult", ["Consultation"]),
            ("q=test+medicine", both),
            ("q=nobody", []),
            ("by=doctor&q=olga", ["Olga Other"]),
            (f"by=doctor&site={self.site.id}", ["Dr Ada Martin", "Ben Moreau"]),
            (f"by=doctor&lang={self.french.id}", ["Dr Ada Martin"]),
        ):
            with self.subTest(query):
                ours = {*both, "Other Visit", "Olga Other"}
                ours |= {"Dr Ada Martin", "Ben Moreau"}
                found = [name for name in self._names(self._open(f"?{query}"))]
                self.assertEqual(
                    sorted(name for name in found if name in ours), sorted(expected)
                )

    def test_filters_that_make_no_sense_are_no_wish(self):
        for query in ("specialty=x", "site=-1", "lang=%00", "modality=fax", "by=x"):
            with self.subTest(query):
                self.assertIn("Consultation", self._names(self._open(f"?{query}")))

    def test_doctors_of_a_service_with_the_first_free_time(self):
        page = self._open(f"/doctors?service={self.service.id}")
        names = self._names(page)
        self.assertEqual(names[0], "Any doctor")
        self.assertEqual(sorted(names[1:]), ["Ben Moreau", "Dr Ada Martin"])
        text = page.text_content()
        for words in ("Test Medicine", "40.00"):
            self.assertIn(words, text)
        zones = page.xpath("//time[contains(@class, 'o_clinic_local_time')]/@data-zone")
        self.assertEqual(zones, ["Europe/Paris"] * 3)

    def test_who_is_free_first_comes_first(self):
        self.doctor.sequence, self.colleague.sequence = 1, 2
        self.doctor.availability_ids.write({"valid_from": "2035-01-01"})
        names = self._names(self._open(f"/doctors?service={self.service.id}"))
        self.assertEqual(names, ["Any doctor", "Ben Moreau", "Dr Ada Martin"])

    def test_wishes_are_kept_on_the_way(self):
        site = self.site.id
        page = self._open(f"?site={site}&q=consultation")
        [link] = [item for item in self._links(page) if f"={self.service.id}" in item]
        self.assertIn(f"site={site}", link)
        page = self._open(link.removeprefix("/clinic/book"))
        links = self._links(page)
        self.assertTrue(all(f"site={site}" in item for item in links))
        page = self._open(links[0].removeprefix("/clinic/book"))
        steps = page.xpath("//nav[contains(@class, 'o_clinic_steps')]//a/@href")
        self.assertEqual(len(steps), 2)
        self.assertTrue(all(f"site={site}" in item for item in steps))

    def test_services_of_a_doctor(self):
        names = self._names(self._open(f"/services?doctor={self.doctor.id}&by=doctor"))
        self.assertEqual(sorted(names), ["Consultation", "Video Talk"])

    def test_times(self):
        self.site.phone = "+33 1 00 00"
        page = self._open(
            f"/times?service={self.service.id}&doctor={self.doctor.id}&day=2030-06-03"
        )
        [chooser] = page.xpath("//section[contains(@class, 'o_clinic_times')]")
        self.assertEqual(
            chooser.get("data-url"),
            f"/clinic/book/slots?service={self.service.id}&doctor={self.doctor.id}",
        )
        self.assertEqual(chooser.get("data-day"), "2030-06-03")
        self.assertTrue(chooser.get("data-channel").startswith("clinic_scheduling."))
        [form] = chooser.xpath(".//form[@method='post']")
        self.assertEqual(form.get("action"), "/clinic/book/hold")
        self.assertEqual(
            set(form.fields), {"csrf_token", "service", "doctor", "site", "start"}
        )
        self.assertEqual(form.fields["service"], str(self.service.id))
        self.assertIn("+33 1 00 00", page.xpath("//noscript")[0].text_content())
        page = self._open(f"/times?service={self.service.id}&day=x&start=x&site=x")
        [chooser] = page.xpath("//section[contains(@class, 'o_clinic_times')]")
        self.assertIsNone(chooser.get("data-day"))

    def test_what_is_gone_leads_to_the_start(self):
        for path in (
            "/doctors",
            f"/doctors?service={self.surgery.id}",
            "/doctors?service=x",
            "/services?doctor=999999999",
            f"/services?doctor={self.archived.id}",
            f"/services?doctor={self.offline.id}",
            f"/times?service={self.surgery.id}",
            f"/times?service={self.service.id}&doctor={self.archived.id}",
        ):
            with self.subTest(path):
                response = self.url_open(f"/clinic/book{path}")
                self.assertTrue(response.url.endswith("/clinic/book?gone=1"))
                self.assertIn("cannot be booked online any more", response.text)

    def test_too_many_searches(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("clinic_scheduling.limit.search", "1/60")
        path = f"/clinic/book/doctors?service={self.service.id}"
        self.assertEqual(self.url_open(path).status_code, 200)
        response = self.url_open(path)
        self.assertEqual(response.status_code, 429)
        self.assertLessEqual(1, int(response.headers["Retry-After"]))
        self.assertIn("a little too often", response.text)
        for path in (
            "",
            "?by=doctor",
            f"/services?doctor={self.doctor.id}",
            f"/times?service={self.service.id}",
        ):
            with self.subTest(path=path):
                response = self.url_open(f"/clinic/book{path}")
                self.assertEqual(response.status_code, 429)
        parameters.set_param("clinic_scheduling.limit.picture", "1/60")
        path = f"/clinic/book/doctor/{self.doctor.id}/image"
        self.assertEqual(self.url_open(path).status_code, 200)
        self.assertEqual(self.url_open(path).status_code, 429)

    def test_photos_of_bookable_doctors_only(self):
        response = self.url_open(f"/clinic/book/doctor/{self.doctor.id}/image")
        self.assertEqual(response.status_code, 200)
        self.assertTrue(response.headers["Content-Type"].startswith("image/"))
        for doctor in (self.archived, self.offline):
            response = self.url_open(f"/clinic/book/doctor/{doctor.id}/image")
            self.assertEqual(response.status_code, 404)

    def test_texts_of_staff_are_shown_as_text(self):
        self.doctor.name = "<script>alert(1)</script>"
        self.service.name = "<img src=x onerror=alert(1)>"
        for path in (
            "",
            "?by=doctor",
            f"/doctors?service={self.service.id}",
            f"/services?doctor={self.doctor.id}",
            f"/times?service={self.service.id}&doctor={self.doctor.id}",
        ):
            with self.subTest(path):
                text = self.url_open(f"/clinic/book{path}").text
                self.assertNotIn("<script>alert", text)
                self.assertNotIn("<img src=x", text)

    def test_a_fixed_number_of_queries(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            catalogue = self.env["clinic.service"]._get_catalogue()
            for service, doctors in catalogue.offers.items():
                _names = [
                    (doctor.display_name, doctor.specialty_ids.mapped("name"))
                    for doctor in doctors
                ]
                _sites = catalogue.get_sites(service, doctors)
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for number in range(5):
            self._create_doctor(f"Doctor {number}")
            self._create_service(f"Service {number}")
        self.assertEqual(count(), few)

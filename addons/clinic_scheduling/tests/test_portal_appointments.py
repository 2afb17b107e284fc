# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64

from icalendar import Calendar

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from .portal_common import MARKUP, SECRET, PortalCommon

#: Every page of one visit that is read.
SUFFIXES = ("", "/cancel", "/reschedule", "/ics")

BAD_TOKENS = (
    "x",
    "False",
    "None",
    "' OR 1=1 --",
    "%00",
    "é",
    "0",
    "%FF%FE",
    "a" * 5000,
)


@tagged("post_install", "-at_install")
class TestPortalAppointments(PortalCommon):
    """Reading one's own appointments, and nobody else's."""

    def _share(self, visit, name="letter.pdf", data=b"%PDF-1.4 test", **values):
        attachment = self.env["ir.attachment"].create(
            {"name": name, "datas": base64.b64encode(data), **values}
        )
        visit.shared_attachment_ids = [Command.link(attachment.id)]
        return attachment

    # ------------------------------------------------------------------
    # The list
    # ------------------------------------------------------------------

    def test_list_holds_own_visits_only(self):
        self._sign_in()
        page = self._get("/my/appointments").text
        self.assertIn(self._url(), page)
        self.assertNotIn(self._url(self.other_visit), page)
        self.assertNotIn("Olga", page)
        self.assertNotIn(SECRET, page)

    def test_relatives_of_the_contact_are_others(self):
        self.other_patient.partner_id.parent_id = self.account.partner_id
        self._sign_in()
        page = self._get("/my/appointments").text
        self.assertNotIn(self._url(self.other_visit), page)
        self.assertEqual(self._get(self._url(self.other_visit)).status_code, 404)

    def test_over_is_booked_again(self):
        self.visit.cancel()
        self._sign_in()
        query = f"service={self.service.id}&amp;doctor={self.doctor.id}"
        self.assertIn(f"/clinic/book/times?{query}", self._get(self._url()).text)
        self.service.bookable_online = False
        self.assertNotIn(query, self._get(self._url()).text)

    def test_list_of_another_patient_is_not_found(self):
        self._sign_in()
        for patient in (self.other_patient.id, "x", 0, "1 or 1"):
            with self.subTest(patient=patient):
                response = self._get(f"/my/appointments?patient={patient}")
                self.assertEqual(response.status_code, 404)

    def test_list_parts_what_is_ahead_and_over(self):
        self._book(12).cancel()
        held = self.env["clinic.appointment"].hold(self._vals(13))
        self._sign_in()
        page = self._get("/my/appointments").text
        ahead, over = page.split("Past and cancelled")
        self.assertIn(self._url(), ahead)
        self.assertIn("Cancelled", over)
        self.assertNotIn(self._url(held), page)

    def test_list_has_pages_of_the_past(self):
        for index in range(21):
            self._book(9 + index % 8, day=index % 5 + 7).cancel()
        self._sign_in()
        self.assertIn("/my/appointments/page/2", self._get("/my/appointments").text)
        second = self._get("/my/appointments/page/2").text
        self.assertEqual(second.count("Cancelled"), 1)
        self.assertEqual(self._get("/my/appointments/page/99").status_code, 200)

    def test_empty_list_offers_to_book(self):
        self._sign_in(self._create_account("test_newcomer"))
        page = self._get("/my/appointments").text
        self.assertIn('href="/clinic/book"', page)
        self.assertIn('href="/my/clinic/link"', page)

    def test_counter(self):
        self._sign_in()
        counters = {"counters": ["clinic_appointment_count"]}
        result = self.make_jsonrpc_request("/my/counters", counters)
        self.assertEqual(result, {"clinic_appointment_count": 1})
        self.assertIn("/my/appointments", self._get("/my/home").text)

    # ------------------------------------------------------------------
    # One visit
    # ------------------------------------------------------------------

    def test_page_says_what_the_patient_needs(self):
        self._sign_in()
        page = self._get(self._url()).text
        for text in (
            "Consultation",
            "Ada Martin",
            "North",
            "Second door",
            "Bring your card",
            "Booked",
            "Paris (UTC+02:00)",
            "10:00",
        ):
            self.assertIn(text, page)
        self.assertNotIn(SECRET, page)

    def test_page_is_kept_nowhere(self):
        headers = self._get(self._url(token=self.token)).headers
        self.assertEqual(headers["Cache-Control"], "no-store")
        self.assertEqual(headers["Referrer-Policy"], "same-origin")

    def test_signed_link_opens_without_an_account(self):
        for suffix in SUFFIXES:
            with self.subTest(suffix=suffix):
                response = self._get(self._url(suffix=suffix, token=self.token))
                self.assertEqual(response.status_code, 200)
                self.assertNotIn(SECRET, response.text)

    def test_who_is_not_signed_in_is_asked_to(self):
        for visit_id in (self.visit.id, 999999999):
            for suffix in SUFFIXES:
                with self.subTest(visit=visit_id, suffix=suffix):
                    response = self._get(f"/my/appointments/{visit_id}{suffix}")
                    self._assert_to_sign_in(response)

    def test_strangers_find_nothing(self):
        self._sign_in(self.stranger)
        for suffix in SUFFIXES:
            with self.subTest(suffix=suffix):
                url = self._url(suffix=suffix)
                unknown = self._get(f"/my/appointments/999999999{suffix}")
                response = self._get(url)
                self.assertEqual(response.status_code, 404)
                self.assertEqual(unknown.status_code, 404)

    def test_bad_tokens_open_nothing(self):
        for token in (*BAD_TOKENS, self.other_token):
            for suffix in SUFFIXES:
                with self.subTest(token=token[:20], suffix=suffix):
                    response = self._get(self._url(suffix=suffix, token=token))
                    self.assertEqual(response.status_code, 404)

    def test_empty_token_is_none(self):
        self.other_visit._write_by_door({"access_token": False})
        for suffix in SUFFIXES:
            url = self._url(self.other_visit, suffix, token="")
            self._assert_to_sign_in(self._get(url))

    def test_odd_ids(self):
        for visit_id in ("0", "99999999999999999999", "-1", "1e3"):
            with self.subTest(visit=visit_id):
                url = f"/my/appointments/{visit_id}?access_token={self.token}"
                self.assertEqual(self._get(url).status_code, 404)

    def test_link_of_an_archived_patient_is_dead(self):
        self.patient.active = False
        for suffix in SUFFIXES:
            response = self._get(self._url(suffix=suffix, token=self.token))
            self.assertEqual(response.status_code, 404)
        self._sign_in()
        self.assertEqual(self._get(self._url()).status_code, 404)
        self.assertNotIn(self._url(), self._get("/my/appointments").text)

    def test_reading_changes_nothing(self):
        self._sign_in()
        before = self.visit.read()
        for suffix in SUFFIXES:
            self._get(self._url(suffix=suffix))
            for method in ("HEAD", "OPTIONS"):
                self.url_open(self._url(suffix=suffix), method=method)
        self.visit.invalidate_recordset()
        self.assertEqual(self.visit.read(), before)

    def test_markup_stays_text(self):
        self.patient.name = f"Paul {MARKUP}"
        self.site.write({"name": f"North {MARKUP}", "instructions": MARKUP})
        self.service.write({"name": f"Check {MARKUP}", "instructions": MARKUP})
        self.doctor.name = f"Ada {MARKUP}"
        self._share(self.visit, name=f"{MARKUP}.pdf")
        self.visit.reschedule({"start": self._at(15), "doctor_id": self.colleague.id})
        self._sign_in()
        for url in (
            "/my/appointments",
            *(self._url(suffix=suffix) for suffix in SUFFIXES[:3]),
        ):
            with self.subTest(url=url):
                page = self._get(url).text
                self.assertNotIn("<img src=x", page)
                self.assertIn("&lt;img src=x", page)

    def test_moves_are_told_without_their_reasons(self):
        self.visit.reschedule({"start": self._at(15)}, reason=SECRET)
        self._sign_in()
        page = self._get(self._url()).text
        self.assertIn("10:00", page)
        self.assertIn("3:00", page)
        self.assertNotIn(SECRET, page)

    def test_hold_leads_back_to_its_booking(self):
        hold = self.env["clinic.appointment"].hold(self._vals(14))
        self._sign_in()
        response = self._get(self._url(hold))
        self.assertIn(f"/clinic/book/{hold.id}/who", response.headers["Location"])
        hold._expire_hold()
        self.assertEqual(self._get(self._url(hold)).status_code, 404)

    # ------------------------------------------------------------------
    # Video, map
    # ------------------------------------------------------------------

    def test_video_link_is_an_address_of_the_web(self):
        for url in ("javascript:alert(1)", "data:text/html,x", "//x", "room"):
            with self.subTest(url=url), self.assertRaises(ValidationError):
                self.visit.video_url = url

    def test_map_link(self):
        address = self.env["res.partner"].create(
            {"name": "North", "street": "1 Rue & Co", "city": "Paris"}
        )
        self.site.partner_id = address
        page = self._get(self._url(token=self.token)).text
        self.assertIn("openstreetmap.org/search?query=1+Rue+%26+Co", page)
        address.write({"partner_latitude": 48.85, "partner_longitude": 2.35})
        self.assertIn("mlat=48.85", self.visit._get_map_url())

    # ------------------------------------------------------------------
    # iCalendar
    # ------------------------------------------------------------------

    def test_ics(self):
        response = self._get(self._url(suffix="/ics", token=self.token))
        self.assertIn("text/calendar", response.headers["Content-Type"])
        self.assertIn("attachment", response.headers["Content-Disposition"])
        calendar = Calendar.from_ical(response.content)
        (event,) = calendar.walk("VEVENT")
        self.assertEqual(event["uid"], self.visit._get_ical_uid())
        self.assertEqual(event["dtstart"].params["TZID"], "Europe/Paris")
        self.assertTrue(calendar.walk("VTIMEZONE"))
        self.assertIn(self.visit.access_url, event["url"])
        self.assertIn("North", event["location"])
        for text in (SECRET, "Consultation", self.token):
            self.assertNotIn(text, response.text)
        self.visit.cancel()
        response = self._get(self._url(suffix="/ics", token=self.token))
        (event,) = Calendar.from_ical(response.content).walk("VEVENT")
        self.assertEqual(event["status"], "CANCELLED")
        self.assertGreater(event["sequence"], 0)

    # ------------------------------------------------------------------
    # Documents
    # ------------------------------------------------------------------

    def _document(self, attachment, visit=None):
        return self._url(visit, suffix=f"/documents/{attachment.id}")

    def test_shared_documents_are_downloaded(self):
        files = {
            "letter.pdf": b"%PDF-1.4 test",
            "page.html": b"<script>alert(1)</script>",
            "image.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>',
        }
        self._sign_in()
        for name, data in files.items():
            with self.subTest(name=name):
                attachment = self._share(self.visit, name, data)
                response = self._get(self._document(attachment))
                self.assertEqual(response.content, data)
                disposition = response.headers["Content-Disposition"]
                self.assertTrue(disposition.startswith("attachment"))
                self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
                policy = response.headers["Content-Security-Policy"]
                self.assertIn("default-src 'none'", policy)
                self.assertIn(name, self._get(self._url()).text)

    def test_documents_of_others_are_not_found(self):
        other = self._share(self.other_visit)
        own = self._share(self.visit)
        self._sign_in()
        self.assertEqual(self._get(self._document(other)).status_code, 404)
        self.assertEqual(
            self._get(self._document(other, self.other_visit)).status_code, 404
        )
        for url in (f"/web/content/{own.id}", f"/web/image/{own.id}"):
            self.assertNotEqual(self._get(url).content, b"%PDF-1.4 test")
        self.logout()
        url = f"{self._document(own)}?access_token={self.other_token}"
        self.assertEqual(self._get(url).status_code, 404)
        url = f"{self._document(own)}?access_token={self.token}"
        self.assertEqual(self._get(url).status_code, 200)

    def test_staff_share_only_what_is_theirs_to_share(self):
        desk = self.visit.with_user(self.receptionist)
        hidden = self.env["ir.attachment"].create(
            {"name": "x", "raw": b"x", "res_model": "ir.cron", "res_id": 1}
        )
        of_patient = self.env["ir.attachment"].create(
            {
                "name": "y",
                "raw": b"y",
                "res_model": "clinic.patient",
                "res_id": self.patient.id,
            }
        )
        for attachment, error in (
            (hidden, AccessError),
            (of_patient, ValidationError),
        ):
            with self.assertRaises(error), self.cr.savepoint():
                desk.shared_attachment_ids = [Command.link(attachment.id)]
        upload = self.env["ir.attachment"].with_user(self.receptionist)
        upload = upload.create({"name": "z", "raw": b"z"})
        desk.shared_attachment_ids = [Command.link(upload.id)]
        self.assertEqual(upload.res_id, self.visit.id)
        nurse = self._create_user("nurse")
        shared = self.visit.with_user(nurse).shared_attachment_ids
        self.assertEqual(shared.mapped("name"), ["z"])

    # ------------------------------------------------------------------
    # Odoo's own doors
    # ------------------------------------------------------------------

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_model")
    def test_no_other_door_opens(self):
        self.visit.message_post(body=SECRET, subtype_xmlid="mail.mt_comment")
        self._sign_in()
        for extra in ({}, {"token": self.token}):
            for route in ("/mail/chatter_fetch", "/portal/chatter_init"):
                with self.subTest(extra=extra, route=route):
                    self.assertNotIn(SECRET, self._ask_chatter(route, extra))
        call = {"model": self.visit._name, "method": "read", "kwargs": {}}
        call["args"] = [self.visit.ids, ["note"]]
        with self.assertRaises(JsonRpcException):
            self.make_jsonrpc_request("/web/dataset/call_kw", call)

    def _ask_chatter(self, route, extra):
        thread = {"thread_model": self.visit._name, "thread_id": self.visit.id}
        try:
            return str(self.make_jsonrpc_request(route, {**thread, **extra}))
        except JsonRpcException as error:
            return str(error)

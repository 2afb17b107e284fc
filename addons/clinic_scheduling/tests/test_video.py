# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .portal_common import PortalCommon


@tagged("post_install", "-at_install")
class TestVideo(PortalCommon):
    """Video rooms: when they open, for whom, who makes them, and when they end."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.company.clinic_video_provider = "jitsi"
        cls.company.clinic_jitsi_url = "https://jitsi.example.com/"
        cls.doctor.user_id = cls._create_user("doctor")
        cls.service.modality = "video"
        cls.cron = cls.env.ref("clinic_scheduling.ir_cron_end_video")

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def _begin_in(self, visit=None, **ahead):
        """Let a visit of half an hour begin so far from now."""
        start = fields.Datetime.now().replace(microsecond=0) + timedelta(**ahead)
        visit = visit or self.visit
        visit._write_by_door({"start": start, "stop": start + timedelta(minutes=30)})
        visit.flush_recordset()
        visit.invalidate_recordset()

    def _run_cron(self):
        self.cron.method_direct_trigger()

    def _enter(self, visit=None, token=None):
        return self._post(self._url(visit, "/video", token or self.token))

    # ------------------------------------------------------------------
    # When
    # ------------------------------------------------------------------

    def test_open_only_around_the_visit(self):
        for minutes, is_open in ((16, False), (14, True), (-44, True), (-46, False)):
            with self.subTest(minutes=minutes):
                self._begin_in(minutes=minutes)
                self.assertIs(self.visit.is_video_open, is_open)
                if not is_open:
                    with self.assertRaises(UserError):
                        self.visit._enter_video()

    def test_a_visit_that_goes_on_stays_open(self):
        self._begin_in(minutes=-100)
        self.visit._write_by_door({"state": "in_progress"})
        self.assertTrue(self.visit.is_video_open)

    def test_other_visits_have_no_room(self):
        self.service.modality = "phone"
        self._begin_in(minutes=5)
        self.assertFalse(self.visit.is_video_open)
        self.assertEqual(self._enter().status_code, 409)

    def test_page_waits_and_then_lets_in(self):
        self._begin_in(minutes=60)
        page = self._get(self._url(suffix="/video", token=self.token)).text
        self.assertIn("o_clinic_video_wait", page)
        self.assertNotIn("Join the video call", page)
        opens_at = self.visit._get_video_values()["opens_at"]
        for url in (
            self._url(suffix="", token=self.token),
            f"/clinic/book/{self.visit.id}/done?access_token={self.token}",
        ):
            page = self._get(url)
            self.assertEqual(page.status_code, 200)
            words = re.sub(r"<[^>]+>|\s+", " ", page.text)
            words = " ".join(words.split()).replace("\u202f", " ")
            expected = " ".join(opens_at.replace("\u202f", " ").split())
            self.assertIn(f"You can join it from {expected}", words)
        early = self._enter()
        self.assertEqual(early.status_code, 409)
        self._begin_in(minutes=10)
        for suffix in ("", "/video"):
            page = self._get(self._url(suffix=suffix, token=self.token)).text
            self.assertIn("Join the video call", page)
            self.assertNotIn("jitsi.example.com", page)
        self.assertFalse(self.visit.sudo().video_room_key, "looking makes no room")

    # ------------------------------------------------------------------
    # Who
    # ------------------------------------------------------------------

    def test_only_the_link_and_the_patient_enter(self):
        self._begin_in(minutes=5)
        response = self._enter()
        self.assertEqual(response.status_code, 303)
        url = response.headers["Location"]
        self.assertRegex(url, r"^https://jitsi\.example\.com/clinic-[0-9a-f]{36}$")
        for token in ("x", self.other_token):
            self.assertEqual(self._enter(token=token).status_code, 404)
        self._sign_in(self.stranger)
        self.assertEqual(self._post(self._url(suffix="/video")).status_code, 404)
        self._sign_in()
        again = self._post(self._url(suffix="/video"))
        self.assertEqual(again.headers["Location"], url)

    @mute_logger("odoo.http")
    def test_a_post_needs_its_own_page(self):
        self._begin_in(minutes=5)
        url = self._url(suffix="/video", token=self.token)
        self.assertEqual(self._post(url, csrf=False, x="1").status_code, 400)

    def test_of_staff_the_doctor_alone_joins(self):
        self._begin_in(minutes=5)
        url = self.visit._enter_video()
        colleague = new_test_user(
            self.env, "test_colleague", groups="clinic_scheduling.group_clinic_doctor"
        )
        visit = self.visit.with_user(self.doctor.user_id)
        self.assertTrue(visit.may_join_video)
        action = visit.action_join_video()
        self.assertEqual((action["type"], action["url"]), ("ir.actions.act_url", url))
        self.assertFalse(self.visit.with_user(self.receptionist).may_join_video)
        for user in (colleague, self.receptionist, self.account):
            with self.assertRaises(AccessError):
                self.visit.with_user(user).action_join_video()
        with self.assertRaises(AccessError):
            self.visit.with_user(self.receptionist).read(["video_room_url"])

    # ------------------------------------------------------------------
    # Where
    # ------------------------------------------------------------------

    def test_the_doctor_comes_before_the_service(self):
        self._begin_in(minutes=5)
        self.service.video_provider = "discuss"
        self.assertEqual(self.visit._get_video_provider(), "discuss")
        self.doctor.write(
            {"video_provider": "fixed", "video_link": "https://rooms.example.com/ada"}
        )
        self.assertEqual(self.visit._enter_video(), "https://rooms.example.com/ada")

    def test_a_link_of_its_own_comes_first(self):
        self._begin_in(minutes=5)
        self.visit.video_url = "https://rooms.example.com/one"
        self.assertEqual(self.visit._enter_video(), "https://rooms.example.com/one")

    def test_what_is_not_set_up_is_told_to_staff(self):
        self._begin_in(minutes=5)
        self.doctor.video_provider = "fixed"
        with self.assertRaisesRegex(UserError, "no video link yet"):
            self.visit.with_user(self.doctor.user_id).action_join_video()
        response = self._enter()
        self.assertEqual(response.status_code, 503)
        self.assertNotIn("no video link yet", response.text)
        for url in ("javascript:alert(1)", "//x", "room", "https://["):
            with self.subTest(url=url), self.assertRaises(ValidationError):
                self.doctor.video_link = url
            with self.subTest(url=url), self.assertRaises(ValidationError):
                self.company.clinic_jitsi_url = url

    def test_a_room_in_discuss(self):
        self.company.clinic_video_provider = "discuss"
        self._begin_in(minutes=5)
        url = self._enter().headers["Location"]
        channel_sudo = self.visit.sudo().video_channel_id
        self.assertIn(f"/chat/{channel_sudo.id}/{channel_sudo.uuid}", url)
        self.assertGreaterEqual(len(channel_sudo.uuid), 32)
        self.assertEqual(channel_sudo.channel_type, "group")
        self.assertNotIn("Paul", channel_sudo.name)
        members = channel_sudo.channel_member_ids
        self.assertEqual(members.partner_id, self.doctor.user_id.partner_id)
        room = self.url_open(url, timeout=60)
        self.assertEqual(room.status_code, 200)
        channel_sudo.invalidate_recordset()
        self.assertEqual(len(channel_sudo.channel_member_ids.guest_id), 1)
        channel = channel_sudo.sudo(False)
        self.assertFalse(
            channel.with_user(self.receptionist).search([("id", "=", channel.id)])
        )
        self.visit.cancel()
        self._run_cron()
        self.assertEqual(self.url_open(url, timeout=60).status_code, 404)
        self.assertFalse(channel_sudo.channel_member_ids.guest_id)
        self.assertFalse(channel_sudo.active)

    # ------------------------------------------------------------------
    # Moves and the end
    # ------------------------------------------------------------------

    def test_a_room_follows_a_move_but_not_to_others(self):
        self._begin_in(minutes=5)
        url = self.visit._enter_video()
        self._begin_in(days=1)
        self.assertEqual(self._enter().status_code, 409)
        self._begin_in(minutes=5)
        self.assertEqual(self.visit._enter_video(), url)
        self.visit._write_by_door({"doctor_id": self.colleague.id})
        self.assertNotEqual(self.visit._enter_video(), url)

    def test_the_end(self):
        self._begin_in(minutes=5)
        self.visit._enter_video()
        self.visit.cancel()
        domain = [("cron_id", "=", self.cron.id)]
        self.assertTrue(self.env["ir.cron.trigger"].search(domain))
        self.assertEqual(self._enter().status_code, 409)
        self._run_cron()
        self.assertFalse(self.visit.sudo().video_room_key)

    def test_a_room_that_cannot_end_holds_up_no_other(self):
        for visit in self.visit | self.other_visit:
            self._begin_in(visit, minutes=5)
            visit._enter_video()
            visit.cancel()
        model = self.env.registry["clinic.video"]
        end, stuck = model._end_room, self.visit

        def refuse(self, provider, visit_sudo):
            if visit_sudo == stuck:
                raise ValueError("stuck")
            return end(self, provider, visit_sudo)

        with (
            patch.object(model, "_end_room", refuse),
            mute_logger(
                "odoo.addons.clinic_scheduling.models.clinic_appointment_video"
            ),
        ):
            self._run_cron()
        self.assertTrue(stuck.sudo().video_room_key)
        self.assertFalse(self.other_visit.sudo().video_room_key)
        self._run_cron()
        self.assertFalse(stuck.sudo().video_room_key)

    def test_who_may_only_look_does_not_enter(self):
        self._begin_in(minutes=5)
        consent = self.env["clinic.consent"].create(
            {
                "patient_id": self.patient.id,
                "partner_id": self.stranger.partner_id.id,
                "relationship": "carer",
                "scope": "view",
            }
        )
        self._sign_in(self.stranger)
        url = self._url(suffix="/video")
        page = self._get(self._url())
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("Join the video call", page.text)
        self.assertEqual(self._get(url).status_code, 404)
        self.assertEqual(self._post(url).status_code, 404)
        consent.scope = "book"
        self.env.flush_all()
        self.assertIn("Join the video call", self._get(url).text)
        self.assertEqual(self._post(url).status_code, 303)

    def test_a_booking_makes_no_room(self):
        visit = self._book(12)
        self.assertFalse(visit.sudo().video_room_key)

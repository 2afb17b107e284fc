# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Google Meet and Microsoft Teams."""

import json

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.clinic_video import CALENDAR
from .common import CalendarSyncCommon, GoogleSyncCommon, MicrosoftSyncCommon
from .scenarios_meeting import MeetingScenarios


@tagged("post_install", "-at_install")
class TestMeetingGoogle(MeetingScenarios, GoogleSyncCommon):
    """Google Meet."""

    allow_inherited_tests_method = True

    def test_asked_again_it_is_the_same_meeting(self):
        visit = self._book()
        self._commit()
        self.server.fail("POST", "/events", times=2, kind="drop")
        self._link(visit)._job_push()
        self._sync()
        bodies = [json.loads(r.body) for r in self.server.asked("POST", "/events")]
        asked = {json.dumps(body["conferenceData"]) for body in bodies}
        self.assertGreater(len(bodies), 1)
        self.assertEqual(len(asked), 1)
        versions = {
            request.query["conferenceDataVersion"]
            for request in self.server.asked("POST", "/events")
        }
        self.assertEqual(versions, {"1"})

    def test_a_meeting_that_google_makes_later(self):
        self.server.meet = "pending"
        visit = self._book_video()
        link = self._link(visit)
        self.assertFalse(link.meeting_url)
        jobs = self.env["queue.job"].search([("method_name", "=", "_job_meeting")])
        self.assertEqual(len(jobs), 1)
        with self.assertRaisesRegex(UserError, "no meeting"):
            self._enter(visit)
        link._job_meeting()
        self.assertFalse(link.meeting_url)
        self.server.finish_meetings()
        link._job_meeting()
        self.assertRegex(link.meeting_url, "^https://meet.example.org/")
        self.assertEqual(visit.sudo().video_room_url, link.meeting_url)

    def test_a_meeting_that_is_made_when_somebody_enters(self):
        self.server.meet = "pending"
        visit = self._book_video()
        self.server.finish_meetings()
        self.assertRegex(self._enter(visit), "^https://meet.example.org/")

    @mute_logger("googleapiclient.http")
    def test_a_mailbox_without_meet(self):
        self.server.meet = "refused"
        visit = self._book_video()
        self.assertEqual(len(self.server.list()), 1)
        self.assertEqual(self._link(visit).state, "synced")
        with self.assertRaisesRegex(UserError, "no meeting"):
            self._enter(visit)


@tagged("post_install", "-at_install")
class TestMeetingMicrosoft(MeetingScenarios, MicrosoftSyncCommon):
    """Microsoft Teams."""

    allow_inherited_tests_method = True

    def test_a_change_leaves_the_text_of_the_meeting_alone(self):
        visit = self._book_video()
        url = self._link(visit).meeting_url
        params = self.env["ir.config_parameter"].sudo()
        params.set_param("web.base.url", "https://new.example.org")
        visit.reschedule({"start": self._at(14)})
        self._sync()
        [request] = self.server.asked("PATCH")
        self.assertNotIn("body", json.loads(request.body))
        self.assertIn(url, self._outside(self._path(visit)).text)

    def test_a_mailbox_without_teams(self):
        self.server.has_teams = False
        visit = self._book_video()
        self.assertEqual(self._link(visit).state, "synced")
        with self.assertRaisesRegex(UserError, "no meeting"):
            self._enter(visit)


@tagged("post_install", "-at_install")
class TestMeetingCaldav(CalendarSyncCommon):
    """Other calendars make no meetings."""

    def test_no_meeting(self):
        self.env.company.clinic_video_provider = CALENDAR
        self.service.modality = "video"
        visit = self._book()
        self._sync()
        self.assertEqual(self._link(visit).state, "synced")
        self.assertFalse(visit._get_sync_meeting_link())

    def test_bookings_of_other_kinds_store_it_as_their_link(self):
        """Showcases, for instance, which are in an addon of their own."""
        visit = self._book()
        store = self.env.registry["clinic.reservation.mixin"]._set_sync_meeting
        first, second = "https://teams.example.org/1", "https://teams.example.org/2"
        store(visit, first, "")
        self.assertEqual(visit.video_url, first)
        store(visit, second, first)
        self.assertEqual(visit.video_url, second)
        visit.video_url = "https://rooms.example.com/one"
        store(visit, "", second)
        self.assertEqual(visit.video_url, "https://rooms.example.com/one")

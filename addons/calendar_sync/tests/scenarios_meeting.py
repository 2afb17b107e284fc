# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Video visits in the meeting that the doctor's calendar makes, whoever keeps it."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError

from ..models.clinic_video import CALENDAR


class MeetingScenarios:
    """Made with the event, read back, and entered from here."""

    def setUp(self):
        super().setUp()
        self.env.company.clinic_video_provider = CALENDAR
        self.service.modality = "video"
        self.doctor.user_id = self._create_user("doctor")

    def _book_video(self):
        visit = self._book()
        self._sync()
        return visit

    def _enter(self, visit):
        """Return where the visit takes place, at its time."""
        with freeze_time(visit.start - timedelta(minutes=5)):
            visit.invalidate_recordset()
            return visit._enter_video()

    def test_made_with_the_event_and_stored(self):
        visit = self._book_video()
        url = self._link(visit).meeting_url
        self.assertRegex(url, r"^https://(meet|teams)\.example\.org/")
        self.assertIn(url, self._outside(self._path(visit)).text)
        self.assertEqual(visit.sudo().video_room_url, url)
        self.server.requests.clear()
        self.assertEqual(self._enter(visit), url)
        self.assertEqual(self.server.requests, [])

    def test_the_doctor_and_nobody_else_of_the_practice_joins(self):
        visit = self._book_video()
        with freeze_time(visit.start):
            visit.invalidate_recordset()
            action = visit.with_user(self.doctor.user_id).action_join_video()
        self.assertEqual(action["url"], self._link(visit).meeting_url)
        for user in (self.receptionist, self.doctor.user_id):
            with self.assertRaises(AccessError):
                self._link(visit).with_user(user).read(["meeting_url"])

    def test_a_move_keeps_the_meeting(self):
        visit = self._book_video()
        path, url = self._path(visit), self._link(visit).meeting_url
        visit.reschedule({"start": self._at(14)})
        self._sync()
        self.assertEqual(self._path(visit), path)
        self.assertIn(url, self._outside(path).text)
        self.assertEqual(self._enter(visit), url)

    def test_another_patient_is_met_elsewhere(self):
        visit = self._book_video()
        path, url = self._path(visit), self._link(visit).meeting_url
        visit.reschedule({"patient_id": self.other_patient.id})
        with self.assertRaises(UserError):
            self._enter(visit)
        self._sync()
        self.assertEqual(self.server.list(), [self._path(visit)])
        self.assertNotEqual(self._path(visit), path)
        other = self._link(visit).meeting_url
        self.assertNotEqual(other, url)
        self.assertEqual(self._enter(visit), other)

    def test_the_next_round_writes_nothing(self):
        visit = self._book_video()
        generation = self._link(visit).generation
        self.server.requests.clear()
        for _round in range(3):
            self.calendar._job_pull()
            self.calendar._job_pull(full=True)
            self._sync()
        writes = [r for r in self.server.requests if r.method != "GET"]
        self.assertEqual(writes, [])
        self.assertEqual(self._link(visit).generation, generation)

    def test_only_video_visits_have_one(self):
        self.service.modality = "in_person"
        visit = self._book_video()
        self.assertFalse(self._link(visit).meeting)
        self.assertNotIn("example.org/l", self._outside(self._path(visit)).text)
        self.service.modality = "video"
        self._sync()
        self.assertTrue(self._link(visit).meeting_url)
        self.assertEqual(len(self.server.list()), 1)

    def test_only_where_the_practice_wants_it(self):
        self.env.company.clinic_video_provider = "discuss"
        visit = self._book_video()
        self.assertFalse(self._link(visit).meeting_url)
        self.doctor.video_provider = CALENDAR
        self._sync()
        url = self._link(visit).meeting_url
        self.assertEqual(self._enter(visit), url)
        self.doctor.video_provider = "discuss"
        self._sync()
        self.assertFalse(self._link(visit).meeting_url)
        self.assertIn("/chat/", self._enter(visit))

    def test_a_room_of_its_own_comes_first(self):
        visit = self._book_video()
        visit.video_url = "https://rooms.example.com/one"
        self._sync()
        self.assertFalse(self._link(visit).meeting_url)
        self.assertEqual(self._enter(visit), "https://rooms.example.com/one")

    def test_an_answer_that_was_lost(self):
        visit = self._book()
        self._commit()
        self.server.fail("POST", "/events", kind="lose", times=2)
        self._link(visit)._job_push()
        self._sync()
        self.assertEqual(len(self.server.list()), 1)
        link = self._link(visit)
        self.assertEqual(link.generation, 0)
        self.assertIn(link.meeting_url, self._outside(link.remote_id).text)
        self.assertEqual(self._enter(visit), link.meeting_url)

    def test_a_copy_that_was_deleted_and_made_again(self):
        visit = self._book_video()
        url = self._link(visit).meeting_url
        self.server.delete(self._path(visit))
        self._sync()
        with self.assertRaises(UserError):
            visit.sudo().video_room_key = False
            self._enter(visit)
        self._link(visit).with_user(self.receptionist).action_publish_again()
        self._sync()
        self.assertNotIn(self._link(visit).meeting_url, ("", url))
        self.assertEqual(self._enter(visit), self._link(visit).meeting_url)

    def test_a_doctor_without_such_a_calendar(self):
        self.calendar.publish = False
        visit = self._book_video()
        with self.assertRaisesRegex(UserError, "no meeting"):
            self._enter(visit)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..exceptions import BookingError, IllegalTransition
from .portal_common import PortalCommon

#: Monday of the tests, 9:50 in Paris: the first visit begins in ten minutes.
NOW = "2030-06-03 07:50:00"


@tagged("post_install", "-at_install")
class TestDelay(PortalCommon):
    """Doctors who run late: what is expected, who is told, what patients may do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.doctor.availability_ids[0].hour_to = 12
        cls._create_hours(cls.doctor, "0", 13, 17)
        cls.afternoon = cls._book(14, patient_id=cls.other_patient.id)
        cls.user = cls._create_user("doctor")
        cls.doctor.user_id = cls.user

    def setUp(self):
        super().setUp()
        clock = freeze_time(NOW)
        clock.start()
        self.addCleanup(clock.stop)
        self.env.invalidate_all()

    def _delay(self, minutes=20, hour=10, user=None):
        delays = self.env["clinic.delay"].with_user(user or self.receptionist)
        return delays.create(
            {
                "doctor_id": self.doctor.id,
                "moment": self._at(hour),
                "minutes": minutes,
            }
        )

    def _told(self, visit=None):
        rows = (visit or self.visit).reminder_ids
        return rows.filtered(lambda row: row.event == "running_late")

    # ------------------------------------------------------------------
    # What is expected
    # ------------------------------------------------------------------

    def test_a_new_delay_has_a_title(self):
        delay = self.env["clinic.delay"].new({"doctor_id": False})
        self.assertEqual(delay.display_name, "New")

    def test_a_session_is_one_stretch_of_hours(self):
        delay = self._delay()
        self.assertEqual((delay.start, delay.stop), (self._at(9), self._at(12)))
        self.assertEqual(delay.site_id, self.site)
        at = self.visit.start + timedelta(minutes=20)
        self.assertEqual(
            (self.visit.delay_minutes, self.visit.expected_start), (20, at)
        )
        self.assertIn("10:20", self.visit.expected_time)  # on the site's clock
        self.assertEqual(self.afternoon.expected_start, self.afternoon.start)
        self.assertFalse(self.afternoon.expected_time)
        self.assertEqual(self.visit.start, self._at(10), "nothing booked has moved")

    def test_before_and_between_sessions_the_next_one_counts(self):
        for hour, start in ((8, 9), (12, 13), (16, 13), (19, 13)):
            with self.subTest(hour=hour):
                session = self.env["clinic.delay"]._get_session(
                    self.doctor, self._at(hour, 30)
                )
                self.assertEqual(session["start"], self._at(start))
        with self.assertRaisesRegex(UserError, "no hours then"):
            self.env["clinic.delay"]._get_session(self.doctor, self._at(12, day=5))

    def test_after_a_session_only_who_still_waits_counts(self):
        delays = self.env["clinic.delay"]
        evening = self._at(18)
        session = delays._get_session(self.doctor, evening)
        self.assertEqual(session["stop"], self._at(17))
        self.afternoon.cancel()
        with self.assertRaisesRegex(UserError, "ended at Mon, Jun 3, 2030, 5:00.PM"):
            self._delay(hour=18)
        self.assertFalse(delays.search([("doctor_id", "=", self.doctor.id)]))

    def test_the_second_entry_changes_the_first(self):
        first = self._delay(20)
        self.assertEqual(self._delay(35, hour=11), first)
        self.assertEqual(self.visit.delay_minutes, 35)

    def test_new_visits_of_the_session_are_late_too(self):
        self._delay()
        visit = self._book(10, 30, patient_id=self.other_patient.id)
        self.assertEqual(visit.delay_minutes, 20)
        visit.reschedule({"start": self._at(15)})
        visit.invalidate_recordset()
        self.assertEqual(visit.delay_minutes, 0)

    def test_it_ends_with_the_session(self):
        self._delay(30)
        with freeze_time("2030-06-03 10:20:00"):
            self.visit.invalidate_recordset()
            self.assertEqual(self.visit.delay_minutes, 30)
        with freeze_time("2030-06-03 10:31:00"):
            self.visit.invalidate_recordset()
            self.assertEqual(self.visit.delay_minutes, 0)

    def test_who_is_seen_is_not_late(self):
        self._delay()
        self.visit.arrive()
        self.assertEqual(self.visit.delay_minutes, 20)
        self.visit.begin()
        self.assertEqual(self.visit.delay_minutes, 0)

    def test_one_query_for_many_visits(self):
        self._delay()
        visits = self.visit | self.other_visit | self.afternoon
        visits.invalidate_recordset()
        visits.mapped("start"), visits.doctor_id, visits.site_id
        with self.assertQueryCount(2):
            visits.mapped("delay_minutes")

    # ------------------------------------------------------------------
    # Who is told
    # ------------------------------------------------------------------

    def test_told_once_and_again_when_it_grows_by_much(self):
        delay = self._delay(10)
        self.assertFalse(self.visit.told_delay)
        counts = []
        for minutes in (15, 20, 34, 35, 40):
            delay.minutes = minutes
            counts.append((self.visit.told_delay, delay.tell_count))
        self.assertEqual(counts, [(15, 1), (15, 1), (15, 1), (35, 2), (35, 2)])
        self.assertFalse(self.afternoon.told_delay)

    def test_told_again_when_it_shrinks_by_much(self):
        delay = self._delay(60)
        counts = []
        for minutes in (50, 41, 40, 30, 5):
            delay.minutes = minutes
            counts.append((self.visit.told_delay, delay.tell_count))
        self.assertEqual(counts, [(60, 1), (60, 1), (40, 2), (40, 2), (5, 3)])
        for visit in (self.visit, self.other_visit):
            self._told(visit)[-1:].sudo().state = "sent"
        delay.action_end()
        self.assertEqual(delay.tell_count, 4, "the end is told once")

    def test_who_waits_at_home_hears_that_it_is_sooner(self):
        delay = self._delay(60)
        with freeze_time("2030-06-03 08:30:00"):
            delay.minutes = 20
        self.assertEqual((self.visit.told_delay, delay.tell_count), (20, 2))

    def test_who_is_here_needs_no_message(self):
        self.visit.arrive()
        self._delay()
        self.assertFalse(self.visit.told_delay)
        self.assertTrue(self.other_visit.told_delay)

    def test_taken_back_is_told_to_who_knew(self):
        self.env["clinic.reminder.rule"].create(
            {"name": "Late", "event": "running_late", "channel": "email", "offset": 0}
        )
        self.patient.email = "paul@example.com"
        delay = self._delay(20)
        known = self._told()
        self.assertTrue(known)
        known.sudo().state = "sent"
        late = self._book(11, 30, patient_id=self.other_patient.id)
        delay.action_end()
        self.assertEqual(self.visit.delay_minutes, 0)
        self.assertFalse(delay.active)
        self.assertGreater(len(self._told()), len(known))
        self.assertFalse(self._told(late))
        self.assertFalse(self.visit.told_delay)

    def test_only_the_latest_news_is_sent(self):
        delay = self._delay(30)
        for minutes in (60, 90):
            delay.minutes = minutes
        self.assertEqual(
            self._told().sorted("id").mapped("state"),
            ["cancelled", "cancelled", "pending"],
        )
        self._told()[-1:].sudo().state = "sent"
        delay.minutes = 30
        self.assertEqual(
            sorted(self._told().mapped("state")),
            ["cancelled", "cancelled", "pending", "sent"],
        )

    def test_who_never_heard_of_a_delay_hears_nothing_of_its_end(self):
        delay = self._delay(30)
        delay.action_end()
        self.assertEqual(self._told().mapped("state"), ["cancelled"])

    def test_news_of_a_delay_that_is_over_is_not_sent(self):
        self._delay(30)
        row = self._told()
        with freeze_time(self.visit.stop + timedelta(minutes=29)):
            self.visit.invalidate_recordset()
            self.assertFalse(row._get_obstacle())
        with freeze_time(self.visit.stop + timedelta(minutes=31)):
            self.visit.invalidate_recordset()
            self.assertTrue(row._get_obstacle())

    def test_a_session_is_told_as_often_as_there_is_news(self):
        delay = self._delay(20)
        delay._write_quietly({"tell_count": 100})
        self._told().sudo().write({"state": "sent", "occurrence": delay.id * 100 + 101})
        # the next delay in the database, of the same visit
        following = delay.copy({"active": False})
        following._write_quietly({"active": True, "tell_count": 0})
        following._send(self.visit.sudo())
        self.assertEqual(len(self._told()), 2)

    def test_ten_minutes_more(self):
        self.visit.with_user(self.user).action_later()
        self.visit.invalidate_recordset()
        self.assertEqual(self.visit.delay_minutes, 10)
        self.visit.with_user(self.receptionist).action_later()
        self.visit.invalidate_recordset()
        self.assertEqual(self.visit.delay_minutes, 20)

    # ------------------------------------------------------------------
    # What patients may do
    # ------------------------------------------------------------------

    def test_changes_are_free_from_the_threshold_on(self):
        delay = self._delay(29)
        self.assertFalse(self.visit._get_terms("reschedule").allowed)
        delay.minutes = 30
        self.visit.invalidate_recordset()
        for change in ("reschedule", "cancel"):
            self.assertTrue(self.visit._get_terms(change).allowed)

    @mute_logger("odoo.http")
    def test_by_video_instead(self):
        video = self._create_service("Talk", modality="video", duration=45, price=90)
        self.service.price = 50
        self.visit._write_by_door({"amount": 50})
        self._delay(20)
        self.assertFalse(self.visit._may_switch_to_video())
        self.service.video_service_id = video
        self.assertTrue(self.visit._may_switch_to_video())
        url = self._url(suffix="/late/video", token=self.token)
        self.authenticate(None, None)
        page = self._get(self._url(token=self.token)).text
        self.assertIn("by video instead", page)
        self.assertEqual(self._get(url).status_code, 405)
        self.assertEqual(self._post(url, csrf=False, x="1").status_code, 400)
        self.assertEqual(
            self._post(url.replace(self.token, self.other_token)).status_code, 404
        )
        for _click in range(2):
            answer = self._post(url)
            self.assertEqual(answer.status_code, 303)
            self.assertIn("/video?", answer.headers["Location"])
        self.visit.invalidate_recordset()
        self.assertEqual((self.visit.modality, self.visit.duration), ("video", 45))
        self.assertEqual((self.visit.amount, self.visit.start), (50, self._at(10)))

    def test_the_door_refuses_what_the_doctor_does_not_offer(self):
        video = self._create_service("Talk", modality="video")
        self.service.video_service_id = video
        video.doctor_ids = [Command.set(self.colleague.ids)]
        self._delay(20)
        with self.assertRaises(IllegalTransition):
            self.visit._switch_to_video()
        with self.assertRaises(BookingError):
            self.visit.reschedule({"service_id": video.id})
        with self.assertRaises(ValidationError):
            self.service.video_service_id = self._create_service("Other")

    def test_page_says_when(self):
        self.authenticate(None, None)
        self._delay(10)
        page = self._get(self._url(token=self.token)).text
        self.assertNotIn("running about", page)
        self._delay(25)
        page = self._get(self._url(token=self.token)).text
        self.assertIn("running about", page)
        self.assertIn("10:25", page)

    # ------------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------------

    def test_doctors_enter_their_own(self):
        other = new_test_user(
            self.env, "test_colleague", groups="clinic_scheduling.group_clinic_doctor"
        )
        self.colleague.user_id = other
        self._delay(20, user=self.user)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self._delay(60, user=other)
        self.assertEqual(self.visit.delay_minutes, 20)
        for user in (other, self.account):
            with self.assertRaises(AccessError):
                self.visit.with_user(user).action_later()
        with self.assertRaises(AccessError):
            self.env["clinic.delay"].with_user(self.account).search([])

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.clinic_scheduling.tests.portal_common import PortalCommon

from ..exceptions import QueueError
from .common import QueueCommon

#: Monday of the tests, 9:30 in Paris: the first visit begins in half an hour.
NOW = "2030-06-03 07:30:00"


class CheckInCommon(QueueCommon):
    def setUp(self):
        super().setUp()
        clock = freeze_time(NOW)
        clock.start()
        self.addCleanup(clock.stop)
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestCheckInButtons(CheckInCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visit = cls._book(10)

    def setUp(self):
        super().setUp()
        self.visit = self.visit.with_user(self.receptionist)

    def test_the_button_gives_a_number_and_says_it(self):
        self.assertTrue(self.visit.may_check_in)
        told = self.visit.action_check_in()
        ticket = self.visit.queue_ticket_id
        self.assertEqual(self.visit.queue_number, ticket.name)
        self.assertIn(ticket.name, told["params"]["message"])
        self.assertEqual(told["params"]["tickets"], ticket.ids)
        self.assertEqual(told["params"]["visits"], self.visit.ids)
        self.assertEqual(
            (self.visit.state, self.visit.queue_state), ("arrived", "waiting")
        )
        self.assertEqual(self.visit.action_view_queue_ticket()["res_id"], ticket.id)
        self.assertFalse(self.visit.may_check_in)
        with self.assertRaisesRegex(QueueError, "nothing to check in"):
            self.visit.action_check_in()

    def test_several_at_once(self):
        other = self._book(11, patient_id=self.other_patient.id)
        tomorrow = self._book(10, day=1, patient_id=self.other_patient.id)
        visits = (self.visit | other | tomorrow).with_user(self.receptionist)
        visits.action_check_in()
        self.assertEqual(visits.mapped("queue_state"), ["waiting", "waiting", False])

    def test_only_visits_in_person_of_today_that_a_queue_takes(self):
        tomorrow = self._book(10, day=1, patient_id=self.other_patient.id)
        video = self._book(12, patient_id=self.other_patient.id)
        video._write_by_door({"modality": "video"})
        self.assertFalse(tomorrow.may_check_in or video.may_check_in)
        self.queue.doctor_ids = self.colleague
        self.visit.invalidate_recordset()
        self.assertFalse(self.visit.may_check_in)

    def test_another_day_is_refused_at_the_door(self):
        tomorrow = self._book(10, day=1, patient_id=self.other_patient.id)
        with self.assertRaisesRegex(QueueError, "of today"):
            tomorrow.with_user(self.receptionist).check_in()
        self.assertEqual(tomorrow.state, "scheduled")
        self.assertFalse(tomorrow.queue_ticket_ids)

    def test_who_was_absent_keeps_number_and_clock(self):
        self.visit.action_check_in()
        ticket = self.visit.queue_ticket_id
        arrived = ticket.arrived_at
        ticket._transition("called")
        ticket.mark_absent()
        self.visit.invalidate_recordset()
        self.assertTrue(self.visit.may_check_in)
        with freeze_time(fields.Datetime.now() + timedelta(minutes=20)):
            told = self.visit.action_check_in()
        self.assertEqual(told["params"]["visits"], [])
        self.assertEqual(self.visit.queue_ticket_ids, ticket)
        self.assertEqual((ticket.state, ticket.arrived_at), ("waiting", arrived))

    def test_the_number_of_queries_does_not_grow(self):
        visits = self.visit
        for hour in (11, 12, 13, 14):
            visits |= self._book(hour, patient_id=self.other_patient.id)
        visits.action_check_in()
        counts = []
        for some in (visits[0], visits):
            self.env.flush_all()
            self.env.invalidate_all()
            some.mapped("start"), some.mapped("site_id.tz"), some.mapped("modality")
            before = self.env.cr.sql_log_count
            some.mapped("may_check_in"), some.mapped("queue_number")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 1)

    def test_taken_back(self):
        self.visit.action_check_in()
        ticket = self.visit.queue_ticket_id
        self.visit.reopen()
        self.assertEqual((ticket.state, ticket.is_void), ("cancelled", True))
        self.assertEqual(
            (self.visit.state, self.visit.queue_number), ("scheduled", False)
        )
        self.visit.action_check_in()
        self.assertNotEqual(self.visit.queue_ticket_id, ticket)
        self.assertFalse(self.visit.queue_ticket_id.is_void)

    def test_the_ticket_follows_the_visit(self):
        self.visit.action_check_in()
        ticket = self.visit.queue_ticket_id
        self.visit.begin()
        self.assertEqual(ticket.state, "in_consultation")
        self.assertEqual(ticket.provider_key, f"doctor:{self.doctor.id}")
        self.visit.reopen()
        self.assertEqual((ticket.state, ticket.started_at), ("waiting", False))
        ticket.park()
        self.visit.begin()
        self.visit.complete()
        self.assertEqual(ticket.state, "completed")

    def test_who_gives_up_leaves_the_queue(self):
        for step in ("cancel", "mark_no_show"):
            with self.subTest(step=step):
                visit = self._book(11, patient_id=self.other_patient.id)
                ticket = visit.check_in()
                getattr(visit, step)()
                self.assertEqual((ticket.state, ticket.is_void), ("cancelled", False))

    def test_the_visit_follows_an_undone_ticket(self):
        self.visit.action_check_in()
        ticket = self.visit.queue_ticket_id
        self.doctor.user_id = self._create_user("doctor")
        self._open(user=self.doctor.user_id).call_next()
        ticket.start_service()
        self.assertEqual(self.visit.state, "in_progress")
        ticket._undo()
        self.assertEqual((ticket.state, self.visit.state), ("called", "arrived"))


@tagged("post_install", "-at_install")
class TestCheckInByLink(CheckInCommon, PortalCommon):
    def _get_tickets(self):
        self.env.invalidate_all()
        return self.visit.queue_ticket_ids

    def test_from_the_page_of_the_visit(self):
        self._sign_in()
        page = self._get(self._url())
        self.assertIn('name="portal_check_in"', page.text)
        answer = self._post(self._url(suffix="/check_in"))
        ticket = self._get_tickets()
        self.assertEqual(answer.status_code, 303)
        self.assertEqual((ticket.source, ticket.state), ("link", "waiting"))
        self.assertTrue(answer.headers["Location"].endswith(ticket.access_token))
        again = self._post(self._url(suffix="/check_in"))
        self.assertEqual(again.headers["Location"], answer.headers["Location"])
        self.assertEqual(self._get_tickets(), ticket)
        page = self._get(self._url())
        self.assertIn(ticket.name, page.text)
        self.assertNotIn('name="portal_check_in"', page.text)

    def test_with_the_link_of_the_visit(self):
        self.authenticate(None, None)
        url = self._url(suffix="/check_in", token=self.token)
        self.assertEqual(self._post(url).status_code, 303)
        self.assertEqual(self._get_tickets().patient_id, self.patient)

    @mute_logger("odoo.http")
    def test_not_for_strangers_and_not_by_following_a_link(self):
        url = self._url(suffix="/check_in")
        self.authenticate(None, None)
        self._assert_to_sign_in(self._post(url))
        self._sign_in(self.stranger)
        self.assertEqual(self._post(url).status_code, 404)
        self._sign_in()
        self.assertEqual(self._post(url, csrf=False, here="1").status_code, 400)
        self.assertEqual(self._get(url).status_code, 405)
        self.assertFalse(self._get_tickets())

    def _assert_refused(self):
        page = self._get(self._url())
        self.assertNotIn('name="portal_check_in"', page.text)
        answer = self._post(self._url(suffix="/check_in"))
        self.assertEqual(answer.status_code, 409)
        self.assertIn("Ask at the reception", answer.text)
        self.assertFalse(self._get_tickets())

    def test_only_near_the_time(self):
        self._sign_in()
        self.visit.company_id.clinic_queue_link_minutes = 15
        self._assert_refused()
        with freeze_time("2030-06-03 08:40:00"):
            self._assert_refused()

    def test_only_where_the_queue_accepts_it(self):
        self._sign_in()
        self.queue.takes_links = False
        self._assert_refused()

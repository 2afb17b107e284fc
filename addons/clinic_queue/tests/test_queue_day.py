# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from freezegun import freeze_time

from odoo.tests import tagged

from .common import QueueCommon

#: Paris: two hours ahead of UTC in June.
NOON = "2030-06-03 10:00:00"
LATE = "2030-06-03 21:50:00"
AFTER_MIDNIGHT = "2030-06-03 22:10:00"
MORNING = "2030-06-04 06:00:00"


@tagged("post_install", "-at_install")
class TestDay(QueueCommon):
    def _come(self, moment):
        with freeze_time(moment):
            return self._join()

    def _close(self):
        self.env["clinic.queue"]._cron_close_days()

    def test_who_was_left_over_is_not_called_the_next_day(self):
        old = self._come(NOON)
        board = self.env["clinic.queue.board"].create(
            {"name": "Hall", "site_id": self.site.id, "queue_ids": self.queue.ids}
        )
        self.nurse.clinic_site_ids = self.site
        with freeze_time(NOON):
            self.assertEqual(board._get_state()["queues"][0]["next"], [old.name])
        with freeze_time(MORNING):
            self.assertEqual(board._get_state()["queues"][0]["next"], [])
            new = self._join()
            self.assertEqual((old.name, new.name), ("T-001", "T-001"))
            desk = self._open()
            waiting = desk.get_screen_state()["waiting"]
            self.assertEqual([row["id"] for row in waiting], new.ids)
            self.queue.invalidate_recordset()
            self.assertEqual(self.queue.waiting_count, 1)
            self.assertEqual(desk.call_next(), new)

    def test_an_old_call_is_not_on_the_board(self):
        with freeze_time(NOON):
            self._join()
            self._open().call_next()
        with freeze_time(MORNING):
            self.assertEqual(self.queue._get_public_state()["called"], [])

    def test_midnight_sends_nobody_away(self):
        ticket = self._come(LATE)
        with freeze_time(AFTER_MIDNIGHT):
            self._close()
            self.assertEqual(ticket.state, "waiting")
            self.assertEqual(self._open().call_next(), ticket)

    def test_the_day_is_closed_by_the_sites_clock(self):
        west = self.queue.copy({"code": "W", "site_id": self.other_site.id})
        self.other_site.tz = "America/Los_Angeles"
        with freeze_time(NOON):
            here = self._join()
        with freeze_time("2030-06-03 15:00:00"):
            away = self.tickets._join_queue(west)
        # 22:00 in Los Angeles, 7:00 of the next day in Paris
        with freeze_time("2030-06-04 05:00:00"):
            self._close()
        self.assertEqual((here.state, away.state), ("cancelled", "waiting"))
        self.assertEqual(here.event_ids.sorted()[0].reason[:8], "Not seen")
        with freeze_time("2030-06-04 13:00:00"):
            self._close()
        self.assertEqual(away.state, "cancelled")

    def test_each_state_ends(self):
        expected = {
            "waiting": "cancelled",
            "called": "cancelled",
            "parked": "cancelled",
            "in_consultation": "completed",
            "completed": "completed",
            "absent": "absent",
        }
        tickets = {state: self._come(NOON) for state in expected}
        for state, ticket in tickets.items():
            ticket.sudo().state = state
        with freeze_time(MORNING):
            self._close()
        for state, ticket in tickets.items():
            with self.subTest(state=state):
                self.assertEqual(ticket.state, expected[state])
        self.assertFalse(tickets["in_consultation"].completed_at)

    def test_a_consultation_that_nobody_ended_has_no_length(self):
        with freeze_time(NOON):
            self._join()
            ticket = self._open().call_next()
            ticket.start_service()
        with freeze_time(MORNING):
            self._close()
            self.env.flush_all()
            samples = self.queue._get_samples(self.env.cr.now())
        self.assertEqual((ticket.state, samples), ("completed", []))
        row = self.env["clinic.queue.report"]._read_group(
            [("ticket_id", "=", ticket.id)], [], ["consultation_minutes:avg"]
        )
        self.assertFalse(row[0][0])

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from .common import QueueCommon


@tagged("post_install", "-at_install")
class TestShownEstimates(QueueCommon):
    def _tell(self, ticket, band, shown_to="patient"):
        """Show a band that the forecast would have given."""
        queue = type(self.queue)
        with patch.object(queue, "_forecast", lambda _queue: {ticket.id: band}):
            return ticket._show_estimates(shown_to)

    def _get_notes(self, tickets):
        domain = [("ticket_id", "in", tickets.ids)]
        return self.env["clinic.queue.estimate"].search(domain, order="id")

    def _tell_long_ago(self, ticket, band, minutes):
        self._tell(ticket, band)
        note = self._get_notes(ticket)[-1]
        note.moment = fields.Datetime.now() - timedelta(minutes=minutes)
        return note

    def test_what_is_shown_is_the_forecast(self):
        tickets = self._join(20, level=4) | self._join(5, level=4)
        self._open()
        bands = tickets._show_estimates("desk")
        forecast = self.queue._forecast()
        self.assertEqual(bands, {item: forecast[item.id] for item in tickets})
        self.assertEqual(
            [
                (note.low, note.high)
                for item in tickets
                for note in self._get_notes(item)
            ],
            [bands[item] for item in tickets],
        )

    def test_noted_by_how_they_wait(self):
        walk_in, urgent = self._join(), self._join(level=2)
        visit = self._join(appointment_id=self._book(10).id)
        for ticket, urgency in ((walk_in, "4"), (urgent, "2"), (visit, "appointment")):
            self._tell(ticket, (300, 600))
            self.assertEqual(self._get_notes(ticket).urgency, urgency)
        # who is more urgent than appointments are waits by the level
        visit.sudo().level_id = self.levels[2]
        self._tell(visit, (0, 300))
        self.assertEqual(self._get_notes(visit)[-1].urgency, "2")

    def test_a_refresh_notes_nothing(self):
        ticket = self._join(level=4)
        for _turn in range(3):
            self.assertEqual(self._tell(ticket, (300, 600)), {ticket: (300, 600)})
        self.assertEqual(len(self._get_notes(ticket)), 1)
        self._tell(ticket, (600, 900))
        self._tell(ticket, (300, 600))
        self._tell(ticket, (300, 600), "board")
        notes = self._get_notes(ticket)
        self.assertEqual(notes.mapped("low"), [300, 600, 300, 300])
        self.assertEqual(notes[-1].shown_to, "board")

    def test_notes_are_bounded(self):
        ticket = self._join(level=4)
        with patch("odoo.addons.clinic_queue.models.clinic_queue_shown.MOST_NOTED", 3):
            for number in range(8):
                self._tell(ticket, (300 * number, 3000))
        self.assertEqual(len(self._get_notes(ticket)), 3)

    def test_nothing_to_tell_is_not_noted(self):
        ticket = self._join(level=4)
        called = self._join(level=4)
        self._open()._call_ticket(called, "In a hurry")
        self.assertEqual(self._tell(ticket, None), {ticket: None})
        self.assertEqual(called._show_estimates("desk"), {called: None})
        self.assertFalse(self._get_notes(ticket | called))

    def test_one_forecast_for_queues_with_shared_desks(self):
        other = self.queue.copy({"code": "U", "name": "Blood"})
        self.desk.queue_ids |= other
        first = self._join(level=4)
        second = self.tickets._join_queue(other)
        self._open()
        queue, calls = type(self.queue), []
        played = queue._forecast

        def count(queues, now=None):
            calls.append(queues)
            return played(queues, now)

        with patch.object(queue, "_forecast", count):
            bands = (first | second)._show_estimates("board")
        self.assertEqual(len(calls), 1)
        self.assertTrue(all(bands.values()))

    def test_the_call_judges(self):
        ticket = self._join(60, level=4)
        cases = [((300, 900), 10), ((900, 1200), 10), ((60, 120), 30)]
        notes = [self._tell_long_ago(ticket, *case) for case in cases]
        self._open().call_next()
        self.assertTrue(all(note.is_known for note in notes))
        for note, error, within, shorter in zip(
            notes, (5, -5, 29), (1, 1, 0), (0, 1, 0), strict=True
        ):
            self.assertAlmostEqual(note.error_minutes, error, delta=0.2)
            self.assertAlmostEqual(note.absolute_minutes, abs(error), delta=0.2)
            self.assertEqual((note.within, note.shorter), (within, shorter))

    def test_a_start_without_a_call_judges_too(self):
        ticket = self._join(30, level=1)
        note = self._tell_long_ago(ticket, (0, 0), 4)
        ticket.start_service()
        self.assertAlmostEqual(note.actual, 240, delta=5)

    def test_an_undone_call_is_judged_again(self):
        ticket = self._join(30, level=4)
        note = self._tell_long_ago(ticket, (300, 900), 10)
        desk = self._open()
        desk.call_next()
        ticket._undo()
        self.assertFalse(note.is_known)
        note.moment -= timedelta(minutes=5)
        desk.call_next()
        self.assertAlmostEqual(note.actual, 900, delta=5)

    def test_who_stepped_out_does_not_spoil_the_figures(self):
        ticket = self._join(30, level=4)
        before = self._tell_long_ago(ticket, (300, 900), 10)
        ticket.park()
        ticket.unpark()
        self._tell(ticket, (600, 900))
        self._open().call_next()
        self.assertFalse(before.is_known)
        self.assertTrue(self._get_notes(ticket)[-1].is_known)

    def test_the_wait_in_words(self):
        ticket = self._join(level=4).with_user(self.receptionist)
        self._open()
        self.assertRegex(ticket.expected_wait, r"^\d+ to \d+ min$|^about \d+ min$")
        self.assertEqual(ticket._describe_band((300, 900)), "5 to 15 min")
        self.assertEqual(ticket._describe_band((300, 300)), "about 5 min")
        self.assertEqual(ticket._describe_band((0, 0)), "now")
        self.assertEqual(ticket._describe_band((3600, 3600)), "about 1 h")
        self.assertEqual(ticket._describe_band((3300, 5520)), "55 min to 1 h 32 min")
        ticket.sudo().leave_queue()
        self.assertFalse(ticket.expected_wait)

    def test_who_waits_longer_than_somebody_behind_may_be_passed(self):
        slow, quick, last = self._join(9), self._join(8), self._join(7)
        bands = {slow: (60, 120), quick: (30, 60), last: (90, 180)}
        line = slow | quick | last
        self.assertEqual(line._filter_passable(bands), slow)
        self.assertFalse(line._filter_passable({**bands, quick: None}))
        quick.sudo().doctor_id = self.doctor
        self.assertFalse(line._filter_passable(bands))

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from freezegun import freeze_time

from odoo.fields import Datetime
from odoo.tests import tagged

from .common import QueueCommon


@tagged("post_install", "-at_install")
class TestQueueShare(QueueCommon):
    """Of who is served more than once each share counts for who served."""

    def setUp(self):
        super().setUp()
        freezer = freeze_time(self._at(10))
        self.clock = freezer.start()
        self.addCleanup(freezer.stop)
        self.desk.with_user(self.nurse)._open_desk(self.doctor)
        self.other_desk.with_user(self.receptionist)._open_desk(self.colleague)
        self.ticket = self._join(level=4)

    def _serve(self, desk, user, minutes):
        """Serve the ticket at a desk for so long."""
        desk.with_user(user)._call_ticket(self.ticket, "Their turn")
        self.ticket.start_service()
        self.clock.tick(timedelta(minutes=minutes))

    def _samples(self):
        """Return {provider: minutes}, each provider once."""
        samples = self.queue._get_samples(Datetime.now())
        found = {provider: seconds / 60 for _service, provider, seconds in samples}
        self.assertEqual(len(found), len(samples))
        self.assertEqual(
            {row[0] for row in samples} or {self.service.id}, {self.service.id}
        )
        return found

    def _keys(self, *desks):
        return [
            desk._get_provider_key() for desk in desks or (self.desk, self.other_desk)
        ]

    def _get_work(self):
        """Return ({desk: (served, minutes)}, the same by doctor) of the dashboard."""
        self.env.flush_all()
        today = str(self.ticket.day)
        figures = self.env["clinic.queue.report"].get_dashboard(
            today, today, self.queue.id
        )
        return [
            {
                line["name"]: (line["served"], round(line["minutes"]))
                for line in figures[key]
            }
            for key in ("desks", "doctors")
        ]

    def test_a_transfer(self):
        self._serve(self.desk, self.nurse, 7)
        self.ticket._transfer(doctor=self.colleague)
        self.clock.tick(timedelta(minutes=30))
        first, second = self._keys()
        self.assertEqual(self._samples(), {first: 7})
        self._serve(self.other_desk, self.receptionist, 12)
        self.assertEqual(self._samples(), {first: 7})
        self.ticket.complete_service()
        self.assertEqual(self._samples(), {first: 7, second: 12})
        desks, doctors = self._get_work()
        self.assertEqual(desks, {"Desk 1": (1, 7), "Desk 2": (1, 12)})
        self.assertEqual(
            doctors, {self.doctor.name: (1, 7), self.colleague.name: (1, 12)}
        )

    def test_a_transfer_that_was_taken_back(self):
        self._serve(self.desk, self.nurse, 7)
        self.ticket._transfer(doctor=self.colleague)
        self.ticket._undo()
        self.clock.tick(timedelta(minutes=3))
        self.ticket.complete_service()
        self.assertEqual(self._samples(), {self._keys()[0]: 10})
        self.assertEqual(self._get_work()[0], {"Desk 1": (1, 10)})

    def test_parked_for_a_result(self):
        self._serve(self.desk, self.nurse, 5)
        self.ticket.park("X-ray")
        self.clock.tick(timedelta(minutes=40))
        self._serve(self.other_desk, self.receptionist, 8)
        self.ticket.complete_service()
        first, second = self._keys()
        self.assertEqual(self._samples(), {first: 5, second: 8})

    def test_who_leaves_after_the_transfer_was_served_once(self):
        self._serve(self.desk, self.nurse, 6)
        self.ticket._transfer(doctor=self.colleague)
        self.ticket.leave_queue()
        self.assertEqual(self._samples(), {self._keys()[0]: 6})

    def test_old_shares_tell_nothing(self):
        self._serve(self.desk, self.nurse, 6)
        self.ticket._transfer(doctor=self.colleague)
        self.clock.tick(timedelta(days=61))
        self.assertEqual(self._samples(), {})

    def test_a_step_back_before_the_start_is_no_share(self):
        self.desk.with_user(self.nurse)._call_ticket(self.ticket, "Their turn")
        self.ticket.start_service()
        self.clock.tick(timedelta(minutes=6))
        self.ticket._undo()
        self.assertEqual(self._samples(), {})

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.fields import Command
from odoo.tests import tagged

from ..exceptions import QueueError
from .common import QueueCommon


@tagged("post_install", "-at_install")
class TestUnserved(QueueCommon):
    """Nobody waits for somebody who never calls, or all can see that they do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # whatever else waits in this database waits at other sites
        (cls.nurse | cls.receptionist).clinic_site_ids = cls.site

    def _unserved(self):
        desks = self.env["clinic.queue.desk"].with_user(self.nurse)
        rows = desks.get_screen_state()["unserved"]
        return {row["id"]: (row["name"], row["why"]) for row in rows}

    def _count(self):
        name = "Numbers that no open desk calls"
        checks = self.env["clinic.health"]._checks()
        return next(check[1:] for check in checks if check[0] == name)

    def test_a_doctor_of_another_site_is_refused(self):
        ticket = self._join(5).with_user(self.nurse)
        self.colleague.site_ids = [Command.set(self.other_site.ids)]
        with self.assertRaisesRegex(QueueError, "does not work at"):
            ticket.screen_transfer(doctor_id=self.colleague.id)
        self.assertFalse(ticket.doctor_id)

    def test_a_desk_and_a_doctor_who_is_elsewhere_are_refused(self):
        ticket = self._join(5).with_user(self.nurse)
        pair = {"desk_id": self.desk.id, "doctor_id": self.doctor.id}
        desk = self._open()
        with self.assertRaisesRegex(QueueError, "is not at Desk 1"):
            ticket.screen_transfer(**pair)
        desk.close_desk()
        other = self.other_desk.with_user(self.nurse)
        other._open_desk(self.doctor)
        with self.assertRaisesRegex(QueueError, "is not at Desk 1"):
            ticket.screen_transfer(**pair)
        other.close_desk()
        # the doctor is still to come, and may open that very desk
        ticket.screen_transfer(**pair)
        self.desk.with_user(self.nurse)._open_desk(self.doctor)
        self.assertEqual(self.desk.with_user(self.nurse).call_next(), ticket)

    def test_a_transfer_that_changes_nothing_is_refused(self):
        ticket = self._join(5).with_user(self.nurse)
        for step in (lambda: None, self._open().call_next, ticket.start_service):
            step()
            state = ticket.state
            with self.assertRaisesRegex(QueueError, "in line there already"):
                ticket.screen_transfer(self.queue.id)
            self.assertEqual(ticket.state, state)
        ticket.screen_transfer(desk_id=self.other_desk.id)
        with self.assertRaisesRegex(QueueError, "in line there already"):
            ticket.screen_transfer(desk_id=self.other_desk.id)
        ticket.screen_transfer()
        self.assertFalse(ticket.only_desk_id)

    def test_who_closes_a_desk_lets_go_and_is_told(self):
        ticket, parked = (self._join(5).with_user(self.nurse) for _turn in range(2))
        self._open(self.other_desk, self.receptionist)
        for item in (ticket, parked):
            item.screen_transfer(desk_id=self.other_desk.id)
        parked.park("X-ray")
        said = self.other_desk.with_user(self.receptionist).close_desk()
        self.assertIn(ticket.name, said)
        self.assertIn(parked.name, said)
        self.assertFalse((ticket | parked).only_desk_id)
        self.assertEqual(self._open().call_next(), ticket)
        event = parked.sudo().event_ids.sorted()[:1]
        self.assertEqual((event.reason, parked.state), ("Desk 2 was closed", "parked"))
        # closing is no step of theirs: an undo takes the parking back, and binds to
        # no desk where nobody is
        self.assertEqual(parked.undo_label, f"Undo park of {parked.name}")
        parked._undo()
        self.assertEqual((parked.only_desk_id.id, parked.state), (False, "waiting"))

    def test_closing_says_nothing_where_nobody_is_bound(self):
        self._join(5)
        self.assertIsNone(self._open().close_desk())

    def test_moving_to_another_desk_tells_it_as_well(self):
        ticket = self._join(5).with_user(self.nurse)
        self._open()
        ticket.screen_transfer(desk_id=self.desk.id)
        said = self.other_desk.with_user(self.nurse).screen_open()
        self.assertTrue(said.startswith("You are at Desk 2."))
        self.assertIn(ticket.name, said)

    def test_an_archived_desk_lets_go(self):
        ticket = self._join(5).with_user(self.nurse)
        ticket.screen_transfer(desk_id=self.desk.id)
        self._open().call_next()
        with self.assertRaisesRegex(QueueError, "is still at Desk 1"):
            self.desk.active = False
        ticket.park()
        ticket.sudo().only_desk_id = self.desk
        self.desk.active = False
        self.assertFalse(ticket.only_desk_id)
        self.assertEqual((self.desk.state, self.desk.user_id.id), ("closed", False))
        with self.assertRaisesRegex(QueueError, "does not serve"):
            ticket.screen_transfer(desk_id=self.desk.id)

    def test_the_screen_names_whom_nobody_serves(self):
        bound, with_doctor, special, free = (self._join(5) for _turn in range(4))
        name = self.queue.name
        self.assertEqual(
            self._unserved()[free.id], (free.name, f"No desk of {name} is open.")
        )
        desk = self._open()
        self.assertEqual(self._unserved(), {})
        bound.with_user(self.nurse).screen_transfer(desk_id=self.other_desk.id)
        with_doctor.with_user(self.nurse).screen_transfer(doctor_id=self.doctor.id)
        desk.sudo().service_ids = self.service
        special.service_id = self.service.copy({"name": "Blood Test"})
        self.assertEqual(
            self._unserved(),
            {
                bound.id: (bound.name, "Desk 2 is closed."),
                with_doctor.id: (
                    with_doctor.name,
                    f"{self.doctor.name} is at no desk.",
                ),
                special.id: (
                    special.name,
                    f"No open desk of {name} offers Blood Test.",
                ),
            },
        )
        self.other_desk.with_user(self.receptionist)._open_desk(self.doctor)
        self.assertEqual(self._unserved(), {})

    def test_an_alarm_is_called_by_any_desk_of_its_queue(self):
        ticket = self._join(5, doctor_id=self.doctor.id)
        self._open()
        self.assertIn(ticket.id, self._unserved())
        ticket.with_user(self.nurse)._triage(self.levels[1])
        self.assertNotIn(ticket.id, self._unserved())

    def test_the_health_check_counts_them(self):
        ticket = self._join(5)
        before, _advice = self._count()
        self._open()
        ticket.with_user(self.nurse).screen_transfer(doctor_id=self.doctor.id)
        count, advice = self._count()
        self.assertEqual(count, before + 1)
        self.assertIn(f"{ticket.name}: {self.doctor.name} is at no desk.", advice)
        ticket.leave_queue()
        self.assertEqual(self._count()[0], before)

    def test_no_band_by_number_for_whom_nobody_serves(self):
        first, second, third = (self._join(9 - turn) for turn in range(3))
        self._open()
        alone = self.queue._forecast()[third.id]
        first.with_user(self.nurse).screen_transfer(doctor_id=self.doctor.id)
        bands = self.queue._forecast()
        self.assertIsNone(bands[first.id])
        self.assertLess(bands[second.id], bands[third.id])
        # whoever is not called there is not ahead either
        self.assertLess(bands[third.id], alone)
        # a second desk for all but one shortens the wait of all
        self.other_desk.with_user(self.receptionist)._open_desk(self.doctor)
        found = self.queue._forecast()
        self.assertTrue(found[first.id])
        self.assertLess(found[third.id], bands[third.id])

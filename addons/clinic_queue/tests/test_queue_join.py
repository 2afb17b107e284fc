# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from uuid import uuid4

from freezegun import freeze_time

from odoo.tests import tagged

from .common import QueueCommon


@tagged("post_install", "-at_install")
class TestQueueJoin(QueueCommon):
    def test_a_request_repeated_finds_its_ticket(self):
        values = {"client_uuid": str(uuid4()), "source": "kiosk"}
        first = self.queue._join(dict(values))
        self.assertEqual(self.queue._join(dict(values)), first)
        self.assertNotEqual(self.queue._join({"source": "kiosk"}), first)

    def test_reception_finds_the_ticket_of_a_request_too(self):
        values = {"client_uuid": str(uuid4())}
        queue = self.queue.with_user(self.receptionist)
        first = queue._join(dict(values))
        self.assertEqual(queue._join(dict(values)), first)
        self.assertEqual(first.env.uid, self.receptionist.id)

    def test_a_number_given_before_is_kept(self):
        ticket = self.queue._join({"number": "K1-007"})
        self.assertEqual(ticket.name, "K1-007")

    def test_nothing_else_is_taken_from_a_caller(self):
        for name in ("state", "level_id", "access_token", "desk_id"):
            with self.subTest(name=name), self.assertRaises(ValueError):
                self.queue._join({name: 1})

    def test_a_visit_is_checked_in_once(self):
        visit = self._book()
        with freeze_time(visit.start):
            ticket = visit.check_in("kiosk")
            self.assertEqual(visit._check_in({"client_uuid": str(uuid4())}), ticket)
        self.assertEqual((ticket.source, visit.state), ("kiosk", "arrived"))

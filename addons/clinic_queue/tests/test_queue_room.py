# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .common import QueueCommon


@tagged("post_install", "-at_install")
class TestWaitingRoom(QueueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.slow = cls._join(cls, 40, level=5)
        cls.standard = cls._join(cls, 30, level=4)
        cls.urgent = cls._join(cls, 20, level=3)
        cls.alarm = cls._join(cls, 1, level=1)

    def _read(self, user=None, **options):
        tickets = self.tickets.with_user(user or self.receptionist)
        found = tickets.web_read_group(
            [("queue_id", "=", self.queue.id)],
            ["state"],
            ["__count"],
            auto_unfold=True,
            unfold_read_specification={"name": {}},
            **options,
        )
        groups = {group["state"]: group for group in found["groups"]}
        return [row["id"] for row in groups["waiting"]["__records"]]

    def test_who_waits_stands_in_the_order_of_service(self):
        served = self.alarm | self.urgent | self.standard | self.slow
        self.assertEqual(self._read(), served.ids)
        desk = self._open()
        self.assertEqual(desk.call_next(), self.alarm)
        self.assertEqual(self._read(), served.ids[1:])

    def test_an_order_that_the_user_chose_stays(self):
        came = self.slow | self.standard | self.urgent | self.alarm
        self.assertEqual(self._read(order="arrived_at"), came.ids)
        self.assertEqual(self._read(order="arrived_at desc"), came.ids[::-1])

    def test_no_more_is_read_than_asked_for(self):
        first = self._read(unfold_read_default_limit=2)
        self.assertEqual(set(first), {self.slow.id, self.standard.id})

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from unittest.mock import patch
from uuid import uuid4

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.clinic_queue_join import ClinicQueue
from .kiosk_common import KioskCommon

LOGGER = "odoo.addons.clinic_queue.models.clinic_sync_log"


@tagged("post_install", "-at_install")
class TestQueueSyncChain(KioskCommon):
    """Bookings of kiosks whose time is gone, once and again."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.service.write(
            {"bookable_online": True, "booking_notice": 0, "horizon_days": 0}
        )

    def _request(self, hour, **values):
        epoch = fields.Datetime.from_string("1970-01-01")
        return self._item(
            "request",
            service=self.service.id,
            doctor=self.doctor.id,
            start=round((self._at(hour) - epoch).total_seconds()),
            name="Zoe Zander",
            birthdate="1991-02-03",
            contact=f"{uuid4().hex}@example.com",
            **values,
        )

    def _make_chain(self):
        """Return the logs of three wishes: two times were gone, one is to come."""
        self._book(10)
        self._book(11)
        first = self._request(10)
        second = self._request(11, replaces=first["uuid"])
        self._sync(first, second)
        return first, second

    def test_a_wish_that_staff_dismissed_may_still_be_replaced(self):
        self._book(10)
        first = self._request(10)
        self._sync(first)
        self._find_log(first).with_user(self.receptionist).action_dismiss()
        again = self._request(14, replaces=first["uuid"])
        walk_in = self._item()
        states = [answer["state"] for answer in self._sync(again, walk_in)]
        self.assertEqual(states, ["synced", "synced"])
        self.assertTrue(self._find_log(again).appointment_id)

    def test_an_unknown_wish_may_be_replaced(self):
        (answer,) = self._sync(self._request(14, replaces=str(uuid4())))
        self.assertEqual(answer["state"], "synced")

    def test_all_wishes_of_a_chain_are_settled_at_once(self):
        first, second = self._make_chain()
        third = self._request(14, replaces=second["uuid"])
        self._sync(third)
        logs = self._find_log(first) | self._find_log(second) | self._find_log(third)
        self.assertEqual(set(logs.mapped("state")), {"synced"})
        self.assertEqual(len(logs.appointment_id), 1)
        self.assertEqual(logs.mapped("contact"), [False] * 3)

    def test_staff_who_book_the_first_wish_settle_the_later_ones(self):
        first, second = self._make_chain()
        log = self._find_log(first)
        self._settle(log)
        self.assertEqual(self._find_log(second).state, "synced")
        late = self._request(14, replaces=second["uuid"])
        (answer,) = self._sync(late)
        self.assertEqual(
            (answer["state"], answer["resolution"]), ("conflict", "joined")
        )
        self.assertEqual(self._find_log(late).appointment_id, log.appointment_id)

    @mute_logger(LOGGER)
    def test_an_error_of_ours_does_not_stop_the_others(self):
        items = [self._item(number=f"K1-{number:03}") for number in (1, 2, 3)]
        join = ClinicQueue._join

        def fail(queue, values):
            ticket = join(queue, values)
            if values["number"] == "K1-002":
                raise ValueError("wrong")
            return ticket

        with patch.object(ClinicQueue, "_join", fail):
            states = [answer["state"] for answer in self._sync(*items)]
        self.assertEqual(states, ["synced", "failed", "synced"])
        self.assertFalse(self._find_ticket("K1-002"))
        self.assertNotIn("wrong", self._find_log(items[1]).message)

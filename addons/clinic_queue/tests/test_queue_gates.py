# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import psycopg2

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..exceptions import QueueError
from .common import QueueCommon


@tagged("post_install", "-at_install")
class TestGates(QueueCommon):
    """The dialog of the backend and the desk screen keep the same rules."""

    def setUp(self):
        super().setUp()
        self.ticket = self._join(5).with_user(self.nurse)

    def _do(self, kind, **values):
        steps = self.env["clinic.queue.step"].with_user(self.nurse)
        values = {"ticket_id": self.ticket.id, "kind": kind, "reason": "So", **values}
        return steps.create(values).action_do()

    def _assert_refused(self, kind, screen, words, **values):
        for door in (lambda: self._do(kind, **values), screen):
            with self.subTest(kind=kind), self.assertRaisesRegex(QueueError, words):
                door()

    def test_the_credit_of_another_policy(self):
        credit = self.env["clinic.queue.credit"].create(
            {
                "name": "Foreign",
                "worth": 0.2,
                "policy_id": self.policy.copy({"name": "Other"}).id,
            }
        )
        self._assert_refused(
            "credit",
            lambda: self.ticket.screen_credit(credit.id, "So"),
            "one of the credits of",
            credit_id=credit.id,
        )
        self.assertFalse(self.ticket.credit_ids)

    def test_ahead_of_who_waits_elsewhere_or_not_at_all(self):
        self.policy.allow_reorder = True
        elsewhere, gone = self._join(20), self._join(20)
        queue = self.queue.copy({"code": "U"})
        elsewhere._transfer(queue)
        gone.leave_queue()
        for other in (elsewhere, gone):
            self._assert_refused(
                "ahead",
                lambda other=other: self.ticket.screen_move_ahead(other.id, "So"),
                "do not wait in the same queue",
                other_id=other.id,
            )
        self.assertFalse(self.ticket.extra_credit)

    def test_what_the_dialog_was_not_told(self):
        for kind, words in (
            ("call", "Choose the desk"),
            ("ahead", "Choose before whom"),
            ("credit", "Choose one of the credits"),
            ("triage", "Choose a level"),
        ):
            with self.subTest(kind=kind), self.assertRaisesRegex(QueueError, words):
                self._do(kind, desk_id=False)

    def test_a_transfer_to_a_desk_that_does_not_do_it(self):
        self.other_desk.service_ids = [Command.set(self.service.copy().ids)]
        self._assert_refused(
            "transfer",
            lambda: self.ticket.screen_transfer(desk_id=self.other_desk.id),
            "does not offer",
            to_desk_id=self.other_desk.id,
        )

    def test_a_doctor_is_at_one_desk(self):
        self._open(self.other_desk, self.receptionist).sudo().doctor_id = self.doctor
        desk = self.desk.with_user(self.nurse)
        with self.assertRaisesRegex(QueueError, "is at Desk 2 already"):
            desk.screen_open(self.doctor.id)
        self.assertEqual(desk.state, "closed")
        self.other_desk.with_user(self.receptionist).close_desk()
        desk.screen_open(self.doctor.id)
        # the same one again, and back from a break
        desk.screen_open(self.doctor.id)
        self.assertEqual((desk.doctor_id, desk.state), (self.doctor, "open"))

    def test_a_doctor_of_another_site_opens_no_desk_here(self):
        self.doctor.site_ids = [Command.set(self.other_site.ids)]
        with self.assertRaisesRegex(QueueError, "does not work at"):
            self.desk.with_user(self.nurse).screen_open(self.doctor.id)

    def test_two_who_open_at_once_do_not_share_a_doctor(self):
        desks = (self.desk | self.other_desk).sudo()
        desks.write({"state": "closed", "doctor_id": self.doctor.id})
        self.env.flush_all()
        unique = psycopg2.errors.UniqueViolation
        with self.assertRaises(unique), mute_logger("odoo.sql_db"):
            desks.write({"state": "open"})
            self.env.flush_all()

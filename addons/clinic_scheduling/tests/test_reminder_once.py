# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .message_common import MessageCommon

SENDER = "odoo.addons.clinic_scheduling.models.clinic_reminder_send"


@tagged("post_install", "-at_install")
class TestReminderOnce(MessageCommon):
    """Nobody is told twice, and one message holds up no other."""

    def test_two_rules_make_one_call(self):
        self.patient.communication_channel = "phone"
        rule = self._rule("cancelled")
        rule.copy({"channel": "sms"})
        visit = self._book(14)
        visit.cancel()
        rows = self._rows(visit, "cancelled")
        self.assertEqual(len(rows), 2)
        self._send()
        rows = self._rows(visit, "cancelled")
        self.assertEqual(set(rows.mapped("state")), {"sent"})
        self.assertEqual(len(visit.activity_ids), 1)

    def test_a_reminder_that_was_out_of_reach_is_replaced(self):
        visit = self._book(14)
        old = self._rows(visit, "reminder")
        # another process is sending them
        with patch.object(
            type(old), "try_lock_for_update", lambda rows, **_kw: rows.browse()
        ):
            visit.reschedule({"start": self._at(16, day=1)})
        new = self._rows(visit, "reminder") - old
        self.assertEqual(len(new), len(old))
        with freeze_time(max(old.mapped("due_at"))):
            self._send()
        self.assertEqual(set(old.mapped("state")), {"cancelled"})
        with freeze_time(max(new.mapped("due_at"))):
            self._send()
        self.assertIn("sent", new.mapped("state"))

    def test_a_confirmation_that_is_being_sent_does_not_say_the_new_time(self):
        visit = self._book(14)
        rows = self._rows(visit, "booked")
        for number, day in enumerate((1, 2)):
            with self.subTest(move=number):
                # another process is sending it
                with patch.object(
                    type(rows), "try_lock_for_update", lambda rows, **_kw: rows.browse()
                ):
                    visit.reschedule({"start": self._at(16, day=day)})
                self.assertEqual(len(self._rows(visit, "moved")), number + 1)

    def test_a_message_that_will_say_the_new_time_is_written(self):
        visit = self._book(14)
        row = self._rows(visit, "booked").sudo()
        row.write({"attempt_count": 2})
        before = self._get_version(row)
        visit.reschedule({"start": self._at(16, day=1)})
        self.assertFalse(self._rows(visit, "moved"))
        # a sender that saw the visit before this must fail to lock it
        self.assertNotEqual(self._get_version(row), before)
        self.assertEqual(row.attempt_count, 0)

    def _get_version(self, row):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT ctid::text FROM clinic_reminder WHERE id = %s", [row.id]
        )
        return self.env.cr.fetchone()[0]

    def test_reminders_that_moved_with_the_visit_are_sent(self):
        visit = self._book(14)
        rows = self._rows(visit, "reminder")
        visit.reschedule({"start": self._at(16, day=1)})
        with freeze_time(max(rows.mapped("due_at"))):
            self._send()
        self.assertIn("sent", rows.mapped("state"))

    @mute_logger(SENDER)
    def test_a_message_that_cannot_be_looked_at_holds_up_nobody(self):
        visit = self._book(10)
        bad = self._rows(visit, "booked")
        other = self._book(
            10, patient_id=self.other_patient.id, doctor_id=self.colleague.id
        )
        self.other_patient.email = "olga@example.com"
        get_obstacle = type(bad)._get_obstacle

        def fail(row):
            if row == bad:
                raise ValueError("broken")
            return get_obstacle(row)

        with patch.object(type(bad), "_get_obstacle", fail):
            self._send()
        self.assertEqual(self._rows(other, "booked").state, "sent")
        self.assertEqual(
            (bad.state, bad.error_details), ("pending", "ValueError: broken")
        )
        later = fields.Datetime.now() + timedelta(minutes=5)
        self.assertEqual(bad.due_at, later)
        with freeze_time(later):
            self._send()
        self.assertEqual(bad.state, "sent")

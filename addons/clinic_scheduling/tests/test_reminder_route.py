# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo.tests import tagged
from odoo.tools import mute_logger

from .message_common import MessageCommon


@tagged("post_install", "-at_install")
class TestReminderRoute(MessageCommon):
    """By which channels a message goes, one after the other."""

    def setUp(self):
        super().setUp()
        self.patient.communication_channel = "sms"
        self.visit = self._book(14)
        self.message = self._rows(self.visit, "booked")

    def _get_route(self, event="booked"):
        rows = self._rows(self.visit, event)
        return [(row.planned_channel, row.channel, row.state) for row in rows]

    def test_the_planned_channel_stays_when_another_one_is_used(self):
        self.assertEqual(self._get_route(), [("email", "email", "pending")])
        self._send()
        self.assertEqual(self._get_route(), [("email", "sms", "sent")])

    def test_what_went_by_another_channel_is_not_planned_again(self):
        self._send()
        self.assertFalse(self.visit._emit("booked"))
        self.assertEqual(len(self._rows(self.visit, "booked")), 1)

    def test_two_rules_may_use_the_same_channel(self):
        """The one by e-mail goes by SMS, as the patient wishes, like the other."""
        rule = self._rule("booked").copy({"channel": "sms", "is_silent": False})
        self.visit._emit("booked", occurrence=5)
        rows = self._rows(self.visit, "booked") - self.message
        self.assertEqual(rows.rule_id, self._rule("booked") | rule)
        self._send()
        self.assertEqual(set(rows.mapped("channel")), {"sms"})

    def test_an_email_is_tried_when_the_wished_sms_fails(self):
        self._send()
        self.message._note_delivery("failed", "Unknown number")
        self.assertEqual(
            self._get_route(),
            [("email", "sms", "failed"), (False, "email", "pending")],
        )
        self._send()
        self.assertEqual(len(self._mails), 1)
        self.assertEqual(self._get_route()[1], (False, "email", "sent"))

    def test_no_channel_is_tried_twice(self):
        self._send()
        self.message._note_delivery("failed", "Unknown number")
        self._send()
        self._rows(self.visit, "booked")[1]._note_delivery("failed", "Bounced")
        self._send()
        self.assertEqual(
            self._get_route(),
            [("email", "sms", "failed"), (False, "email", "failed")],
        )

    def test_staff_call_in_the_end(self):
        self._send()
        self.visit.cancel()
        for _channel in ("sms", "email"):
            self._send()
            last = self._rows(self.visit, "cancelled")[-1]
            last._note_delivery("failed", "Unknown")
        self._send()
        self.assertEqual(
            [used for _planned, used, _state in self._get_route("cancelled")],
            ["sms", "email", "call"],
        )

    def _fail_all(self):
        """Let SMS and e-mail of a cancellation fail, while the server does the rest."""
        for _channel in ("sms", "email"):
            self._send()
            last = self._rows(self.visit, "cancelled")[-1]
            last.with_user(self.env.ref("base.user_root"))._note_delivery("failed")
        self._send()

    def test_who_wishes_an_sms_is_not_woken_by_it(self):
        """An e-mail goes at night; the SMS that goes in its place waits."""
        with freeze_time(self._at(23, day=-1)):
            self.visit.cancel()
            self._send()
            row = self._rows(self.visit, "cancelled")
            self.assertEqual((row.channel, row.state), ("sms", "pending"))
        self.assertEqual(row.due_at, self._at(8))
        with freeze_time(self._at(8)):
            self._send()
        self.assertEqual((row.channel, row.state), ("sms", "sent"))

    def test_an_sms_instead_of_an_email_waits_for_the_day(self):
        self.patient.communication_channel = "email"
        with freeze_time(self._at(23, day=-1)):
            self.visit.cancel()
            self._send()
            self._rows(self.visit, "cancelled")._note_delivery("failed", "Bounced")
            self._send()
            row = self._rows(self.visit, "cancelled")[1]
            self.assertEqual((row.channel, row.state), ("sms", "pending"))
        self.assertEqual(row.due_at, self._at(8))

    def test_nobody_calls_about_what_the_patient_did(self):
        self._send()
        public = self.env.ref("base.public_user")
        self.visit.with_user(public).sudo().cancel()
        self._fail_all()
        self.assertEqual(
            [used for _planned, used, _state in self._get_route("cancelled")],
            ["sms", "email"],
        )
        self.assertFalse(self.visit.activity_ids)

    def test_who_made_the_change_calls(self):
        self._send()
        self.visit.with_user(self.receptionist).cancel()
        self._fail_all()
        self.assertEqual(self._rows(self.visit, "cancelled")[-1].channel, "call")
        self.assertEqual(self.visit.activity_ids.user_id, self.receptionist)

    def test_a_channel_without_an_address_is_passed_over(self):
        self.patient.email = False
        self._send()
        self.message._note_delivery("failed", "Unknown number")
        self.assertEqual(self._get_route(), [("email", "sms", "failed")])

    def test_one_message_goes_instead_however_often_it_fails(self):
        self._send()
        self.message._note_delivery("failed", "Unknown number")
        self._send()
        self.message.action_retry()
        self._send()
        self.message._note_delivery("failed", "Unknown number")
        self.assertEqual(len(self._rows(self.visit, "booked")), 2)

    def test_the_database_keeps_messages_apart(self):
        names = ("appointment_id", "rule_id")
        vals = {name: self.message[name].id for name in names}
        vals.update(
            event="booked", planned_channel="email", channel="sms", occurrence=0
        )
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self.env["clinic.reminder"].create(vals)
        instead = {"fallback_of_id": self.message.id, "planned_channel": False}
        self.env["clinic.reminder"].create({**vals, **instead})
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self.env["clinic.reminder"].create({**vals, **instead})

    def test_the_database_keeps_messages_without_a_rule_apart(self):
        self.rules.unlink()
        row = self.visit._emit("away_offer", occurrence=1, always=True)
        self.assertFalse(row.rule_id)
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            with self.env.cr.savepoint():
                row.copy()
        # what goes instead of a failed one is another message
        self.assertTrue(row._fall_back("No such address"))

    def test_rules_that_were_told_by_can_be_deleted(self):
        reminders = self._rows(self.visit, "reminder")
        self.assertGreater(len(reminders), len({*reminders.mapped("channel")}))
        self.rules.unlink()
        self.assertFalse(reminders.rule_id)

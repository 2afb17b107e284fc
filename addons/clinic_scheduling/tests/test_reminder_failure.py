# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta
from smtplib import SMTPServerDisconnected

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import MailDeliveryException
from odoo.addons.clinic_engine.reminders import BACKOFF

from .message_common import MessageCommon

LATER = MailDeliveryException("Mail Delivery Failed", "(451, b'try again later')")
NEVER = MailDeliveryException("Mail Delivery Failed", "(550, b'no such user')")

BOUNCE = """Return-Path: <>
From: MAILER-DAEMON@mail.example.com
To: bounce@practice.example.com
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Message-Id: <20300603.report@mail.example.com>
Content-Type: multipart/report; report-type=delivery-status; boundary="part"

--part
Content-Type: text/plain; charset=us-ascii

paul@example.com: mailbox is full

--part
Content-Type: message/delivery-status

Final-Recipient: rfc822; paul@example.com
Action: failed
Status: 5.2.2

--part
Content-Type: message/rfc822

From: north@practice.example.com
To: paul@example.com
Subject: Your appointment
Message-Id: {message_id}

Text
--part--
"""


@tagged("post_install", "-at_install")
class TestReminderFailure(MessageCommon):
    """Messages that are not taken, or come back."""

    def setUp(self):
        super().setUp()
        self.visit = self._book(14)
        self.message = self._rows(self.visit, "booked")

    @property
    def instead(self):
        return self._rows(self.visit, "booked") - self.message

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def _fail(self, error=LATER, **after):
        """Let the mail server refuse what is due ``after`` the message was due."""
        with freeze_time(self.message.due_at + timedelta(**after)):
            self._send(error)

    def test_a_refusal_for_now_is_tried_again(self):
        due_at = self.message.due_at
        self._fail()
        self.assertEqual(
            (self.message.state, self.message.attempt_count), ("pending", 1)
        )
        self.assertIn("does not take the e-mail now", self.message.error)
        self.assertNotIn("451", self.message.error)
        self.assertIn("451", self.message.error_details)
        waited = self.message.due_at - due_at
        self.assertGreaterEqual(waited, timedelta(seconds=BACKOFF[0]))
        self.assertLess(waited, timedelta(seconds=BACKOFF[0] * 1.2))
        with freeze_time(due_at + timedelta(seconds=30)):
            self._send()
        self.assertFalse(self._mails)
        with freeze_time(self.message.due_at):
            self._send()
        self.assertEqual((self.message.state, self.message.attempt_count), ("sent", 2))
        self.assertFalse(self.message.error or self.message.error_details)
        self.assertEqual(len(self._mails), 1)

    def test_each_attempt_has_the_same_name(self):
        self._fail()
        uid = self.message.message_uid
        with freeze_time(self.message.due_at):
            self._send()
        self.assertIn(uid, self._mails[0]["message_id"])

    def test_after_the_last_attempt_another_channel_is_taken(self):
        for _attempt in range(len(BACKOFF) + 1):
            self.assertEqual(self.message.state, "pending")
            self._fail()
        self.assertEqual(self.message.state, "failed")
        self.assertEqual(self.instead.channel, "sms")
        self.assertEqual(self.instead.fallback_of_id, self.message)

    def test_a_refusal_for_good_is_not_tried_again(self):
        self._fail(NEVER)
        self.assertEqual(
            (self.message.state, self.message.attempt_count), ("failed", 1)
        )
        self.assertEqual((self.instead.channel, self.instead.state), ("sms", "sent"))
        self.assertEqual(self.instead.address, "+33612345678")

    def test_no_attempt_after_the_visit_has_begun(self):
        with freeze_time(self.visit.start - timedelta(seconds=30)):
            self._fail_now()
        self.assertEqual(self.message.state, "failed")

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def _fail_now(self):
        self._send(LATER)

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_a_lost_connection_is_a_failure_like_others(self):
        self._send(SMTPServerDisconnected("Connection unexpectedly closed"))
        self.assertEqual(
            (self.message.state, self.message.attempt_count), ("pending", 1)
        )

    def test_without_another_channel_staff_call_about_their_own_change(self):
        self._send()
        self._rule("cancelled").fallback_channel = False
        self.visit.cancel()
        self.message = self._rows(self.visit, "cancelled")
        self._fail(NEVER)
        (call,) = self._rows(self.visit, "cancelled") - self.message
        self.assertEqual((call.channel, call.state), ("call", "sent"))
        self.assertEqual(len(self.visit.activity_ids), 1)

    def test_a_provider_reports(self):
        self._send()
        self.message._note_delivery("delivered")
        self.assertEqual(self.message.state, "delivered")
        self.message._note_delivery("sent")
        self.assertEqual(self.message.state, "delivered")
        self.message._note_delivery("failed", "Unknown number")
        self.assertEqual(
            (self.message.state, self.message.error), ("failed", "Unknown number")
        )
        self.assertEqual(self.instead.channel, "sms")
        self.message._note_delivery("failed", "Again")
        self.assertEqual(len(self.instead), 1)

    def test_visits_told_together_fail_together(self):
        other = self._book(16)
        rows = self.message | self._rows(other, "booked")
        self._send()
        leading = rows - rows.filtered("merged_into_id")
        self.assertEqual(len(leading), 1)
        leading._note_delivery("failed", "Unknown mailbox")
        self.assertEqual(set(rows.mapped("state")), {"failed"})
        self._send()
        instead = self._rows(self.visit | other, "booked") - rows
        self.assertEqual(
            set(instead.mapped(lambda row: (row.channel, row.state))),
            {("sms", "sent")},
        )
        self.assertEqual(instead.appointment_id, self.visit | other)
        for hour in ("2:00 PM", "4:00 PM"):
            self.assertIn(hour, instead[0].body)

    def test_visits_told_together_are_delivered_together(self):
        rows = self.message | self._rows(self._book(16), "booked")
        self._send()
        (rows - rows.filtered("merged_into_id"))._note_delivery("delivered")
        self.assertEqual(set(rows.mapped("state")), {"delivered"})

    def test_a_report_about_what_was_not_sent_changes_nothing(self):
        self.message._note_delivery("delivered")
        self.assertEqual(self.message.state, "pending")

    def test_an_email_that_comes_back_has_failed(self):
        self._send()
        report = BOUNCE.format(message_id=self._mails[0]["message_id"])
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            self.env["mail.thread"].message_process("clinic.appointment", report)
        self.assertEqual(self.message.state, "failed")
        self.assertIn("mailbox is full", self.message.error)
        self.assertIn("paul@example.com", self.message.error_details)
        self.assertEqual(self.instead.channel, "sms")

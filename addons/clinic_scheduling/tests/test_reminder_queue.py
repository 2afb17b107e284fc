# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import config

from ..mail_sessions import is_server_named
from .message_common import MessageCommon


@tagged("post_install", "-at_install")
class TestReminderQueue(MessageCommon):
    """What the sender leaves to Odoo's queues: e-mails without a server, and itself."""

    def setUp(self):
        super().setUp()
        self.env["ir.mail_server"].search([]).active = False
        self.cron = self.env.ref("clinic_scheduling.ir_cron_send_messages")
        self.visit = self._book(14)
        self.message = self._rows(self.visit, "booked")
        self._get_calls()

    def _send_refused(self, smtp_server="localhost"):
        """Run the scheduled action where nothing listens at the server's address."""
        with (
            patch.dict(config.options, smtp_server=smtp_server, smtp_port=25),
            patch.object(
                type(self.env["ir.mail_server"]),
                "_connect__",
                side_effect=ConnectionRefusedError(111, "Connection refused"),
            ),
            self.enter_registry_test_mode(),
        ):
            self.cron.method_direct_trigger()

    def _get_calls(self):
        """Return when the sender is woken, and forget it."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        found = self.env["ir.cron.trigger"].search([("cron_id", "=", self.cron.id)])
        calls = set(found.mapped("call_at"))
        found.unlink()
        return calls

    # ------------------------------------------------------------------
    # No mail server
    # ------------------------------------------------------------------

    def test_without_a_mail_server_an_email_can_be_read_in_the_queue(self):
        self._send_refused()
        self.assertEqual(self.message.state, "sent", self.message.error)
        self.assertEqual(self.message.provider_state, "In Odoo's mail queue")
        self.assertIn(self.visit.access_url, self.message.body)
        mail = self.env["mail.mail"].search([("res_id", "=", self.visit.id)])
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.recipient_ids, self.patient.partner_id)
        self.assertEqual(mail.attachment_ids.mapped("name"), ["invite.ics"])
        self.assertIn(self.visit.get_portal_url(), mail.body_html)

    def test_a_server_that_is_named_is_tried_again(self):
        for name in ("in the configuration file", "in Odoo"):
            with self.subTest(name):
                self.message.write({"state": "pending", "attempt_count": 0})
                if name == "in Odoo":
                    self._name_server()
                    self._send_refused()
                else:
                    self._send_refused("smtp.example.com")
                self.assertEqual(self.message.state, "pending")
                self.assertEqual(self.message.attempt_count, 1)
                self.assertIn("cannot be reached", self.message.error)
                self.assertIn("refused", self.message.error_details)
                self.message.due_at = self._at(10, day=-7)

    def test_a_server_that_is_away_is_asked_once_in_a_run(self):
        self._name_server()
        # of nobody else, so that each goes in a mail of its own
        other = self._book(
            15, patient_id=self.other_patient.id, doctor_id=self.colleague.id
        )
        self.other_patient.email = "olga@example.com"
        rows = self.message | self._rows(other, "booked")
        tries = []

        def connect(*_args, **_kwargs):
            tries.append(1)
            raise TimeoutError("timed out")

        server = type(self.env["ir.mail_server"])
        with (
            patch.object(server, "_connect__", connect),
            self.enter_registry_test_mode(),
        ):
            self.cron.method_direct_trigger()
            self.assertEqual(len(tries), 1)
            self.assertEqual(set(rows.mapped("attempt_count")), {1})
            rows.due_at = self._at(10, day=-7)
            # the next run asks again
            self.cron.method_direct_trigger()
        self.assertEqual(len(tries), 2)

    def _name_server(self):
        self.env["ir.mail_server"].create(
            {"name": "Ours", "smtp_host": "localhost", "smtp_encryption": "none"}
        )

    def test_odoos_default_names_no_server(self):
        with patch.dict(config.options, smtp_server="localhost", smtp_port=25):
            self.assertFalse(is_server_named(self.env))
            self._name_server()
            self.assertTrue(is_server_named(self.env))

    # ------------------------------------------------------------------
    # Waking the sender
    # ------------------------------------------------------------------

    def test_the_sender_sleeps_until_a_message_of_this_minute_is_due(self):
        self.message.due_at = self._at(10, day=-7) + timedelta(seconds=40)
        with freeze_time(self._at(10, day=-7) + timedelta(seconds=10)):
            self._send()
            self.assertEqual(self.message.state, "pending")
            minute = self._at(10, 1, day=-7)
            self.assertEqual(self._get_calls(), {minute})
        with freeze_time(minute):
            self._send()
        self.assertEqual(self.message.state, "sent")
        self.assertFalse(self._get_calls())

    def test_what_its_company_holds_back_wakes_nobody(self):
        self.env.company.clinic_messages_active = False
        self._send()
        self.assertEqual(self.message.state, "pending")
        self.assertFalse(self._get_calls())

    def test_what_another_sender_has_in_hand_wakes_nobody(self):
        reminder = type(self.message)
        with patch.object(reminder, "_lock_next", lambda record: record.browse()):
            self._send()
        self.assertEqual(self.message.state, "pending")
        self.assertFalse(self._get_calls())

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from odoo.addons.mail.tests.common import MockEmail

from .common import ClinicCommon


@tagged("post_install", "-at_install")
class TestReminderSend(ClinicCommon, MockEmail):
    """Messages that are due go out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.patient.email = "paul@example.com"

    def _send(self):
        """Run the scheduled action; return the messages sent."""
        cron = self.env.ref("clinic_scheduling.ir_cron_send_messages")
        with self.mock_mail_gateway(), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        return self._mails

    def test_a_booking_is_confirmed(self):
        visit = self._book(10)
        message = visit._emit("booked", occurrence=9)
        self._send()
        self.assertEqual(message.state, "sent", message.error)
        self.assertEqual(len(self._mails), 1)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .message_common import MessageCommon


@tagged("post_install", "-at_install")
class TestReminderSend(MessageCommon):
    """Messages that are due go out."""

    def test_a_booking_is_confirmed(self):
        visit = self._book(10)
        self._send()
        message = self._rows(visit, "booked")
        self.assertEqual(message.state, "sent", message.error)
        self.assertEqual(len(self._mails), 1)
        self.assertEqual(message.address, "paul@example.com")
        self.assertTrue(message.sent_at)
        self.assertIn("Monday 3 June 2030, 10:00", message.body)
        self.assertIn(visit.get_portal_url(), message.body)
        self.assertNotIn(self.service.name, message.body)

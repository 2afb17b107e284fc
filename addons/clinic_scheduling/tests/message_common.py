# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from contextlib import ExitStack
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import HttpCase

from odoo.addons.mail.tests.common import MockEmail

from .common import ClinicCommon


class MessageCommon(ClinicCommon, MockEmail):
    """Patients who can be reached, and a mail server that takes everything down."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.patient.write({"email": "paul@example.com", "phone": "+33 6 12 34 56 78"})
        cls.site.email = "north@practice.example.com"
        cls.rules = cls.env["clinic.reminder.rule"].search(
            [("company_id", "=", cls.env.company.id)]
        )
        # what other bookings planned is not sent here
        cls.env["clinic.reminder"].search([("state", "=", "pending")]).write(
            {"state": "cancelled"}
        )

    def setUp(self):
        super().setUp()
        # a morning: quiet hours depend on the time of day
        freezer = freeze_time(self._at(10, day=-7))
        freezer.start()
        self.addCleanup(freezer.stop)

    def _send(self, error=None, **gateway):
        """Run the scheduled action, as the server does.

        :param error: raised by the mail server instead of taking a mail
        :param gateway: of ``mock_mail_gateway``
        """
        cron = self.env.ref("clinic_scheduling.ir_cron_send_messages")
        self._mails = []
        with ExitStack() as stack:
            stack.enter_context(self.mock_mail_gateway(**gateway))
            if not isinstance(self, HttpCase):  # which is in that mode already
                stack.enter_context(self.enter_registry_test_mode())
            if error:
                server = type(self.env["ir.mail_server"])
                stack.enter_context(
                    patch.object(server, "send_email", side_effect=error)
                )
            cron.method_direct_trigger()

    def _rows(self, visits, event=None):
        """Return the messages about visits, in the order they were planned."""
        rows = visits.reminder_ids.filtered(lambda row: event in (None, row.event))
        return rows.sorted("id")

    def _rule(self, event, channel="email", offset=None):
        return self.rules.filtered(
            lambda rule: (
                (rule.event, rule.channel) == (event, channel)
                and offset in (None, rule.offset)
            )
        )[:1]

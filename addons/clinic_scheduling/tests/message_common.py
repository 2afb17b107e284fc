# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
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

    def _send(self, **gateway):
        """Run the scheduled action, as the server does."""
        cron = self.env.ref("clinic_scheduling.ir_cron_send_messages")
        self._mails = []
        with self.mock_mail_gateway(), self.enter_registry_test_mode():
            cron.method_direct_trigger()

    def _rows(self, visits, event=None):
        """Return {rule's offset in hours, or the event: state} of visits' messages."""
        rows = visits.reminder_ids.filtered(lambda row: event in (None, row.event))
        return rows.sorted("id")

    def _rule(self, event, channel="email", offset=None):
        return self.rules.filtered(
            lambda rule: (
                (rule.event, rule.channel) == (event, channel)
                and offset in (None, rule.offset)
            )
        )[:1]

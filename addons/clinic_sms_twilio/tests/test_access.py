# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import NUMBER, OUR_NUMBER, TwilioCommon

ROLES = {
    "nobody": "base.group_user",
    "portal": "base.group_portal",
    "doctor": "clinic_scheduling.group_clinic_doctor",
    "nurse": "clinic_scheduling.group_clinic_nurse",
    "receptionist": "clinic_scheduling.group_clinic_receptionist",
    "manager": "clinic_scheduling.group_clinic_manager",
}
READERS = ("nurse", "receptionist", "manager")


@tagged("post_install", "-at_install")
class TestAccess(TwilioCommon):
    """Replies are read by reception, of the own site and company, and never written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: new_test_user(cls.env, f"sms_{role}", groups=groups)
            for role, groups in ROLES.items()
        }
        reminder = cls.env["clinic.reminder"].create(
            {
                "appointment_id": cls.visit.id,
                "company_id": cls.company.id,
                "event": "reminder",
                "channel": "sms",
                "state": "sent",
                "address": NUMBER,
                "partner_id": cls.patient.partner_id.id,
                "sent_at": "2026-01-01",
            }
        )
        values = {
            "message_sid": "SMaccess",
            "number": NUMBER,
            "to_number": OUR_NUMBER,
            "body": "1",
        }
        cls.reply = cls.env["clinic.sms.reply"]._receive(cls.company, values)
        assert cls.reply.reminder_id == reminder

    def test_matrix(self):
        for role, user in self.users.items():
            for operation in ("read", "write", "create", "unlink"):
                with self.subTest(role=role, operation=operation):
                    allowed = operation == "read" and role in READERS
                    reply = self.reply.with_user(user)
                    self.assertEqual(reply.has_access(operation), allowed)

    def test_other_sites_and_companies(self):
        user = self.users["receptionist"]
        user.clinic_site_ids = self.other_site
        replies = self.env["clinic.sms.reply"].with_user(user)
        self.assertNotIn(self.reply, replies.search([]))
        user.clinic_site_ids = self.site
        self.assertIn(self.reply, replies.search([]))
        company = self.env["res.company"].create({"name": "Other"})
        user.write(
            {
                "clinic_site_ids": [Command.clear()],
                "company_ids": [Command.set(company.ids)],
                "company_id": company.id,
            }
        )
        self.assertNotIn(self.reply, replies.search([]))

    def test_nobody_receives_by_rpc(self):
        public = [name for name in dir(type(self.reply)) if name == "receive"]
        self.assertFalse(public)

    def test_the_token_is_for_administrators(self):
        for role, user in self.users.items():
            if role == "portal":
                continue
            with self.subTest(role=role), self.assertRaises(AccessError):
                _token = self.company.with_user(user).sms_twilio_auth_token

    def test_health_and_problems(self):
        self.assertNotIn(
            "auth token is missing", " ".join(self.company._get_twilio_problems())
        )
        self.company.sms_twilio_auth_token = False
        self.company.sms_twilio_number_ids = [Command.clear()]
        problems = " ".join(self.company._get_twilio_problems())
        self.assertIn("auth token is missing", problems)
        self.assertIn("No number", problems)
        checks = {name: count for name, count, _advice in self._get_checks()}
        self.assertTrue(checks["Companies whose Twilio account is not set up"])
        self.assertEqual(checks["SMS go to a stand-in for Twilio"], 1)

    def _get_checks(self):
        return self.env["clinic.health"]._checks()

    def test_settings(self):
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.clinic_sms_webhook, self.company._get_sms_webhook())
        self.assertTrue(settings.clinic_sms_webhook.endswith("/clinic/sms/inbound"))

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from contextlib import ExitStack

from odoo import fields
from odoo.fields import Command
from odoo.tools import mute_logger

from odoo.addons.clinic_scheduling.tests.common import ClinicCommon

from .. import const
from .fake_twilio import FakeTwilio

#: Odoo's addon warns of each request without an answer, and of codes it does not know.
TWILIO = "odoo.addons.sms_twilio.tools.sms_api"

NUMBER = "+33199001234"  # of the patient
OUR_NUMBER = "+33199000001"


class Killed(BaseException):
    """Stands for the end of the process."""


class TwilioCommon(ClinicCommon):
    """A practice that sends through Twilio, whose Twilio is the stand-in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fake = FakeTwilio()
        cls.fake.__enter__()
        cls.addClassCleanup(cls.fake.__exit__)
        set_param = cls.env["ir.config_parameter"].sudo().set_param
        set_param(const.PARAM_ADDRESS, cls.fake.url)
        cls.env["sms.sms"].search([]).unlink()
        cls.env["phone.blacklist"].search([]).active = False
        cls.company = cls.env.company
        cls.company.clinic_messages_active = True
        # these tests run at any time of the day
        quiet = {"clinic_quiet_from": 0, "clinic_quiet_to": 0}
        cls.env["res.company"].search([]).write(quiet)
        cls._set_up_twilio(cls.company, OUR_NUMBER)
        cls.patient.write({"phone": NUMBER, "email": "paul@example.com"})
        cls.site.phone = "+33 1 99 00 55 55"
        cls.visit = cls._book(10)
        cls.env["clinic.reminder.rule"].search([]).active = False
        cls.rule = cls.env["clinic.reminder.rule"].create(
            {
                "name": "By SMS",
                "event": "reminder",
                "channel": "sms",
                "fallback_channel": "email",
                "sms_body": "Your appointment is near.",
            }
        )

    @classmethod
    def _set_up_twilio(cls, company, number):
        """Give a company an account with a number; return its token."""
        sid, token = cls.fake.open_account()
        france = cls.env.ref("base.fr").id
        company.write(
            {
                "country_id": france,
                "sms_provider": "twilio",
                "sms_twilio_account_sid": sid,
                "sms_twilio_auth_token": token,
                "sms_twilio_number_ids": [
                    Command.clear(),
                    Command.create({"number": number, "country_id": france}),
                ],
            }
        )
        return token

    def setUp(self):
        super().setUp()
        self.fake.faults.clear()
        self.fake.messages.clear()
        self.fake.requests.clear()

    def _create_sms(self, number=NUMBER, **values):
        values = {"number": number, "body": "Your code is 123456", **values}
        return self.env["sms.sms"].create(values)

    def _create_reminder(self, visit=None, send=True, **values):
        """Return a message by SMS that was handed to the queue."""
        visit = visit or self.visit
        reminder = (
            self.env["clinic.reminder"]
            .sudo()
            .create(
                {
                    "appointment_id": visit.id,
                    "company_id": visit.company_id.id,
                    "rule_id": self.rule.id,
                    "event": "reminder",
                    "channel": "sms",
                    "planned_at": fields.Datetime.now(),
                    "due_at": fields.Datetime.now(),
                    **values,
                }
            )
        )
        if send:
            reminder._process(None)
            self.assertEqual(reminder.state, "sent", reminder.error or reminder.reason)
        return reminder

    def _get_sms(self, reminder):
        uuid = reminder.message_uid.replace("-", "")
        return self.env["sms.sms"].search([("uuid", "=", uuid)])

    def _run(self, model, method):
        """Run a scheduled action as the scheduler does: with commits.

        ``Killed`` ends it as the end of the process would.
        """
        with ExitStack() as stack:
            if not type(self)._registry_patched:
                stack.enter_context(self.enter_registry_test_mode())
            self.env.flush_all()
            cr = stack.enter_context(self.registry.cursor())
            try:
                getattr(self.env(cr=cr)[model], method)()
            except Killed:
                cr.rollback()
        self.env.invalidate_all()

    def _run_queue(self):
        with mute_logger(TWILIO):
            self._run("sms.sms", "_process_queue")

    def _settle(self):
        with mute_logger("odoo.addons.clinic_sms_twilio.models.sms_sms"):
            self._run("sms.sms", "_cron_settle_unanswered")

    def _age(self, sms, minutes):
        """Let it be so long ago that Twilio was asked."""
        sms.twilio_asked_at = fields.Datetime.subtract(
            sms.twilio_asked_at, minutes=minutes
        )

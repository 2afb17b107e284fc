# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.sms_twilio.tools.sms_api import SmsApiTwilio

from .. import const
from ..twilio_api import ClinicSmsApiTwilio, TwilioReader, is_loopback


class ResCompany(models.Model):
    """A company that sends through Twilio, and is answered."""

    _inherit = "res.company"

    clinic_sms_replies = fields.Boolean(
        string="Replies by SMS",
        help="Patients are told in SMS about their visits that they can answer.",
    )

    @api.model
    def _find_by_twilio_number(self, number):
        """Return, as superuser, the companies that use this number at Twilio."""
        digits = re.sub(r"\D", "", number or "")
        numbers_sudo = self.env["sms.twilio.number"].sudo().search([])
        return numbers_sudo.filtered(
            lambda item: digits and re.sub(r"\D", "", item.number) == digits
        ).company_id

    def _get_sms_webhook(self):
        """Return the address that Twilio has to bring SMS of patients to."""
        self.ensure_one()
        return self.get_base_url().rstrip("/") + const.INBOUND_PATH

    def _get_twilio_problems(self):
        """Return what keeps Twilio from being believed here, as sentences."""
        self.ensure_one()
        company_sudo = self.sudo()
        problems = []
        if not company_sudo.sms_twilio_auth_token:
            sentence = self.env._(
                "The auth token is missing: SMS cannot be sent, and nothing that "
                "Twilio reports or brings is believed."
            )
            problems.append(sentence)
        if not company_sudo.sms_twilio_number_ids:
            sentence = self.env._("No number is entered: replies find no company.")
            problems.append(sentence)
        if not self.get_base_url().startswith("https://"):
            sentence = self.env._(
                "The address of this database (web.base.url) is not a public https "
                "address: Twilio does not reach it."
            )
            problems.append(sentence)
        return problems

    def _get_sms_api_class(self):
        """Override: the way to Twilio that sends nothing twice."""
        api_class = super()._get_sms_api_class()
        return ClinicSmsApiTwilio if api_class is SmsApiTwilio else api_class

    def _get_twilio_reader(self):
        """Return a client that asks what became of this company's SMS."""
        self.ensure_one()
        company_sudo = self.sudo()
        return TwilioReader(
            company_sudo.sms_twilio_account_sid,
            company_sudo.sms_twilio_auth_token,
            self._get_twilio_test_address(),
        )

    def _get_twilio_test_address(self):
        """Return the address of a stand-in for Twilio, or None for Twilio itself.

        Only an address of this machine counts: no SMS and no token is led elsewhere.

        :raise ValidationError: when the parameter holds another address.
        """
        get_param = self.env["ir.config_parameter"].sudo().get_param
        address = get_param(const.PARAM_ADDRESS)
        if address and not is_loopback(address):
            raise ValidationError(
                self.env._(
                    "The system parameter %(name)s must be an address of this machine, "
                    "such as http://127.0.0.1:12112.",
                    name=const.PARAM_ADDRESS,
                )
            )
        return address or None

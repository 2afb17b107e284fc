# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Codes by text message cost money: to which countries they go, and how many."""

import logging

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.phone_validation.tools.phone_validation import (
    phone_get_region_data_for_number,
)

from ..exceptions import TooManyRequests

_logger = logging.getLogger(__name__)

#: So many countries are named to who is refused.
MAX_NAMED = 5

HOUR = 3600  # seconds


class ClinicVerification(models.Model):
    """What text messages are spent on."""

    _inherit = "clinic.verification"

    @api.model
    def _check_text_message(self, number):
        """Refuse a number that no code is sent to; e-mail stays possible.

        :param number: normalized, as ``_normalize`` returns it
        :raise UserError: its country is none of the company's list
        """
        company_sudo = self.env.company.sudo()
        countries = company_sudo.clinic_code_country_ids or company_sudo.country_id
        code = phone_get_region_data_for_number(number)["code"]
        if not countries or code in countries.mapped("code"):
            return
        if len(countries) > MAX_NAMED:
            raise UserError(
                self.env._(
                    "We cannot send codes to numbers of this country. Please enter "
                    "your e-mail address instead."
                )
            )
        raise UserError(
            self.env._(
                "We send codes by text message to numbers of these countries only: "
                "%(countries)s. Please enter your e-mail address instead.",
                countries=", ".join(countries.mapped("name")),
            )
        )

    @api.model
    def _count_text_message(self):
        """Count a code by text message, of which a company sends so many an hour.

        :raise UserError: it has sent as many; e-mail stays possible
        """
        company_sudo = self.env.company.sudo()
        most = company_sudo.clinic_code_sms_per_hour
        limits = self.env["clinic.rate.limit"]
        try:
            limits._count("code_sms", company_sudo.id, (most, HOUR))
        except TooManyRequests as error:
            seconds = error.context["retry_after"]
            _logger.info("Codes by text message are used up for %s seconds.", seconds)
            raise UserError(
                self.env._(
                    "We cannot send codes by text message at the moment. Please enter "
                    "your e-mail address instead, or try again in %(minutes)s min.",
                    minutes=-(-seconds // 60),
                )
            ) from error

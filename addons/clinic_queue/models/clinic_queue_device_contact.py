# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Contacts that are typed at a kiosk, checked before anything is kept of them."""

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberType

from odoo import models
from odoo.exceptions import UserError

#: What a contact is for: a link by text message, or a booking.
CONTACT_KINDS = ("mobile", "contact")

#: What a number of a country may be, by the names of its metadata.
KINDS = (
    "fixed_line",
    "mobile",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "personal_number",
    "voip",
    "pager",
    "uan",
    "voicemail",
)


class ClinicQueueDevice(models.Model):
    _inherit = "clinic.queue.device"

    def _check_contact(self, kind, text):
        """Return what is wrong with a contact as it was typed, or None.

        :param str kind: one of ``CONTACT_KINDS``
        :return: a sentence for who typed it
        """
        self.ensure_one()
        try:
            if kind == "mobile":
                self.env["clinic.queue.ticket"]._read_link_number(text)
            else:
                self.env["clinic.verification"]._normalize(text)
        except UserError as error:
            return error.args[0]
        return None

    def _get_phone_rules(self):
        """Return how numbers look in the company's country, or None: not known.

        The tablet needs it to refuse wrong ones without the network. Keys: ``code``,
        the country's; ``prefix`` of the trunk; ``any`` and ``mobile``, patterns of
        numbers without both; ``example`` of a mobile number.
        """
        region = self.company_id.country_id.code
        rules = region and PhoneMetadata.metadata_for_region(region, None)
        # where the trunk prefix rewrites the number, the server alone can tell
        if not rules or rules.national_prefix_transform_rule:
            return None
        patterns = {
            name: detail.national_number_pattern
            for name in KINDS
            if (detail := getattr(rules, name)) and detail.national_number_pattern
        }
        example = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
        if not patterns.get("mobile") or not example:
            return None
        return {
            "code": str(rules.country_code),
            "prefix": rules.national_prefix or "",
            "any": "|".join(patterns.values()),
            "mobile": patterns["mobile"],
            "example": phonenumbers.format_number(
                example, phonenumbers.PhoneNumberFormat.NATIONAL
            ),
        }

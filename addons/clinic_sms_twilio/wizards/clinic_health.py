# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models

from .. import const


class ClinicHealth(models.TransientModel):
    """The health check also looks at Twilio."""

    _inherit = "clinic.health"

    @api.model
    def _checks(self):
        """Override: accounts that are not set up, SMS whose fate nobody found out."""
        companies = self.env["res.company"].sudo().search([])
        companies = companies.filtered(lambda item: item.sms_provider == "twilio")
        limit = fields.Datetime.now() - timedelta(minutes=2 * const.GIVE_UP)
        waiting = (
            self.env["sms.sms"]
            .sudo()
            .search_count(
                [
                    ("state", "=", "process"),
                    ("to_delete", "!=", True),
                    ("twilio_asked_at", "<=", limit),
                ]
            )
        )
        return [
            *super()._checks(),
            (
                self.env._("Companies whose Twilio account is not set up"),
                len(companies.filtered(lambda item: item._get_twilio_problems())),
                self.env._("Open the settings of Clinic: they say what is missing."),
            ),
            (
                self.env._("SMS whose fate at Twilio is unknown"),
                waiting,
                self.env._("The scheduled action that asks Twilio has not run."),
            ),
            (
                self.env._("SMS go to a stand-in for Twilio"),
                int(any(company._get_twilio_test_address() for company in companies)),
                self.env._(
                    "Remove the system parameter %(name)s.", name=const.PARAM_ADDRESS
                ),
            ),
        ]

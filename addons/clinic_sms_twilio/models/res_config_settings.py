# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    """How patients answer by SMS."""

    _inherit = "res.config.settings"

    clinic_sms_replies = fields.Boolean(
        related="company_id.clinic_sms_replies", readonly=False
    )
    clinic_sms_webhook = fields.Char(
        string="Webhook of Replies", compute="_compute_clinic_sms_webhook"
    )
    clinic_sms_problems = fields.Text(compute="_compute_clinic_sms_webhook")

    @api.depends("company_id")
    def _compute_clinic_sms_webhook(self):
        for settings in self:
            company = settings.company_id
            settings.clinic_sms_webhook = company._get_sms_webhook()
            settings.clinic_sms_problems = "\n".join(company._get_twilio_problems())

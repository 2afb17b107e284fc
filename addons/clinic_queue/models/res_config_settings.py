# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    clinic_queue_link_minutes = fields.Integer(
        related="company_id.clinic_queue_link_minutes", readonly=False
    )
    clinic_queue_alarm_minutes = fields.Integer(
        related="company_id.clinic_queue_alarm_minutes", readonly=False
    )
    clinic_queue_sync_log_days = fields.Integer(
        string="Keep What Kiosks Sent (days)",
        config_parameter="clinic_queue.sync_log_days",
        default=30,
    )

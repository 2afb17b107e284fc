# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of Clinic Scheduling."""

    _inherit = "res.config.settings"

    clinic_hold_minutes = fields.Integer(
        related="company_id.clinic_hold_minutes", readonly=False
    )
    clinic_slot_minutes = fields.Integer(
        related="company_id.clinic_slot_minutes", readonly=False
    )
    clinic_export_limit = fields.Integer(
        related="company_id.clinic_export_limit", readonly=False
    )
    clinic_age_of_consent = fields.Integer(
        related="company_id.clinic_age_of_consent", readonly=False
    )
    clinic_patient_max_upcoming = fields.Integer(
        related="company_id.clinic_patient_max_upcoming", readonly=False
    )
    clinic_privacy_url = fields.Char(
        related="company_id.clinic_privacy_url", readonly=False
    )
    clinic_video_lead_minutes = fields.Integer(
        related="company_id.clinic_video_lead_minutes", readonly=False
    )
    clinic_code_sms_per_hour = fields.Integer(
        related="company_id.clinic_code_sms_per_hour", readonly=False
    )
    clinic_code_country_ids = fields.Many2many(
        related="company_id.clinic_code_country_ids", readonly=False
    )
    clinic_feed_initials = fields.Boolean(
        related="company_id.clinic_feed_initials", readonly=False
    )
    clinic_utilisation_past_days = fields.Integer(
        related="company_id.clinic_utilisation_past_days", readonly=False
    )
    clinic_utilisation_next_days = fields.Integer(
        related="company_id.clinic_utilisation_next_days", readonly=False
    )

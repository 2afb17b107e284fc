# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    """Defaults of a practice."""

    _inherit = "res.company"

    clinic_hold_minutes = fields.Integer(
        string="Hold (min)",
        default=10,
        help="How long a chosen time is kept for somebody who is still booking.",
    )
    clinic_slot_minutes = fields.Integer(
        string="Start Every (min)",
        default=15,
        help="Interval between offered start times where the availability sets none.",
    )
    clinic_export_limit = fields.Integer(
        string="Export Limit (rows)",
        default=10000,
        help="At most this many appointments leave in one export.",
    )
    clinic_age_of_consent = fields.Integer(
        string="Age of Consent (years)",
        default=18,
        help="Until then, a parent who registers a child in the portal acts for it.",
    )
    clinic_patient_max_upcoming = fields.Integer(
        string="Visits Ahead per Patient",
        default=5,
        help="Patients book at most this many visits ahead online. 0: without limit. "
        "Staff are not bound by it.",
    )
    clinic_privacy_url = fields.Char(
        string="Privacy Notice",
        help="Address of the practice's privacy notice. With one, patients confirm "
        "that they have read it before they book.",
    )
    clinic_video_lead_minutes = fields.Integer(
        string="Video Link (min before)",
        default=15,
        help="How long before a video visit the patient sees its link.",
    )
    clinic_code_sms_per_hour = fields.Integer(
        string="Codes by SMS (per hour)",
        default=60,
        help="At most this many one-time codes leave as text messages within an hour. "
        "Then visitors use their e-mail address.",
    )
    clinic_code_country_ids = fields.Many2many(
        "res.country",
        "res_company_clinic_code_country_rel",
        "company_id",
        "country_id",
        string="Codes by SMS to",
        help="Countries to whose numbers one-time codes are sent. Empty: the company's "
        "own country.",
    )
    clinic_feed_initials = fields.Boolean(
        string="Initials in Doctors' Calendars",
        help="Calendar links of doctors show the patients' initials. They are copied "
        "to telephones and to other companies' servers.",
    )
    clinic_utilisation_past_days = fields.Integer(
        string="Utilisation: Past (days)",
        default=60,
        help="How far back utilisation is computed anew every night.",
    )
    clinic_utilisation_next_days = fields.Integer(
        string="Utilisation: Ahead (days)",
        default=60,
        help="How far ahead utilisation is computed every night.",
    )

    @api.constrains("clinic_privacy_url")
    def _check_clinic_privacy_url(self):
        for company in self:
            url = company.clinic_privacy_url
            if url and not url.startswith(("https://", "http://", "/")):
                raise ValidationError(
                    self.env._("The privacy notice needs an address such as https://…")
                )

    _check_clinic_utilisation = models.Constraint(
        "CHECK (clinic_utilisation_past_days BETWEEN 0 AND 730"
        " AND clinic_utilisation_next_days BETWEEN 0 AND 730)",
        "Utilisation is computed for at most 730 days back and ahead.",
    )
    _check_clinic_settings = models.Constraint(
        "CHECK (clinic_hold_minutes > 0 AND clinic_slot_minutes > 0"
        " AND clinic_export_limit > 0 AND clinic_age_of_consent > 0"
        " AND clinic_code_sms_per_hour > 0"
        " AND clinic_patient_max_upcoming >= 0 AND clinic_video_lead_minutes >= 0)",
        "Hold, step, export limit, codes per hour and age of consent are at least 1.",
    )

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The rules that calls on doctors obey, by company."""

from odoo import fields, models

from odoo.addons.clinic_engine.contact_caps import Caps
from odoo.addons.clinic_engine.sample_limits import SampleRule


class ResCompany(models.Model):
    """Limits of calls and samples; reports; adverse events; consent."""

    _inherit = "res.company"

    pharma_call_cap = fields.Integer(
        string="Calls per Doctor",
        help="At most so many calls on one doctor within the rolling months. Calls "
        "that the doctor asked for do not count. 0: without limit. The code of the "
        "British industry says 3.",
    )
    pharma_contact_cap = fields.Integer(
        string="Contacts per Doctor",
        help="At most so many contacts with one doctor within the rolling months, "
        "whoever asked for them. 0: without limit.",
    )
    pharma_cap_months = fields.Integer(
        string="Rolling Months",
        default=12,
        help="How many months back, and ahead, count for both limits.",
    )
    pharma_link_days = fields.Integer(
        string="Doctors' Links Last (days)",
        default=30,
        help="So many days after a call the doctor's link to it opens nothing more.",
    )
    pharma_consent_mode = fields.Selection(
        [
            ("opt_out", "Unless the doctor withdrew it"),
            ("opt_in", "Only with a consent that holds"),
        ],
        string="Contact with Doctors",
        default="opt_out",
        required=True,
        help="When doctors may be visited, called, and told of calls by e-mail or SMS: "
        "always but after they withdrew the consent for that channel, or only while "
        "one holds.",
    )
    pharma_report_hours = fields.Integer(
        string="Reports Are Late After (hours)",
        default=24,
        help="A call report that is filed later after the end of the call is marked.",
    )
    pharma_safety_hours = fields.Integer(
        string="Adverse Events Within (hours)",
        default=24,
        help="The safety officer is to have an adverse event in hand so many hours "
        "after somebody of the company heard of it.",
    )
    pharma_safety_user_id = fields.Many2one(
        "res.users",
        string="Safety Officer",
        help="Gets the activities for adverse events. Empty: one of those who have "
        "that role.",
    )
    pharma_sample_call = fields.Integer(
        string="Samples a Call",
        help="Packs of one product for one doctor in one call, where no limit of the "
        "country says else. 0: without limit.",
    )
    pharma_sample_period = fields.Integer(
        string="Samples a Period",
        default=4,
        help="Packs of one product for one doctor within the rolling months, where no "
        "limit of the country says else. 0: without limit.",
    )
    pharma_sample_months = fields.Integer(
        string="Period of Samples (months)", default=12
    )
    pharma_sample_years = fields.Integer(
        string="Samples for (years)",
        default=2,
        help="So many years after the first request a doctor may get samples of a "
        "product. 0: without limit.",
    )
    pharma_sample_expiry_days = fields.Integer(
        string="Samples Last (days)",
        default=0,
        help="A pack that is handed out does not expire within so many days.",
    )
    pharma_sample_licence = fields.Boolean(
        string="Samples with an Active Licence Only",
        default=True,
        help="Nothing is handed out to doctors whose licence was not checked.",
    )

    _check_pharma_limits = models.Constraint(
        "CHECK (pharma_call_cap >= 0 AND pharma_contact_cap >= 0"
        " AND pharma_cap_months BETWEEN 1 AND 60"
        " AND pharma_report_hours BETWEEN 1 AND 720"
        " AND pharma_link_days BETWEEN 14 AND 365"
        " AND pharma_safety_hours BETWEEN 1 AND 168"
        " AND pharma_sample_call >= 0 AND pharma_sample_period >= 0"
        " AND pharma_sample_months BETWEEN 1 AND 60 AND pharma_sample_years >= 0"
        " AND pharma_sample_expiry_days BETWEEN 0 AND 3650)",
        "Limits are not negative; periods have 1 to 60 months; reports are late after "
        "1 to 720 hours, and adverse events after 1 to 168; links last 14 to 365 days.",
    )

    def _get_caps(self):
        """Return the limits of calls and contacts as the engine reads them."""
        company_sudo = self.sudo()
        return Caps(
            calls=company_sudo.pharma_call_cap or None,
            contacts=company_sudo.pharma_contact_cap or None,
            months=company_sudo.pharma_cap_months,
        )

    def _get_sample_rule(self):
        """Return the limit of samples where no country has its own."""
        company_sudo = self.sudo()
        return SampleRule(
            per_call=company_sudo.pharma_sample_call or None,
            per_period=company_sudo.pharma_sample_period or None,
            months=company_sudo.pharma_sample_months,
            years=company_sudo.pharma_sample_years or None,
        )


class ResConfigSettings(models.TransientModel):
    """The same rules on the screen of settings."""

    _inherit = "res.config.settings"

    pharma_call_cap = fields.Integer(
        related="company_id.pharma_call_cap", readonly=False
    )
    pharma_contact_cap = fields.Integer(
        related="company_id.pharma_contact_cap", readonly=False
    )
    pharma_cap_months = fields.Integer(
        related="company_id.pharma_cap_months", readonly=False
    )
    pharma_consent_mode = fields.Selection(
        related="company_id.pharma_consent_mode", readonly=False
    )
    pharma_link_days = fields.Integer(
        related="company_id.pharma_link_days", readonly=False
    )
    pharma_report_hours = fields.Integer(
        related="company_id.pharma_report_hours", readonly=False
    )
    pharma_safety_hours = fields.Integer(
        related="company_id.pharma_safety_hours", readonly=False
    )
    pharma_safety_user_id = fields.Many2one(
        related="company_id.pharma_safety_user_id", readonly=False
    )
    pharma_sample_call = fields.Integer(
        related="company_id.pharma_sample_call", readonly=False
    )
    pharma_sample_period = fields.Integer(
        related="company_id.pharma_sample_period", readonly=False
    )
    pharma_sample_months = fields.Integer(
        related="company_id.pharma_sample_months", readonly=False
    )
    pharma_sample_years = fields.Integer(
        related="company_id.pharma_sample_years", readonly=False
    )
    pharma_sample_expiry_days = fields.Integer(
        related="company_id.pharma_sample_expiry_days", readonly=False
    )
    pharma_sample_licence = fields.Boolean(
        related="company_id.pharma_sample_licence", readonly=False
    )

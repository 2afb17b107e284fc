# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Settings of messages to patients, and the rules that a practice starts with."""

from odoo import api, fields, models

#: Settings that the cached rules hold.
CACHED = {
    "clinic_messages_active",
    "clinic_quiet_from",
    "clinic_quiet_to",
}


class ResCompany(models.Model):
    """Messages of a practice."""

    _inherit = "res.company"

    clinic_messages_active = fields.Boolean(
        string="Send Messages",
        default=True,
        help="Off: nothing is planned, and what is pending waits.",
    )
    clinic_quiet_from = fields.Float(
        string="Quiet From",
        default=21.0,
        help="From this hour on the site's clock patients are left alone. E-mails that "
        "answer a booking or a change are sent at any time.",
    )
    clinic_quiet_to = fields.Float(string="Quiet Until", default=8.0)
    clinic_messages_ready = fields.Boolean(
        readonly=True, help="The rules that a practice starts with were made."
    )

    _check_clinic_quiet = models.Constraint(
        "CHECK (clinic_quiet_from >= 0 AND clinic_quiet_from < 24"
        " AND clinic_quiet_to >= 0 AND clinic_quiet_to < 24)",
        "Quiet hours are times between 00:00 and 23:59.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_clinic_reminder_rules()
        return companies

    def write(self, vals):
        if CACHED & vals.keys():
            self.env.registry.clear_cache()
        return super().write(vals)

    def _get_clinic_quiet_hours(self):
        """Return (start, end) in seconds since midnight; the same twice: none."""
        self.ensure_one()
        hours = (self.clinic_quiet_from, self.clinic_quiet_to)
        return tuple(round(hour * 60) * 60 for hour in hours)

    @api.model
    def _init_clinic_reminder_rules(self):
        """Make the first rules of every company that has none yet."""
        companies_sudo = self.sudo().with_context(active_test=False)
        companies_sudo = companies_sudo.search([("clinic_messages_ready", "=", False)])
        companies_sudo._create_clinic_reminder_rules()

    def _create_clinic_reminder_rules(self):
        """Make the rules that a practice starts with, once."""
        companies = self.filtered(lambda item: not item.clinic_messages_ready)
        rules_sudo = self.env["clinic.reminder.rule"].sudo()
        rules_sudo.create(
            [
                {**values, "company_id": company.id}
                for company in companies
                for values in rules_sudo._prepare_first_rules()
            ]
        )
        companies.clinic_messages_ready = True


class ResConfigSettings(models.TransientModel):
    """Messages in the settings."""

    _inherit = "res.config.settings"

    clinic_messages_active = fields.Boolean(
        related="company_id.clinic_messages_active", readonly=False
    )
    clinic_quiet_from = fields.Float(
        related="company_id.clinic_quiet_from", readonly=False
    )
    clinic_quiet_to = fields.Float(related="company_id.clinic_quiet_to", readonly=False)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a rule's message will look like, for a visit there is."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .clinic_reminder_secret import mask


class ClinicReminderRule(models.Model):
    """Preview."""

    _inherit = "clinic.reminder.rule"

    preview_appointment_id = fields.Many2one(
        "clinic.appointment",
        string="Sample Visit",
        compute="_compute_preview_appointment_id",
        help="The latest visit that the rule is for.",
    )
    preview_subject = fields.Char(string="Subject", compute="_compute_preview")
    preview_body = fields.Html(
        string="E-mail", compute="_compute_preview", sanitize=False
    )
    preview_sms = fields.Text(string="SMS", compute="_compute_preview")

    @api.depends("service_ids", "doctor_ids", "company_id")
    def _compute_preview_appointment_id(self):
        for rule in self:
            domain = [
                ("company_id", "=", rule.company_id.id),
                ("patient_id", "!=", False),
                ("state", "!=", "hold"),
            ]
            for name in ("service_ids", "doctor_ids"):
                if ids := rule[name]._origin.ids:
                    domain.append((name.replace("_ids", "_id"), "in", ids))
            visits = self.env["clinic.appointment"].search(domain, limit=1)
            rule.preview_appointment_id = visits

    @api.depends("event", "mail_template_id", "sms_body", "preview_appointment_id")
    @api.depends_context("lang")
    def _compute_preview(self):
        for rule in self:
            # sudo: templates are rendered by the sender, who may read all
            visit_sudo = rule._get_preview_subject().sudo()
            subject = body = sms = False
            try:
                if visit_sudo and rule.mail_template_id:
                    subject, body = rule._render_preview(visit_sudo)
                if visit_sudo and rule.sms_body:
                    sms = mask(rule._render_short(rule.sms_body, visit_sudo))
            except (UserError, ValueError) as error:
                subject = str(error)
            rule.preview_subject, rule.preview_body = subject, body
            rule.preview_sms = sms

    def _get_preview_subject(self):
        """Return what the text is shown with; may be empty."""
        return self.preview_appointment_id

    def _render_preview(self, visit_sudo):
        template_sudo = self.mail_template_id.sudo()
        self._check_template(template_sudo)
        names = ("subject", "body_html")
        return [
            mask(template_sudo._render_field(name, visit_sudo.ids)[visit_sudo.id])
            for name in names
        ]

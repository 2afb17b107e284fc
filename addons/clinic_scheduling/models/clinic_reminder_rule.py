# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Rules: which messages patients get, when, and by which channel."""

from odoo import api, fields, models
from odoo.tools import ormcache

from odoo.addons.clinic_engine import reminders

from ..const import REMINDER_CHANNELS, REMINDER_EVENTS

UNIT_SECONDS = {"minutes": 60, "hours": 3600, "days": 86400}


class ClinicReminderRule(models.Model):
    """When a message goes, by which channel, and what it says.

    Of an event and channel the most specific rules win, and all of those that are
    equally specific apply: a rule of a doctor replaces the general ones.
    """

    _name = "clinic.reminder.rule"
    _description = "Message Rule"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    event = fields.Selection(REMINDER_EVENTS, required=True, default="reminder")
    timing = fields.Selection(
        [
            ("now", "At once"),
            ("before", "Before the visit"),
            ("after", "After the visit"),
        ],
        required=True,
        default="before",
    )
    offset = fields.Integer(
        string="How Long", default=24, help="Counted from the start or from the end."
    )
    unit = fields.Selection(
        [("minutes", "Minutes"), ("hours", "Hours"), ("days", "Days")],
        required=True,
        default="hours",
    )
    channel = fields.Selection(REMINDER_CHANNELS, required=True, default="email")
    fallback_channel = fields.Selection(
        REMINDER_CHANNELS,
        string="If It Fails",
        help="By which channel the message goes when it cannot be delivered.",
    )
    service_ids = fields.Many2many(
        "clinic.service", check_company=True, help="Empty: for all services."
    )
    doctor_ids = fields.Many2many(
        "clinic.doctor", check_company=True, help="Empty: for all doctors."
    )
    is_silent = fields.Boolean(
        string="Send Nothing",
        help="For these services and doctors, general rules of this event and channel "
        "do not apply.",
    )
    mail_template_id = fields.Many2one(
        "mail.template",
        string="E-mail Template",
        domain=[("model", "=", "clinic.appointment")],
        ondelete="restrict",
    )
    sms_body = fields.Text(
        string="SMS Text",
        translate=True,
        help="Also what a notification on a device says. With placeholders out of a "
        "list, such as {{ doctor }}",
    )

    _check_offset = models.Constraint(
        'CHECK ("offset" >= 0)', "Say how long as a number from 0 on."
    )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def _get_seconds(self):
        """Return how long before or after, in seconds; 0 of no rule."""
        return self.offset * UNIT_SECONDS[self.unit] if self else 0

    def _get_text_channels(self):
        """Return the channels for which this rule has words."""
        return {"email", *(("sms", "push") if self.sms_body else ())}

    @api.model
    @ormcache("company_id")
    def _get_settings(self, company_id):
        """Return (rules, quiet hours) of a company for the engine; no rules: off.

        :return: tuple of ``Rule``; (start, end) in seconds since midnight
        """
        company_sudo = self.env["res.company"].sudo().browse(company_id)
        if not company_sudo.clinic_messages_active:
            return (), (0, 0)
        return self._read_rules(company_id), company_sudo._get_clinic_quiet_hours()

    def _read_rules(self, company_id):
        rules_sudo = self.sudo().search([("company_id", "=", company_id)])
        return tuple(
            reminders.Rule(
                id=rule.id,
                event=rule.event,
                channel=rule.channel,
                timing=rule.timing,
                offset=rule._get_seconds(),
                services=frozenset(rule.service_ids.ids),
                doctors=frozenset(rule.doctor_ids.ids),
                silent=rule.is_silent,
            )
            for rule in rules_sudo
        )

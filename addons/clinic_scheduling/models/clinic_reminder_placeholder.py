# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Placeholders of the short texts, and which e-mail templates rules may use.

Managers write these texts, and the superuser sends them. So nothing in them is ever
evaluated: a placeholder is a name out of a list, and code of ours says what it means.
"""

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools.rendering_tools import parse_inline_template

from ..const import REMINDER_EVENTS

MODEL = "clinic.appointment"

#: {placeholder: what it stands for, of a visit}
PLACEHOLDERS = {
    "object.name": lambda visit: visit.name,
    "object.company_id.name": lambda visit: visit.company_id.name,
    "object.company_id.phone": lambda visit: visit.company_id.phone,
    "object.doctor_id.name": lambda visit: visit.doctor_id.name,
    "object.doctor_id.display_name": lambda visit: visit.doctor_id.display_name,
    "object.site_id.name": lambda visit: visit.site_id.name,
    "object.patient_id.name": lambda visit: visit.patient_id.name,
    "object._get_message_time()": lambda visit: visit._get_message_time(),
    "object._get_message_line()": lambda visit: visit._get_message_line(),
    "object._get_message_lines()": lambda visit: visit._get_message_lines(),
    "object._get_late_words()": lambda visit: visit._get_late_words(),
    "object._get_away_words()": lambda visit: visit._get_away_words(),
    "object._get_offer_until()": lambda visit: visit._get_offer_until(),
    "object._get_phone_line()": lambda visit: visit._get_phone_line(),
    "object._get_reader_name()": lambda visit: visit._get_reader_name(),
    **{
        f"object._get_message_link('{event}')": (
            lambda visit, event=event: visit._get_message_link(event)
        )
        for event, _label in REMINDER_EVENTS
    },
}


def get_known(expression):
    """Return what says the value of a placeholder; None of one that is not known."""
    return PLACEHOLDERS.get(expression.replace('"', "'"))


class ClinicReminderRule(models.Model):
    """What rules may say."""

    _inherit = "clinic.reminder.rule"

    @api.constrains("sms_body")
    def _check_sms_body(self):
        for rule in self:
            texts = rule._fields["sms_body"]._get_stored_translations(rule) or {}
            for text in texts.values():
                rule._parse_short(text)

    def _update_field_translations(self, field_name, *args, **kwargs):
        """Override: translations are looked at, too."""
        result = super()._update_field_translations(field_name, *args, **kwargs)
        if field_name == "sms_body":
            self._check_sms_body()
        return result

    @api.constrains("mail_template_id")
    def _check_mail_template_id(self):
        # sudo: which model a template is for, and nothing else of it
        for rule in self.filtered("mail_template_id"):
            rule._check_template(rule.mail_template_id.sudo())

    @api.model
    def _check_template(self, template):
        """:raise ValidationError: the template is not one for visits"""
        if template.model != MODEL:
            raise ValidationError(
                self.env._(
                    "The e-mail template %(name)s is not one for appointments.",
                    name=template.display_name,
                )
            )

    @api.model
    def _parse_short(self, text):
        """Return [(words, placeholder, words to use instead of nothing)].

        :raise ValidationError: there is no such placeholder
        """
        parts = parse_inline_template(text or "")
        for _words, expression, _default in parts:
            if expression and not get_known(expression):
                raise ValidationError(
                    self.env._(
                        "There is no placeholder “%(name)s”. You can use: %(known)s",
                        name=expression,
                        known=", ".join(PLACEHOLDERS),
                    )
                )
        return parts

    def _render_short(self, text, visit):
        """Return a text with placeholders in the words of a visit's language.

        :param visit: of whom the superuser writes, with the reader's language
        :raise ValidationError: there is no such placeholder
        """
        found = []
        for words, expression, default in self._parse_short(text):
            found.append(words)
            if expression:
                found.append(str(get_known(expression)(visit) or default.strip()))
        return "".join(found).strip()


class ClinicReminder(models.Model):
    """Templates are looked at again before they are rendered."""

    _inherit = "clinic.reminder"

    def _get_template(self):
        """Override.

        :raise ValidationError: the template is not one for visits
        """
        template = super()._get_template()
        if template:
            self.rule_id._check_template(template)
        return template

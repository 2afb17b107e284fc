# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Placeholders of the short texts, and which e-mail templates rules may use.

Managers write these texts, and the superuser sends them. So nothing in them is ever
evaluated: a placeholder is a name out of a list, and code of ours says what it means.
"""

from markupsafe import Markup

from odoo import api, fields, models
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


#: {short name in a short text: the placeholder}; "link" is the one of the rule's event.
NAMES = {
    "practice": "object.company_id.name",
    "phone": "object.company_id.phone",
    "patient": "object.patient_id.name",
    "doctor": "object.doctor_id.display_name",
    "place": "object.site_id.name",
    "time": "object._get_message_time()",
    "appointments": "object._get_message_lines()",
    "until": "object._get_offer_until()",
    "delay": "object._get_late_words()",
    "other time": "object._get_away_words()",
    "link": "object._get_message_link('%s')",
}

#: Names that say something of one event only.
NAMES_OF_EVENTS = {
    "until": "waitlist_offer",
    "delay": "running_late",
    "other time": "away_offer",
}

TABLE = Markup('<table class="table table-sm mb-0"><tbody>{rows}</tbody></table>')
ROW = Markup("<tr><td><code>{name}</code></td><td>{words}</td></tr>")


def get_short(expression, event):
    """Return what says the value of a placeholder or short name in a short text."""
    name = NAMES.get(expression, expression)
    return get_known(name % event if expression == "link" else name)


def get_known(expression):
    """Return what says the value of a placeholder; None of one that is not known."""
    return PLACEHOLDERS.get(expression.replace('"', "'"))


class ClinicReminderRule(models.Model):
    """What rules may say."""

    _inherit = "clinic.reminder.rule"

    placeholder_help = fields.Html(
        string="Placeholders", compute="_compute_placeholder_help", sanitize=False
    )

    @api.depends("event")
    @api.depends_context("lang")
    def _compute_placeholder_help(self):
        for rule in self:
            rule.placeholder_help = TABLE.format(
                rows=Markup().join(
                    ROW.format(name="{{ %s }}" % name, words=words)
                    for name, words in rule._get_placeholder_words().items()
                )
            )

    def _get_placeholder_words(self):
        """Return {short name: what it stands for} of those that suit this rule."""
        words = self._get_names()
        return {
            name: words[name]
            for name in NAMES
            if NAMES_OF_EVENTS.get(name, self.event) == self.event
        }

    def _get_names(self):
        """Return {short name: what it stands for}, in the user's language."""
        return {
            "practice": self.env._("Name of the practice"),
            "phone": self.env._("Telephone of the practice"),
            "patient": self.env._("Name of the patient"),
            "doctor": self.env._("Doctor"),
            "place": self.env._("Place"),
            "time": self.env._("Day and time"),
            "appointments": self.env._(
                "Day, time, doctor and place of all appointments told together"
            ),
            "until": self.env._("Until when the offered time is held"),
            "delay": self.env._("How late the doctor is, and the expected time"),
            "other time": self.env._("The other time that is offered"),
            "link": self.env._("Link to the page of the appointment"),
        }

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

    def _get_template_model(self):
        """Return the model of which the e-mail templates of this rule are."""
        return MODEL

    def _check_template(self, template):
        """:raise ValidationError: the template is not one for visits"""
        if template.model != self._get_template_model():
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
            if expression and not get_short(expression, "booked"):
                raise ValidationError(
                    self.env._(
                        "There is no placeholder “%(name)s”. You can use: %(known)s",
                        name=expression,
                        known=", ".join(NAMES),
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
                value = get_short(expression, self.event)(visit)
                found.append(str(value or default.strip()))
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

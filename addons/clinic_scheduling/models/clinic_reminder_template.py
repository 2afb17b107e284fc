# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""E-mail templates about visits, which managers of the clinic edit.

They are no editors of templates in Odoo's sense, and write no code. What Odoo offers
them instead are fields of the record; here it is the placeholders of the short texts,
and those below, which stand for a list with links, a sender and a reader.
"""

import re
from html import unescape

from markupsafe import Markup, escape

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools.mail import html_normalize
from odoo.tools.rendering_tools import parse_inline_template

from ..const import REMINDER_EVENTS
from .clinic_reminder_placeholder import MODEL, PLACEHOLDERS, get_known

#: {placeholder: what it stands for}: in e-mails only.
EMAIL_PLACEHOLDERS = {
    "object._get_message_sender()": lambda visit: visit._get_message_sender(),
    "object._get_reader_id()": lambda visit: visit._get_message_partner().id,
    "object._get_reader_lang()": lambda visit: visit._get_message_partner().lang,
    **{
        f"object._get_message_list('{event}')": (
            lambda visit, event=event: visit._get_message_list(event)
        )
        for event, _label in REMINDER_EVENTS
    },
}

#: An element that stands for a placeholder, and the sample in it for who edits.
ELEMENT = re.compile(
    r"""<(\w+)\s+t-out=("|')(.+?)\2\s*(?:/>|>([^<>]*)</\1>)""", flags=re.DOTALL
)

ITEM = Markup("<li><strong>{time}</strong>, {where}{more}{link}</li>")
LINK = Markup('<br/><a href="{url}">{label}</a>')
MORE = Markup("<br/>{words}")


class MailTemplate(models.Model):
    """Templates of messages, which the superuser renders."""

    _inherit = "mail.template"

    def _check_access_right_dynamic_template(self):
        """Override: code in texts about visits is for administrators only.

        Odoo lets all editors of templates write it, who are no administrators.
        """
        is_trusted = self.env.su or self.env.user._is_system()
        ours = self.filtered(lambda item: item.sudo().model == MODEL)
        if ours and not is_trusted and ours._has_code_in_any_language():
            raise AccessError(
                self.env._(
                    "Only administrators write placeholders like these into e-mail "
                    "templates for appointments."
                )
            )
        return super()._check_access_right_dynamic_template()

    def _has_code_in_any_language(self):
        languages = self.env["res.lang"].get_installed()
        return any(
            self.with_context(lang=code)._has_unsafe_expression()
            for code in {"en_US", *dict(languages)}
        )

    # ------------------------------------------------------------------
    # Texts without code
    # ------------------------------------------------------------------

    @api.model
    def _render_template_qweb_regex(self, template_src, model, res_ids):
        """Override: say what our placeholders stand for; nothing is evaluated."""
        if model != MODEL:
            return super()._render_template_qweb_regex(template_src, model, res_ids)
        source = html_normalize(f"<div>{template_src}</div>")
        source = source.removeprefix("<div>").removesuffix("</div>")
        visits = self.env[model].browse(res_ids)
        return {
            visit.id: Markup(ELEMENT.sub(lambda found: _fill(found, visit), source))  # noqa: B023
            for visit in visits
        }

    @api.model
    def _render_template_inline_template_regex(self, template_txt, model, res_ids):
        """Override: say what our placeholders stand for; nothing is evaluated."""
        if model != MODEL:
            return super()._render_template_inline_template_regex(
                template_txt, model, res_ids
            )
        parts = parse_inline_template(str(template_txt))
        rendered = {}
        for visit in self.env[model].browse(res_ids):
            said = []
            for words, expression, default in parts:
                said.append(words)
                if expression:
                    said.append(str(_get_value(expression, visit) or default))
            rendered[visit.id] = "".join(said)
        return rendered


def _get_value(expression, visit):
    """Return what a placeholder, ours or a field of Odoo's list, stands for."""
    name = expression.strip().replace('"', "'")
    known = visit._get_email_placeholders().get(name) or get_known(name)
    if known:
        return known(visit)
    allowed = visit.mail_allowed_qweb_expressions()
    if expression.strip() not in allowed:
        raise SyntaxError(f"{expression!r} is no placeholder")
    value = visit
    for name in expression.strip().split(".")[1:]:
        if name not in value._fields:
            return ""
        value = value[name]
    return value


def _fill(found, visit):
    tag, _quote, expression, _sample = found.groups()
    value = escape(_get_value(unescape(expression), visit) or "")
    # an element of a line that says nothing is left out
    if tag == "t" or not value.strip():
        return value
    return Markup("<{tag}>{value}</{tag}>").format(tag=tag, value=value)


class ClinicAppointment(models.Model):
    """What the placeholders of e-mails stand for; call these as superuser."""

    _inherit = "clinic.appointment"

    @api.model
    @api.private
    def mail_allowed_qweb_expressions(self):
        """Override: those of the short texts and of e-mails, too."""
        ours = (*PLACEHOLDERS, *self._get_email_placeholders())
        return (*super().mail_allowed_qweb_expressions(), *ours)

    @api.model
    def _get_email_placeholders(self):
        """Return {placeholder: what it stands for}, of those in e-mails only.

        Addons extend it by what their own templates say.
        """
        return EMAIL_PLACEHOLDERS

    def _get_message_sender(self):
        """Return the address that e-mails about this visit come from."""
        self.ensure_one()
        company = self.company_id
        return (
            self.site_id.email
            or company.email_formatted
            or self.env.user.email_formatted
        )

    def _get_reader_name(self):
        """Return the name of who reads messages about this visit."""
        return self._get_message_partner().name or ""

    def _get_phone_line(self):
        """Return "Our telephone: …" of the site, or ""."""
        phone = self.site_id.phone
        return self.env._("Our telephone: %(phone)s", phone=phone) if phone else ""

    def _get_message_list(self, event):
        """Return the visits of a message about ``event`` as a list with links."""
        items = []
        for visit in self._get_message_visits():
            where = (visit.doctor_id.display_name, visit.site_id.name)
            words = visit._get_message_words(event)
            label = self._get_link_label(event)
            url = label and visit._get_message_link(event)
            items.append(
                ITEM.format(
                    time=visit._get_message_time(),
                    where=", ".join(filter(None, where)),
                    more=MORE.format(words=words) if words else "",
                    link=LINK.format(url=url, label=label) if label else "",
                )
            )
        return Markup("<ul>{}</ul>").format(Markup("").join(items))

    def _get_message_words(self, event):
        """Return what is said of each visit besides time and place, or ""."""
        if event == "running_late":
            return self._get_late_words()
        if event == "away_offer":
            return self._get_away_words()
        return ""

    def _get_link_label(self, event):
        """Return what the link of a message about ``event`` says; "": no link."""
        change = self.env._("See, move or cancel your appointment")
        labels = {
            "booked": change,
            "moved": change,
            "reminder": change,
            "feedback": self.env._("Tell us how it was"),
            "waitlist_offer": self.env._("See the offer, accept or decline it"),
            "offer_withdrawn": "",
            "away_offer": self.env._("Take it, choose another time or cancel"),
        }
        return labels.get(event, self.env._("See your appointment"))

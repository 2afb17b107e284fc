# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Handing a message over: to a mail server, the SMS queue, or staff."""

import re

from odoo import models
from odoo.fields import Command
from odoo.tools import plaintext2html

from ..mail_sessions import MessageFailed

#: What an SMTP server says that will not take the message later either.
REFUSED_FOR_GOOD = re.compile(r"\(5\d\d, b'|\b5\.[1-7]\.\d{1,3}\b")


class ClinicReminder(models.Model):
    """The channels."""

    _inherit = "clinic.reminder"

    def _get_template(self):
        return self.mail_template_id or self.rule_id.mail_template_id

    def _send_email(self, sessions):
        """Render the template and hand the mail to the mail server, now.

        Where none is set, it waits in Odoo's own queue, and can be read there.
        """
        template = self._get_template()
        if not template:
            raise MessageFailed(self.env._("The rule has no e-mail template."), True)
        visit = self._get_subject().with_context(lang=self._get_lang())
        values = self._render_email(template, visit)
        visits = visit._get_message_visits()
        invitations = self._prepare_invitations(visits, values["email_from"])
        attachments = self.env["ir.attachment"].sudo().create(invitations)
        mail = (
            self.env["mail.mail"]
            .sudo()
            .create(
                {
                    **values,
                    "model": visit._name,
                    "res_id": visit.id,
                    "message_id": self._get_message_id(),
                    "recipient_ids": [Command.set(self.partner_id.ids)],
                    "attachment_ids": [Command.set(attachments.ids)],
                    # the row keeps what was sent
                    "auto_delete": True,
                    "is_notification": False,
                }
            )
        )
        self.write({"subject": values["subject"], "body": values["body_html"]})
        self.flush_recordset()
        if not sessions.send(mail):
            self.provider_state = self.env._("In Odoo's mail queue")
            return
        self._check_mail_was_taken(mail)

    def _check_mail_was_taken(self, mail):
        """Raise MessageFailed if the mail server refused the mail."""
        if mail.exists() and mail.state == "exception":
            reason = mail.failure_reason or ""
            for_good = mail.failure_type in ("mail_email_invalid", "mail_email_missing")
            for_good = for_good or bool(REFUSED_FOR_GOOD.search(reason))
            raise MessageFailed(reason, for_good, is_raw=True)

    def _render_email(self, template, visit):
        template = template.with_context(lang=self._get_lang())
        names = ("subject", "body_html", "email_from", "reply_to")
        rendered = {
            name: template._render_field(name, visit.ids)[visit.id] for name in names
        }
        rendered["mail_server_id"] = template.mail_server_id.id
        return rendered

    def _get_lang(self):
        return self.partner_id.lang or self.company_id.partner_id.lang

    def _get_message_id(self):
        """Return the name of this message among all e-mails, also when sent again."""
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        domain = parameters_sudo.get_param("database.uuid")
        return f"<clinic-{self.message_uid}@{domain}>"

    def _get_short_text(self):
        """Return what an SMS or a notification says, in the reader's language.

        :raise MessageFailed: the rule has no text for it
        """
        rule = self.rule_id.with_context(lang=self._get_lang())
        if not rule.sms_body:
            raise MessageFailed(self.env._("The rule has no SMS text."), True)
        visit = self._get_subject().with_context(lang=self._get_lang())
        return rule._render_short(rule.sms_body, visit)

    def _send_sms(self):
        """Put a text message into Odoo's queue, in the same transaction."""
        text = self._get_short_text()
        self.env["sms.sms"].sudo().create(
            {
                "uuid": self.message_uid.replace("-", ""),
                "number": self.address,
                "body": text,
                "partner_id": self.partner_id.id,
            }
        )
        self.write({"subject": False, "body": plaintext2html(text)})

    def _send_push(self):
        """Notify the patient's devices; addons that can replace this.

        :raise MessageFailed: there are none
        """
        raise MessageFailed(self.env._("The patient has no device to notify."), True)


class ClinicAppointment(models.Model):
    """Who reads the messages of a visit."""

    _inherit = "clinic.appointment"

    def _get_message_reader(self):
        """Return (contact, how it wants to be told) of who reads messages.

        That is the patient; for one without e-mail and telephone, who acts for them:
        the guardian, as long as they may, or else a parent with an account.
        """
        self.ensure_one()
        # sudo: contact details of who is told, whoever makes the change
        patient = self.patient_id.sudo()
        if patient.email or patient.phone:
            return patient.partner_id, patient.communication_channel
        if patient and (guardian := patient._get_acting_guardian()):
            return guardian.partner_id, guardian.communication_channel
        consents = patient.consent_ids.filtered(
            lambda item: (
                item.state == "active" and item.relationship in ("parent", "guardian")
            )
        )
        partner = consents[:1].partner_id or patient.partner_id
        return partner, patient.communication_channel

    def _get_message_channels(self, partner):
        """Return the channels by which an address of the contact is known."""
        channels = {"push", "call"}
        if partner.email:
            channels.add("email")
        if partner.phone:
            channels.add("sms")
        return channels

    def _get_message_partner(self):
        """Return the contact that reads messages of this visit, for templates."""
        return self._get_message_reader()[0]

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The link to the own number: as a text message, an e-mail, or a slip of paper."""

import phonenumbers
from phonenumbers import PhoneNumberType

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

#: Numbers that get no text messages. Where fixed and mobile ones look the same, both
#: get them.
NOT_MOBILE = (
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.PAGER,
    PhoneNumberType.UAN,
    PhoneNumberType.VOICEMAIL,
)


class ClinicQueueTicket(models.Model):
    _inherit = "clinic.queue.ticket"

    def _send_link(self, contact):
        """Send the link of the page, because its holder asked for it.

        The contact is not kept on the ticket. Odoo's queues send the message after the
        transaction. It says nothing of why somebody is here.

        :param str contact: mobile number or e-mail address, as typed
        :return: "sms" or "email"
        :raise UserError: the contact is neither, or gets no text messages from here
        :raise TooManyRequests: too many messages to that contact
        """
        self.ensure_one()
        verification = self.env["clinic.verification"]
        channel, contact = verification._normalize(contact)
        if channel == "sms":
            self._check_text_message(contact)
        self.env["clinic.rate.limit"]._count("queue_link", contact)
        if channel == "sms":
            self._count_text_message()
        ticket = self.sudo()
        if ticket.patient_id.lang:
            ticket = ticket.with_context(lang=ticket.patient_id.lang)
        subject, body = ticket._get_link_message()
        if channel == "sms":
            # creating it wakes the queue up
            self.env["sms.sms"].sudo().create({"number": contact, "body": body})
            return channel
        self.env["mail.mail"].sudo().create(
            {
                "subject": subject,
                "body_html": plaintext2html(body),
                "email_to": contact,
                "email_from": ticket.company_id.email_formatted,
                "auto_delete": True,
            }
        )
        # sudo: the queue is otherwise looked at once an hour
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        return channel

    @api.model
    def _read_link_number(self, text):
        """Return the number that a link is sent to, from what was typed.

        :raise UserError: it is no mobile number, or gets no text messages from here
        """
        verification = self.env["clinic.verification"]
        try:
            channel, number = verification._normalize(text)
        except UserError:
            channel, number = None, None
        if channel != "sms":
            raise UserError(
                self.env._("This is no mobile number. Please check it, digit by digit.")
            )
        self._check_text_message(number)
        return number

    @api.model
    def _check_text_message(self, number):
        """Refuse a number that gets no text messages, or costs more than is allowed.

        :raise UserError: it is a landline, or its country is none of the list
        """
        if phonenumbers.number_type(phonenumbers.parse(number)) in NOT_MOBILE:
            raise UserError(
                self.env._(
                    "Text messages reach mobile phones only. Enter a mobile number."
                )
            )
        try:
            self.env["clinic.verification"]._check_text_message(number)
        except UserError as error:
            raise UserError(
                self.env._(
                    "No text messages are sent to numbers of this country. Enter an "
                    "e-mail address, or print the slip."
                )
            ) from error

    def _count_text_message(self):
        """Count a text message, of which the practice sends so many an hour.

        :raise UserError: it has sent as many
        """
        company = self.company_id or self.env.company
        verification = self.env["clinic.verification"].with_company(company)
        try:
            self.env["clinic.rate.limit"]._count_each(
                "code_sms", company.id, self.id, verification._count_text_message
            )
        except UserError as error:
            raise UserError(
                self.env._(
                    "No text messages can be sent at the moment. Enter an e-mail "
                    "address, or print the slip."
                )
            ) from error

    def _get_link_message(self):
        """Return (subject, text) in the context's language."""
        self.ensure_one()
        values = {"number": self.name, "site": self.site_id.name}
        return (
            self.env._("Your number at %(site)s: %(number)s", **values),
            self.env._(
                "Your number at %(site)s is %(number)s. Follow your place: %(link)s",
                link=self._get_page_url(),
                **values,
            ),
        )

    def action_print_slip(self):
        """Open the slip with the number and the QR code of the page, to print it."""
        self.ensure_one()
        self.check_access("read")
        url = f"{self._get_page_path()}/slip"
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}

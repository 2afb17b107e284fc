# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One-time codes: proof that somebody reads the mail or the telephone they name."""

import re
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq, email_normalize, hmac

MINUTES = 10
DIGITS = 6

#: An e-mail address as far as it can be told without writing to it.
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class ClinicVerification(models.Model):
    """A code that was sent to an e-mail address or a telephone.

    Neither the code nor the contact stands here, only their keyed hashes.
    """

    _name = "clinic.verification"
    _description = "One-Time Code"
    _order = "id desc"

    purpose = fields.Char(required=True)
    contact_hash = fields.Char(required=True, index=True)
    code_hash = fields.Char(required=True)
    expires_at = fields.Datetime(required=True)
    used_at = fields.Datetime()

    @api.model
    def _normalize(self, contact):
        """Return (channel, contact as it is compared), or raise.

        :return: ``("email", "ann@example.com")`` or ``("sms", "+33123456789")``
        :raise UserError: it is neither an e-mail address nor a telephone number
        """
        text = (contact or "").strip()
        email = email_normalize(text) if "@" in text else ""
        if email and ADDRESS.fullmatch(email):
            return "email", email
        country = self.env.company.country_id
        if re.search(r"\d{5}", re.sub(r"\D", "", text)) and (
            number := self.env.company._phone_format(number=text, country=country)
        ):
            return "sms", number
        raise UserError(
            self.env._(
                "Please enter an e-mail address, or a telephone number with its area "
                "code."
            )
        )

    @api.model
    def _send(self, contact, purpose, address):
        """Send a code; the answer is the same whether anybody knows the contact.

        :param str contact: e-mail address or telephone number, as typed
        :param str purpose: what the code is good for, nothing else
        :param str address: IP address of who asks
        :return: (channel, normalized contact)
        :raise UserError: the contact is none, or gets no text message from here
        :raise TooManyRequests: too many codes to this contact or for this address
        """
        channel, contact = self._normalize(contact)
        if channel == "sms":
            self._check_text_message(contact)
        limits = self.env["clinic.rate.limit"]
        limits._count("code_address", address)
        limits._count("code", contact)
        if channel == "sms":
            self._count_text_message()
        code = "".join(secrets.choice("0123456789") for _digit in range(DIGITS))
        contact_hash = self._hash("contact", contact)
        self.sudo().search(
            [("contact_hash", "=", contact_hash), ("purpose", "=", purpose)]
        ).unlink()
        self.sudo().create(
            {
                "purpose": purpose,
                "contact_hash": contact_hash,
                "code_hash": self._hash("code", f"{purpose}:{contact}:{code}"),
                "expires_at": fields.Datetime.now() + timedelta(minutes=MINUTES),
            }
        )
        getattr(self.sudo(), f"_send_{channel}")(contact, code)
        return channel, contact

    @api.model
    def _verify(self, contact, code, purpose, address):
        """Whether ``code`` is the one last sent there; it then is used up.

        :param contact: normalized contact, as ``_send`` returned it
        :raise TooManyRequests: too many tries, right or wrong
        """
        limits = self.env["clinic.rate.limit"]
        limits._count("verify_address", address)
        contact_hash = self._hash("contact", contact)
        sent_sudo = self.sudo().search(
            [
                ("contact_hash", "=", contact_hash),
                ("purpose", "=", purpose),
                ("used_at", "=", False),
                ("expires_at", ">", fields.Datetime.now()),
            ],
            limit=1,
        )
        limits._count("verify", contact)
        if sent_sudo:
            limits._count("verify_code", sent_sudo.code_hash)
        digits = re.sub(r"\D", "", code or "")
        given = self._hash("code", f"{purpose}:{contact}:{digits}")
        if not sent_sudo or not consteq(sent_sudo.code_hash, given):
            return False
        sent_sudo.used_at = fields.Datetime.now()
        return True

    @api.model
    def _hash(self, kind, text):
        return hmac(self.env(su=True), f"clinic_verification_{kind}", text)

    @api.model
    def _get_message(self, code):
        """Return (subject, body) of the message: nothing about a visit is in it."""
        company = self.env.company.name
        return (
            self.env._(
                "%(code)s is your code for %(company)s", code=code, company=company
            ),
            self.env._(
                "Your code for %(company)s is %(code)s. It is good for %(minutes)s "
                "minutes. If you did not ask for it, you need not do anything.",
                company=company,
                code=code,
                minutes=MINUTES,
            ),
        )

    @api.model
    def _send_email(self, contact, code):
        subject, body = self._get_message(code)
        self.env["mail.mail"].create(
            {
                "subject": subject,
                "body_html": body,
                "email_to": contact,
                "email_from": self.env.company.email_formatted,
                "auto_delete": True,
            }
        )
        # the queue is otherwise looked at once an hour
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    @api.model
    def _send_sms(self, contact, code):
        _subject, body = self._get_message(code)
        # creating it wakes the queue up
        self.env["sms.sms"].create({"number": contact, "body": body})

    @api.autovacuum
    def _gc_codes(self):
        """Forget codes that are no good any more."""
        limit = fields.Datetime.now() - timedelta(days=1)
        self.sudo().search([("expires_at", "<", limit)]).unlink()

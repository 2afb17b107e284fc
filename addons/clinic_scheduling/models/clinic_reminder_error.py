# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Why a message failed: in a sentence for everybody, in detail for administrators."""

import re

from odoo import fields, models
from odoo.exceptions import UserError

from ..mail_sessions import MessageFailed

#: The code of an SMTP reply in the words of an exception, or an enhanced status code.
CODE = re.compile(r"\((\d{3}), b['\"]|\b([245])\.\d{1,3}\.\d{1,3}\b")

#: Replies about the recipient (RFC 5321, RFC 3463 section 3.2).
NO_MAILBOX = re.compile(r"\((550|551|553), b|\b5\.1\.\d")
FULL_MAILBOX = re.compile(
    r"\(552, b|\b[45]\.2\.2\b|mailbox[\w ]* full|quota", re.IGNORECASE
)

#: Replies to a login that is not right (RFC 4954).
LOGIN = re.compile(r"\((530|534|535), b|\b5\.7\.8\b|SMTPAuthentication", re.IGNORECASE)

#: There was no reply at all.
AWAY = re.compile(
    r"refused|timed? ?out|unreachable|disconnect|closed|reset by peer|"
    r"name or service|resolution|could not connect|connect\b",
    re.IGNORECASE,
)


class ClinicReminder(models.Model):
    """What went wrong."""

    _inherit = "clinic.reminder"

    error_details = fields.Char(
        readonly=True,
        groups="base.group_system",
        help="What the mail server or the program said, as it said it.",
    )

    def _explain(self, error):
        """Return an exception of sending as (sentence for people, details or False)."""
        raw = str(error)
        if isinstance(error, MessageFailed):
            return (self._explain_mail(raw), raw) if error.is_raw else (raw, False)
        if isinstance(error, UserError):
            return raw, False
        sentence = self.env._(
            "The message could not be put together. Please tell your administrator."
        )
        return sentence, f"{type(error).__name__}: {raw}"

    def _explain_mail(self, raw):
        """Return what a mail server said in a sentence that people understand."""
        for pattern, sentence in (
            (LOGIN, self.env._("The mail server does not accept our login.")),
            (FULL_MAILBOX, self.env._("The patient's mailbox is full.")),
            (
                NO_MAILBOX,
                self.env._(
                    "The mail server does not know this e-mail address, or takes no "
                    "mail for it."
                ),
            ),
        ):
            if pattern.search(raw):
                return sentence
        if found := CODE.search(raw):
            if (found[1] or found[2]).startswith("5"):
                return self.env._("The mail server refused the e-mail.")
            return self.env._("The mail server does not take the e-mail now.")
        if AWAY.search(raw):
            return self.env._("The mail server cannot be reached.")
        return self.env._("The e-mail could not be sent.")

    def _note_details(self, details):
        """Keep what administrators may want to know, False: nothing."""
        # sudo: the field is none of the user's who caused it
        self.sudo().error_details = details and details[:2000]

    def _note_sent(self):
        """Override."""
        self._note_details(False)
        return super()._note_sent()

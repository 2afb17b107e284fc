# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Refusals of providers in words."""

from odoo import models


class CalendarSyncAccount(models.Model):
    """What to tell people of an error; nothing in it is secret."""

    _inherit = "calendar.sync.account"

    def _describe(self, error):
        """Return an error in words."""
        words = {
            **self._get_own_words(),
            **self._get_provider_words(),
            **self._get_microsoft_words(),
        }
        by_status = {
            401: self.env._("Login or password are not accepted."),
            403: self.env._("The server does not allow this."),
            404: self.env._("The server has nothing at that address."),
            429: self.env._("The server asks for a pause."),
        }
        text = words.get(error.reason) or by_status.get(error.status)
        return text or self.env._(
            "The server answered with an error (%(status)s).",
            status=error.status or self.env._("no answer"),
        )

    def _get_own_words(self):
        """Return {reason: words} of what was found out here."""
        return {
            "address": self.env._(
                "The address is not one of a public server with a certificate "
                "(https://)."
            ),
            "unknown_host": self.env._("There is no server of that name."),
            "no_calendar": self.env._("No calendars were found at that address."),
            "no_answer": self.env._("The server does not answer."),
            "no_key": self.env._(
                "The password cannot be read with the key of this server. Enter it "
                "again."
            ),
            "bad_key": self.env._(
                "What was entered is no complete login of this provider. Enter it "
                "again."
            ),
            "other_mailbox": self.env._(
                "The consent is for another mailbox than this one. Log in there with "
                "the right address and try again."
            ),
            "access_denied": self.env._(
                "The consent was not given. Nothing was connected."
            ),
            "other_event": self.env._("Another event has this address."),
            "calendar_gone": self.env._(
                "This calendar was deleted, or is not shared any more."
            ),
        }

    def _get_provider_words(self):
        """Return {reason: words} of what providers call by a name."""
        too_fast = self.env._("The server asks for a pause.")
        full = self.env._("The provider lets nothing more be written for some hours.")
        return {
            "invalid_grant": self.env._(
                "Access was refused: the mailbox is unknown, its owner took the "
                "consent back, or this server's clock is wrong."
            ),
            "unauthorized_client": self.env._(
                "The organization has not allowed this application to use its "
                "calendars: look at the client ID and the scopes."
            ),
            "invalid_client": self.env._(
                "The provider does not know this application: look at its ID and "
                "secret."
            ),
            "accessNotConfigured": self.env._(
                "The Google Calendar API is not enabled in the Google Cloud project."
            ),
            "rateLimitExceeded": too_fast,
            "userRateLimitExceeded": too_fast,
            "quotaExceeded": full,
            "dailyLimitExceeded": full,
        }

    def _get_microsoft_words(self):
        """Return {reason: words} of Microsoft 365."""
        return {
            "bad_tenant": self.env._(
                "Microsoft knows no organization of that name: look at the tenant. It "
                "is the directory (tenant) ID on the application's page, or one of "
                "the organization's domains."
            ),
            "unknown_app": self.env._(
                "The organization has no application with this client ID: look at the "
                "client ID and the tenant."
            ),
            "bad_secret": self.env._(
                "The client secret is wrong. Enter the secret's value, not its ID."
            ),
            "old_secret": self.env._(
                "The client secret has ended. Make a new one in Entra and enter it "
                "here."
            ),
            "consent_required": self.env._(
                "The consent is missing: the owner of the mailbox, or an "
                "administrator, has to allow this application to use calendars."
            ),
            "no_permission": self.env._(
                "The application may not use this mailbox: it lacks the permission "
                "Calendars.ReadWrite with an administrator's consent, or the mailbox "
                "is not among those that it is limited to."
            ),
            "no_mailbox": self.env._(
                "The organization has no mailbox of that address: look at the login."
            ),
            "no_licence": self.env._(
                "This person has no mailbox in the cloud: a licence with Exchange "
                "Online is missing, or the mailbox is on a server of the organization."
            ),
            "ErrorAccessDenied": self.env._("The calendar may not be written."),
            "ErrorIrresolvableConflict": self.env._(
                "The event was changed at the same moment."
            ),
        }

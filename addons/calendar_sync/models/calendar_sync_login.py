# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How an account logs in at its provider, and what it keeps encrypted for that."""

import json
import time

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import NO_ACCESS
from odoo.tools.sql import escape_psql

from .. import secret_box
from ..providers.base import CalendarError
from ..providers.caldav import CalDav
from ..providers.google import GoogleCalendar
from ..providers.microsoft import MicrosoftCalendar
from ..providers.microsoft_login import MicrosoftLogin

#: The address of a server on this very machine that may be called, for tests
PARAM_STAND_IN = "calendar_sync.stand_in"


class CalendarSyncAccount(models.Model):
    """The login of an account.

    ``secret`` is, encrypted, the password (CalDAV), the JSON key of a service account,
    or a JSON object of ``client_secret`` and ``refresh_token``.
    """

    _inherit = "calendar.sync.account"

    mode = fields.Selection(
        [
            ("app", "The organization, for all its mailboxes"),
            ("oauth", "The owner of this mailbox alone"),
        ],
        string="Access Given By",
        default="app",
        required=True,
    )
    url = fields.Char(
        string="Address",
        help="Of the CalDAV server, for instance https://cloud.example.org/dav/",
    )
    login = fields.Char(help="Often the e-mail address.")
    password = fields.Char(
        compute="_compute_secrets",
        inverse="_inverse_password",
        help="For most services an app password, made in their security settings. It "
        "is stored encrypted and never shown again.",
    )
    service_key = fields.Text(
        string="Key of the Service Account",
        compute="_compute_secrets",
        inverse="_inverse_service_key",
        help="The content of the JSON file. It is stored encrypted and never shown "
        "again.",
    )
    tenant = fields.Char(
        help="The organization at Microsoft: its directory (tenant) ID, or one of its "
        "domains. For mailboxes of several organizations: common.",
    )
    client_id = fields.Char(string="Client ID")
    client_secret = fields.Char(
        compute="_compute_secrets",
        inverse="_inverse_client_secret",
        help="It is stored encrypted and never shown again.",
    )
    refresh_token = fields.Char(
        compute="_compute_secrets",
        inverse="_inverse_refresh_token",
        help="It is stored encrypted and never shown again.",
    )
    secret = fields.Char(groups=NO_ACCESS, copy=False, export_string_translation=False)

    _unique_mailbox = models.UniqueIndex(
        "(provider, COALESCE(url, ''), lower(login)) WHERE active",
        "This mailbox is connected already.",
    )

    def _compute_secrets(self):
        self.password = self.service_key = False
        self.client_secret = self.refresh_token = False

    def _inverse_password(self):
        for account in self.filtered("password"):
            account.sudo().secret = self._encrypt(account.password)

    def _inverse_service_key(self):
        for account in self.filtered("service_key"):
            account.sudo().secret = self._encrypt(account.service_key)

    def _inverse_client_secret(self):
        for account in self.filtered("client_secret"):
            account._add_secret("client_secret", account.client_secret)

    def _inverse_refresh_token(self):
        for account in self.filtered("refresh_token"):
            account._add_secret("refresh_token", account.refresh_token)

    def _add_secret(self, name, value):
        """Store one of several secrets, and keep the others."""
        account_sudo = self.sudo()
        try:
            known = json.loads(secret_box.decrypt(account_sudo.secret or ""))
        except (ValueError, secret_box.NoKey, secret_box.WrongKey):
            known = None  # none yet, or one of another kind
        known = known if isinstance(known, dict) and "private_key" not in known else {}
        account_sudo.secret = self._encrypt(json.dumps({**known, name: value}))

    def _encrypt(self, text):
        try:
            return secret_box.encrypt(text)
        except secret_box.NoKey as error:
            raise UserError(
                self.env._(
                    "This server has no key to encrypt passwords with. An "
                    "administrator of the server has to set %(variable)s first.",
                    variable=secret_box.VARIABLE,
                )
            ) from error

    @api.constrains("provider", "url", "login")
    def _check_login(self):
        for account in self:
            if account.provider == "caldav" and not (account.url and account.login):
                raise ValidationError(
                    self.env._("Enter the server's address and the login.")
                )
            if not account.login:
                raise ValidationError(self.env._("Enter the mailbox's address."))

    @api.constrains("provider", "login", "active")
    def _check_mailbox(self):
        """Refuse a mailbox that is connected already, by another kind of login."""
        for account in self.filtered(
            lambda item: item.active and "@" in (item.login or "")
        ):
            same = self.sudo().search(
                [
                    ("provider", "!=", account.provider),
                    ("login", "=ilike", escape_psql(account.login)),
                ],
                limit=1,
            )
            if same:
                raise ValidationError(
                    self.env._(
                        "%(mailbox)s is connected already, as %(name)s. Each event "
                        "would be there twice. Archive that account first.",
                        mailbox=account.login,
                        name=same.name,
                    )
                )

    # ------------------------------------------------------------------
    # The provider
    # ------------------------------------------------------------------

    def _get_provider(self):
        """Return what speaks to this mailbox.

        :raise CalendarError: when the address or the key is not good
        """
        self.ensure_one()
        account_sudo = self.sudo()
        try:
            secret = secret_box.decrypt(account_sudo.secret or "")
        except (secret_box.NoKey, secret_box.WrongKey) as error:
            raise CalendarError(None, "no_key") from error
        get_param = self.env["ir.config_parameter"].sudo().get_param
        stand_in = get_param(PARAM_STAND_IN) or ""
        make = getattr(self, f"_make_{self.provider}")
        return make(secret, time.time, self._get_window(), stand_in)

    def _make_caldav(self, secret, *rest):
        return CalDav(self.url, self.login, secret, *rest)

    def _make_google(self, secret, *rest):
        return GoogleCalendar(self.mode, self.login, self._join(secret), *rest)

    def _make_microsoft(self, secret, clock, window, stand_in):
        login = MicrosoftLogin(
            self.mode,
            (self.tenant or "").strip(),
            (self.client_id or "").strip(),
            secret,
            clock,
            stand_in,
            keep=lambda token: self._add_secret("refresh_token", token),
        )
        # an owner's consent is for the owner's mailbox, whatever its address is
        mailbox = self.login if self.mode == "app" else ""
        return MicrosoftCalendar(mailbox, login, clock, window, stand_in)

    def _join(self, secret):
        """Return the secrets of an owner's consent with what is not secret of it."""
        if self.mode == "app":
            return secret
        try:
            return json.dumps({**json.loads(secret), "client_id": self.client_id})
        except (TypeError, ValueError) as error:
            raise CalendarError(None, "bad_key") from error

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Consents of owners: where they are asked, and what becomes of their answers."""

import json
import time

from odoo import api, fields, models
from odoo.exceptions import UserError

from .. import secret_box
from ..once import ask_once
from ..providers import consent
from ..providers.base import CalendarError
from .calendar_sync_login import PARAM_STAND_IN

#: Where an administrator begins; the number of the account follows.
ASK = "/calendar_sync/consent/ask"

#: In place of the address of a mailbox, until its owner has consented.
NO_LOGIN = "?"


class CalendarSyncAccount(models.Model):
    """What an owner consents to."""

    _inherit = "calendar.sync.account"

    can_ask = fields.Boolean(compute="_compute_can_ask")
    can_link = fields.Boolean(compute="_compute_can_ask")

    @api.depends("provider", "mode", "client_id", "partner_id", "company_id")
    def _compute_can_ask(self):
        clients = self.env["calendar.sync.client"]
        for account in self:
            by_owner = account.provider == "caldav" or account.mode == "oauth"
            own = account.mode == "oauth" and account.provider != "caldav"
            account.can_ask = own and bool(
                account.client_id or clients._find(account.company_id, account.provider)
            )
            account.can_link = by_owner and bool(account.partner_id.email)

    def action_ask_consent(self):
        """Lead to the provider's page, on which the owner of the mailbox consents."""
        self.ensure_one()
        self.check_access("write")
        self._get_client()
        return {
            "type": "ir.actions.act_url",
            "url": f"{ASK}/{self.id}",
            "target": "self",
        }

    def _get_client(self):
        """Return the application to consent to: the account's own, or the practice's.

        :raise UserError: when there is none
        """
        if client_sudo := self.env["calendar.sync.client"]._find(
            self.company_id, self.provider
        ):
            if not self.client_id or self.client_id == client_sudo.client_id:
                return client_sudo._get_values()
        secret = self._read_secrets().get("client_secret")
        if not (self.client_id and secret):
            raise UserError(
                self.env._(
                    "Enter the client ID and the client secret of an application "
                    "first, here or in Calendar Sync > Applications."
                )
            )
        return {
            "provider": self.provider,
            "tenant": (self.tenant or "").strip(),
            "client_id": self.client_id.strip(),
            "client_secret": secret,
        }

    def _read_secrets(self):
        """Return the JSON object of secrets, empty when there is none."""
        try:
            known = json.loads(secret_box.decrypt(self.sudo().secret or ""))
        except (ValueError, secret_box.NoKey, secret_box.WrongKey):
            return {}
        return known if isinstance(known, dict) else {}

    @api.model
    def _get_stand_in(self):
        get_param = self.env["ir.config_parameter"].sudo().get_param
        return get_param(PARAM_STAND_IN) or ""

    @api.model
    def _exchange(self, client, code, verifier):
        """Return the refresh token for a code, asked for once."""
        redirect = self.env["calendar.sync.client"]._get_redirect()
        return ask_once(
            ("code", code),
            lambda: consent.exchange(
                client, redirect, code, verifier, time.time(), self._get_stand_in()
            ),
        )

    def _take_consent(self, client, token):
        """Store a consent, if it is of this account's mailbox, and connect.

        :raise CalendarError: also when it is of another mailbox
        """
        secrets = {"client_secret": client["client_secret"], "refresh_token": token}
        self.write({"client_id": client["client_id"], "mode": "oauth"})
        if self.provider == "microsoft":
            self.tenant = client["tenant"] or consent.ANY_TENANT
        self.sudo().secret = self._encrypt(json.dumps(secrets))
        provider = self._get_provider()
        mailbox = ask_once(("mailbox", token), provider.mailbox)
        if self.login == NO_LOGIN:
            if not mailbox:
                raise CalendarError(None, "no_mailbox")
            self.login = mailbox
        elif mailbox and mailbox.lower() != self.login.lower():
            raise CalendarError(None, "other_mailbox", detail=mailbox)
        self._connect()

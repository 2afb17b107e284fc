# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Channels: the provider tells at once that something changed, not what.

Whatever comes, comes late, twice or never leads to one pull, which reads the state.
Calendars are looked at regularly besides.
"""

import logging
import secrets
from datetime import timedelta
from uuid import uuid4

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import NO_ACCESS
from odoo.tools import consteq, hmac, str2bool

from odoo.addons.clinic_engine.sync_errors import classify

from ..providers.base import CalendarError
from .calendar_sync_pull import to_datetime

_logger = logging.getLogger(__name__)

#: Setting: whether providers are asked to tell.
PARAM_PUSH = "calendar_sync.push"

#: Where each provider brings its news.
PATHS = {
    "google": "/calendar_sync/push/google",
    "microsoft": "/calendar_sync/push/microsoft",
}

#: A channel is renewed when less than this is left of it: half of the shorter ones.
RENEW_BEFORE = timedelta(hours=35)

#: After a refusal, nothing is asked for that long.
RETRY = timedelta(hours=6)


class CalendarSyncCalendar(models.Model):
    """The channel of a calendar.

    Of its secret only a keyed hash is stored: it is compared, and never said again.
    """

    _inherit = "calendar.sync.calendar"

    channel_id = fields.Char(readonly=True, copy=False, index="btree_not_null")
    channel_resource = fields.Char(readonly=True, copy=False)
    channel_secret = fields.Char(groups=NO_ACCESS, readonly=True, copy=False)
    channel_expires_at = fields.Datetime(
        string="Told Until",
        readonly=True,
        copy=False,
        help="Until then the provider tells at once that something changed.",
    )
    channel_retry_at = fields.Datetime(readonly=True, copy=False)

    @api.model
    def _can_be_told(self):
        """Whether providers reach this database, and are to tell it of changes."""
        get_param = self.env["ir.config_parameter"].sudo().get_param
        return str2bool(get_param(PARAM_PUSH), False) and (
            self.browse().get_base_url().startswith("https://")
        )

    def _is_told(self):
        """Whether the provider tells of changes at present."""
        ends = self.channel_expires_at
        return bool(self.channel_id and ends and ends > fields.Datetime.now())

    def _tend_channels(self):
        """Ask for channels that are missing or end soon, end those nobody needs."""
        now = fields.Datetime.now()
        allowed = self._can_be_told()
        for calendar in self:
            account = calendar.account_id
            if not (allowed and calendar._is_on()):
                if account.state == "active":
                    calendar._enqueue_unwatch()
                continue
            if account.provider not in PATHS or (
                calendar.channel_retry_at and calendar.channel_retry_at > now
            ):
                continue
            ends = calendar.channel_expires_at
            if not calendar.channel_id or not ends or ends < now + RENEW_BEFORE:
                calendar._enqueue_channel()

    # ------------------------------------------------------------------
    # Jobs
    # ------------------------------------------------------------------

    def _enqueue_channel(self):
        self.with_delay(
            channel="root.calendar_sync.pull",
            identity_key=f"calendar_sync:chan:{self.id}",
            eta=self.account_id.next_allowed_at or None,
            max_retries=0,
        )._job_channel()

    def _enqueue_unwatch(self):
        """Forget the channel, and let a job end it at the provider."""
        for calendar in self.filtered("channel_id"):
            calendar.with_delay(
                channel="root.calendar_sync.pull",
                identity_key=f"calendar_sync:unwatch:{calendar.channel_id}",
                max_retries=0,
            )._job_unwatch(calendar.channel_id, calendar.channel_resource or "")
            calendar._forget_channel()

    def _forget_channel(self):
        self.sudo().write(
            {
                "channel_id": False,
                "channel_resource": False,
                "channel_secret": False,
                "channel_expires_at": False,
                "channel_retry_at": False,
            }
        )

    def _job_channel(self):
        """Job: ask to be told of changes, or to be told for longer.

        What changed before the provider began to tell is looked for afterwards.
        """
        self = self.with_user(SUPERUSER_ID)
        if not self.exists() or not self._is_on() or not self._can_be_told():
            return self.env._("Not connected at present.")
        if not self.account_id._lock():
            self.with_delay(
                channel="root.calendar_sync.pull",
                eta=self.account_id._get_next_turn(),
                max_retries=0,
            )._job_channel()
            return self.env._("The account is busy; tried again later.")
        try:
            provider = self.account_id._get_provider()
            self._renew_channel(provider) or self._open_channel(provider)
        except CalendarError as error:
            return self._note_no_channel(error)
        self._enqueue_pull()
        return self.env._("Told until %(moment)s", moment=self.channel_expires_at)

    def _renew_channel(self, provider):
        """Let the same channel live longer, where the provider has that.

        :return: whether it does; False: a new one is needed
        """
        if not (provider.can_renew and self.channel_id):
            return False
        try:
            found = provider.renew(self.channel_id)
        except CalendarError as error:
            if classify(error.status, error.reason) != "verify":
                raise
            return False
        self.write({"channel_expires_at": to_datetime(int(found.expires))})
        return True

    def _open_channel(self, provider):
        """Open a new channel; the one before is ended after that: none is missed."""
        token = secrets.token_urlsafe(32)
        address = self.get_base_url().rstrip("/") + PATHS[self.account_id.provider]
        found = provider.watch(self.remote_id, str(uuid4()), token, address)
        if not provider.can_renew:
            self._enqueue_unwatch()
        self.write(
            {
                "channel_id": found.channel_id,
                "channel_resource": found.resource,
                "channel_secret": self._hash_token(token),
                "channel_expires_at": to_datetime(int(found.expires)),
                "channel_retry_at": False,
            }
        )

    def _note_no_channel(self, error):
        """Go on without a channel; calendars are looked at all the same."""
        _logger.info("Calendar %s is not told: %s", self.id, error)
        if classify(error.status, error.reason) in ("retry", "consent"):
            self.account_id._note_error(error)
        self.channel_retry_at = fields.Datetime.now() + RETRY
        return f"no channel: {error}"

    def _job_unwatch(self, channel_id, resource):
        """Job: end a channel; one that is not ended ends by itself."""
        self = self.with_user(SUPERUSER_ID)
        if not self.exists():
            return None
        try:
            self.account_id._get_provider().unwatch(channel_id, resource)
        except CalendarError as error:
            _logger.info("Channel of calendar %s: %s", self.id, error)
            return str(error)
        return None

    # ------------------------------------------------------------------
    # News
    # ------------------------------------------------------------------

    @api.model
    def _hash_token(self, token):
        return hmac(self.env(su=True), "calendar_sync_channel", token)

    @api.model
    def _find_told(self, provider, channel_id, token):
        """Return, as superuser, the calendar that a message is about.

        Empty when it does not show the secret of that calendar's channel.
        """
        empty_sudo = self.sudo().browse()
        if not channel_id or not token:
            return empty_sudo
        calendar_sudo = self.sudo().search(
            [
                ("channel_id", "=", channel_id),
                ("account_id.provider", "=", provider),
            ],
            limit=1,
        )
        stored = calendar_sudo.channel_secret or ""
        # compared also when there is none: answers take the same time
        if not consteq(self._hash_token(token), stored) or not calendar_sudo:
            return empty_sudo
        return calendar_sudo

    def _note_news(self):
        """Look at the calendar soon; many messages lead to one look."""
        if self._is_on():
            self._enqueue_pull()

    def _note_lifecycle(self, event):
        """Follow what Graph tells of the channel itself.

        :param event: ``missed``, ``subscriptionRemoved`` or ``reauthorizationRequired``
        """
        if not self._is_on():
            return
        if event == "subscriptionRemoved":
            self._forget_channel()
        if event in ("subscriptionRemoved", "reauthorizationRequired"):
            self._enqueue_channel()
        self._enqueue_pull()

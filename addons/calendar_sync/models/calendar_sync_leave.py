# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Disconnecting: our events are removed or left, and nothing opens the mailbox then."""

import logging
from datetime import timedelta

from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import UserError

from ..providers import consent
from ..providers.base import CalendarError

_logger = logging.getLogger(__name__)

#: Seconds until a job looks again whether all copies are removed.
LOOK_AGAIN = 60

#: After that, what could not be removed stays, and is told.
PATIENCE = timedelta(days=2)


class CalendarSyncCalendar(models.Model):
    """A calendar that is being left may still be written."""

    _inherit = "calendar.sync.calendar"

    def _can_write(self):
        """Whether what waits may be sent: also while our events are being removed."""
        account = self.account_id
        is_leaving = account.state == "leaving" and account.removes_copies
        return self._is_on() or bool(account.active and is_leaving)


class CalendarSyncAccount(models.Model):
    """The end of a connection."""

    _inherit = "calendar.sync.account"

    removes_copies = fields.Boolean(readonly=True, copy=False)
    leaving_since = fields.Datetime(readonly=True, copy=False)

    def _get_copies(self):
        """Return the links whose copies are, or may be, in the calendars."""
        return self.calendar_ids.link_ids.filtered(
            lambda link: (
                link.state == "synced" or (link.state == "new" and link.operation_ids)
            )
        )

    def _disconnect(self, remove):
        """Take this account out of use; jobs do what remains to be done there.

        :param remove: whether our events are removed from the calendars
        :raise UserError: when it is not connected
        """
        if self.state not in ("active", "paused", "needs_consent"):
            raise UserError(self.env._("This mailbox is not connected."))
        copies = self._get_copies().sudo()
        remove = remove and self.state != "needs_consent"
        self.calendar_ids.write({"publish": False, "read_busy": False})
        self.calendar_ids._enqueue_unwatch()
        self.write(
            {
                "state": "leaving",
                "removes_copies": remove,
                "leaving_since": fields.Datetime.now(),
            }
        )
        if remove:
            copies._record_all(dict.fromkeys(copies))
            copies._enqueue()
        self._enqueue_leave()

    def _enqueue_leave(self, wait=LOOK_AGAIN):
        for account in self:
            account.with_delay(
                channel="root.calendar_sync.push",
                identity_key=f"calendar_sync:leave:{account.id}",
                eta=wait,
                max_retries=0,
            )._job_leave()

    def _job_leave(self):
        """Job: when nothing is left to be removed, forget what opens the mailbox."""
        self = self.with_user(SUPERUSER_ID)
        if not self.exists() or self.state != "leaving":
            return self.env._("Not being disconnected.")
        waiting = self.calendar_ids.link_ids.filtered("waits")
        if not self.removes_copies:
            waiting = waiting.browse()
        if not self._lock() or self._is_worth_waiting(waiting):
            waiting._enqueue()
            # the job under way still has this one's identity
            self.env.flush_all()
            self._enqueue_leave()
            return self.env._("%(count)s events to remove", count=len(waiting))
        revoked = self._revoke()
        self._forget(waiting)
        return revoked

    def _is_worth_waiting(self, waiting):
        """Whether there are copies that may still be removed."""
        now = fields.Datetime.now()
        if self.leaving_since < now - PATIENCE:
            return False
        is_paused = bool(self.next_allowed_at and self.next_allowed_at > now)
        return bool(waiting) and (is_paused or any(not link.error for link in waiting))

    def _revoke(self):
        """Take the owner's consent back where the provider has a way to."""
        token = self._read_secrets().get("refresh_token")
        if self.mode != "oauth" or not token:
            return self.env._("Disconnected")
        try:
            done = consent.revoke(self.provider, token, self._get_stand_in())
        except CalendarError as error:
            _logger.info("Calendar account %s: %s", self.id, error)
            done = False
        return (
            self.env._("Disconnected, the consent was taken back")
            if done
            else self.env._("Disconnected; the owner may take the consent back there")
        )

    def _forget(self, left):
        """Archive the account without its secrets.

        :param left: links whose copies could not be removed
        """
        self.sudo().secret = False
        self.activity_unlink(["mail.mail_activity_data_todo"])
        text = self.env._("Disconnected.")
        if left:
            text = self.env._(
                "Disconnected. %(count)s of our events could not be removed: %(why)s",
                count=len(left),
                why=left[:1].error or self.last_error or "",
            )
        self.message_post(body=text)
        self.write({"state": "draft", "active": False, "leaving_since": False})

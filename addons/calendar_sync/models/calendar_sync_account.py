# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""An account: one login to one mailbox, and how it is doing."""

import time
from contextlib import closing
from datetime import timedelta
from random import random

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.clinic_engine.sync_errors import classify, get_wait

from .. import secret_box
from ..once import ask_once
from ..providers.base import CalendarError

#: Of which days busy times are wanted.
PAST_DAYS, AHEAD_DAYS = 1, 365

#: Refusals of our own that only a person can mend.
LOGIN_REASONS = (
    "no_key",
    "bad_key",
    "address",
    "unknown_host",
    "no_calendar",
    "bad_tenant",
    "no_mailbox",
    "no_licence",
    "no_permission",
    "other_mailbox",
)

#: Seconds until a job looks again whether the account is free.
BUSY_WAIT = 5

#: Advisory locks: one job at a time per account.
LOCK_ACCOUNT = 0x0C51

DAY = 86400


class CalendarSyncAccount(models.Model):
    """One login to one mailbox of an outside calendar.

    It belongs to a contact (a doctor, a representative), who needs no user.
    """

    _name = "calendar.sync.account"
    _description = "Calendar Account"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True, precompute=True)
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Owner",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        help="Whose mailbox it is.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    provider = fields.Selection(
        [
            ("caldav", "CalDAV"),
            ("google", "Google"),
            ("microsoft", "Microsoft 365"),
        ],
        required=True,
        default="caldav",
    )
    state = fields.Selection(
        [
            ("draft", "Not connected"),
            ("active", "Connected"),
            ("needs_consent", "Connect again"),
            ("paused", "Paused"),
            ("leaving", "Being disconnected"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    next_allowed_at = fields.Datetime(
        string="Waits Until",
        readonly=True,
        copy=False,
        help="The provider asked for a pause.",
    )
    attempt = fields.Integer(readonly=True, copy=False, aggregator=None)
    last_ok_at = fields.Datetime(string="Last Contact", readonly=True, copy=False)
    last_error = fields.Char(readonly=True, copy=False)
    calendar_ids = fields.One2many("calendar.sync.calendar", "account_id")

    @api.depends("partner_id", "provider")
    def _compute_name(self):
        labels = dict(self._fields["provider"]._description_selection(self.env))
        for account in self:
            owner = account.partner_id.display_name or ""
            account.name = f"{owner} ({labels.get(account.provider, '')})"

    @api.model
    def _get_window(self):
        """Return (start, stop) in epoch seconds: busy times are read of it."""
        today = time.time() // DAY * DAY
        return int(today - PAST_DAYS * DAY), int(today + AHEAD_DAYS * DAY)

    def _lock(self):
        """Take this account for the rest of the transaction, if nobody has it.

        Jobs that were there before the provider asked for a pause keep it, too.

        :return: whether it is ours
        """
        self.ensure_one()
        if self._is_resting():
            return False
        [(taken,)] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK_ACCOUNT, self.id)
        )
        return taken and self._is_fresh()

    def _is_resting(self):
        """Whether the provider asked for a pause that is not over yet."""
        return bool(
            self.next_allowed_at and self.next_allowed_at > fields.Datetime.now()
        )

    def _get_next_turn(self):
        """Return when a job that found the account taken, or resting, tries again."""
        return self.next_allowed_at if self._is_resting() else BUSY_WAIT

    def _is_fresh(self):
        """Whether no job of this account was committed since this transaction began.

        The lock may be free since a moment ago only. What its last holder noted is then
        not seen here, and the same request would be sent again, only to find at the
        commit that another transaction was faster.
        """
        query = SQL(
            "SELECT FROM calendar_sync_account WHERE id = %s FOR NO KEY UPDATE NOWAIT",
            self.id,
        )
        # the row is not held: people may pause an account while a request is under way
        with closing(self.env.cr.savepoint(flush=False)):
            try:
                self.env.cr.execute(query, log_exceptions=False)
            except psycopg2.OperationalError:
                return False
        return True

    # ------------------------------------------------------------------
    # How it is doing
    # ------------------------------------------------------------------

    def _note_success(self):
        """Note that the provider answered."""
        self.write(
            {
                "last_ok_at": fields.Datetime.now(),
                "last_error": False,
                "attempt": 0,
                "next_allowed_at": False,
            }
        )

    def _note_error(self, error, action=""):
        """Note a refusal that concerns the whole account; return its class."""
        meaning = classify(error.status, error.reason, action)
        if error.reason in LOGIN_REASONS:
            meaning = "consent"
        if meaning == "retry":
            wait = get_wait(self.attempt, error.wait, error.reason, random())
            until = fields.Datetime.now() + timedelta(seconds=wait)
            self.write({"attempt": self.attempt + 1, "next_allowed_at": until})
        elif meaning == "consent" and self.state == "active":
            self.state = "needs_consent"
            self._ask_to_connect()
        self.last_error = self._describe(error)
        return meaning

    def _ask_to_connect(self):
        """Tell the administrators that a person has to connect the mailbox again."""
        group = self.env.ref("calendar_sync.group_calendar_sync_manager")
        users_sudo = group.sudo().all_user_ids.filtered(
            lambda user: self.company_id in user.company_ids and user.active
        )
        for user in users_sudo:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=self.env._("Connect the calendar again"),
            )

    # ------------------------------------------------------------------
    # Buttons
    # ------------------------------------------------------------------

    def action_connect(self):
        """Test the login, and list the calendars to choose from.

        The provider is asked within the request, and not by a job: a person waits for
        the verdict, nothing is changed there, and a request that Odoo repeats does not
        ask again (``ask_once``).

        :raise UserError: with the verdict, when it is refused
        """
        self.ensure_one()
        self.check_access("write")
        try:
            self._connect()
        except CalendarError as error:
            raise UserError(self._describe(error)) from error
        return True

    def _connect(self):
        """Test the login, list the calendars, and go on.

        :raise CalendarError: when the provider refuses
        :raise UserError: when Odoo's own synchronization has this mailbox
        """
        self._check_other_sync()
        provider = self._get_provider()
        found = ask_once(("calendars", self.id), provider.calendars)
        known = self.calendar_ids.grouped("remote_id")
        # sudo: calendars come from the provider, nobody makes them up
        self.env["calendar.sync.calendar"].sudo().create(
            [
                {
                    "account_id": self.id,
                    "remote_id": item.remote_id,
                    "name": item.name,
                    "color": item.color,
                    "writable": item.writable,
                }
                for item in found
                if item.remote_id not in known
            ]
        )
        self.write({"state": "active"})
        self._note_success()
        self.activity_unlink(["mail.mail_activity_data_todo"])
        self.calendar_ids._enqueue_all()

    def _check_other_sync(self):
        """Refuse a mailbox whose owner has Odoo's own calendar sync switched on."""
        settings_sudo = self.partner_id.sudo().user_ids.res_users_settings_id
        names = ("google_calendar_rtoken", "microsoft_calendar_rtoken")
        users_sudo = self.partner_id.sudo().user_ids
        for records in (settings_sudo, users_sudo):
            for name in names:
                if name in records._fields and any(records.mapped(name)):
                    raise UserError(
                        self.env._(
                            "%(name)s has Odoo's own calendar synchronization "
                            "switched on. Switch it off first: two of them would "
                            "double every event.",
                            name=self.partner_id.display_name,
                        )
                    )

    def action_pause(self):
        """Stop for now; what changes meanwhile waits."""
        self.check_access("write")
        self.filtered(lambda item: item.state == "active").state = "paused"

    def action_resume(self):
        """Go on."""
        self.check_access("write")
        paused = self.filtered(lambda item: item.state == "paused")
        paused.state = "active"
        paused.calendar_ids._enqueue_all()

    @api.model
    def _cron_rotate(self):
        """Scheduled action: encrypt what is stored with the server's first key.

        :return: how many secrets were
        """
        if not secret_box.has_key():
            return 0
        count = 0
        stored = Domain("secret", "!=", False)
        clients_sudo = self.env["calendar.sync.client"].sudo()
        accounts_sudo = self.sudo().with_context(active_test=False)
        for records_sudo in (accounts_sudo.search(stored), clients_sudo.search(stored)):
            for record_sudo in records_sudo:
                try:
                    record_sudo.secret = secret_box.rotate(record_sudo.secret)
                    count += 1
                except secret_box.WrongKey:
                    if record_sudo._name == self._name:
                        record_sudo._note_error(CalendarError(None, "no_key"))
        return count

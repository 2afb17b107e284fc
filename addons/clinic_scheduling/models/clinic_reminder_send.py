# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Sending: one message, one transaction.

Whoever sends holds the lock of the message's row until the mail server has taken the
message and the row says so; nobody else takes a locked row. What is cut off before
the end of the transaction never happened, and is done again. So an e-mail goes out
twice when the process dies between the mail server's "OK" and our commit: at least
once, then, under the same Message-ID, by which the second copy can be told.
"""

import logging
import random
import re
from datetime import timedelta

import psycopg2.errors

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.clinic_engine import reminders

from .. import live
from ..mail_sessions import MailSessions, MessageFailed
from .clinic_reminder import to_utc
from .clinic_schedule import epoch

_logger = logging.getLogger(__name__)

SENDER = "clinic_scheduling.ir_cron_send_messages"
HELPER = "clinic_scheduling.ir_cron_send_messages_helper"

#: Who wakes the workers that run scheduled actions.
WAKE = ("ir.cron", "_notifydb")

#: Messages due within this time (minutes) wake the sender at their own minute; later
#: ones are found by its regular runs, which come more often than that.
WAKE_MINUTES = 10

#: The sender runs every five minutes; what waits longer means that it does not.
OVERDUE_MINUTES = 15

#: The Message-ID of an e-mail that was sent here.
OUR_MESSAGE_ID = re.compile(r"<clinic-([0-9a-f-]{36})@")

#: From this many due messages on a second sender helps.
HELP_FROM = 200


class ClinicReminder(models.Model):
    """Planning rows, and sending what is due."""

    _inherit = "clinic.reminder"

    @api.model
    def _plan_rows(self, vals_list):
        """Write planned messages down, and wake the sender for those due soon."""
        rows_sudo = self.sudo().create(vals_list) if vals_list else self.sudo().browse()
        self._wake_sender(row.due_at for row in rows_sudo if row.state == "pending")
        return rows_sudo

    @api.model
    def _wake_sender(self, moments):
        """Let the sender run at these moments (UTC), if they are near.

        Once per minute and transaction, however many messages there are.
        """
        now = fields.Datetime.now()
        soon = now + timedelta(minutes=WAKE_MINUTES)
        # now, or when the last message of a minute is due: never before the first
        moments = {
            now if moment <= now else moment.replace(second=0) + timedelta(minutes=1)
            for moment in moments
            if moment <= soon
        }
        told = self.env.cr.precommit.data.setdefault("clinic.reminder", set())
        if not moments - told:
            return
        if not told:
            env = self.env
            self.env.cr.precommit.add(lambda: env["clinic.reminder"]._trigger_sender())
        told.update(moments)

    @api.model
    def _trigger_sender(self):
        """Write the triggers down: plain SQL, for each booking comes by here."""
        moments = self.env.cr.precommit.data.pop("clinic.reminder", set())
        now = fields.Datetime.now()
        # what was at once has become a second or two ago
        moments = list({max(item, now) for item in moments})
        cron = self.env["ir.model.data"]._xmlid_to_res_id(SENDER)
        if not cron or not moments:
            return
        self.env.cr.execute(
            SQL(
                "INSERT INTO ir_cron_trigger"
                " (cron_id, call_at, create_uid, create_date, write_uid, write_date)"
                " SELECT c.id, m.at, %(uid)s, %(now)s, %(uid)s, %(now)s"
                " FROM ir_cron c, unnest(%(moments)s) AS m(at)"
                " WHERE c.id = %(cron)s AND c.active",
                uid=self.env.uid,
                now=now,
                moments=moments,
                cron=cron,
            )
        )
        if min(moments) <= now:
            # this opens a connection: not while somebody waits for a booking
            database = self.env.cr.dbname
            self.env.cr.postcommit.add(lambda: live.tell(database, [cron], WAKE))

    # ------------------------------------------------------------------
    # The scheduled action
    # ------------------------------------------------------------------

    @api.model
    def _cron_send(self, helps=False):
        """Scheduled action: send what is due, each message in its own transaction.

        :param helps: this is the second sender, which is called when there is a lot
        """
        cron = self.env["ir.cron"]
        started = fields.Datetime.now()
        left = self._count_due()
        if left >= HELP_FROM and not helps:
            self.env.ref(HELPER).sudo()._trigger()
        more = cron._commit_progress(remaining=left)
        with MailSessions(self.env) as sessions:
            while more and self._send_next(sessions):
                more = cron._commit_progress(1)
        if more:
            cron._commit_progress(remaining=0)
            self._wake_at_next(started)

    def _get_due_domain(self):
        now = fields.Datetime.now()
        return [
            ("state", "=", "pending"),
            ("due_at", "<=", now),
            ("company_id.clinic_messages_active", "=", True),
        ]

    @api.model
    def _count_due(self):
        return self.sudo().search_count(self._get_due_domain())

    @api.model
    def _count_overdue(self):
        """Return how many messages should have been sent a while ago."""
        before = fields.Datetime.now() - timedelta(minutes=OVERDUE_MINUTES)
        return self.sudo().search_count(
            [*self._get_due_domain(), ("due_at", "<", before)]
        )

    @api.model
    def _wake_at_next(self, started):
        """Wake the sender at what is due before its next regular run.

        :param started: when this run began; what was due by then and is left is in
            other hands, or waits for its company
        """
        soon = fields.Datetime.now() + timedelta(minutes=WAKE_MINUTES)
        rows = self.sudo()._read_group(
            [
                ("state", "=", "pending"),
                ("due_at", ">", started),
                ("due_at", "<=", soon),
                ("company_id.clinic_messages_active", "=", True),
            ],
            [],
            ["due_at:min"],
        )
        if rows[0][0]:
            self._wake_sender([rows[0][0]])

    @api.model
    def _send_next(self, sessions):
        """Send the next message that is due; return whether there was one."""
        reminder_sudo = self.sudo().browse()
        try:
            reminder_sudo = self._lock_next()
            visit_sudo = reminder_sudo.appointment_id
            if visit_sudo and not visit_sudo.access_token:
                # on its own: a visit's row is not kept locked while a server answers
                visit_sudo._portal_ensure_token()
                self.env["ir.cron"]._commit_progress()
            elif reminder_sudo:
                reminder_sudo._process(sessions)
            return bool(reminder_sudo)
        except psycopg2.errors.SerializationFailure:
            # somebody changed it meanwhile: it is looked at again, as it is now
            self.env.cr.rollback()
        except Exception as error:  # one bad row holds up nobody else
            self.env.cr.rollback()
            if not reminder_sudo:
                raise
            _logger.exception("Message %s is put off", reminder_sudo.id)
            reminder_sudo._put_off(error)
        return True

    @api.model
    def _lock_next(self):
        """Return a message that is due and that nobody else is sending."""
        self.env.invalidate_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT r.id FROM clinic_reminder r"
                " JOIN res_company c ON c.id = r.company_id"
                " WHERE r.state = 'pending' AND r.due_at <= %s"
                " AND c.clinic_messages_active"
                " ORDER BY r.due_at, r.id LIMIT 1 FOR UPDATE OF r SKIP LOCKED",
                fields.Datetime.now(),
            )
        )
        return self.sudo().browse(row[0] for row in rows)

    # ------------------------------------------------------------------
    # One message
    # ------------------------------------------------------------------

    def _process(self, sessions):
        """Send this locked message, or note why it is not sent."""
        self.ensure_one()
        if obstacle := self._get_obstacle():
            self._note_end("cancelled", obstacle)
            return
        try:
            with self.env.cr.savepoint():
                self._send(sessions)
        except psycopg2.errors.OperationalError:
            raise
        except Exception as error:  # a template may raise anything
            if not isinstance(error, MessageFailed):
                _logger.warning("Message %s was not sent", self.id, exc_info=True)
            self.invalidate_recordset()
            sentence, details = self._explain(error)
            self._note_details(details)
            self._note_failure(sentence, getattr(error, "for_good", False))

    def _get_obstacle(self):
        """Return why this message is of no use any more, or ""."""
        visit = self.appointment_id
        if self.event in reminders.AFTERWARDS:
            fits = visit.state == "completed"
        elif self.event in ("cancelled", "offer_withdrawn"):
            fits = visit.state == "cancelled"
        elif self.event == "waitlist_offer":
            fits = visit.state == "hold"
        else:
            fits = visit.state in ("scheduled", "confirmed")
        if not fits:
            return self.env._("The visit is not what the message says any more.")
        is_over = visit.start <= fields.Datetime.now()
        if is_over and self.event not in (*reminders.AFTERWARDS, "running_late"):
            return self.env._("The visit had begun before the message could be sent.")
        return ""

    def _wait_for_day(self):
        """Put off until the quiet hours are over what is late; return whether.

        Which hours are quiet depends on the channel: it is judged once that is chosen.
        """
        visit = self._get_subject()
        now = epoch(fields.Datetime.now())
        _rules, hours = self.env["clinic.reminder.rule"]._get_settings(
            self.company_id.id
        )
        quiet = reminders.Quiet(*hours, visit.site_id.tz)
        start = epoch(visit.start)
        goes = reminders.settle(self.event, self.channel, now, now, start, quiet)
        if goes == now:
            return False
        if goes is None:
            sentence = self.env._("Its time falls into the quiet hours.")
            self._note_end("skipped", sentence)
        else:
            self.due_at = to_utc(goes)
        return True

    def _send(self, sessions):
        """Find out who reads it, and hand it over.

        :raise MessageFailed: it was not taken
        """
        if not self._choose_route() or self._wait_for_day():
            return
        others = self._take_others()
        visits = (self | others).appointment_id.sorted("start")
        reminder = self.with_context(clinic_message_visits=visits.ids)
        if self.channel == "email":
            reminder._send_email(sessions)
        else:
            getattr(reminder, f"_send_{self.channel}")()
        self._note_sent()
        others._note_told_with(self)

    def _take_others(self):
        """Return, locked, messages that are told together with this one.

        They are for the same reader, by the same rule, and due about now.
        """
        if self.event not in reminders.TOGETHER or self.channel == "call":
            return self.browse()
        partner, offset = self.partner_id, self.rule_id._get_seconds()
        now = fields.Datetime.now()
        reach = timedelta(seconds=max(offset, 3600))
        waiting = self.search(
            Domain("state", "=", "pending")
            & Domain("due_at", "<=", now + reach)
            & Domain("event", "=", self.event)
            & Domain("rule_id", "=", self.rule_id.id)
            & Domain("mail_template_id", "=", self.mail_template_id.id)
            & Domain("id", "!=", self.id)
            & (
                Domain("appointment_id.partner_id", "=", partner.id)
                | Domain(
                    "appointment_id.patient_id.guardian_id.partner_id", "=", partner.id
                )
            )
        )
        joined = waiting.filtered(
            lambda row: (
                not row._get_obstacle()
                and row._get_route()[:2] == (partner, self.channel)
                and reminders.joins(
                    self.event, offset, self._get_join(now), row._get_join(row.due_at)
                )
            )
        )
        return joined.try_lock_for_update()

    def _get_join(self, moment):
        day = self.appointment_id._localize(self.appointment_id.start).date()
        return epoch(moment), day

    def _note_told_with(self, told):
        """Note that another message said this, too."""
        names = ("channel", "address", "subject", "body", "state", "sent_at")
        self.write({name: told[name] for name in names})
        self.write({"partner_id": told.partner_id.id, "merged_into_id": told.id})

    # ------------------------------------------------------------------
    # What became of it
    # ------------------------------------------------------------------

    def _note_end(self, state, sentence):
        self.write({"state": state, "reason": sentence})

    def _note_sent(self):
        self.write(
            {
                "state": "sent",
                "sent_at": fields.Datetime.now(),
                "attempt_count": self.attempt_count + 1,
                "error": False,
            }
        )

    def _note_failure(self, error, for_good=False):
        """Note a failed attempt: it is tried again, or goes by another channel.

        :param for_good: another attempt would fail in the same way
        """
        attempt = self.attempt_count + 1
        wait = None if for_good else reminders.backoff(attempt)
        self.write({"attempt_count": attempt, "error": error[:500]})
        if wait:
            # spread, so that what failed together is not all tried at once
            seconds = wait + random.randrange(max(wait // 10, 1))  # noqa: S311
            due_at = fields.Datetime.now() + timedelta(seconds=seconds)
            if due_at < self._get_subject().start or self._is_afterwards():
                self.due_at = due_at
                self._wake_sender([due_at])
                return
        self._fall_back(error)

    def _is_afterwards(self):
        return self.event in (*reminders.AFTERWARDS, "running_late")

    def _note_delivery(self, state, error=None, details=None):
        """Note what the provider says of messages that it took.

        :param state: "sent" (on its way), "delivered" or "failed"
        :param error: why it failed, in words
        :param details: what the provider said, for administrators
        """
        for reminder in self.sudo():
            if reminder.state not in ("sent", "delivered", "failed"):
                continue
            told = reminder | reminder._get_told_with()
            if state == "failed" and reminder.state != "failed":
                told.provider_state = state
                told._note_details(details)
                for row in told:
                    row._fall_back(error or self.env._("The provider refused it."))
            elif state == "delivered" or reminder.state == "sent":
                # a late "sent" does not undo what is known already
                told.write({"state": state, "provider_state": state})

    @api.model
    def _note_bounce(self, message_ids, text):
        """Note that e-mails came back.

        :param message_ids: Message-IDs that the report names
        :param text: of the report
        """
        uids = [
            found[1] for item in message_ids if (found := OUR_MESSAGE_ID.search(item))
        ]
        if uids:
            bounced_sudo = self.sudo().search([("message_uid", "in", uids)])
            why = self._explain_mail(text)
            sentence = self.env._("The e-mail came back. %(why)s", why=why)
            bounced_sudo._note_delivery("failed", sentence, text)

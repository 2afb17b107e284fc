# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The queue of SMS: two companies in one batch, crashes, and answers that are lost.

An SMS through Twilio goes alone, in three steps, each committed: it is marked as under
way, Twilio is asked, and the answer is kept. Whatever breaks in between leaves it
marked. It is never asked for again then: Twilio's report settles it, or asking Twilio
after ``PATIENCE`` minutes which SMS it knows. One that Twilio does not know has failed.
"""

import logging
from datetime import timedelta

import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.sms_twilio.controllers.controllers import (
    TWILIO_TO_SMS_STATE,
    TWILIO_TO_SMS_STATE_ERRORS,
)

from .. import const
from ..twilio_api import Answered, ClinicSmsApiTwilio, TwilioError

_logger = logging.getLogger(__name__)

CRON_QUEUE = "sms.ir_cron_sms_scheduler_action"
#: How often something is done that others, who change the same rows, get in the way of
TRIES = 5

CRON_SETTLE = "clinic_sms_twilio.ir_cron_settle_sms"


class SmsSms(models.Model):
    """SMS that reach Twilio once."""

    _inherit = "sms.sms"

    twilio_asked_at = fields.Datetime(
        string="Asked at Twilio", readonly=True, copy=False
    )
    twilio_not_before = fields.Datetime(string="Tried Again", readonly=True, copy=False)
    twilio_tries = fields.Integer(string="Refused by Twilio", readonly=True, copy=False)

    # The queue ------------------------------------------------------------

    @api.model
    def _process_queue(self):
        """Override: each provider and company by itself, and each SMS by itself.

        Odoo hands the whole batch to one provider, and fails when its SMS belong to
        two companies: then none is sent, that one's or the other's.
        """
        domain = self._get_queue_domain()
        size = self._get_send_batch_size()
        records = self.search(domain, limit=size, order="id")
        if not records:
            return
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=self.search_count(domain))
        for sms_api, batch in list(records._split_by_api()):
            if isinstance(sms_api, ClinicSmsApiTwilio):
                if not batch._send_one_by_one(sms_api):
                    return
                continue
            if queued := batch._lock_queued():
                queued.with_context(sms_api=sms_api)._send()
            if not commit(len(batch)):
                return

    @api.model
    def _get_queue_domain(self):
        """Return the domain of the SMS whose turn it is."""
        return (
            Domain("state", "=", "outgoing")
            & Domain("to_delete", "!=", True)
            & (
                Domain("twilio_not_before", "=", False)
                | Domain("twilio_not_before", "<=", fields.Datetime.now())
            )
        )

    def _lock_queued(self):
        """Return those that nobody else sends at this moment, locked.

        Call it with nothing left to commit: it looks again at rows that another
        process has changed since the transaction began.
        """
        for attempt in range(TRIES):
            try:
                locked = self.try_lock_for_update()
                return locked.filtered_domain(self._get_queue_domain())
            except psycopg2.errors.SerializationFailure:
                self.env.cr.rollback()
                if attempt == TRIES - 1:
                    raise

    def _send_one_by_one(self, sms_api):
        """Send through Twilio; return False when the scheduled action should end."""
        commit = self.env["ir.cron"]._commit_progress
        for sms in self:
            if queued := sms._lock_queued():
                queued._mark_asked()
                commit()
                queued._note_results(queued._ask(sms_api))
            if not commit(1):
                return False
        return True

    def _mark_asked(self):
        """Note that Twilio is going to be asked, and prepare to hear of it."""
        self.write({"state": "process", "twilio_asked_at": fields.Datetime.now()})
        if not self.sms_tracker_id:
            self.env["sms.tracker"].sudo().create({"sms_uuid": self.uuid})

    def _ask(self, sms_api):
        """Ask Twilio to send this SMS; return what it says, as its addon gives it."""
        numbers = [{"number": self.number, "uuid": self.uuid}]
        messages = [{"content": self.body, "numbers": numbers}]
        try:
            results = sms_api._send_sms_batch(messages)
        except UserError as error:  # the account is not set up
            reason = error.args[0]
            return [
                {"uuid": self.uuid, "state": "server_error", "failure_reason": reason}
            ]
        # reports come in while we wait for the answer: see what they have changed
        self.env["ir.cron"]._commit_progress()
        return results

    def _note_results(self, results):
        """Keep what Twilio said, also when a report changes the same rows now."""
        for attempt in range(TRIES):
            try:
                with self.env.cr.savepoint():
                    sms_api = Answered(self.env, results)
                    self.with_context(sms_api=sms_api)._send()
                return
            except psycopg2.errors.SerializationFailure:
                self.env.cr.rollback()
                if attempt == TRIES - 1:
                    raise

    def _handle_call_result_hook(self, results):
        """Override: keep what Twilio did not answer, try again what it refused."""
        result = super()._handle_call_result_hook(results)
        by_uuid = {sms.uuid: sms for sms in self}
        for item in results:
            sms = by_uuid.get(item.get("uuid"), self.browse())
            outcome = item.get("twilio_outcome")
            if outcome == const.UNANSWERED:
                sms._wait_for_report()
            elif outcome == const.REFUSED:
                sms._queue_again()
            elif item.get("state") == "sms_optout":
                sms._note_unsubscribed()
        return result

    def _wait_for_report(self):
        """Keep an SMS that Twilio may have taken until that is known."""
        for sms in self:
            asked_at = sms.twilio_asked_at or fields.Datetime.now()
            sms.write({"to_delete": False, "twilio_asked_at": asked_at})
            due = asked_at + timedelta(minutes=const.PATIENCE)
            self.env.ref(CRON_SETTLE)._trigger(at=due)

    def _queue_again(self):
        """Send later what Twilio refused to take now; after some tries it failed."""
        for sms in self:
            values = {"to_delete": False, "twilio_asked_at": False}
            if sms.twilio_tries >= len(const.BACKOFF):
                sms.write(values)
                sms._update_sms_state_and_trackers("error", failure_type="sms_server")
                continue
            minutes = const.BACKOFF[sms.twilio_tries]
            due = fields.Datetime.now() + timedelta(minutes=minutes)
            values.update(state="outgoing", twilio_not_before=due)
            sms.write({**values, "twilio_tries": sms.twilio_tries + 1})
            self.env.ref(CRON_QUEUE)._trigger(at=due)

    def _note_unsubscribed(self):
        """Write to nobody again who has told Twilio to stop."""
        message = self.env._("Twilio: the recipient has unsubscribed.")
        blacklist_sudo = self.env["phone.blacklist"].sudo()
        for sms in self.filtered("number"):
            number = self.env.user._phone_format(number=sms.number) or sms.number
            company = sms._get_sms_company()
            blacklist_sudo._stop_by_sms(number, company, message)

    # What became of it ----------------------------------------------------

    @api.model
    def _cron_settle_unanswered(self):
        """Scheduled action: find out about SMS that Twilio did not answer for."""
        limit = fields.Datetime.now() - timedelta(minutes=const.PATIENCE)
        domain = (
            Domain("state", "=", "process")
            & Domain("to_delete", "!=", True)
            & Domain("twilio_asked_at", "<=", limit)
        )
        waiting = self.search(domain, order="id", limit=100)
        commit = self.env["ir.cron"]._commit_progress
        commit(remaining=len(waiting))
        for sms in waiting:
            sms._settle()
            if not commit(1):
                return

    def _settle(self):
        """Take over what Twilio knows of this SMS; without it, it has failed."""
        self.ensure_one()
        try:
            message = self._find_at_twilio()
        except (TwilioError, ValueError) as error:
            limit = fields.Datetime.now() - timedelta(minutes=const.GIVE_UP)
            _logger.warning("SMS %s: Twilio cannot be asked: %s", self.id, error)
            if self.twilio_asked_at > limit:
                return
            message = None
        # a report may have come in while Twilio was asked: see what it has changed
        self.env["ir.cron"]._commit_progress()
        locked = self.try_lock_for_update()
        if not locked or locked.state != "process" or locked.to_delete:
            return
        if message:
            self._take_over(message)
        else:
            self._update_sms_state_and_trackers("error", failure_type="sms_server")

    def _find_at_twilio(self):
        """Return this SMS as Twilio knows it, or None.

        :raise TwilioError: Twilio cannot be asked
        """
        reader = self._get_sms_company()._get_twilio_reader()
        found = reader.find(self.number, self.body, self.twilio_asked_at)
        # other SMS with the same words have been told apart by their ids
        others = self.env["sms.tracker"].sudo()
        others = others.search([("sms_twilio_sid", "in", [m.sid for m in found])])
        known = set(others.mapped("sms_twilio_sid"))
        return next((item for item in found if item.sid not in known), None)

    def _take_over(self, message):
        """Believe Twilio's own record of this SMS.

        :param message: of the SDK
        """
        tracker_sudo = self.sms_tracker_id.sudo()
        tracker_sudo.sms_twilio_sid = message.sid
        if message.status in TWILIO_TO_SMS_STATE_ERRORS:
            self.write({"state": "error", "failure_type": "sms_server"})
            tracker_sudo._action_update_from_twilio_error(
                message.status, str(message.error_code or ""), message.error_message
            )
            return
        state = TWILIO_TO_SMS_STATE.get(message.status, "pending")
        state = "pending" if state in ("outgoing", "process") else state
        tracker_sudo._action_update_from_sms_state(state)
        self.write({"state": state, "failure_type": False, "to_delete": True})

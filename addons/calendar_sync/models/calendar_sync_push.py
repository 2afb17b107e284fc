# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Sending: one request per job, and what its answer means."""

import logging

from odoo import SUPERUSER_ID, models

from odoo.addons.clinic_engine.sync_errors import classify
from odoo.addons.clinic_engine.sync_payload import digest
from odoo.addons.clinic_engine.sync_steps import next_step, written

from ..providers.base import CalendarError

_logger = logging.getLogger(__name__)


class CalendarSyncLink(models.Model):
    """The next step of a link."""

    _inherit = "calendar.sync.link"

    def _enqueue(self):
        """Let a job take the next step of each of these links."""
        for link in self.filtered(lambda item: item.calendar_id._can_write()):
            account = link.calendar_id.account_id
            link.with_delay(
                channel="root.calendar_sync.push",
                identity_key=f"calendar_sync:push:{link.id}",
                description=self.env._("Calendar: send %(key)s", key=link.id),
                eta=account.next_allowed_at or None,
                max_retries=0,
            )._job_push()

    def _job_push(self):
        """Job: take one step, and ask for another one where more is to be done.

        Nothing is committed before its end: whatever happens, the same step is computed
        again from what is committed.
        """
        # whoever made the change need not see the calendars it goes to
        self = self.with_user(SUPERUSER_ID)
        if not self.exists() or not self.calendar_id._can_write():
            return self.env._("Not connected at present.")
        account = self.calendar_id.account_id
        if not account._lock():
            self.with_delay(
                channel="root.calendar_sync.push",
                eta=account._get_next_turn(),
                max_retries=0,
            )._job_push()
            return self.env._("The account is busy; tried again later.")
        newest = self._get_newest()
        step = next_step(
            self._to_engine(), self._get_wanted(newest), self._get_histories()
        )
        try:
            self._take(step)
        except CalendarError as error:
            return self._note_refusal(error, step.kind)
        if step.kind == "nothing":
            self._store(self._to_engine(), settled_id=newest.id, error=False)
        else:
            self._enqueue_next()
        return step.kind

    def _enqueue_next(self):
        """Ask for another step; this job itself does not count as waiting any more."""
        self.env.flush_all()
        self._enqueue()

    def _take(self, step):
        """Carry out a step of the engine.

        :raise CalendarError: when the whole account is concerned
        """
        if step.kind == "nothing":
            return
        if step.kind == "record":
            self._record_all({self: step.payload}, is_wanted=False)
        elif step.kind == "renew":
            self._renew()
        elif step.kind == "fetch":
            if not self._look():
                raise CalendarError(409, "other_event")
        else:
            self._send(step)

    def _record_all(self, payloads, is_wanted=True):
        """Write an operation of the outbox for each link.

        :param payloads: {link: payload, or None where there is no event any more}
        """
        self.env["calendar.sync.operation"].create(
            [
                {
                    "link_id": link.id,
                    "generation": link.generation,
                    "payload": payload or False,
                    "digest": digest(payload) if payload else False,
                    "is_wanted": is_wanted,
                }
                for link, payload in payloads.items()
            ]
        )

    def _send(self, step):
        account = self.calendar_id.account_id
        provider = account._get_provider()
        remote = self.calendar_id.remote_id
        try:
            answer = self._request(provider, remote, step)
        except CalendarError as error:
            meaning = classify(error.status, error.reason, step.kind)
            if meaning in ("reread", "verify"):
                self._look_again(provider, error)
                return
            if meaning != "success":
                raise
            answer = None
        etag = answer.etag if answer else ""
        values = {"remote_id": answer.remote_id} if answer else {}
        self._store(written(self._to_engine(), step, etag), error=False, **values)
        account._note_success()

    def _request(self, provider, remote, step):
        """Send the one request of a step; return what was written, None if deleted."""
        if step.kind == "delete":
            remote_id = self.remote_id or provider.get_remote_id(
                remote, self._get_key()
            )
            provider.delete(remote, remote_id, step.etag)
            return None
        stamp = digest(step.payload)
        if step.kind == "create":
            return provider.create(
                remote, self._get_key(), step.payload, stamp, self._get_reference()
            )
        return provider.update(remote, self.remote_id, step.payload, stamp, step.etag)

    def _look_again(self, provider, error):
        """Look at a copy whose condition did not hold, or that was not found.

        :raise CalendarError: when nothing came of it: the same request at once would be
            refused again
        """
        before = self._to_engine()
        if not self._look(provider):
            raise CalendarError(error.status, "other_event") from error
        if self._to_engine() == before:
            raise CalendarError(None, error.reason) from error

    def _look(self, provider=None):
        """Ask for the copy itself, and follow from what is there.

        :return: whether what is there is the copy, or nothing
        """
        calendar = self.calendar_id
        provider = provider or calendar.account_id._get_provider()
        remote_id = self.remote_id or provider.get_remote_id(
            calendar.remote_id, self._get_key()
        )
        item = provider.get(calendar.remote_id, remote_id)
        is_gone = item is None or item.removed
        is_known = is_gone or self._is_copy(item)
        if is_gone:
            self._note_missing(tombstone=bool(item))
        elif is_known:
            self._note_seen(item)
        else:
            self.error = self.env._("Another event has this address.")
        calendar.account_id._note_success()
        return is_known

    def _note_refusal(self, error, action):
        """Note that a step was refused; try it again if that can help."""
        account = self.calendar_id.account_id
        meaning = account._note_error(error, action)
        self.error = account.last_error
        _logger.info("Calendar %s, link %s: %s", account.id, self.id, error)
        if meaning == "retry":
            self._enqueue_next()
        return f"{meaning}: {error}"

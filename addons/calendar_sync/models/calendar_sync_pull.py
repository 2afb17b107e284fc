# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Reading: what changed in the outside calendar, and comparing everything."""

import logging
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone

import psycopg2

from odoo import SUPERUSER_ID, api, fields, models

from odoo.addons.clinic_engine.sync_errors import classify
from odoo.addons.clinic_engine.sync_steps import SuspiciousListing, check_listing
from odoo.addons.clinic_scheduling.models.clinic_impact_check import added

from ..providers.base import Busy, CalendarError, Item

_logger = logging.getLogger(__name__)

#: A calendar that sends no news is looked at that often.
POLL = timedelta(minutes=10)

#: And one that does, because news get lost.
TOLD_POLL = timedelta(hours=1)

#: Everything is compared that often, and the days that busy times are read of move on.
FULL = timedelta(days=1)


class CalendarSyncCalendar(models.Model):
    """Jobs that read a calendar."""

    _inherit = "calendar.sync.calendar"

    def _enqueue_pull(self):
        self.with_delay(
            channel="root.calendar_sync.pull",
            identity_key=f"calendar_sync:pull:{self.id}",
            eta=self.account_id.next_allowed_at or None,
            max_retries=0,
        )._job_pull()

    def _enqueue_verify(self):
        self.with_delay(
            channel="root.calendar_sync.pull",
            identity_key=f"calendar_sync:full:{self.id}",
            eta=self.account_id.next_allowed_at or None,
            max_retries=0,
        )._job_pull(full=True)

    def _job_pull(self, full=False):
        """Job: read what changed, or everything.

        The cursor is stored with what it leads past: whatever happens, nothing is
        skipped.
        """
        self = self.with_user(SUPERUSER_ID)
        if not self.exists() or not self._is_on():
            return self.env._("Not connected at present.")
        if not self.account_id._lock():
            self.with_delay(
                channel="root.calendar_sync.pull",
                eta=self.account_id._get_next_turn(),
                max_retries=0,
            )._job_pull(full)
            return self.env._("The account is busy; tried again later.")
        try:
            return self._pull(full)
        except CalendarError as error:
            meaning = self.account_id._note_error(error, "list")
            self.error = self.account_id.last_error
            _logger.info("Calendar %s: %s", self.id, error)
            if meaning == "retry":
                self.env.flush_all()
                self._enqueue_verify() if full else self._enqueue_pull()
            return f"{meaning}: {error}"

    def _pull(self, full):
        provider = self.account_id._get_provider()
        cursor = "" if full else self.cursor or ""
        try:
            changes = provider.changes(self.remote_id, cursor)
        except CalendarError as error:
            if classify(error.status, error.reason, "list") != "restart":
                raise
            changes = provider.changes(self.remote_id, "")
        with self._flagging_impact():
            for item in changes.items:
                self._take_in(item, provider)
        values = {"cursor": changes.cursor, "last_pull_at": fields.Datetime.now()}
        if changes.full:
            try:
                self._verify(changes.items, provider)
            except SuspiciousListing as doubt:
                return self._note_doubt(doubt)
            values["last_full_at"] = values["last_pull_at"]
        self.write({**values, "error": False})
        self.account_id._note_success()
        self._enqueue_waiting()
        return self.env._("%(count)s events read", count=len(changes.items))

    def _note_doubt(self, doubt):
        """Stop: conclude nothing from a listing that lacks so much."""
        _logger.warning("Calendar %s: %s", self.id, doubt)
        self.error = self.env._(
            "Many of our events are missing from this calendar: was it emptied, or "
            "replaced by another one? Nothing was changed here. Look at it, then start "
            '"Compare everything".'
        )
        return str(doubt)

    def _take_in(self, item, provider):
        """Take in one event; one that cannot be is noted, the others go on."""
        try:
            with self.env.cr.savepoint():
                self._take_in_item(item, provider)
        except (CalendarError, psycopg2.OperationalError):
            raise  # no fault of this event: the job is repeated, from the same cursor
        except Exception:  # whatever a stranger's event does
            _logger.exception("Calendar %s, event %s", self.id, item.remote_id)

    def _take_in_item(self, item, provider):
        link = self._find_link(item)
        if item.etag and (link.etag != item.etag if link else item.unread):
            # whose it is, and what, was not listed
            found = provider.get(self.remote_id, item.remote_id)
            item = found or Item(item.remote_id, removed=True)
            link = self._find_link(item)
        if link:
            if item.removed:
                link._look(provider)
            elif link._is_copy(item):
                link._note_seen(item)
            return
        if self._is_ours(item):
            return  # neither foreign nor current
        self._mirror(item)

    def _find_link(self, item):
        links = self.link_ids
        if item.reference:
            uuid, _sep, name = item.reference.partition("|")
            model, _sep, number = name.partition("|")
            if uuid != self.uuid or not number.isdecimal():
                return links.browse()
            domain = [("res_model", "=", model), ("res_id", "=", int(number))]
        else:
            domain = [("remote_id", "=", item.remote_id)]
        return links.search([("calendar_id", "=", self.id), *domain], limit=1)

    def _is_ours(self, item):
        """Whether this event is a copy of a booking of this database: of an older
        generation, or one that its owner moved here from another calendar, which looks
        for it, and tells reception.
        """
        uuid = item.reference.partition("|")[0]
        return bool(uuid and self.sudo().search_count([("uuid", "=", uuid)], limit=1))

    def _mirror(self, item):
        """Let the busy times be those of this event."""
        if item.error:
            _logger.info("Calendar %s: %s: %s", self.id, item.remote_id, item.error)
            return
        rows = self.env["calendar.sync.busy"]
        rows.search(
            [("calendar_id", "=", self.id), ("remote_id", "=", item.remote_id)]
        ).unlink()
        if not self.read_busy or item.removed:
            return
        busy_times = item.busy
        if item.copy:  # of another database: to this one, an event like any other
            times = item.copy.payload["start"], item.copy.payload["stop"]
            busy_times = [Busy(*times)] if times[0] < times[1] else []
        rows.create(
            [
                {
                    "calendar_id": self.id,
                    "remote_id": item.remote_id,
                    "start": to_datetime(busy.start),
                    "stop": to_datetime(busy.stop),
                    "all_day": busy.all_day,
                }
                for busy in busy_times
            ]
        )

    @contextmanager
    def _flagging_impact(self):
        """Flag bookings that busy times now lie over, as absences do; cancel nothing.

        Those that are free again lose their flags.
        """
        doctors = self.env["clinic.doctor"].with_context(active_test=False)
        doctors = doctors.search([("resource_id", "=", self.resource_id.id)])
        if not (doctors and self.read_busy):
            yield
            return
        check = self.env["clinic.impact.check"]
        before = check._get_causes(doctors)
        yield
        hits = added(before, check._get_causes(doctors))
        if hits := {key: causes for key, causes in hits.items() if "absence" in causes}:
            check._flag(hits)
        check._refresh_flags(doctors)

    def _verify(self, items, provider):
        """After a full listing: look for each copy that it lacks.

        :raise SuspiciousListing: when it lacks too many
        """
        listed = {item.remote_id for item in items}
        rows = self.env["calendar.sync.busy"]
        linked = self._get_listed_links()
        missing = linked.filtered(lambda link: link.remote_id not in listed)
        check_listing(len(linked), len(missing))
        gone = rows.search(
            [("calendar_id", "=", self.id), ("remote_id", "not in", list(listed))]
        )
        gone.unlink()
        for link in missing:
            link._look(provider)

    def _get_listed_links(self):
        """Return the links whose copies a full listing has: providers list no others
        than the days that busy times are read of.
        """
        start, stop = self.account_id._get_window()
        return self.link_ids.filtered(
            lambda link: (
                link.state == "synced"
                and link.base
                and link.base["stop"] > start
                and link.base["start"] < stop
            )
        )

    @api.model
    def _cron_sync(self):
        """Scheduled action: look at calendars that were not, and send what waits."""
        now = fields.Datetime.now()
        every = self.sudo().search([])
        every._tend_channels()
        every.account_id.filtered(lambda item: item.state == "leaving")._enqueue_leave()
        calendars = every.filtered(lambda item: item._is_on())
        for calendar in calendars:
            poll = TOLD_POLL if calendar._is_told() else POLL
            if not calendar.last_full_at or calendar.last_full_at < now - FULL:
                calendar._enqueue_verify()
            elif not calendar.last_pull_at or calendar.last_pull_at < now - poll:
                calendar._enqueue_pull()
        calendars._enqueue_waiting()


def to_datetime(epoch):
    """Return UTC epoch seconds as Odoo has times."""
    return datetime.fromtimestamp(epoch, timezone.utc).replace(tzinfo=None)

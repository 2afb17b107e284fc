# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Between a tablet and the models: what it sends, and what it is told."""

import time
from datetime import datetime, timedelta

from odoo import fields, models

from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from ..exceptions import NotFoundHere, TooManyGuesses
from ..sync_items import CLOCK_TOLERANCE, MAX_ITEMS
from .clinic_queue_alarm import UNSEEN


class ClinicQueueDevice(models.Model):
    _inherit = "clinic.queue.device"

    def _sync(self, sent_at, items, refused=(), left=None):
        """Do what the tablet sends, each item by itself; return one answer for each.

        :param int sent_at: milliseconds on the tablet's clock while it sends
        :param items: as ``sync_items.read_batch`` returns them
        :param refused: those of the same message that make no sense: counted alone
        :param int left: how many the tablet still has to send; None: it does not say
        """
        self.ensure_one()
        now = fields.Datetime.now()
        offset = epoch(now) - sent_at / 1000
        # when the tablet had nothing to send: what it sends now was taken after that
        floor = self.cleared_at or datetime.min
        if left is None:
            # a full message may have more behind it
            left = len(items) + len(refused) >= MAX_ITEMS
        self._note_seen(offset, is_clear=not left)
        answers, last = [], self._get_last_moment(now) or datetime.min
        for item in items:
            taken = self._get_moment(item["taken_at"], offset, now)
            is_moved = (floor - taken).total_seconds() > CLOCK_TOLERANCE
            last = max(taken, floor, last)
            answers.append(self._sync_item(item, last, offset, is_moved))
        return answers

    def _note_refused(self, rows):
        """Note items that could not be read, for staff; return an answer for each.

        The tablet forgets them: whoever holds their numbers waits for nothing.

        :param rows: as ``sync_items.read_batch`` returns them
        """
        self.ensure_one()
        logs_sudo = self.env["clinic.sync.log"].sudo()
        for row in rows:
            domain = [("device_id", "=", self.id), ("uuid", "=", row["uuid"])]
            if not logs_sudo.search_count(domain, limit=1):
                logs_sudo._take(self, row)._settle(
                    "conflict",
                    action="none",
                    resolution="refused",
                    taken_at=fields.Datetime.now(),
                    data={},
                )
        return [{"uuid": row["uuid"], "state": "refused"} for row in rows]

    def _get_last_moment(self, now):
        """Return when the last item was taken that came in before, or None."""
        none = ("refused", "guessed")
        domain = [("device_id", "=", self.id), ("resolution", "not in", none)]
        last = self.log_ids.search(domain, limit=1).taken_at
        return min(last, now) if last else None

    def _get_moment(self, taken_at, offset, now):
        """Return a moment of the tablet's clock by ours: naive UTC, not ahead of now.

        :param taken_at: milliseconds on the tablet's clock
        :param offset: seconds by which our clock is ahead of the tablet's
        """
        age = epoch(now) - (taken_at / 1000 + offset)
        days = timedelta(days=30)
        return now - min(max(timedelta(seconds=min(age, 10**9)), timedelta()), days)

    def _sync_item(self, item, taken_at, offset, is_moved=False):
        log = self.env["clinic.sync.log"]._take(self, item)
        if not log.attempts:
            limit = 2**31 - 1
            off = max(-limit, min(limit, round(offset)))
            values = {"taken_at": taken_at, "clock_offset": off}
            log.write({**values, "resolution": "clock"} if is_moved else values)
        number = item.get("number")
        if log.state in ("pending", "failed"):
            log.number = log.number or number
            try:
                log._apply_safely()
            except NotFoundHere as error:
                # nothing to look into: who is there tries another way
                if isinstance(error, TooManyGuesses):
                    self._tell_guesses()
                answer = {"uuid": log.uuid, "state": "not_found"}
                log.unlink()
                return {**answer, "message": error.args[0]}
        elif number:
            log._take_printed_number(number)
        answer = self._describe_log(log, is_awaited=not number)
        if log.state == "failed" and not number:
            answer["message"] = log._say_refusal()
        return answer

    def _describe_log(self, log, is_awaited=True):
        """Return what the tablet is told of an item: no name, no contact.

        :param is_awaited: somebody stands there and reads it; who has a number of the
            tablet's own has left with it, so nothing is shown, nor counts as shown
        """
        answer = {
            "uuid": log.uuid,
            "kind": log.kind,
            "state": log.state,
            "number": log.number or False,
            "resolution": log.resolution or False,
            "message": log.message or False,
        }
        if log.ticket_id:
            answer["ticket"] = self._describe_ticket(log.ticket_id, is_awaited)
            if is_awaited and log._shows_link():
                answer["ticket"] |= {
                    "url": log.ticket_id._get_page_url(),
                    "qr": log.ticket_id._get_qr_image(),
                }
        if log.link_state:
            answer["link"] = log.link_state
        if log.kind == "check_in" and log.appointment_id and log._shows_link():
            answer["visit"] = log.appointment_id._get_kiosk_label()
        if log.kind == "request":
            answer["alternatives"] = [
                {
                    "start": epoch(fields.Datetime.to_datetime(item["start"])),
                    "doctor": item["doctor_id"],
                }
                for item in log.alternatives or ()
                if item["site_id"] == self.site_id.id
            ]
            if log.state == "synced" and log.appointment_id:
                answer["visit"] = log.appointment_id._get_kiosk_label()
        return answer

    def _describe_ticket(self, ticket, is_awaited=True):
        """Return what is shown to who took a number; the rest is told to nobody."""
        told = {
            "number": ticket.name,
            "queue": ticket.queue_id.id,
            "state": ticket.state,
            "calls_staff": bool(ticket.triage_asked_at),
        }
        if not is_awaited:
            return told
        band = ticket._show_estimates("kiosk").get(ticket)
        return {
            **told,
            "place": ticket._get_place() or 0,
            "wait": self._describe_wait(ticket, band),
        }

    def _describe_wait(self, ticket, band):
        """Return a band as the tablet tells it, in the visitor's language."""
        wait = ticket._describe_band(band)
        return self.env._("Expected wait: %(wait)s", wait=wait) if wait else ""

    def _get_problems(self):
        """Return what came in and could not be done as asked: no name, no contact."""
        logs = self.env["clinic.sync.log"].search(
            [("device_id", "=", self.id), ("state", "in", ("failed", "conflict"))],
            limit=30,
        )
        return [
            {
                "uuid": log.uuid,
                "kind": log.kind,
                "number": log.number or False,
                "state": log.state,
                "resolution": log.resolution or False,
                "ticket": log.ticket_id.name or False,
                "at": epoch(log.taken_at),
            }
            for log in logs
        ]

    def _retry_failed(self):
        """Try again what failed, oldest first."""
        failed = self.env["clinic.sync.log"].search(
            [("device_id", "=", self.id), ("state", "=", "failed")], order="id"
        )
        for log in failed:
            try:
                log._apply_safely()
            except NotFoundHere as error:
                log._note_refusal(error)

    def _get_milliseconds(self):
        """Return our clock, as the tablet's tells the time."""
        return round(time.time() * 1000)

    def _get_staff_list(self):
        """Return who is here by number alone, for a tablet of staff."""
        self.ensure_one()
        now = epoch(fields.Datetime.now())
        tickets = self.env["clinic.queue.ticket"].search(
            [
                ("queue_id", "in", self._get_queues().ids),
                ("state", "in", ("waiting", "called", "in_consultation", "parked")),
            ]
        )
        waiting = tickets.filtered(lambda item: item.state == "waiting")
        ordered = waiting._rank(now)
        return [
            {
                "number": ticket.name,
                "queue": ticket.queue_id.code,
                "state": ticket.state,
                "since": epoch(ticket.arrived_at),
                "desk": ticket.desk_id.name or "",
                "level": ticket.level_id.code or "",
                # a level is to be set; or it is set, and nobody has called yet
                "triage": bool(ticket._filter_signs()),
                "alarm": ticket.is_alarm and ticket.state in UNSEEN,
            }
            for ticket in ordered | (tickets - waiting)
        ]

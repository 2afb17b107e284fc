# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What everybody may know of a waiting room: numbers, rooms and minutes.

No names, no reasons, no levels, no names of queues (they may tell what somebody is
here for), no ids of records.
"""

from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.clinic_engine.queue_policy import Ticket, rank
from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

#: Who was called within so many minutes stays on boards, less prominent.
RECENT = 10

#: So many calls are shown at most.
MOST_CALLS = 8

#: While one of these is under way, everybody else waits longer.
EMERGENCY_STATES = ("waiting", "called", "in_consultation")


class ClinicQueue(models.Model):
    _inherit = "clinic.queue"

    def _get_public_state(self, doctors=None, languages=None, most_next=5, waits=False):
        """Return what a board shows of these queues; call it as superuser.

        :param doctors: only their patients, and those of nobody in particular
        :param list languages: codes in which rooms are named; None: the present one
        :param int most_next: so many numbers of each queue come next
        :param bool waits: also tell new arrivals how long they would wait
        :return: ``called``, a list of {number, key, room: {language: name}, is_here,
            at: epoch seconds}, the latest first; ``queues``, a list of {letter, next:
            [number], wait: [low, high] in seconds or None}; ``is_emergency``
        """
        now = fields.Datetime.now()
        bands = self._forecast_newcomers(now) if waits else {}
        calls = self._get_recent_calls(now)
        if doctors:
            calls = calls.filtered(
                lambda item: (item.doctor_id or item.desk_id.doctor_id) in doctors
            )
        return {
            "now": epoch(now),
            "called": [
                ticket._get_public_call(languages) for ticket in calls[:MOST_CALLS]
            ],
            "queues": [
                {
                    "letter": queue.code,
                    "next": queue._get_order(doctors)[:most_next].mapped("name"),
                    "wait": bands.get(queue),
                }
                for queue in self
            ],
            "is_emergency": self._has_emergency(),
        }

    def _get_recent_calls(self, now):
        """Return who is called, and who was in the last minutes, the latest first."""
        called = Domain(
            [
                ("queue_id", "in", self.ids),
                ("called_at", "!=", False),
                "|",
                ("state", "=", "called"),
                "&",
                ("state", "=", "in_consultation"),
                ("called_at", ">", now - timedelta(minutes=RECENT)),
            ]
        )
        tickets = self.env["clinic.queue.ticket"]
        # who must be seen at once is called as anybody: by number and room, no level
        return tickets.search(called & self._get_day_domain()).sorted(
            lambda item: (item.state == "called", item.called_at, item.id), reverse=True
        )

    def _get_order(self, doctors=None):
        """Return who waits in this queue, in the order in which they are served now.

        Who waits for a desk or a doctor that is not there has no place in it.

        :param doctors: leave out who waits for another one
        """
        self.ensure_one()
        line = Domain(
            [
                ("queue_id", "=", self.id),
                ("state", "=", "waiting"),
                ("is_alarm", "=", False),
            ]
        )
        tickets = self.env["clinic.queue.ticket"]
        waiting = tickets.search(line & self._get_day_domain())._filter_served()
        if doctors:
            waiting = waiting.filtered(
                lambda item: not item.doctor_id or item.doctor_id in doctors
            )
        now = epoch(fields.Datetime.now())
        plain = [ticket._get_engine_ticket() for ticket in waiting]
        ordered = rank(plain, self.policy_id._get_engine_policy(), now)
        return waiting.browse([ticket.id for ticket in ordered])

    def _has_emergency(self):
        """Whether somebody is here who goes before everybody else."""
        domain = [
            ("queue_id", "in", self.ids),
            ("is_alarm", "=", True),
            ("state", "in", EMERGENCY_STATES),
            ("arrived_at", ">", fields.Datetime.now() - timedelta(days=1)),
        ]
        return bool(self.env["clinic.queue.ticket"].search_count(domain, limit=1))

    def _forecast_newcomers(self, now):
        """Return {queue: band in seconds or None} of who would walk in now."""
        bands = {}
        for queue in self.filtered("takes_walk_ins"):
            service = queue.walk_in_service_id
            needs = {f"queue:{queue.id}"}
            if service:
                needs.add(f"service:{service.id}")
            newcomer = Ticket(
                id=-queue.id,  # no ticket's
                arrived=epoch(now),
                needs=frozenset(needs),
                service=service.id or None,
            )
            bands[queue] = queue._forecast(now, [newcomer]).get(newcomer.id)
        return bands


class ClinicQueueTicket(models.Model):
    _inherit = "clinic.queue.ticket"

    def _get_public_call(self, languages=None):
        """Return a call as everybody may see and hear it, see ``_get_public_state``."""
        self.ensure_one()
        codes = languages or [self.env.lang or "en_US"]
        return {
            "number": self.name,
            # the same as long as nobody is called again
            "key": f"{self.name}/{self.call_count}/{epoch(self.called_at)}",
            "room": {code: self.with_context(lang=code)._get_room() for code in codes},
            "is_here": self.state != "called",
            "at": epoch(self.called_at),
        }

    def _get_room(self):
        """Return where the ticket is called to, in the context's language."""
        self.ensure_one()
        # as staff call it: one name for one place
        return self.desk_id.name or ""

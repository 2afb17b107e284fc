# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the screen of a desk shows: everything of it in one call."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from ..const import PRESENT_STATES, REQUIREMENT_READERS, TICKET_STATES
from .clinic_queue_alarm import UNSEEN
from .clinic_queue_ticket_state import STEPS
from .clinic_queue_ticket_triage import GROUP

#: Hours for which an absence can be taken back on the screen.
ABSENT_HOURS = 6

#: Minutes within which a step can be taken back on the screen.
UNDO_MINUTES = 30


class ClinicQueueDesk(models.Model):
    _inherit = "clinic.queue.desk"

    @api.model
    def get_screen_state(self):
        """Return all that the desk screen shows to this user, by their rights.

        The number of queries does not depend on how many tickets there are.

        :raise AccessError: for who is not staff of a queue
        """
        now = fields.Datetime.now()
        desks = self.search([])
        desk = desks.filtered(lambda item: item.user_id == self.env.user)[:1]
        queues = desk.queue_ids or self.env["clinic.queue"].search([])
        return {
            "seconds": epoch(now),
            "rights": self._get_screen_rights(),
            "desks": [item._describe_desk() for item in desks],
            "desk": desk._describe_desk() if desk else False,
            "doctors": [] if desk else self._get_screen_doctors(),
            "queues": [queue._describe_queue() for queue in queues],
            "undo": self._get_undo(now),
            **desk._get_screen_lists(queues._get_screen_tickets(now), now),
        }

    def _get_screen_lists(self, tickets, now):
        """Return the tickets by where the screen shows them.

        :param self: the user's desk, or none
        :param datetime now: naive UTC
        """
        waiting = tickets.filtered(lambda item: item.state == "waiting")
        queued = waiting.filtered(lambda item: not item.is_alarm)._rank(epoch(now))
        served = queued
        if self:
            served = self._filter_served(queued) & self._get_waiting()
        factors = tickets._get_all_factors(now)
        bands = waiting._show_estimates("desk")
        rows = tickets._get_screen_rows(now, factors, bands)
        passable = queued._filter_passable(bands)
        for ticket, place in queued._explain_order(factors).items():
            is_passable = ticket in passable
            rows[ticket].update(
                place, is_mine=ticket in served, is_passable=is_passable
            )
        alarms = tickets.filtered(lambda item: item.is_alarm and item.state in UNSEEN)
        return {
            "current": [rows[ticket] for ticket in tickets._filter_current(self)],
            "next_id": (self._get_waiting_alarms() + served)[:1].id if self else False,
            "waiting": [rows[ticket] for ticket in queued],
            "alarms": [{**rows[item], **item._describe_alarm()} for item in alarms],
            "signs": [
                {**rows[ticket], **ticket._describe_sign()}
                for ticket in tickets._filter_signs().sorted("triage_asked_at")
            ],
            "unserved": waiting._describe_unserved(),
            "parked": [rows[item] for item in tickets if item.state == "parked"],
            "absent": [rows[item] for item in tickets if item.state == "absent"],
            "due": [
                {**rows[ticket], "due_at": due_at}
                for ticket, due_at in (tickets - alarms)._get_due(now)
            ],
        }

    def _get_screen_rights(self):
        """Return which buttons the user gets; each step checks again."""
        user = self.env.user
        return {
            "triage": user.has_group(GROUP),
            "join": self.env["clinic.queue.join"].has_access("create"),
            "configure": user.has_group("clinic_scheduling.group_clinic_manager"),
        }

    def _get_screen_doctors(self):
        """Return who may be named as the doctor at a desk."""
        doctors = self.env["clinic.doctor"].search([])
        return [{"id": doctor.id, "name": doctor.name} for doctor in doctors]

    def _describe_desk(self):
        self.ensure_one()
        labels = dict(self._fields["state"]._description_selection(self.env))
        return {
            "id": self.id,
            "name": self.name,
            "site": self.site_id.name,
            "state": self.state,
            "label": labels[self.state],
            "paused_until": self.paused_until,
            # names of the room, and of who works there, are no secret among staff
            "room": self.sudo().room_id.name or "",
            "user": self.sudo().user_id.name or "",
            "doctor": self.sudo().doctor_id.name or "",
            "queues": self.queue_ids.mapped("name"),
            "skills": self.service_ids.mapped("name"),
        }

    def _get_undo(self, now):
        """Return the user's own last step, as far as it can be taken back."""
        events = self.env["clinic.queue.event"]
        event = events.search(
            [
                ("user_id", "=", self.env.uid),
                ("kind", "in", STEPS),
                ("moment", ">=", now - timedelta(minutes=UNDO_MINUTES)),
            ],
            limit=1,
        )
        if not event or event != event.ticket_id._get_last_step():
            return False
        return {
            "event_id": event.id,
            "ticket_id": event.ticket_id.id,
            "label": event._describe_undo(),
        }


class ClinicQueue(models.Model):
    _inherit = "clinic.queue"

    def _get_screen_tickets(self, now):
        """Return who is here, and who was called lately and did not come."""
        since = now - timedelta(hours=ABSENT_HOURS)
        absent = Domain("state", "=", "absent") & Domain("left_at", ">=", since)
        here = Domain("state", "in", PRESENT_STATES) & (
            # who is at a desk stays there until somebody ends it
            self._get_day_domain() | Domain("desk_id", "!=", False)
        )
        return self.env["clinic.queue.ticket"].search(
            Domain("queue_id", "in", self.ids) & (here | absent)
        )

    def _describe_queue(self):
        """Return the queue with what its dialogs offer."""
        self.ensure_one()
        policy = self.policy_id
        return {
            "id": self.id,
            "name": self.name,
            "code": self.code,
            "site": self.site_id.name,
            "takes_walk_ins": self.takes_walk_ins,
            "allow_reorder": policy.allow_reorder,
            "absent_after": policy.absent_after,
            "levels": [
                {
                    "id": level.id,
                    "code": level.code,
                    "name": level.name,
                    "color": level.color,
                    "target": level.target,
                    "is_alarm": level.is_alarm,
                }
                for level in policy.level_ids
            ],
            "credits": [
                {"id": credit.id, "name": credit.name} for credit in policy.credit_ids
            ],
        }


class ClinicQueueTicket(models.Model):
    _inherit = "clinic.queue.ticket"

    def _filter_current(self, desk):
        """Return those of these that are called to the desk or served at it."""
        return self.filtered(
            lambda ticket: (
                ticket.desk_id.id in desk.ids
                and ticket.state in ("called", "in_consultation")
            )
        )

    def _get_screen_rows(self, now, factors, bands):
        """Return {ticket: what the screen shows of it}.

        :param factors: {ticket: the parts of its score}
        :param bands: {ticket: (low, high) in seconds, or None}
        """
        is_clinical = self.env.user.has_group("clinic_scheduling.group_clinic_clinical")
        is_calling = self.env.user.has_groups(REQUIREMENT_READERS)
        labels = dict(TICKET_STATES)
        labels.update(self._fields["state"]._description_selection(self.env))
        rows = {}
        for ticket in self:
            low, high = bands.get(ticket) or (None, None)
            rows[ticket] = {
                **ticket._describe_ticket(),
                **ticket._describe_place(factors[ticket]),
                "state_label": labels[ticket.state],
                "is_unheeded": ticket._rings() and ticket._is_unheeded(now),
                "low": low // 60 if low is not None else None,
                "high": high // 60 if high is not None else None,
                "requirements": (is_calling and ticket.special_requirements) or "",
                "reason": (is_clinical and ticket.reason) or "",
            }
        return rows

    def _describe_ticket(self):
        self.ensure_one()
        # sudo: the list of tickets shows these names to who may read the ticket
        ticket_sudo = self.sudo()
        level = self.level_id
        return {
            "id": self.id,
            "name": self.name,
            "state": self.state,
            "queue_id": self.queue_id.id,
            "queue": self.queue_id.name,
            "patient": ticket_sudo.patient_id.name or "",
            "doctor": ticket_sudo.doctor_id.name or "",
            "doctor_id": ticket_sudo.doctor_id.id,
            "desk": ticket_sudo.desk_id.name or "",
            "only_desk": ticket_sudo.only_desk_id.name or "",
            "only_desk_id": ticket_sudo.only_desk_id.id,
            "service": ticket_sudo.service_id.name or "",
            "slot": ticket_sudo.appointment_id.start,
            "level": level.name or "",
            "level_id": level.id,
            "level_code": level.code,
            "color": level.color,
            "is_alarm": self.is_alarm,
            "calls": self.call_count,
            "called_at": self.called_at,
            "started_at": self.started_at,
            "parked_at": self.parked_at,
            "alarm_taken_by": ticket_sudo.alarm_taken_by_id.name or "",
            "alarm_taken_at": self.alarm_taken_at,
        }

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The life of a ticket: one gate, one table of legal steps (const.py)."""

from datetime import timedelta

from odoo import fields, models

from ..const import TICKET_TRANSITIONS
from ..exceptions import QueueError

#: The field that keeps when a state was reached.
TIMESTAMPS = {
    "called": "called_at",
    "in_consultation": "started_at",
    "completed": "completed_at",
    "absent": "left_at",
    "cancelled": "left_at",
    "parked": "parked_at",
}

#: Kinds of events that change neither state nor place, but what the order depends on.
MARKS = ("triaged", "credited")

#: Kinds of events that an undo takes back.
STEPS = ("state", "transferred", *MARKS)

#: Where a ticket's clock plays no part any more.
ENDED = ("absent", "cancelled", "parked")

#: A step is taken back on its day, not weeks later.
UNDO_FOR = timedelta(days=1)

#: Who has left, and may come back.
GONE = ("absent", "cancelled")

#: Where somebody is at a desk.
AT_DESK = ("called", "in_consultation")


class ClinicQueueTicket(models.Model):
    _inherit = "clinic.queue.ticket"

    def _transition(self, target, kind="state", **values):
        """Take these tickets to ``target``, or none of them.

        Those that are there already stay untouched, so a repeated click does no harm.

        :param values: further fields to write in the same step; ``reason`` and
            ``factors`` go to the history
        :raise QueueError: naming the step that does not exist
        """
        self.check_access("write")
        noted = {key: values.pop(key, None) for key in ("reason_given", "factors")}
        for ticket in self.filtered(lambda item: item.state != target).sorted("id"):
            ticket._check_ticket_step(target)
            before = ticket.state
            changes = {"state": target, **values}
            if target not in ENDED:
                changes |= ticket._get_clock()
            changes |= ticket._get_call_class(target, changes)
            if before in GONE:
                changes["left_at"] = False
            if stamp := TIMESTAMPS.get(target):
                changes.setdefault(stamp, fields.Datetime.now())
            if (before, target) == ("in_consultation", "parked"):
                changes["first_seen_at"] = ticket._get_first_seen()
            restore = ticket._get_values(changes)
            ticket.sudo().write(changes)
            ticket._log(
                kind,
                before=before,
                after=target,
                reason=noted["reason_given"],
                factors=noted["factors"],
                restore=restore,
            )

    def _get_values(self, names):
        """Return what fields hold now, as ``_restore`` reads it back from JSON."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        values = ticket_sudo._convert_to_write({n: ticket_sudo[n] for n in names})
        return {
            name: fields.Datetime.to_string(value)
            if self._fields[name].type == "datetime"
            else value
            for name, value in values.items()
        }

    def _check_ticket_step(self, target):
        self.ensure_one()
        if target in TICKET_TRANSITIONS[self.state]:
            return
        labels = dict(self._fields["state"]._description_selection(self.env))
        raise QueueError(
            self.env._(
                'Ticket %(name)s is "%(state)s" and cannot become "%(target)s".',
                name=self.name,
                state=labels[self.state],
                target=labels[target],
            )
        )

    def start_service(self):
        """The consultation begins."""
        for ticket in self:
            key = ticket.desk_id._get_provider_key() if ticket.desk_id else False
            ticket._transition("in_consultation", provider_key=key)
            # sudo: the visit may be a colleague's who sent the patient on
            visit_sudo = ticket.sudo().appointment_id
            if visit_sudo.state == "arrived":
                visit_sudo.begin()

    def complete_service(self):
        """The consultation is over."""
        self._transition("completed")
        for ticket in self:
            # sudo: as above
            visit_sudo = ticket.sudo().appointment_id
            if visit_sudo.state == "in_progress":
                visit_sudo.complete()

    def park(self, reason=None):
        """Let somebody step out, or wait for a result, without losing the place."""
        self._transition("parked", desk_id=False, reason_given=reason)

    def unpark(self):
        """Back into the line; the clock goes on, or stood still, as the policy says."""
        self.filtered(lambda item: item.state == "parked")._transition("waiting")

    def _get_clock(self):
        """Return for how long the clock stood still of who is parked no more.

        It went on while they were parked, or stood still, as the policy says; before
        the slot of an appointment it did not run yet.
        """
        self.ensure_one()
        if self.state != "parked" or self.queue_id.policy_id.parking_keeps_clock:
            return {}
        now = fields.Datetime.now()
        since = min(max(self.parked_at, self._get_clock_start()), now)
        away = round((now - since).total_seconds())
        return {"paused_seconds": self.paused_seconds + away}

    def mark_absent(self):
        """Nobody came to the calls."""
        self._transition("absent", desk_id=False)

    def take_back(self):
        """Back into the line, with the first clock: after an absence, say."""
        self._transition("waiting", desk_id=False)

    def leave_queue(self, reason=None):
        """Leave without being seen."""
        self._transition("cancelled", desk_id=False, reason_given=reason)

    def _transfer(self, queue=None, doctor=None, reason=None, desk=None):
        """Send somebody to another queue, desk or doctor; what they waited counts on.

        :raise QueueError: the ticket is over or stays where it is, the queue or the
            doctor is of another site, or the desk does not do what they came for
        """
        self.check_access("write")
        for target in filter(None, (queue, doctor, desk)):
            target.check_access("read")
        for ticket in self:
            target = queue or ticket.queue_id
            if target.site_id != ticket.site_id:
                raise QueueError(
                    self.env._("%(queue)s is at another site.", queue=target.name)
                )
            ticket._check_transfer(target, doctor, desk)
            ticket._send_on(target, doctor, reason, desk)

    def _check_transfer(self, queue, doctor, desk):
        """Somebody is to be able to call whoever is transferred, and it is a change.

        :raise QueueError: saying what is to be chosen instead
        """
        self.ensure_one()
        there = (self.queue_id.id, self.doctor_id.id, self.only_desk_id.id)
        if there == (queue.id, bool(doctor) and doctor.id, bool(desk) and desk.id):
            raise QueueError(
                self.env._(
                    "%(ticket)s is in line there already. Choose another queue, desk "
                    "or doctor.",
                    ticket=self.name,
                )
            )
        if doctor:
            doctor._check_works_at(self.site_id)
        if desk:
            desk._check_takes(queue, self.service_id, doctor)

    def _send_on(self, queue, doctor, reason, desk=None):
        """Take one ticket to a queue, as one step that ``undo`` takes back whole."""
        self.ensure_one()
        self.check_access("write")
        before = self.state
        if before != "waiting":
            self._check_ticket_step("waiting")
        values = {
            "state": "waiting",
            "doctor_id": doctor.id if doctor else False,
            "only_desk_id": desk.id if desk else False,
            "desk_id": False,
            "started_at": False,
            "left_at": False,
            **self._get_clock(),
        }
        if queue != self.queue_id:
            values["queue_id"] = queue.id
            values["level_id"] = self._get_same_level(queue.policy_id).id
        served = 0
        if before == "in_consultation":
            served = (fields.Datetime.now() - self.started_at).total_seconds() / 60
            values["first_seen_at"] = self._get_first_seen()
        restore = self._get_values(values)
        self.sudo().write(values)
        self._log(
            "transferred",
            before=before,
            after="waiting",
            reason=reason,
            restore=restore,
            served_minutes=served,
        )

    def _get_first_seen(self):
        """Return when the wait for the first consultation ended."""
        self.ensure_one()
        return self.first_seen_at or self.called_at or self.started_at

    def _get_last_step(self):
        """Return the event that an undo takes back; empty when there is none."""
        self.ensure_one()
        steps = self.event_ids.filtered(lambda event: event.kind in (*STEPS, "undone"))
        last = steps.sorted()[:1]
        if last and last.moment < fields.Datetime.now() - UNDO_FOR:
            return last.browse()
        if last.kind in MARKS:
            is_open = bool(last.sudo().restore)
        else:
            is_open = last.kind in STEPS and last.before and last.after == self.state
        return last if is_open else last.browse()

    def _undo(self):
        """Take back the last step, and all that it changed.

        Whoever was at a desk that is taken or closed by now waits again instead.

        :raise QueueError: there is nothing to take back
        """
        for ticket in self:
            ticket.check_access("write")
            last = ticket._get_last_step()
            if not last:
                raise QueueError(
                    self.env._(
                        "There is nothing to undo on %(name)s.", name=ticket.name
                    )
                )
            ticket._check_undo(last)
            values = ticket._get_restored(last)
            ticket.sudo().write(values)
            ticket._log("undone", before=last.after, after=values.get("state"))
            along = last.along_id
            if along and along == along.ticket_id._get_last_step():
                along.ticket_id._undo()

    def _check_undo(self, step):
        """Taking a level back sets the one before: that takes the same right.

        :raise QueueError: the user may not triage
        """
        if step.kind == "triaged":
            self._check_may_triage()

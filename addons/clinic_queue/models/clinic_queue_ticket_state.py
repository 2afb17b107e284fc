# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The life of a ticket: one gate, one table of legal steps (const.py)."""

from odoo import fields, models

from ..const import TICKET_STATES, TICKET_TRANSITIONS
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
            if stamp := TIMESTAMPS.get(target):
                changes[stamp] = fields.Datetime.now()
            ticket.sudo().write(changes)
            ticket._log(
                kind,
                before=before,
                after=target,
                reason=noted["reason_given"],
                factors=noted["factors"],
            )

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
        for ticket in self.filtered(lambda item: item.state == "parked"):
            values = {}
            if not ticket.queue_id.policy_id.parking_keeps_clock:
                away = fields.Datetime.now() - ticket.parked_at
                values["arrived_at"] = ticket.arrived_at + away
            ticket._transition("waiting", **values)

    def mark_absent(self):
        """Nobody came to the calls."""
        self._transition("absent", desk_id=False)

    def take_back(self):
        """Back into the line, with the first clock: after an absence, say."""
        self._transition("waiting", desk_id=False, left_at=False)

    def leave_queue(self, reason=None):
        """Leave without being seen."""
        self._transition("cancelled", desk_id=False, reason_given=reason)

    def _transfer(self, queue=None, doctor=None, reason=None):
        """Send somebody on to another queue or doctor; what they waited counts on.

        :raise QueueError: the ticket is over, or the queue is of another site
        """
        for ticket in self:
            target = queue or ticket.queue_id
            if target.site_id != ticket.site_id:
                raise QueueError(
                    self.env._("%(queue)s is at another site.", queue=target.name)
                )
            values = {"doctor_id": doctor.id if doctor else False, "desk_id": False}
            if target != ticket.queue_id:
                values["queue_id"] = target.id
                values["level_id"] = ticket._get_same_level(target.policy_id).id
            if ticket.state != "waiting":
                ticket._transition("waiting")
            ticket.check_access("write")
            ticket.sudo().write(values)
            ticket._log("transferred", reason=reason, after="waiting")

    def _get_same_level(self, policy):
        """Return the level of another policy with the same code."""
        self.ensure_one()
        code = self.level_id.code
        return policy.level_ids.filtered(lambda level: level.code == code)[:1]

    def undo(self):
        """Take back the last change of state, and what it noted.

        :raise QueueError: there is nothing to take back
        """
        known = dict(TICKET_STATES)
        for ticket in self:
            ticket.check_access("write")
            steps = ticket.event_ids.filtered(lambda event: event.kind == "state")
            last = steps.sorted()[:1]
            if not last or last.after != ticket.state or last.before not in known:
                raise QueueError(
                    self.env._(
                        "There is nothing to undo on %(name)s.", name=ticket.name
                    )
                )
            values = {"state": last.before}
            if stamp := TIMESTAMPS.get(ticket.state):
                values[stamp] = False
            if last.before in ("called", "in_consultation"):
                values["desk_id"] = last.desk_id.id or ticket.desk_id.id
            else:
                values["desk_id"] = False
            ticket.sudo().write(values)
            ticket._log("undone", before=last.after, after=last.before)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Calling: from whom a desk serves next to who did not come."""

from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.clinic_engine import queue_policy
from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from ..exceptions import QueueError


class ClinicQueueDesk(models.Model):
    _inherit = "clinic.queue.desk"

    def call_next(self):
        """Call whom the policy puts first, of those whom this desk serves.

        Whoever must be seen at once goes before all policies: alarms of the desk's
        queues are called first, whichever service or doctor they came for.

        Two desks that ask at once never get the same ticket: the second one skips
        what the first one has locked, or is repeated by Odoo and sees it called.

        :returns: the ticket; empty when nobody waits for this desk
        :raise QueueError: the desk is not the user's, or somebody is called already
        """
        self._check_free()
        now = epoch(fields.Datetime.now())
        for ticket in self._get_line(now):
            if ticket._try_lock():
                policy = ticket.queue_id.policy_id._get_engine_policy()
                self._call(ticket, now, policy)
                if ticket.is_alarm:
                    ticket.take_alarm()
                return ticket
        return self.env["clinic.queue.ticket"]

    def _get_line(self, now):
        """Return whom this desk calls, in order: alarms, then the policy's order.

        :param now: epoch seconds
        """
        queued = self._filter_served(self._get_waiting())._rank(now)
        return self._get_waiting_alarms() + queued

    def _filter_served(self, tickets):
        """Return those of the tickets that this desk may call in their turn."""
        offers = self._get_offers(tickets.service_id)
        return tickets.filtered(lambda ticket: ticket._get_needs() <= offers)

    def _call_ticket(self, ticket, reason):
        """Call a certain one, out of turn.

        :param reason: why; kept in the history
        :raise QueueError: no desk or reason is given, or it is not waiting any more
        """
        if not self:
            raise QueueError(self.env._("Choose the desk to which to call."))
        self._check_free()
        ticket._check_reason(reason)
        if ticket.queue_id not in self.queue_ids:
            raise QueueError(
                self.env._(
                    "%(desk)s does not serve %(queue)s.",
                    desk=self.name,
                    queue=ticket.queue_id.name,
                )
            )
        if not ticket._try_lock() or ticket.state not in (
            "waiting",
            "absent",
            "parked",
        ):
            raise QueueError(
                self.env._(
                    "%(ticket)s is not waiting any more. Refresh the list.",
                    ticket=ticket.name,
                )
            )
        policy = ticket.queue_id.policy_id._get_engine_policy()
        self._call(ticket, epoch(fields.Datetime.now()), policy, reason)
        return ticket

    def _call(self, ticket, now, policy, reason=None):
        ticket._transition(
            "called",
            desk_id=self.id,
            call_count=1,
            # an earlier consultation is over: this one has not begun
            started_at=False,
            reason_given=reason,
            factors=ticket._get_factors(now, policy),
        )

    def _check_free(self):
        """The desk is the user's, and open, and nobody is called to it: take it.

        :raise QueueError: saying what to do first
        """
        self._check_mine()
        if self.state == "closed":
            # a manager may call at anybody's desk, but at none where nobody is
            raise QueueError(
                self.env._("%(desk)s is closed. Open it first.", desk=self.name)
            )
        if self.state == "paused":
            self.sudo().write({"state": "open", "paused_until": False})
        if current := self._get_current():
            raise QueueError(
                self.env._(
                    "%(ticket)s is at %(desk)s. Finish, park or transfer first.",
                    ticket=current[0].name,
                    desk=self.name,
                )
            )
        # of two calls at once the later one is repeated by Odoo, and sees this one's
        self.env.cr.execute(
            "UPDATE clinic_queue_desk SET write_date = write_date WHERE id = %s",
            (self.id,),
        )

    def _get_waiting_alarms(self):
        """Return who must be seen at once and is not called yet, the first one first.

        No doctor or service is waited for. Who is parked is called by hand.
        """
        alarms = Domain(
            [
                ("queue_id", "in", self.queue_ids.ids),
                ("state", "=", "waiting"),
                ("is_alarm", "=", True),
            ]
        )
        day = self.queue_ids._get_day_domain()
        order = "triaged_at, arrived_at, id"
        return self.env["clinic.queue.ticket"].search(alarms & day, order=order)

    def _get_waiting(self):
        """Return who waits today in the queues of this desk, alarms left out."""
        waiting = Domain(
            [
                ("queue_id", "in", self.queue_ids.ids),
                ("state", "=", "waiting"),
                ("is_alarm", "=", False),
                ("doctor_id", "in", [False, *self.doctor_id.ids]),
            ]
        )
        day = self.queue_ids._get_day_domain()
        return self.env["clinic.queue.ticket"].search(waiting & day)


class ClinicQueueTicket(models.Model):
    _inherit = "clinic.queue.ticket"

    def _rank(self, now):
        """Return these tickets in the order in which they are served now.

        :param now: epoch seconds
        """
        policies = {
            queue: queue.policy_id._get_engine_policy() for queue in self.queue_id
        }
        return self.sorted(
            lambda ticket: queue_policy.standing(
                ticket._get_engine_ticket(), policies[ticket.queue_id]
            ).key(now)
        )

    def _try_lock(self):
        """Lock the ticket's row unless somebody else has it; whether that was done."""
        self.ensure_one()
        return bool(self.sudo().try_lock_for_update())

    def recall(self):
        """Call again. After as many calls as the policy says the ticket is absent.

        :raise QueueError: the ticket is not called
        """
        for ticket in self:
            if ticket.state != "called":
                raise QueueError(
                    self.env._("%(ticket)s is not called.", ticket=ticket.name)
                )
            if ticket.call_count >= ticket.queue_id.policy_id.absent_after:
                ticket.mark_absent()
                continue
            ticket.check_access("write")
            ticket.sudo().call_count += 1
            ticket._log("recalled", after="called")

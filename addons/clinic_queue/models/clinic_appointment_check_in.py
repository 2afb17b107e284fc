# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Check-in where people work with appointments, and visits that follow the queue."""

from datetime import timedelta

from odoo import api, fields, models

from ..const import PRESENT_STATES, TICKET_STATES
from ..exceptions import QueueError

#: Visits that may still be checked in.
EXPECTED_STATES = ("scheduled", "confirmed", "arrived")

#: Tickets that do not count as a check-in any more.
GONE_STATES = ("cancelled", "absent")


class ClinicAppointment(models.Model):
    _inherit = "clinic.appointment"

    queue_ticket_id = fields.Many2one(
        "clinic.queue.ticket", string="Ticket", compute="_compute_queue_ticket"
    )
    queue_number = fields.Char(compute="_compute_queue_ticket")
    queue_state = fields.Selection(
        TICKET_STATES, string="In the Queue", compute="_compute_queue_ticket"
    )
    may_check_in = fields.Boolean(
        compute="_compute_may_check_in",
        help="The visit is today, a queue takes it, and it has no number yet.",
    )

    @api.depends("queue_ticket_ids.state")
    def _compute_queue_ticket(self):
        domain = [("appointment_id", "in", self.ids), ("is_void", "=", False)]
        tickets = self.env["clinic.queue.ticket"].search(domain, order="id")
        latest = {ticket.appointment_id: ticket for ticket in tickets}
        for visit in self:
            ticket = latest.get(visit._origin, tickets.browse())
            visit.queue_ticket_id = ticket
            visit.queue_number = ticket.name
            visit.queue_state = ticket.state

    @api.depends("state", "start", "site_id", "queue_ticket_ids.state")
    def _compute_may_check_in(self):
        expected = self.filtered(
            lambda visit: (
                visit.state in EXPECTED_STATES
                and visit.modality == "in_person"
                and visit.site_id
                and visit._is_today()
            )
        )
        queues = self.env["clinic.queue"].search(
            [("site_id", "in", expected.site_id.ids)]
        )
        for visit in self:
            visit.may_check_in = bool(
                visit in expected
                and visit.queue_state in (False, *GONE_STATES)
                and queues._choose_for_appointment(visit)
            )

    def _is_today(self, moment=None):
        """Whether the visit begins today on the site's wall clock.

        :param datetime moment: naive UTC, whose day is asked for; None: now
        """
        self.ensure_one()
        if not self.start:
            return False
        get_day = self.env["clinic.queue"]._get_site_day
        return get_day(self.site_id, self.start) == get_day(self.site_id, moment)

    def action_check_in(self):
        """Give who is here their numbers, and say which.

        :raise QueueError: none of these visits can be checked in now
        """
        visits = self.filtered("may_check_in")
        if not visits:
            raise QueueError(
                self.env._(
                    "There is nothing to check in: only visits of today are, once, "
                    "where a queue takes them."
                )
            )
        lines = []
        is_new = not visits.queue_ticket_id
        for visit in visits:
            ticket = visit.check_in()
            values = {"patient": visit.patient_id.name, "number": ticket.name}
            lines.append(self.env._("%(patient)s has number %(number)s.", **values))
        return {
            "type": "ir.actions.client",
            "tag": "clinic_queue.number_given",
            "params": {
                "message": " ".join(lines),
                "tickets": visits.queue_ticket_id.ids,
                # who was absent comes back: that is no check-in to take back
                "visits": visits.ids if is_new else [],
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_view_queue_ticket(self):
        """Open the number that was given for this visit."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "clinic.queue.ticket",
            "res_id": self.queue_ticket_id.id,
            "view_mode": "form",
        }

    def reopen(self):
        """Override: an arrival that is taken back was no check-in either."""
        tickets = self._get_present_tickets("arrived")
        for ticket in tickets:
            words = ticket._for_staff().env
            ticket.leave_queue(words._("The check-in was taken back."))
        tickets.sudo().is_void = True
        return super().reopen()

    def _get_present_tickets(self, *states):
        """Return the tickets of those visits in these states that are not over."""
        visits = self.filtered(lambda visit: visit.state in states) if states else self
        return visits.queue_ticket_ids.filtered(
            lambda ticket: ticket.state in PRESENT_STATES
        )

    def _transition(self, target, **values):
        """Override: the ticket follows its visit."""
        result = super()._transition(target, **values)
        follow = {
            "arrived": self._let_wait_again,
            "in_progress": self._let_start,
            "completed": self._let_complete,
            "cancelled": self._let_leave,
            "no_show": self._let_leave,
        }.get(target)
        if follow:
            follow(self._get_present_tickets())
        return result

    def _let_wait_again(self, tickets):
        for ticket in tickets.filtered(lambda item: item.state == "in_consultation"):
            # the call was answered: it is none anew, and the wait ended with it
            called = {"called_at": ticket.called_at} if ticket.desk_id else {}
            ticket._transition(
                "called" if called else "waiting", started_at=False, **called
            )

    def _let_start(self, tickets):
        tickets.unpark()
        for ticket in tickets.filtered(lambda item: item.state != "in_consultation"):
            ticket.start_service()
            if not ticket.provider_key:
                ticket.sudo().provider_key = f"doctor:{ticket.doctor_id.id}"

    def _let_complete(self, tickets):
        tickets.filtered(
            lambda item: item.state == "in_consultation"
        ).complete_service()

    def _let_leave(self, tickets):
        for ticket in tickets.filtered(lambda item: item.state != "in_consultation"):
            words = ticket._for_staff().env
            ticket.leave_queue(words._("The appointment was given up."))

    def _may_check_in_by_link(self):
        """Whether the patient may check this visit in from its own page now."""
        self.ensure_one()
        queue = self.env["clinic.queue"]._find_for_appointment(self)
        if not self.may_check_in or not queue.takes_links:
            return False
        early = timedelta(minutes=self.company_id.clinic_queue_link_minutes)
        return self.start - early <= fields.Datetime.now() < self.stop

    def _check_in_by_link(self):
        """Check in as the patient, who says to be at the practice.

        :raise QueueError: it is too early, too late, or staff have to do it
        """
        if not self._may_check_in_by_link():
            raise QueueError(
                self.env._(
                    "This visit cannot be checked in here now. Ask at the reception."
                )
            )
        return self.check_in(source="link").sudo()


class ClinicQueue(models.Model):
    _inherit = "clinic.queue"

    takes_links = fields.Boolean(
        string="Check-in by Link",
        default=True,
        help="Patients may check their appointments in from the page of the visit.",
    )


class ClinicQueueTicket(models.Model):
    _inherit = "clinic.queue.ticket"

    is_void = fields.Boolean(
        string="Given by Mistake",
        readonly=True,
        copy=False,
        help="The check-in was taken back: reports leave it out.",
    )

    def _undo(self):
        """Override: the visit goes back with its ticket."""
        before = {ticket: ticket.state for ticket in self}
        result = super()._undo()
        for ticket in self:
            step = (before[ticket], ticket.appointment_id.state)
            is_taken_back = ticket.state != before[ticket]
            if is_taken_back and step in (
                ("in_consultation", "in_progress"),
                ("completed", "completed"),
            ):
                ticket.appointment_id.reopen()
        return result

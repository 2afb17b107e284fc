# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The steps of the desk screen, by ids: each checks what its user may do.

What they return is the sentence that the screen says.
"""

from odoo import fields, models

from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from ..exceptions import QueueError
from .clinic_queue_ticket_triage import GROUP


class ClinicQueueDesk(models.Model):
    _inherit = "clinic.queue.desk"

    def screen_open(self, doctor_id=False):
        """Take this desk and leave the one that the user was at.

        :param doctor_id: ``clinic.doctor`` who works here; False: who does already,
            or the user's own
        :raise QueueError: somebody else is here, or still called to the old desk
        """
        self.ensure_one()
        old = self.search([("user_id", "=", self.env.uid), ("id", "not in", self.ids)])
        told = [desk.close_desk() for desk in old]
        is_back = self.user_id == self.env.user
        doctor = self.doctor_id if is_back else self.env["clinic.doctor"]
        if doctor_id:
            doctor = self.env["clinic.doctor"].browse(doctor_id)
            doctor.check_access("read")
        self._open_desk(doctor)
        here = self.env._("You are at %(desk)s.", desk=self.name)
        return " ".join([here, *filter(None, told)])

    def screen_call_next(self, expected_id=False):
        """Call the next, and say so when it is another one than the screen showed.

        :param expected_id: the ticket that the screen showed as the next
        """
        ticket = self.call_next()
        expected = self.env["clinic.queue.ticket"].browse(expected_id or []).exists()
        taken = expected.filtered(lambda item: item.state == "called") - ticket
        if taken and taken.has_access("read"):
            return self._say_taken(taken, ticket)
        if not ticket:
            return self.env._("Nobody waits for %(desk)s.", desk=self.name)
        return self._say_called(ticket)

    def _say_taken(self, taken, ticket):
        if not ticket:
            return self.env._(
                "Somebody else just called %(taken)s. Nobody else waits for %(desk)s.",
                taken=taken.name,
                desk=self.name,
            )
        return self.env._(
            "Somebody else just called %(taken)s; %(ticket)s is called to %(desk)s.",
            taken=taken.name,
            ticket=ticket.name,
            desk=self.name,
        )

    def screen_call(self, ticket_id, reason):
        """Call a certain one, out of turn, with a reason.

        :raise QueueError: it is not to be had any more; the sentence names the next
        """
        ticket = self._get_ticket(ticket_id)
        is_taken = ticket.state in ("called", "in_consultation")
        if (is_taken and ticket.desk_id != self) or not ticket._try_lock():
            raise QueueError(self._say_gone(ticket))
        self._call_ticket(ticket, reason)
        return self._say_called(ticket)

    def _say_gone(self, ticket):
        following = self._get_line(epoch(fields.Datetime.now()))
        if following:
            return self.env._(
                "Somebody else just called %(ticket)s; the next is %(next)s.",
                ticket=ticket.name,
                next=following[0].name,
            )
        return self.env._(
            "Somebody else just called %(ticket)s; nobody else waits for %(desk)s.",
            ticket=ticket.name,
            desk=self.name,
        )

    def screen_call_alarm(self, ticket_id, park_id=False):
        """Call whom must be seen at once here, and say that somebody is on the way.

        :param park_id: who is at this desk and is parked for it: one step, which an
            undo takes back whole
        :raise QueueError: it is no alarm any more, or somebody else is at the desk
        """
        ticket = self._get_ticket(ticket_id)
        if not ticket._rings():
            raise QueueError(
                self.env._("%(ticket)s is no alarm any more.", ticket=ticket.name)
            )
        parked = self._park_for(ticket, park_id)
        message = self.screen_call(ticket_id, self.env._("To be seen at once"))
        if parked:
            # sudo: staff write no history; this belongs to the step just taken
            ticket._get_last_step().sudo().along_id = parked
            message = self.env._(
                "%(other)s is parked, %(ticket)s is called to %(desk)s.",
                other=parked.ticket_id.name,
                ticket=ticket.name,
                desk=self.name,
            )
        ticket.take_alarm()
        return message

    def _describe_target(self):
        """Return the desk as the dialog of a transfer offers it."""
        self.ensure_one()
        labels = dict(self._fields["state"]._description_selection(self.env))
        # who works there is no secret among staff
        doctor = self.sudo().doctor_id.name
        words = (self.name, doctor, labels[self.state] if self.state != "open" else "")
        return {
            "id": self.id,
            "name": " · ".join(filter(None, words)),
            "queues": self.queue_ids.ids,
        }

    def _park_for(self, ticket, park_id):
        """Park who is at this desk for one who cannot wait; return the event of it."""
        if not park_id:
            return self.env["clinic.queue.event"]
        self._check_mine()
        other = self._get_ticket(park_id)
        if other not in self._get_current():
            raise QueueError(
                self.env._(
                    "%(other)s is not at %(desk)s any more. Nothing was changed.",
                    other=other.name,
                    desk=self.name,
                )
            )
        words = other._for_staff().env
        other.park(words._("%(ticket)s had to be seen at once", ticket=ticket.name))
        return other._get_last_step()

    def _say_called(self, ticket):
        return self.env._(
            "%(ticket)s is called to %(desk)s.", ticket=ticket.name, desk=self.name
        )

    def _get_ticket(self, ticket_id):
        ticket = self.env["clinic.queue.ticket"].browse(ticket_id)
        ticket.check_access("write")
        return ticket


class ClinicQueueTicket(models.Model):
    _inherit = "clinic.queue.ticket"

    def screen_triage(self, level_id, reason=None):
        """Set how urgent somebody is.

        :param level_id: ``clinic.triage.level`` of the queue's policy
        """
        self.ensure_one()
        level = self.env["clinic.triage.level"].browse(level_id)
        level.check_access("read")
        self._triage(level, reason)
        if level.is_alarm:
            return self.env._(
                "%(ticket)s is to be seen at once. All staff are told.",
                ticket=self.name,
            )
        return self.env._(
            "%(ticket)s waits as %(level)s now. The clock goes on.",
            ticket=self.name,
            level=level.name,
        )

    def screen_credit(self, credit_id, reason):
        """Let somebody be served somewhat earlier, with a reason."""
        self.ensure_one()
        credit = self.env["clinic.queue.credit"].browse(credit_id)
        self._give_credit(credit, reason)
        return self.env._(
            "%(ticket)s has the credit %(credit)s.",
            ticket=self.name,
            credit=credit.name,
        )

    def screen_move_ahead(self, other_id, reason):
        """Move somebody before another one of the same queue, with a reason."""
        self.ensure_one()
        other = self.browse(other_id)
        self._move_ahead_of(other, reason)
        return self.env._(
            "%(ticket)s goes before %(other)s.", ticket=self.name, other=other.name
        )

    def screen_transfer(
        self, queue_id=False, doctor_id=False, reason=None, desk_id=False
    ):
        """Send somebody to another queue, desk or doctor; what they waited counts."""
        self.ensure_one()
        queue = self.env["clinic.queue"].browse(queue_id) if queue_id else None
        doctor = self.env["clinic.doctor"].browse(doctor_id) if doctor_id else None
        desk = self.env["clinic.queue.desk"].browse(desk_id) if desk_id else None
        self._transfer(queue, doctor, reason, desk)
        return self.env._(
            "%(ticket)s was transferred and keeps the time waited.", ticket=self.name
        )

    def screen_undo(self, event_id):
        """Take back the step that the screen named, unless another one followed.

        :raise QueueError: something else has happened to the ticket since
        """
        self.ensure_one()
        self.check_access("write")
        if self._get_last_step().id != event_id:
            raise QueueError(
                self.env._(
                    "Something else has happened to %(ticket)s since. Nothing was "
                    "taken back.",
                    ticket=self.name,
                )
            )
        self._undo()
        return self.env._("Taken back: %(ticket)s.", ticket=self.name)

    def get_transfer_targets(self):
        """Return the queues, desks and doctors to which the ticket may be taken."""
        self.ensure_one()
        self.check_access("read")
        site = self.site_id
        queues = self.env["clinic.queue"].search([("site_id", "=", site.id)])
        doctors = self.env["clinic.doctor"].search([("site_ids", "in", site.ids)])
        desks = self.env["clinic.queue.desk"].search([("site_id", "=", site.id)])
        return {
            "desks": [desk._describe_target() for desk in desks],
            "queues": [{"id": item.id, "name": item.name} for item in queues],
            "doctors": [{"id": item.id, "name": item.name} for item in doctors],
        }


class ClinicQueue(models.Model):
    _inherit = "clinic.queue"

    def screen_emergency(self, level_id=False, requirements=None):
        """Give somebody a number and a level at once: for who cannot wait.

        :param level_id: ``clinic.triage.level`` of the queue's policy; False, as for
            who may not triage: all staff are called, and one of them sets it
        :param requirements: what whoever takes them needs, for staff only
        :raise QueueError: the user may not set a level
        """
        self.ensure_one()
        if level_id and not self.env.user.has_group(GROUP):
            raise QueueError(
                self.env._("Only staff with the right to triage set the level.")
            )
        self.check_access("read")
        self.env["clinic.queue.ticket"].check_access("write")
        values = {"special_requirements": requirements} if requirements else {}
        # sudo: who may triage need not be who gives numbers
        tickets_sudo = self.env["clinic.queue.ticket"].sudo()
        ticket_sudo = tickets_sudo._join_queue(self.sudo(), is_emergency=True, **values)
        ticket = ticket_sudo.sudo(False)
        if level_id:
            return ticket.screen_triage(level_id)
        ticket._ask_triage()
        return self.env._(
            "All staff are called to %(ticket)s. One of them sets the level.",
            ticket=ticket.name,
        )

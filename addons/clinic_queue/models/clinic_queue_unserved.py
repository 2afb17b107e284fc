# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who waits for a desk or a doctor that is not there: they are shown, or let go on."""

from odoo import models

from ..exceptions import QueueError
from .clinic_queue_desk import CLOSED

#: Where a ticket is still to be called to a desk.
TO_BE_CALLED = ("waiting", "parked", "absent")


class ClinicQueueDesk(models.Model):
    _inherit = "clinic.queue.desk"

    def write(self, vals):
        """Override: whoever waits for an archived desk only may be called elsewhere.

        :raise QueueError: somebody is still at the desk
        """
        archived = self.filtered("active") if vals.get("active") is False else None
        if not archived:
            return super().write(vals)
        archived.sudo()._check_nobody_here()
        result = super().write({**vals, **CLOSED})
        archived._free_bound()
        return result

    def unlink(self):
        """Override: whoever waits for a deleted desk only may be called elsewhere.

        :raise QueueError: somebody is still at the desk
        """
        self.check_access("unlink")
        self.sudo()._check_nobody_here()
        self._free_bound()
        return super().unlink()

    def _check_takes(self, queue, service, doctor=None):
        """Somebody who is sent to this desk can be called to it.

        :raise QueueError: the desk does not serve the queue, does not offer the
            service, or the doctor is not there
        """
        self.ensure_one()
        if not self.active or queue not in self.queue_ids:
            raise QueueError(
                self.env._(
                    "%(desk)s does not serve %(queue)s.",
                    desk=self.name,
                    queue=queue.name,
                )
            )
        if service and self.service_ids and service not in self.service_ids:
            raise QueueError(
                self.env._(
                    "%(desk)s does not offer %(service)s. Choose another desk.",
                    desk=self.name,
                    service=service.name,
                )
            )
        if doctor and not self._may_have(doctor):
            raise QueueError(
                self.env._(
                    "%(doctor)s is not at %(desk)s. Choose the desk of %(doctor)s, or "
                    "only one of the two.",
                    doctor=doctor.name,
                    desk=self.name,
                )
            )

    def _may_have(self, doctor):
        """Whether a doctor is at this desk, or at none and may yet open this one."""
        self.ensure_one()
        if self.state != "closed":
            return self.doctor_id == doctor
        return not self.sudo().search_count(
            [("doctor_id", "=", doctor.id), ("state", "!=", "closed")], limit=1
        )

    def _check_nobody_here(self):
        """A desk is left when nobody is called to it or served at it any more.

        :raise QueueError: naming who is there
        """
        if busy := self._get_current()[:1]:
            raise QueueError(
                self.env._(
                    "%(ticket)s is still at %(desk)s. Finish or transfer it first.",
                    ticket=busy.name,
                    desk=busy.desk_id.name,
                )
            )

    def _free_bound(self):
        """Let other desks call who was transferred to these; the history says so.

        :returns: a sentence that names them, or None where there are none
        """
        # sudo: whoever leaves the desk need not see each visit that waits for it
        tickets_sudo = self.env["clinic.queue.ticket"].sudo()
        bound_sudo = tickets_sudo.search(
            [("only_desk_id", "in", self.ids), ("state", "in", TO_BE_CALLED)]
        )
        for ticket_sudo in bound_sudo:
            desk_sudo = ticket_sudo._for_staff().only_desk_id
            words = desk_sudo.env
            ticket_sudo._log(
                "noted", reason=words._("%(desk)s was closed", desk=desk_sudo.name)
            )
        bound_sudo.only_desk_id = False
        if not bound_sudo:
            return None
        return self.env._(
            "Whoever waited for %(desk)s only may be called to other desks now: "
            "%(tickets)s.",
            desk=self[:1].name,
            tickets=", ".join(bound_sudo.mapped("name")),
        )


class ClinicQueueTicket(models.Model):
    _inherit = "clinic.queue.ticket"

    def _describe_unserved(self):
        """Return [{id, name, why}, …] of those whom no open desk calls as things are.

        Alarms are called by whichever desk of their queue is free.
        """
        waiting = self.filtered(lambda item: item.state == "waiting")
        if not waiting:
            return []
        # sudo: who is at which desk is no secret among staff
        desks_sudo = self.env["clinic.queue.desk"].sudo()
        open_sudo = desks_sudo.search(
            [("site_id", "in", waiting.site_id.ids), ("state", "!=", "closed")]
        )
        offers = [desk._get_offers(waiting.service_id) for desk in open_sudo]
        return [
            {
                "id": ticket.id,
                "name": ticket.name,
                "why": ticket._say_unserved(open_sudo),
            }
            for ticket in waiting
            if not ticket._is_offered(offers)
        ]

    def _filter_served(self):
        """Return those of one queue whom an open desk calls as things are.

        All of them where none is open yet: nobody is passed over then.
        """
        # sudo: as above; patients and boards ask, too
        desks_sudo = self.env["clinic.queue.desk"].sudo()
        open_sudo = desks_sudo.search(
            [("queue_ids", "in", self.queue_id.ids), ("state", "!=", "closed")]
        )
        if not open_sudo:
            return self
        offers = [desk._get_offers(self.service_id) for desk in open_sudo]
        return self.filtered(lambda item: item._is_offered(offers))

    def _is_offered(self, offers):
        """Whether one of these desks calls the ticket; ``offers``: of each desk."""
        self.ensure_one()
        return any(self._get_least_needs() <= offer for offer in offers)

    def _get_least_needs(self):
        """Return what a desk must offer to call this one, as an alarm or in turn."""
        self.ensure_one()
        needs = self._get_needs()
        return needs & {f"queue:{self.queue_id.id}"} if self.is_alarm else needs

    def _say_unserved(self, open_desks):
        """Return why none of the desks that are open calls this one."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        desk, doctor = ticket_sudo.only_desk_id, ticket_sudo.doctor_id
        own = open_desks.filtered(lambda item: self.queue_id in item.queue_ids)
        if desk and desk not in open_desks:
            return self.env._("%(desk)s is closed.", desk=desk.name)
        if not own:
            return self.env._("No desk of %(queue)s is open.", queue=self.queue_id.name)
        if doctor and doctor not in open_desks.doctor_id:
            return self.env._("%(doctor)s is at no desk.", doctor=doctor.name)
        service = ticket_sudo.service_id
        if service and not any(service in (d.service_ids or service) for d in own):
            return self.env._(
                "No open desk of %(queue)s offers %(service)s.",
                queue=self.queue_id.name,
                service=service.name,
            )
        return self.env._("No open desk offers all that they came for.")

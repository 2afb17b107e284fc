# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The one door for new tickets: reception, kiosk, link, and what comes in later."""

import psycopg2

from odoo import fields, models
from odoo.exceptions import ConcurrencyError

#: What a caller may say of a new ticket; the rest is decided here.
JOIN_FIELDS = {
    "appointment_id",
    "arrived_at",
    "client_uuid",
    "doctor_id",
    "number",
    "patient_id",
    "reason",
    "service_id",
    "source",
    "special_requirements",
}

#: Who meets these came at the same moment as somebody else with the same wish.
RACES = {
    "clinic_queue_ticket_unique_client_uuid",
    "clinic_queue_ticket_unique_appointment",
}


class ClinicQueueTicket(models.Model):
    _inherit = "clinic.queue.ticket"

    client_uuid = fields.Char(
        readonly=True,
        copy=False,
        groups="clinic_scheduling.group_clinic_manager",
        help="Names the request that took the number: repeated, it finds it again.",
    )
    _unique_client_uuid = models.UniqueIndex(
        "(client_uuid) WHERE client_uuid IS NOT NULL",
        "That request has its number already.",
    )

    def _void(self):
        """Let who got a number by mistake leave; an undo makes it count again."""
        self.ensure_one()
        self.leave_queue(self._for_staff().env._("The number was given by mistake."))
        self.sudo().is_void = True
        # sudo: staff write no history; this belongs to the step just taken
        step_sudo = self._get_last_step().sudo()
        step_sudo.restore = {**(step_sudo.restore or {}), "is_void": False}


class ClinicQueue(models.Model):
    _inherit = "clinic.queue"

    def _join(self, values):
        """Give somebody a number of this queue, once.

        :param dict values: of ``JOIN_FIELDS``: ``client_uuid`` names the request,
            so that repeating it returns the same ticket; ``number`` is one that was
            given offline, ``arrived_at`` (naive UTC) since when its holder waits
        :return: ``clinic.queue.ticket``
        :raise QueueError: the queue takes no walk-ins
        :raise ConcurrencyError: the same request, or the check-in of that appointment,
            runs elsewhere; Odoo repeats this one, which then finds the ticket
        """
        self.ensure_one()
        unknown = values.keys() - JOIN_FIELDS
        if unknown:
            raise ValueError(f"Not for a new ticket: {', '.join(sorted(unknown))}")
        client_uuid = values.get("client_uuid")
        if client_uuid and (known := self._find_joined(client_uuid)):
            return known
        tickets = self.env["clinic.queue.ticket"]
        try:
            return tickets._join_queue(self, **values)
        except psycopg2.errors.UniqueViolation as error:
            if error.diag.constraint_name not in RACES:
                raise
            raise ConcurrencyError(client_uuid or self.code) from error

    def _find_joined(self, client_uuid):
        """Return the ticket of this queue that a request was given, or none."""
        # sudo: the uuid is the managers' to read; the ticket is the caller's again
        tickets_sudo = self.env["clinic.queue.ticket"].sudo()
        found = tickets_sudo.search(
            [("client_uuid", "=", client_uuid), ("queue_id", "=", self.id)], limit=1
        )
        return found.sudo(False)

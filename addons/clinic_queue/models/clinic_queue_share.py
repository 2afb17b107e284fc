# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whose share of a visit was which: who is sent on is served more than once.

The last consultation is on the ticket. Those before it, which ended by a transfer or
in the parked list, are kept on the events that ended them.
"""

from odoo import fields, models

from .clinic_queue_ticket_state import STEPS


class ClinicQueueEvent(models.Model):
    _inherit = "clinic.queue.event"

    provider_key = fields.Char(
        help="Who had served until then, as on the ticket: doctor or desk."
    )
    is_undone = fields.Boolean(help="The step was taken back.")

    _shares = models.Index(
        "(queue_id, moment) WHERE served_minutes > 0 AND is_undone IS NOT TRUE"
    )


class ClinicQueueTicket(models.Model):
    _inherit = "clinic.queue.ticket"

    def _log(self, kind, **values):
        """Override: keep the share of a consultation that goes on elsewhere."""
        if kind == "undone":
            self._mark_undone()
        is_interrupted = (
            kind != "undone"
            and values.get("before") == "in_consultation"
            and values.get("after") != "completed"
        )
        if not is_interrupted:
            return super()._log(kind, **values)
        for ticket in self:
            share = ticket._get_share(values.get("restore") or {})
            super(ClinicQueueTicket, ticket)._log(kind, **{**values, **share})
        return None

    def _get_share(self, restore):
        """Return where, by whom and how long a consultation was that just ended.

        :param restore: what the step changed, as it was before
        """
        self.ensure_one()
        started = fields.Datetime.to_datetime(restore.get("started_at"))
        started = started or self.started_at
        if not started:
            return {}
        served = (fields.Datetime.now() - started).total_seconds() / 60
        return {
            "desk_id": restore.get("desk_id") or self.desk_id.id,
            "provider_key": self.provider_key,
            "served_minutes": served,
        }

    def _mark_undone(self):
        """Note that the last step was taken back: its share is no service."""
        for ticket in self:
            steps_sudo = ticket.sudo().event_ids.filtered(
                lambda item: item.kind in STEPS
            )
            last_sudo = steps_sudo.sorted()[:1]
            if last_sudo.served_minutes:
                last_sudo.is_undone = True

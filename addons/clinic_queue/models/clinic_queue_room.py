# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The waiting room in columns: who waits stands there in the order of service."""

from odoo import api, fields, models

from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch


class ClinicQueueTicket(models.Model):
    _inherit = "clinic.queue.ticket"

    @api.model
    @api.readonly
    def web_read_group(
        self,
        domain,
        groupby,
        aggregates=(),
        limit=None,
        offset=0,
        order=None,
        **options,
    ):
        """Override: in no order of the user's own, who is next stands at the top.

        Alarms first, then as the policies say. Only what is read at once is ordered:
        beyond that many people the rest follow by arrival.
        """
        self.check_access("read")
        found = super().web_read_group(
            domain, groupby, aggregates, limit, offset, order, **options
        )
        if [*groupby] == ["state"] and not order:
            for group in found["groups"]:
                if group["state"] == "waiting" and group.get("__records"):
                    group["__records"] = self._sort_as_served(group["__records"])
        return found

    @api.model
    def _sort_as_served(self, rows):
        """Return the rows of who waits, in the order in which they are called."""
        tickets = self.browse([row["id"] for row in rows])
        alarms = tickets.filtered("is_alarm").sorted(
            lambda ticket: (ticket.triaged_at or ticket.arrived_at, ticket.id)
        )
        by_id = {row["id"]: row for row in rows}
        order = alarms + (tickets - alarms)._rank(epoch(fields.Datetime.now()))
        return [by_id[ticket.id] for ticket in order]

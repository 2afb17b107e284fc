# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The mirror of other people's events: when somebody has no time."""

from odoo import fields, models


class CalendarSyncBusy(models.Model):
    """A time that an event of the owner's calendar takes.

    No row of the ledger: a busy time makes times unavailable, and neither refuses nor
    cancels what is booked.
    """

    _name = "calendar.sync.busy"
    _description = "Busy Time of a Calendar"
    _order = "start, id"
    _log_access = False
    _rec_name = "start"

    calendar_id = fields.Many2one(
        "calendar.sync.calendar", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="calendar_id.company_id", store=True)
    resource_id = fields.Many2one(
        related="calendar_id.resource_id", store=True, index=True
    )
    remote_id = fields.Char(required=True, readonly=True)
    start = fields.Datetime(required=True, readonly=True)
    stop = fields.Datetime(required=True, readonly=True)
    all_day = fields.Boolean(readonly=True)

    _check_range = models.Constraint(
        "CHECK (stop > start)", "A busy time ends after it starts."
    )
    _by_event = models.Index("(calendar_id, remote_id)")

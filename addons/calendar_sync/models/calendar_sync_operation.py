# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The outbox: what calendars should learn, written by whoever changes a booking."""

from odoo import fields, models


class CalendarSyncOperation(models.Model):
    """One thing that a calendar should have learned at some time.

    Rows are written in the user's own transaction and never changed, so a booking that
    is rolled back tells nobody, and one that is committed is never forgotten.
    ``payload`` is empty for a booking that has no event any more. ``is_wanted`` is
    false for what was only written on the way, and is kept to recognize it.
    """

    _name = "calendar.sync.operation"
    _description = "Calendar Operation"
    _order = "id desc"
    _log_access = False

    link_id = fields.Many2one(
        "calendar.sync.link", required=True, readonly=True, ondelete="cascade"
    )
    create_date = fields.Datetime(
        readonly=True, default=lambda self: fields.Datetime.now()
    )
    generation = fields.Integer(readonly=True, aggregator=None)
    is_wanted = fields.Boolean(readonly=True, default=True)
    payload = fields.Json(readonly=True)
    digest = fields.Char(readonly=True)

    _by_link = models.Index("(link_id, id)")

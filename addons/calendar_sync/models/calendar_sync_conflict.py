# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class CalendarSyncConflict(models.Model):
    """A field that was changed here and in the calendar at once; ours was kept."""

    _name = "calendar.sync.conflict"
    _description = "Calendar Conflict"
    _order = "id desc"

    link_id = fields.Many2one(
        "calendar.sync.link",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    calendar_id = fields.Many2one(related="link_id.calendar_id", store=True)
    company_id = fields.Many2one(related="link_id.company_id", store=True)
    record_name = fields.Char(related="link_id.record_name")
    name = fields.Char(string="Field", required=True, readonly=True)
    base = fields.Char(string="Before", readonly=True)
    ours = fields.Char(string="Changed Here", readonly=True)
    theirs = fields.Char(string="Changed in the Calendar", readonly=True)

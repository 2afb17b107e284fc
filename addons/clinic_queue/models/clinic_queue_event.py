# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from ..const import TICKET_STATES

KINDS = [
    ("created", "Joined"),
    ("state", "State changed"),
    ("recalled", "Called again"),
    ("triaged", "Level set"),
    ("credited", "Credit given"),
    ("transferred", "Sent on"),
    ("undone", "Undone"),
    ("alarm_taken", "Alarm taken"),
    ("triage_asked", "Triage asked for"),
]


class ClinicQueueEvent(models.Model):
    """What happened to a ticket: written once, never changed."""

    _name = "clinic.queue.event"
    _description = "Queue Event"
    _order = "id desc"

    ticket_id = fields.Many2one(
        "clinic.queue.ticket", required=True, index=True, ondelete="cascade"
    )
    queue_id = fields.Many2one(
        related="ticket_id.queue_id", store=True, index=True, precompute=True
    )
    kind = fields.Selection(KINDS, required=True)
    before = fields.Selection(TICKET_STATES)
    after = fields.Selection(TICKET_STATES)
    desk_id = fields.Many2one("clinic.queue.desk")
    user_id = fields.Many2one("res.users", default=lambda self: self.env.uid)
    moment = fields.Datetime(default=fields.Datetime.now, required=True, index=True)
    level_before_id = fields.Many2one("clinic.triage.level")
    level_id = fields.Many2one("clinic.triage.level")
    reason = fields.Char(groups="clinic_scheduling.group_clinic_clinical")
    factors = fields.Json(
        help="The parts of the score when the ticket was called, in seconds and shares."
    )
    restore = fields.Json(
        help="What the step changed on the ticket, as it was before: for an undo.",
        groups="base.group_system",
    )
    served_minutes = fields.Float(
        help="How long the consultation had taken when the ticket was sent on."
    )

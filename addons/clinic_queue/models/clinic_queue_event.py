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
    ("transferred", "Transferred"),
    ("undone", "Undone"),
    ("alarm_taken", "Alarm taken"),
    ("triage_asked", "Triage asked for"),
    # what follows from settings or a desk that closes: no step, nothing to undo
    ("noted", "Noted"),
]


class ClinicQueueEvent(models.Model):
    """What happened to a ticket: written once; a step may be marked as undone."""

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
    along_id = fields.Many2one(
        "clinic.queue.event",
        index="btree_not_null",
        help="Another ticket's step that was taken with this one: undone together.",
    )
    served_minutes = fields.Float(
        help="How long the consultation had taken at the transfer."
    )

    def _describe_undo(self):
        """Return what a button says that takes this step back."""
        self.ensure_one()
        names = {"ticket": self.ticket_id.name, "other": self.along_id.ticket_id.name}
        if self.along_id:
            return self.env._(
                "Undo call of %(ticket)s and park of %(other)s",
                **names,
            )
        step = self.after if self.kind == "state" else self.kind
        calls = self.ticket_id.call_count
        if step == "called" and calls > 1:
            return self.env._(
                "Undo all %(calls)s calls of %(ticket)s", calls=calls, **names
            )
        return {
            "waiting": self.env._("Undo return of %(ticket)s", **names),
            "called": self.env._("Undo call of %(ticket)s", **names),
            "in_consultation": self.env._("Undo start of %(ticket)s", **names),
            "parked": self.env._("Undo park of %(ticket)s", **names),
            "completed": self.env._("Undo finish of %(ticket)s", **names),
            "absent": self.env._("Undo absence of %(ticket)s", **names),
            "cancelled": self.env._("Undo leaving of %(ticket)s", **names),
            "transferred": self.env._("Undo transfer of %(ticket)s", **names),
            "triaged": self.env._("Undo level of %(ticket)s", **names),
            "credited": self.env._("Undo credit of %(ticket)s", **names),
        }[step]

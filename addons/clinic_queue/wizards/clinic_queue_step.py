# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ClinicQueueStep(models.TransientModel):
    """A step of a ticket that needs a word: why, how urgent, where to."""

    _name = "clinic.queue.step"
    _inherit = "clinic.wizard.mixin"
    _description = "Step of a Ticket"

    ticket_id = fields.Many2one("clinic.queue.ticket", required=True, readonly=True)
    queue_id = fields.Many2one(related="ticket_id.queue_id")
    policy_id = fields.Many2one(related="ticket_id.queue_id.policy_id")
    site_id = fields.Many2one(related="ticket_id.site_id")
    kind = fields.Selection(
        [
            ("triage", "Set the level"),
            ("credit", "Give a credit"),
            ("call", "Call out of turn"),
            ("park", "Park"),
            ("transfer", "Transfer"),
            ("ahead", "Move ahead"),
            ("leave", "Leave the queue"),
        ],
        required=True,
        readonly=True,
    )
    reason = fields.Char(string="Why")
    level_id = fields.Many2one(
        "clinic.triage.level", domain="[('policy_id', '=', policy_id)]"
    )
    credit_id = fields.Many2one(
        "clinic.queue.credit", domain="[('policy_id', '=', policy_id)]"
    )
    to_queue_id = fields.Many2one("clinic.queue", domain="[('site_id', '=', site_id)]")
    to_desk_id = fields.Many2one(
        "clinic.queue.desk",
        domain="[('queue_ids', 'in', to_queue_id or queue_id)]",
        help="Empty: whichever desk is free first.",
    )
    to_doctor_id = fields.Many2one("clinic.doctor")
    other_id = fields.Many2one(
        "clinic.queue.ticket",
        string="Before",
        domain="[('queue_id', '=', queue_id), ('state', '=', 'waiting')]",
    )
    desk_id = fields.Many2one(
        "clinic.queue.desk",
        domain="[('queue_ids', 'in', queue_id), ('state', '!=', 'closed')]",
        default=lambda self: self._get_own_desk(),
    )

    def _get_own_desk(self):
        return self.env["clinic.queue.desk"].search(
            [("user_id", "=", self.env.uid)], limit=1
        )

    def action_do(self):
        """Take the step."""
        self.ensure_one()
        getattr(self, f"_do_{self.kind}")(self.ticket_id)

    def _do_triage(self, ticket):
        ticket._triage(self.level_id, self.reason)

    def _do_credit(self, ticket):
        ticket._give_credit(self.credit_id, self.reason)

    def _do_call(self, ticket):
        self.desk_id._call_ticket(ticket, self.reason)

    def _do_park(self, ticket):
        ticket.park(self.reason)

    def _do_transfer(self, ticket):
        ticket._transfer(
            self.to_queue_id, self.to_doctor_id, self.reason, self.to_desk_id
        )

    def _do_ahead(self, ticket):
        ticket._move_ahead_of(self.other_id, self.reason)

    def _do_leave(self, ticket):
        ticket.leave_queue(self.reason)

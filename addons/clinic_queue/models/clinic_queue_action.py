# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the buttons of the screens do; the steps themselves are the models' own."""

from odoo import api, fields, models

from .clinic_queue_ticket_triage import GROUP


class ClinicQueueTicket(models.Model):
    _inherit = "clinic.queue.ticket"

    undo_label = fields.Char(
        compute="_compute_undo_label",
        help="What the last step was that can be taken back. Empty: there is none.",
    )

    undo_event_id = fields.Many2one(
        "clinic.queue.event", compute="_compute_undo_label", string="Step to Undo"
    )

    @api.depends("state", "event_ids")
    @api.depends_context("uid")
    def _compute_undo_label(self):
        may_triage = self.env.user.has_group(GROUP)
        for ticket in self:
            last = ticket._get_last_step()
            is_mine = bool(last) and (last.kind != "triaged" or may_triage)
            ticket.undo_label = is_mine and last._describe_undo()
            ticket.undo_event_id = is_mine and last

    def action_start(self):
        """Begin the consultation."""
        return self.start_service()

    def action_complete(self):
        """End the consultation."""
        return self.complete_service()

    def action_recall(self):
        """Call again."""
        return self.recall()

    def action_unpark(self):
        """Back into the line."""
        return self.unpark()

    def action_take_back(self):
        """Back into the line after an absence."""
        return self.take_back()

    def action_absent(self):
        """Nobody came."""
        return self.mark_absent()

    def action_undo(self):
        """Take back the step that the button named, see ``screen_undo``."""
        self.screen_undo(self.env.context.get("undo_event_id"))

    def action_step(self):
        """Open the dialog of the step that the button names in its context."""
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "clinic_queue.clinic_queue_step_action"
        )
        action["context"] = {**self.env.context, "default_ticket_id": self.id}
        return action


class ClinicQueueDesk(models.Model):
    _inherit = "clinic.queue.desk"

    def action_open(self):
        """Take the desk."""
        return self._open_desk()

    def action_pause(self):
        """Take a break."""
        return self.pause_desk()

    def action_close(self):
        """Leave the desk; say who is called to other desks now."""
        message = self.close_desk()
        return self._notify(message) if message else None

    def action_call_next(self):
        """Call the next, and say so when nobody waits for this desk."""
        ticket = self.call_next()
        if ticket:
            return None
        return self._notify(self.env._("Nobody waits for %(desk)s.", desk=self.name))

    def _notify(self, message):
        """Return the action that shows a sentence."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "info", "message": message},
        }

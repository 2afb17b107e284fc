# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the buttons of the screens do; the steps themselves are the models' own."""

from odoo import models


class ClinicQueueTicket(models.Model):
    _inherit = "clinic.queue.ticket"

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
        """Take the last step back."""
        return self.undo()

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
        """Leave the desk."""
        return self.close_desk()

    def action_call_next(self):
        """Call the next, and say so when nobody waits for this desk."""
        ticket = self.call_next()
        if ticket:
            return None
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("Nobody waits for %(desk)s.", desk=self.name),
            },
        }

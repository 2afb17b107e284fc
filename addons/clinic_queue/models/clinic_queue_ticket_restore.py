# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What an undo brings back, as far as it is still there."""

from odoo import models
from odoo.fields import Command

from .clinic_queue_ticket_state import AT_DESK, MARKS


class ClinicQueueTicket(models.Model):
    _inherit = "clinic.queue.ticket"

    def _get_restored(self, step):
        """Return the values that a step is taken back by.

        :raise QueueError: the queue's policy does not have the level of before
        """
        self.ensure_one()
        values = dict(self._filter_known(step.sudo().restore or {}))
        if step.kind in MARKS:
            return self._restore_level(values)
        values["state"] = step.before
        if step.after == "called" and self._rings():
            # whoever called went: nobody goes now
            values.update(alarm_taken_at=False, alarm_taken_by_id=False)
        if "level_id" in values:
            # the level may have been set anew since: it stays
            values["level_id"] = self.level_id.id
        values = self._restore_level(values)
        if step.before not in AT_DESK:
            return values
        desk = self.env["clinic.queue.desk"].browse(
            values.get("desk_id", self.desk_id.id) or []
        )
        # a desk that was deleted since had somebody at it: they wait again
        is_deleted = bool((step.sudo().restore or {}).get("desk_id")) and not desk
        if self._is_desk_free(desk) and not is_deleted:
            return values
        return {**values, "state": "waiting", "desk_id": False, "started_at": False}

    def _filter_known(self, values):
        """Yield the kept (field, value) pairs without records that are gone.

        Nobody is bound to a desk again that was closed or archived since.
        """
        for name, value in values.items():
            field = self._fields[name]
            if not field.relational or not value:
                yield name, value
                continue
            # sudo: whether a record is there, and nothing else of it
            records_sudo = self.env[field.comodel_name].sudo()
            if field.type == "many2many":
                ids = [number for *_command, numbers in value for number in numbers]
                yield name, [Command.set(records_sudo.browse(ids).exists().ids)]
                continue
            known_sudo = records_sudo.browse(value).exists()
            if name == "only_desk_id":
                known_sudo = known_sudo.filtered(
                    lambda desk: desk.active and desk.state != "closed"
                )
            if known_sudo or not field.required:
                yield name, known_sudo.id

    def _restore_level(self, values):
        """Return the values with the level as the policy of their queue has it."""
        if not values.get("level_id"):
            return values
        # sudo: the queue of before may be one that the user does not see
        queue_sudo = self.queue_id.sudo().browse(
            values.get("queue_id") or self.queue_id.id
        )
        level_sudo = self.level_id.sudo().browse(values["level_id"])
        found_sudo = self._get_same_level(queue_sudo.policy_id, level_sudo)
        return {**values, "level_id": found_sudo.id}

    def _is_desk_free(self, desk):
        """Whether the ticket may be at a desk again, or at none as before."""
        desk_sudo = desk.exists().sudo()
        if not desk:
            return True
        return desk_sudo.state != "closed" and not (desk_sudo._get_current() - self)

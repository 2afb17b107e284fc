# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What helps an administrator to set queues up."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import PRESETS


class ClinicQueuePolicy(models.Model):
    _inherit = "clinic.queue.policy"

    def action_use_preset(self):
        """Set the times and shares of the levels to the preset the button names.

        :raise UserError: the button names none
        """
        self.ensure_one()
        preset = self.env.context.get("preset")
        if preset not in PRESETS:
            raise UserError(self.env._("There is no preset of that name."))
        self.preset = preset
        self._onchange_preset()


class ClinicQueue(models.Model):
    _inherit = "clinic.queue"

    is_unserved = fields.Boolean(compute="_compute_is_unserved")

    @api.depends("desk_ids")
    def _compute_is_unserved(self):
        for queue in self:
            queue.is_unserved = not queue.desk_ids.filtered("active")

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from .. import secret_box
from .calendar_sync_channel import PARAM_PUSH
from .calendar_sync_invitation import MANAGER
from .calendar_sync_state import LAG_MINUTES, PARAM_LAG


class ResConfigSettings(models.TransientModel):
    """Settings of Calendar Sync."""

    _inherit = "res.config.settings"

    calendar_sync_push = fields.Boolean(config_parameter=PARAM_PUSH)
    calendar_sync_lag_minutes = fields.Integer(
        config_parameter=PARAM_LAG, default=LAG_MINUTES
    )
    calendar_sync_has_key = fields.Boolean(compute="_compute_calendar_sync_has_key")
    calendar_sync_has_https = fields.Boolean(compute="_compute_calendar_sync_has_key")

    def _compute_calendar_sync_has_key(self):
        has_key = secret_box.has_key()
        has_https = self.browse().get_base_url().startswith("https://")
        for settings in self:
            settings.calendar_sync_has_key = has_key
            settings.calendar_sync_has_https = has_https

    def action_calendar_sync_rotate(self):
        """Encrypt all passwords with the first of the server's keys, now.

        :raise AccessError: for others than administrators of calendars
        :raise UserError: when the server has no key
        """
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only administrators may do this."))
        if not secret_box.has_key():
            raise UserError(self.env._("This server has no key."))
        count = self.env["calendar.sync.account"]._cron_rotate()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(count)s passwords are encrypted with the first key.",
                    count=count,
                ),
            },
        }

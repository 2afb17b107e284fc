# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class CalendarSyncDisconnect(models.TransientModel):
    """Ask what becomes of the copies before a mailbox is disconnected."""

    _name = "calendar.sync.disconnect"
    _inherit = "clinic.wizard.mixin"
    _description = "Disconnect a Calendar"

    account_id = fields.Many2one(
        "calendar.sync.account",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env.context.get("active_id"),
    )
    copy_count = fields.Integer(compute="_compute_copies")
    is_reachable = fields.Boolean(compute="_compute_copies")
    copies = fields.Selection(
        [
            ("remove", "Remove our events from the calendar"),
            ("leave", "Leave them there"),
        ],
        string="What Becomes of Our Events",
        default="remove",
        required=True,
    )

    @api.depends("account_id")
    def _compute_copies(self):
        for wizard in self:
            account = wizard.account_id
            wizard.copy_count = len(account._get_copies())
            wizard.is_reachable = account.state in ("active", "paused")

    def action_disconnect(self):
        """Disconnect the mailbox.

        :raise AccessError: for who may not change the account
        """
        self.ensure_one()
        self.account_id.check_access("write")
        self.account_id._disconnect(self.copies == "remove")
        return {"type": "ir.actions.act_window_close"}

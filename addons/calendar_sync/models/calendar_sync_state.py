# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What administrators see of calendars and accounts: queue, lag, conflicts, quota."""

from odoo import api, fields, models
from odoo.tools import SQL

#: Setting: minutes that something may wait before the health check tells.
PARAM_LAG = "calendar_sync.lag_minutes"
LAG_MINUTES = 60


class CalendarSyncCalendar(models.Model):
    """How a calendar is doing."""

    _inherit = "calendar.sync.calendar"

    account_state = fields.Selection(related="account_id.state", string="State")
    provider = fields.Selection(related="account_id.provider")
    waiting_since = fields.Datetime(compute="_compute_waiting_since")
    lag_minutes = fields.Integer(
        string="Lag (min)",
        compute="_compute_waiting_since",
        aggregator=None,
        help="How long the oldest change has waited to be sent.",
    )
    conflict_count = fields.Integer(
        string="Conflicts", compute="_compute_conflict_count"
    )
    is_told = fields.Boolean(string="Told at Once", compute="_compute_is_told")

    @api.depends("link_ids.waits")
    def _compute_waiting_since(self):
        self.env["calendar.sync.operation"].flush_model()
        self.env["calendar.sync.link"].flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT link.calendar_id, min(o.create_date)"
                " FROM calendar_sync_link link"
                " JOIN calendar_sync_operation o ON o.link_id = link.id"
                " WHERE link.calendar_id = ANY(%s) AND o.is_wanted"
                " AND o.id > COALESCE(link.settled_id, 0)"
                " GROUP BY link.calendar_id",
                list(self.ids),
            )
        )
        oldest = dict(rows)
        now = fields.Datetime.now()
        for calendar in self:
            since = oldest.get(calendar.id)
            calendar.waiting_since = since
            passed = (now - since).total_seconds() if since else 0
            calendar.lag_minutes = max(0, passed // 60)

    def _compute_conflict_count(self):
        groups = self.env["calendar.sync.conflict"]._read_group(
            [("calendar_id", "in", self.ids)], ["calendar_id"], ["__count"]
        )
        counts = {calendar.id: count for calendar, count in groups}
        for calendar in self:
            calendar.conflict_count = counts.get(calendar.id, 0)

    @api.depends("channel_id", "channel_expires_at")
    def _compute_is_told(self):
        for calendar in self:
            calendar.is_told = calendar._is_told()

    def action_view_copies(self):
        """Open what this calendar has of ours."""
        return self._open_own("calendar_sync.calendar_sync_copy_action")

    def action_view_conflicts(self):
        """Open the conflicts of this calendar."""
        return self._open_own("calendar_sync.calendar_sync_conflict_action")

    def _open_own(self, name):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(name)
        domain = [("calendar_id", "=", self.id)]
        return {**action, "domain": domain, "context": {}}

    @api.model
    def _get_lagging(self):
        """Return the calendars in which something waits for longer than the setting."""
        get_param = self.env["ir.config_parameter"].sudo().get_param
        most = int(get_param(PARAM_LAG) or LAG_MINUTES)
        domain = [("account_id.active", "=", True), ("link_ids.waits", "=", True)]
        return self.search(domain).filtered(lambda item: item.lag_minutes > most)


class CalendarSyncAccount(models.Model):
    """How an account is doing."""

    _inherit = "calendar.sync.account"

    requests_today = fields.Integer(compute="_compute_usage")
    refused_today = fields.Integer(compute="_compute_usage")

    def _compute_usage(self):
        rows = self.env["calendar.sync.usage"].search(
            [("account_id", "in", self.ids), ("day", "=", fields.Date.today())]
        )
        by_account = rows.grouped("account_id")
        for account in self:
            usage = by_account.get(account, rows.browse())
            account.requests_today = usage.requests
            account.refused_today = usage.refused

    def action_view_usage(self):
        """Open the requests of each day."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "calendar_sync.calendar_sync_usage_action"
        )
        return {**action, "domain": [("account_id", "=", self.id)], "context": {}}

    def _get_provider(self):
        """Override: count what is asked."""
        provider = super()._get_provider()
        usage, number = self.env["calendar.sync.usage"], self.id
        provider.meter = lambda status: usage._count(number, status)
        return provider

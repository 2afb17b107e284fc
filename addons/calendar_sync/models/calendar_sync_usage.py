# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How many requests each mailbox takes, and how many were refused as too many."""

from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: In the transaction's own data, what is not stored yet.
COUNTED = "calendar_sync_counted"

#: Days that figures are kept.
KEPT_DAYS = 90

#: Statuses that providers refuse too many requests with.
TOO_MANY = (403, 429)


class CalendarSyncUsage(models.Model):
    """The requests of one mailbox on one day (of UTC)."""

    _name = "calendar.sync.usage"
    _description = "Requests to a Calendar"
    _order = "day desc, id desc"
    _log_access = False
    _rec_name = "day"

    account_id = fields.Many2one(
        "calendar.sync.account", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    day = fields.Date(required=True, readonly=True)
    requests = fields.Integer(readonly=True)
    refused = fields.Integer(
        readonly=True, help="Answered with 403 or 429: not allowed, or too many."
    )

    _unique_day = models.UniqueIndex("(account_id, day)")

    @api.model
    def _count(self, account_id, status):
        """Count an answer of a provider; it is stored with the transaction, once."""
        data = self.env.cr.precommit.data
        if COUNTED not in data:
            data[COUNTED] = Counter()
            self.env.cr.precommit.add(self.sudo()._store_counted)
        data[COUNTED][account_id, "requests"] += 1
        data[COUNTED][account_id, "refused"] += status in TOO_MANY

    @api.model
    def _store_counted(self):
        counted = self.env.cr.precommit.data.pop(COUNTED, {})
        today = fields.Date.today()
        self.env["calendar.sync.account"].flush_model(["company_id"])
        for account_id in sorted({key for key, _name in counted}):
            self.env.execute_query(
                SQL(
                    "INSERT INTO calendar_sync_usage AS known"
                    " (account_id, company_id, day, requests, refused)"
                    " SELECT id, company_id, %s, %s, %s FROM calendar_sync_account"
                    " WHERE id = %s ON CONFLICT (account_id, day) DO UPDATE SET"
                    " requests = known.requests + excluded.requests,"
                    " refused = known.refused + excluded.refused RETURNING id",
                    today,
                    counted[account_id, "requests"],
                    counted[account_id, "refused"],
                    account_id,
                )
            )
        self.invalidate_model()

    @api.autovacuum
    def _gc_usage(self):
        """Forget old figures."""
        since = fields.Date.today() - timedelta(days=KEPT_DAYS)
        self.sudo().search([("day", "<", since)]).unlink()

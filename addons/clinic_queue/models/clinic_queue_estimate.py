# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from odoo.addons.clinic_engine.queue_accuracy import judge


class ClinicQueueEstimate(models.Model):
    """A wait that somebody was told, kept to see how good such words are."""

    _name = "clinic.queue.estimate"
    _description = "Wait Estimate"
    _order = "id desc"

    ticket_id = fields.Many2one(
        "clinic.queue.ticket", required=True, index=True, ondelete="cascade"
    )
    queue_id = fields.Many2one(
        related="ticket_id.queue_id", store=True, index=True, precompute=True
    )
    level_id = fields.Many2one("clinic.triage.level")
    moment = fields.Datetime(required=True, default=fields.Datetime.now, index=True)
    low = fields.Integer(string="From (s)", required=True, aggregator="avg")
    high = fields.Integer(string="To (s)", required=True, aggregator="avg")
    actual = fields.Integer(
        string="Waited (s)",
        readonly=True,
        aggregator="avg",
        help="From the moment of the estimate to the call.",
    )
    is_known = fields.Boolean(readonly=True)

    @api.model
    def _settle_actual(self, tickets):
        """Note what became of the estimates of tickets that were called just now."""
        open_ones = self.sudo().search(
            [("ticket_id", "in", tickets.ids), ("is_known", "=", False)]
        )
        for shown in open_ones:
            called = shown.ticket_id.called_at
            if called and called >= shown.moment:
                actual = (called - shown.moment).total_seconds()
                shown.write({"actual": actual, "is_known": True})

    @api.model
    def _get_accuracy(self, domain):
        """Return the engine's ``Accuracy`` of known estimates, or None without any."""
        rows = self.search_fetch(
            [("is_known", "=", True), *domain], ["low", "high", "actual"]
        )
        return judge([(row.low, row.high, row.actual) for row in rows])

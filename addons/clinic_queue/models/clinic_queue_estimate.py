# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


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
    level_id = fields.Many2one("clinic.triage.level", string="Level of the Policy")
    shown_to = fields.Selection(
        [
            ("desk", "Staff"),
            ("board", "Board"),
            ("patient", "Patient's page"),
            ("kiosk", "Kiosk"),
        ],
        required=True,
        default="desk",
    )
    moment = fields.Datetime(required=True, default=fields.Datetime.now, index=True)
    low = fields.Integer(string="From (s)", required=True, aggregator="avg")
    high = fields.Integer(string="To (s)", required=True, aggregator="avg")
    actual = fields.Integer(
        string="Waited (s)",
        readonly=True,
        aggregator="avg",
        help="From the moment of the estimate to the call.",
    )
    is_known = fields.Boolean(readonly=True, help="The ticket was called meanwhile.")
    error_minutes = fields.Float(
        string="Longer than Said (min)",
        readonly=True,
        aggregator="avg",
        digits=(8, 1),
        help="The wait less the start of the band. Its average is the bias.",
    )
    absolute_minutes = fields.Float(
        string="Off by (min)",
        readonly=True,
        aggregator="avg",
        digits=(8, 1),
        help="The size of the error. Its average is the mean absolute error.",
    )
    within = fields.Float(
        string="Called by the End of the Band",
        readonly=True,
        aggregator="avg",
        help="Four of five are meant to be.",
    )
    shorter = fields.Float(
        string="Called before the Band",
        readonly=True,
        aggregator="avg",
        help="A half is meant to be.",
    )

    @api.model
    def _get_last_bands(self, tickets, shown_to):
        """Return what an audience was told last, and how often that changed.

        :param tickets: iterable of tickets
        :returns: ({ticket id: (low, high)}, {ticket id: count})
        """
        domain = [
            ("ticket_id", "in", [ticket.id for ticket in tickets]),
            ("shown_to", "=", shown_to),
        ]
        rows = self.search_fetch(domain, ["ticket_id", "low", "high"], order="id")
        last, counts = {}, {}
        for row in rows:
            key = row.ticket_id.id
            last[key] = (row.low, row.high)
            counts[key] = counts.get(key, 0) + 1
        return last, counts

    @api.model
    def _settle_actual(self, tickets):
        """Note what became of the estimates of tickets that were called just now.

        What was said before somebody was parked stays open: they left by themselves.
        """
        open_ones = self.sudo().search(
            [("ticket_id", "in", tickets.ids), ("is_known", "=", False)]
        )
        for shown in open_ones:
            ticket = shown.ticket_id
            called = ticket.called_at or ticket.started_at
            was_parked = ticket.parked_at and ticket.parked_at > shown.moment
            if called and called >= shown.moment and not was_parked:
                actual = int((called - shown.moment).total_seconds())
                shown.write({"is_known": True, **shown._judge(actual)})

    def _judge(self, actual):
        """Return the figures of one estimate for a wait of so many seconds."""
        self.ensure_one()
        error = (actual - self.low) / 60
        return {
            "actual": actual,
            "error_minutes": error,
            "absolute_minutes": abs(error),
            "within": float(actual <= self.high),
            "shorter": float(actual <= self.low),
        }

    @api.model
    def _reopen_actual(self, tickets):
        """Take back what was noted for tickets whose call was undone."""
        domain = [("ticket_id", "in", tickets.ids), ("is_known", "=", True)]
        self.sudo().search(domain).write({"is_known": False})

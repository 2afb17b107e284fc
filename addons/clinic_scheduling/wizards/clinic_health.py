# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import CLAIMING_STATES

#: Holds are given back every five minutes; older ones mean that nobody does it.
STALE_MINUTES = 10


class ClinicHealth(models.TransientModel):
    """A look at the ledger: is it guarded, and does it agree with the calendar?"""

    _name = "clinic.health"
    _inherit = "clinic.wizard.mixin"
    _description = "Scheduling Health Check"

    line_ids = fields.One2many(
        "clinic.health.line", "health_id", default=lambda self: self._default_lines()
    )
    is_healthy = fields.Boolean(compute="_compute_is_healthy")

    @api.depends("line_ids.count")
    def _compute_is_healthy(self):
        for health in self:
            health.is_healthy = not any(health.line_ids.mapped("count"))

    @api.depends("create_date")
    def _compute_display_name(self):
        for health in self:
            health.display_name = self.env._("Health Check")

    def _default_lines(self):
        return [
            fields.Command.create({"name": name, "count": count, "advice": advice})
            for name, count, advice in self._checks()
        ]

    @api.model
    def action_run(self):
        """Check now and open the result."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Health Check"),
            "res_model": self._name,
            "res_id": self.create({}).id,
            "view_mode": "form",
        }

    @api.model
    def _checks(self):
        """Return [(what is counted, count, what to do)]; every count should be 0."""
        return [
            *self._ledger_checks(),
            (
                self.env._("Messages overdue"),
                self.env["clinic.reminder"]._count_overdue(),
                self.env._(
                    "The scheduled action for messages has not run: look at it."
                ),
            ),
        ]

    @api.model
    def _ledger_checks(self):
        """Return those of ``_checks`` that say whether ledger and visits agree."""
        self.env["clinic.reservation"].flush_model()
        self.env["clinic.appointment"].flush_model(["state", "active"])
        missing = self.env["clinic.reservation"]._missing_constraints()
        return [
            (
                self.env._("Missing database constraints"),
                len(missing),
                self.env._("Install btree_gist, remove overlaps, upgrade the addon."),
            ),
            (
                self.env._("Overlapping reservations"),
                self._count_overlaps(),
                self.env._("Move or cancel one appointment of each pair."),
            ),
            (
                self.env._("Expired holds not given back"),
                self._count_stale(),
                self.env._("The scheduled action for holds has not run: look at it."),
            ),
            (
                self.env._("Appointments without a reservation"),
                self._count_unclaimed(),
                self.env._("Move each of them, which books its time again."),
            ),
            (
                self.env._("Reservations of cancelled or archived appointments"),
                self._count_leftover(),
                self.env._("Somebody wrote to the database: delete these rows."),
            ),
        ]

    def _count_overlaps(self):
        """Count rows that start before an earlier one of the same seat ends.

        One sorted pass: a join of the ledger with itself takes minutes once it is
        large.
        """
        return self._count_rows(
            SQL(
                "(SELECT start, max(stop) OVER (PARTITION BY resource_id, partner_id,"
                " seat ORDER BY start, id ROWS BETWEEN UNBOUNDED PRECEDING"
                " AND 1 PRECEDING) AS taken_until FROM clinic_reservation) claim"
                " WHERE start < taken_until"
            )
        )

    def _count_stale(self):
        """Count expired claims; the scheduled action has ten minutes to come round."""
        limit = fields.Datetime.now() - timedelta(minutes=STALE_MINUTES)
        return self._count_rows(SQL("clinic_reservation WHERE expires_at < %s", limit))

    def _count_unclaimed(self):
        return self._count_rows(
            SQL(
                "clinic_appointment a WHERE a.active AND a.state = ANY(%s)"
                " AND NOT EXISTS (SELECT 1 FROM clinic_reservation r"
                " WHERE r.appointment_id = a.id)",
                list(CLAIMING_STATES),
            )
        )

    def _count_leftover(self):
        return self._count_rows(
            SQL(
                "clinic_reservation r JOIN clinic_appointment a"
                " ON a.id = r.appointment_id WHERE a.state <> ALL(%s)"
                " OR NOT a.active OR a.state <> 'hold' AND r.expires_at IS NOT NULL",
                list(CLAIMING_STATES),
            )
        )

    def _count_rows(self, source):
        return self.env.execute_query(SQL("SELECT count(*) FROM %s", source))[0][0]


class ClinicHealthLine(models.TransientModel):
    """One check and its count."""

    _name = "clinic.health.line"
    _inherit = "clinic.wizard.mixin"
    _description = "Scheduling Health Check Line"

    health_id = fields.Many2one("clinic.health", required=True, ondelete="cascade")
    name = fields.Char(string="Check", readonly=True)
    count = fields.Integer(readonly=True)
    advice = fields.Char(string="If it is not 0", readonly=True)
    is_ok = fields.Boolean(compute="_compute_is_ok")

    @api.depends("count")
    def _compute_is_ok(self):
        for line in self:
            line.is_ok = not line.count

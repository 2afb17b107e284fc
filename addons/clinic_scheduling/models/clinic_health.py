# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.tools import SQL


class ClinicHealth(models.TransientModel):
    """A look at the ledger: is it guarded, and does it agree with the calendar?"""

    _name = "clinic.health"
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
        self.env["clinic.reservation"].flush_model()
        self.env["clinic.appointment"].flush_model(["state"])
        missing = self.env["clinic.reservation"]._missing_constraints()
        overlaps = self._count_overlaps()
        stale = self._count_rows(
            SQL("clinic_reservation WHERE expires_at < %s", fields.Datetime.now())
        )
        unclaimed = self._count_rows(
            SQL(
                "clinic_appointment a WHERE a.active"
                " AND a.state NOT IN ('cancelled', 'no_show') AND NOT EXISTS"
                " (SELECT 1 FROM clinic_reservation r WHERE r.appointment_id = a.id)"
            )
        )
        leftover = self._count_rows(
            SQL(
                "clinic_reservation r JOIN clinic_appointment a"
                " ON a.id = r.appointment_id WHERE a.state IN ('cancelled', 'no_show')"
            )
        )
        _ = self.env._
        return [
            (
                _("Missing database constraints"),
                len(missing),
                _("Install btree_gist, remove overlaps, then upgrade the addon."),
            ),
            (
                _("Overlapping reservations"),
                overlaps,
                _("Move or cancel one appointment of each pair."),
            ),
            (
                _("Expired holds not given back"),
                stale,
                _("The scheduled action for holds has not run: look at it."),
            ),
            (
                _("Appointments without a reservation"),
                unclaimed,
                _("Move each of them, which books its time again."),
            ),
            (
                _("Reservations of cancelled appointments"),
                leftover,
                _("Somebody wrote to the database: delete these rows."),
            ),
        ]

    def _count_rows(self, source):
        return self.env.execute_query(SQL("SELECT count(*) FROM %s", source))[0][0]

    def _count_overlaps(self):
        return self._count_rows(
            SQL(
                "clinic_reservation a JOIN clinic_reservation b ON a.id < b.id"
                " AND a.seat = b.seat"
                " AND (a.resource_id = b.resource_id OR a.partner_id = b.partner_id)"
                " AND tsrange(a.start, a.stop) && tsrange(b.start, b.stop)"
            )
        )


class ClinicHealthLine(models.TransientModel):
    """One check and its count."""

    _name = "clinic.health.line"
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

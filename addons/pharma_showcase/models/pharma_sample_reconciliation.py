# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from .pharma_showcase_line_result import FILING


class PharmaSampleReconciliation(models.Model):
    """Somebody else than the holder counts the packs of a representative."""

    _name = "pharma.sample.reconciliation"
    _description = "Reconciliation of Samples"
    _inherit = ["clinic.protected.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    representative_id = fields.Many2one(
        "pharma.representative",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    user_id = fields.Many2one(
        related="representative_id.user_id", store=True, index=True, precompute=True
    )
    team_id = fields.Many2one(
        related="representative_id.team_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    counted_by_id = fields.Many2one(
        "res.users", string="Counted by", readonly=True, help="Never who holds them."
    )
    state = fields.Selection(
        [("draft", "Counting"), ("done", "Done")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )
    line_ids = fields.One2many("pharma.sample.reconciliation.line", "reconciliation_id")
    difference = fields.Integer(compute="_compute_difference", aggregator=None)
    note = fields.Text()

    @api.depends("line_ids.difference")
    def _compute_difference(self):
        for count in self:
            count.difference = sum(abs(line.difference) for line in count.line_ids)

    @api.depends("representative_id", "date")
    def _compute_display_name(self):
        for count in self:
            day = fields.Date.to_string(count.date) or ""
            count.display_name = f"{count.representative_id.name or ''} · {day}"

    @api.model_create_multi
    def create(self, vals_list):
        """Override: list what the representative has by the movements."""
        self = self._refuse_forgeries(vals_list)
        counts = super().create(vals_list)
        for count in counts.filtered(lambda item: not item.line_ids):
            stock_sudo = self.env["pharma.sample.stock"].sudo()
            rows = stock_sudo.search(
                [
                    ("representative_id", "=", count.representative_id.id),
                    ("company_id", "=", count.company_id.id),
                    ("quantity", ">", 0),
                ]
            )
            count.line_ids = [Command.create({"lot_id": row.lot_id.id}) for row in rows]
        return counts

    def write(self, vals):
        """Override: what is done stays."""
        self._check_open()
        self._refuse_forgeries([vals])
        return super().write(vals)

    def _check_open(self):
        """Check that these counts still go on.

        :raise UserError: one of them is done
        """
        if any(count.state == "done" for count in self):
            raise UserError(self.env._("This count is done. Begin another one."))

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_done(self):
        if any(count.state == "done" for count in self):
            raise UserError(self.env._("A count that is done is kept."))

    def action_confirm(self):
        """Book what was counted, by somebody else than who holds the packs.

        :raise UserError: by the holder, or a difference without a word
        """
        self.check_access("write")
        for count in self.filtered(lambda item: item.state == "draft"):
            if count.representative_id.sudo().user_id == self.env.user:
                raise UserError(
                    self.env._("Somebody else than the holder counts the packs.")
                )
            missing = count.line_ids.filtered(
                lambda line: line.difference and not line.explanation
            )
            if missing:
                raise UserError(
                    self.env._(
                        "Say what became of %(lot)s: %(counted)s were counted, and "
                        "%(expected)s expected.",
                        lot=missing[0].lot_id.display_name,
                        counted=missing[0].counted,
                        expected=missing[0].expected,
                    )
                )
            count._book()

    def _book(self):
        for line_sudo in self.sudo().line_ids:
            line_sudo.booked = line_sudo.expected
        movements_sudo = self.env["pharma.sample.movement"].sudo()
        movements_sudo = movements_sudo.with_context(pharma_filing=FILING)
        movements_sudo.create(
            [
                {
                    "kind": "count",
                    "date": self.date,
                    "representative_id": self.representative_id.id,
                    "lot_id": line.lot_id.id,
                    "quantity": line.counted,
                    "reconciliation_id": self.id,
                    "recorded_by_id": self.env.uid,
                    "note": line.explanation,
                }
                for line in self.line_ids
            ]
        )
        self.sudo().write({"counted_by_id": self.env.uid, "state": "done"})


class PharmaSampleReconciliationLine(models.Model):
    """One lot of a reconciliation."""

    _name = "pharma.sample.reconciliation.line"
    _description = "Line of a Reconciliation"
    _inherit = ["clinic.protected.mixin"]
    _order = "reconciliation_id, id"

    reconciliation_id = fields.Many2one(
        "pharma.sample.reconciliation", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="reconciliation_id.company_id", store=True, precompute=True
    )
    lot_id = fields.Many2one("pharma.sample.lot", required=True, ondelete="restrict")
    expected = fields.Integer(
        compute="_compute_expected", help="By the movements.", aggregator=None
    )
    booked = fields.Integer(
        string="Expected Then", readonly=True, help="When the count was confirmed."
    )
    counted = fields.Integer(help="How many packs were found.")
    difference = fields.Integer(compute="_compute_expected", aggregator=None)
    explanation = fields.Char(help="What became of packs that are missing or too many.")

    _check_counted = models.Constraint(
        "CHECK (counted >= 0)", "Nobody finds fewer packs than none."
    )
    _unique_lot = models.UniqueIndex(
        "(reconciliation_id, lot_id)", "This lot is on the list already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: a count that is done gets no lines."""
        self = self._refuse_forgeries(vals_list)
        lines = super().create(vals_list)
        lines.reconciliation_id._check_open()
        return lines

    def write(self, vals):
        """Override: what is done stays."""
        self._refuse_forgeries([vals])
        self.reconciliation_id._check_open()
        result = super().write(vals)
        self.reconciliation_id._check_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_done(self):
        self.reconciliation_id._check_open()

    @api.depends("lot_id", "counted", "reconciliation_id.state", "booked")
    def _compute_expected(self):
        stock = self.env["pharma.sample.stock"]
        for line in self:
            if line.reconciliation_id.state == "done":
                line.expected = line.booked
            else:
                holder = line.reconciliation_id.representative_id
                line.expected = stock._get_quantity(holder, line.lot_id)
            line.difference = line.counted - line.expected

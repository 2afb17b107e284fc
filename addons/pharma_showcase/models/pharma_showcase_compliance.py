# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError


class PharmaShowcase(models.Model):
    """What belongs to a call besides its time: report, samples, events, values."""

    _inherit = "pharma.showcase"

    report_ids = fields.One2many(
        "pharma.call.report", "showcase_id", string="Reports", readonly=True
    )
    report_id = fields.Many2one(
        "pharma.call.report", compute="_compute_report", compute_sudo=True
    )
    has_report = fields.Boolean(
        compute="_compute_report", compute_sudo=True, search="_search_has_report"
    )
    sample_movement_ids = fields.One2many(
        "pharma.sample.movement", "showcase_id", readonly=True
    )
    sample_request_ids = fields.One2many(
        "pharma.sample.request", "showcase_id", readonly=True
    )
    adverse_event_ids = fields.One2many(
        "pharma.adverse.event", "showcase_id", readonly=True
    )
    value_transfer_ids = fields.One2many("pharma.value.transfer", "showcase_id")

    def _compute_report(self):
        for showcase in self:
            showcase.report_id = showcase.report_ids[:1]
            showcase.has_report = bool(showcase.report_ids)

    def _search_has_report(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = "any" if True in value else "not any"
        if True in value and False in value:
            return [(1, "=", 1)]
        return [("report_ids", wanted, [(1, "=", 1)])]

    def _check_unfiled(self):
        """Check that the products of these calls may still change.

        :raise UserError: a call is reported already
        """
        if filed := self.sudo().filtered("report_ids")[:1]:
            raise UserError(
                self.env._(
                    "The report of %(name)s is filed. Amend it, with a reason.",
                    name=filed.display_name,
                )
            )

    def _check_may(self, target, by_doctor):
        """Override: what was reported took place. Corrections amend the report."""
        self._check_unfiled()
        return super()._check_may(target, by_doctor)

    def action_file_report(self):
        """Open the screen on which the call is reported."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "pharma_showcase.call_report",
            "name": self.env._("Call Report"),
            "params": {"showcase_id": self.id},
            "context": {"active_id": self.id},
            "path": "call-report",
        }

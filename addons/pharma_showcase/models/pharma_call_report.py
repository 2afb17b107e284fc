# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

NEXT_STEPS = [
    ("none", "Nothing agreed"),
    ("follow_up", "Call again"),
    ("material", "Send material"),
    ("information", "Answer a medical question"),
    ("samples", "Bring samples"),
    ("offer", "Make an offer"),
]

#: Next steps for which somebody must know until when.
DATED_STEPS = ("follow_up", "information", "samples", "offer")


class PharmaCallReport(models.Model):
    """What came of a showcase, as its representative filed it: one for each.

    A report is locked once it is filed. Amending it takes a reason, and every version
    is kept. How it is filed is in ``pharma_call_report_file.py``.
    """

    _name = "pharma.call.report"
    _description = "Call Report"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "held_at desc, id desc"
    _rec_name = "showcase_id"

    showcase_id = fields.Many2one(
        "pharma.showcase", required=True, readonly=True, index=True, ondelete="restrict"
    )
    doctor_id = fields.Many2one(
        related="showcase_id.doctor_id", store=True, index=True, precompute=True
    )
    representative_id = fields.Many2one(
        related="showcase_id.representative_id",
        store=True,
        index=True,
        precompute=True,
    )
    user_id = fields.Many2one(
        related="showcase_id.user_id", store=True, index=True, precompute=True
    )
    team_id = fields.Many2one(
        related="showcase_id.team_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="showcase_id.company_id", store=True, index=True, precompute=True
    )
    state = fields.Selection(
        [("submitted", "Filed"), ("amended", "Amended")],
        default="submitted",
        required=True,
        readonly=True,
        index=True,
    )
    line_ids = fields.One2many(related="showcase_id.line_ids", string="Products")
    held_at = fields.Datetime(
        string="Took Place", required=True, readonly=True, index=True
    )
    objections = fields.Text(
        readonly=True, help="What spoke against it. Nothing about patients."
    )
    competitor = fields.Char(
        readonly=True, help="Which other product the doctor uses or mentioned."
    )
    next_step = fields.Selection(NEXT_STEPS, required=True, readonly=True)
    next_step_note = fields.Char(string="What", readonly=True)
    follow_up_on = fields.Date(string="Until", readonly=True, index=True)
    note = fields.Text(
        readonly=True,
        help="What else matters for the next call. Nothing about patients: no name, no "
        "age, no illness of anybody.",
    )
    has_adverse_event = fields.Boolean(
        string="Adverse Event Heard",
        readonly=True,
        help="What the representative answered. With yes there is a record of it.",
    )
    filed_at = fields.Datetime(
        readonly=True,
        required=True,
        help="When the representative filed it, by the device where it had no "
        "connection.",
    )
    submitted_at = fields.Datetime(
        string="Received", readonly=True, required=True, help="When it arrived here."
    )
    submitted_by_id = fields.Many2one("res.users", string="Filed by", readonly=True)
    is_late = fields.Boolean(
        string="Late",
        readonly=True,
        index="btree_not_null",
        help="Filed later after the call than the settings allow.",
    )
    version_ids = fields.One2many("pharma.call.report.version", "report_id")
    version_count = fields.Integer(compute="_compute_version_count")
    movement_ids = fields.One2many(
        related="showcase_id.sample_movement_ids", string="Samples"
    )
    request_ids = fields.One2many(
        related="showcase_id.sample_request_ids", string="Samples Asked For"
    )
    adverse_event_ids = fields.One2many(
        related="showcase_id.adverse_event_ids", string="Adverse Events"
    )
    transfer_ids = fields.One2many(
        related="showcase_id.value_transfer_ids", string="Transfers of Value"
    )

    _unique_showcase = models.UniqueIndex(
        "(showcase_id)", "This call has been reported already."
    )

    def _compute_version_count(self):
        for report in self:
            report.version_count = len(report.version_ids)

    def action_amend(self):
        """Open the screen on which the report was filed, to amend it."""
        self.ensure_one()
        return self.showcase_id.action_file_report()

    def _get_content(self):
        """Return what the report says, as it is kept in each version."""
        self.ensure_one()
        return {
            "held_at": fields.Datetime.to_string(self.held_at),
            "objections": self.objections or "",
            "competitor": self.competitor or "",
            "next_step": self.next_step,
            "next_step_note": self.next_step_note or "",
            "follow_up_on": fields.Date.to_string(self.follow_up_on) or "",
            "note": self.note or "",
            "lines": [
                {
                    "product_id": line.product_id.id,
                    "product": line.product_id.display_name,
                    "interest": line.interest,
                    "is_requested": line.is_requested,
                    "requested_quantity": line.requested_quantity,
                    "questions": line.questions or "",
                }
                for line in self.showcase_id.line_ids
                if line.is_discussed or line.is_requested
            ],
        }

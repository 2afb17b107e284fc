# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Command

from odoo.addons.clinic_scheduling.exceptions import BookingError

from ..const import MODALITIES
from .pharma_showcase_booking import SCHEDULE_FIELDS

CALL_STATES = [
    ("open", "Proposed"),
    ("booked", "Booked"),
    ("taken", "Refused"),
]

CODES = [
    ("no_consent_or_no_see", "Does not receive representatives"),
    ("no_eligible_rep", "No representative may call"),
    ("no_window_in_horizon", "No hours in these days"),
    ("rule_cap", "Called on often enough"),
    ("rule_gap", "Too near to another call"),
    ("practice_limit", "The practice has enough calls"),
    ("rep_busy", "The representatives are taken"),
    ("unreachable", "Too far away for the hours"),
    ("lower_value", "Others are worth more"),
    ("no_room", "No room between other calls"),
]


class PharmaPlanCall(models.Model):
    """One call of a plan. Written by the planner, booked by who accepts it."""

    _name = "pharma.plan.call"
    _description = "Planned Call"
    _order = "start, id"
    _rec_names_search = ["doctor_id"]

    plan_id = fields.Many2one(
        "pharma.plan", required=True, index=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    territory_id = fields.Many2one(
        related="plan_id.territory_id", store=True, index=True
    )
    doctor_id = fields.Many2one("clinic.doctor", required=True, readonly=True)
    representative_id = fields.Many2one(
        "pharma.representative", required=True, readonly=True
    )
    representative_color = fields.Integer(related="representative_id.color")
    site_id = fields.Many2one("clinic.site", readonly=True)
    modality = fields.Selection(MODALITIES, readonly=True)
    start = fields.Datetime(required=True, readonly=True)
    stop = fields.Datetime(required=True, readonly=True)
    date = fields.Date(string="Day", readonly=True)
    value = fields.Integer(string="Points", readonly=True)
    travel_minutes = fields.Integer(
        string="Way (min)", readonly=True, help="From the call before, or home."
    )
    approval = fields.Boolean(
        string="Needs Approval",
        readonly=True,
        help="The call stays proposed until the practice accepts it.",
    )
    state = fields.Selection(CALL_STATES, default="open", required=True, readonly=True)
    showcase_id = fields.Many2one("pharma.showcase", readonly=True)
    refusal = fields.Char(string="Why Not", readonly=True)
    moved_id = fields.Many2one(
        "pharma.showcase",
        string="Call That Moves",
        readonly=True,
        help="Empty: a new call.",
    )
    old_start = fields.Datetime(string="Now On", readonly=True)
    old_stop = fields.Datetime(readonly=True)
    old_representative_id = fields.Many2one(
        "pharma.representative", string="Now With", readonly=True
    )
    latitude = fields.Float(readonly=True, digits=(10, 7))
    longitude = fields.Float(readonly=True, digits=(10, 7))

    @api.depends("doctor_id")
    def _compute_display_name(self):
        for call in self:
            call.display_name = call.doctor_id.display_name

    def action_accept(self):
        """Book these calls, of one plan."""
        self.check_access("read")
        return self.plan_id._accept(self)

    def _with_needed(self):
        """Return these calls with the moves that give their times back."""
        moves = self.plan_id.call_ids.filtered("moved_id")
        return self | moves.filtered(
            lambda move: any(
                call.start < move.old_stop
                and move.old_start < call.stop
                and call.representative_id == move.old_representative_id
                for call in self
            )
        )

    def _book(self):
        """Take this call through the door of showcases; return the showcase.

        :raise BookingError: saying why not
        """
        self.ensure_one()
        moved, vals = self.moved_id, self._prepare_showcase_vals()
        if not moved:
            return moved.book(vals, key=f"plan-call-{self.id}")
        if moved.state != "proposed" or moved.start != self.old_start:
            raise BookingError(
                self.env._(
                    "%(name)s was answered or moved meanwhile.", name=moved.display_name
                )
            )
        wanted = {name: vals[name] for name in SCHEDULE_FIELDS & vals.keys()}
        moved.reschedule(wanted, self.env._("Freed time was filled"))
        return moved

    def _prepare_showcase_vals(self):
        """Return the values with which the door books this call."""
        self.ensure_one()
        plan = self.plan_id
        vals = {
            "doctor_id": self.doctor_id.id,
            "representative_id": self.representative_id.id,
            "site_id": self.site_id.id,
            "start": self.start,
            "stop": self.stop,
            "modality": self.modality,
            "source": "planner",
        }
        if plan.campaign_id:
            vals["campaign_id"] = plan.campaign_id.id
            vals["line_ids"] = [
                Command.create({"product_id": product.id})
                for product in plan.campaign_id.product_ids
            ]
        return vals


class PharmaPlanOmission(models.Model):
    """A doctor whom a plan leaves out, and why."""

    _name = "pharma.plan.omission"
    _description = "Left Out of a Plan"
    _order = "value desc, id"
    _rec_name = "doctor_id"

    plan_id = fields.Many2one(
        "pharma.plan", required=True, index=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    territory_id = fields.Many2one(
        related="plan_id.territory_id", store=True, index=True
    )
    doctor_id = fields.Many2one("clinic.doctor", required=True, readonly=True)
    value = fields.Integer(string="Points", readonly=True)
    code = fields.Selection(CODES, string="Reason", required=True, readonly=True)
    blockers = fields.Char(string="In the Way", readonly=True)
    hint = fields.Char(string="What Would Help", readonly=True)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import format_date

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
    is_asked = fields.Boolean(
        string="Asked For", readonly=True, help="The doctor asked for a call."
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
        if self.is_asked:
            asked_on = format_date(self.env, self.doctor_id.sudo().call_asked_on)
            vals["solicited_by_doctor"] = True
            vals["solicited_note"] = self.env._("Asked for a call, %s", asked_on)
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
    #: [[doctor's id, points], …] and the planner's counterfactual: see `Omission`.
    blocker_data = fields.Json(readonly=True)
    hint_data = fields.Json(readonly=True)
    blockers = fields.Char(string="In the Way", compute="_compute_words")
    hint = fields.Char(string="What Would Help", compute="_compute_words")

    @api.depends_context("lang")
    @api.depends("blocker_data", "hint_data")
    def _compute_words(self):
        """Say it in the language of who reads it."""
        # sudo: names of whom the plan of the reader is about
        doctors_sudo = self.env["clinic.doctor"].sudo()
        for omission in self:
            omission.hint = omission._get_hint(omission.hint_data)
            omission.blockers = ", ".join(
                self.env._(
                    "%(doctor)s (%(points)s points)",
                    doctor=doctors_sudo.browse(doctor_id).exists().display_name or "?",
                    points=points,
                )
                for doctor_id, points in omission.blocker_data or ()
            )

    def _get_hint(self, counterfactual):
        """Return in words what would let a doctor in."""
        if not counterfactual:
            return ""
        kind, *values = counterfactual
        if kind == "wider_window":
            day, seconds = values
            return self.env._(
                "Hours that are %(minutes)s minutes longer on %(day)s",
                minutes=seconds // 60,
                day=self._format_day(day),
            )
        # sudo: as above
        reps_sudo = self.env["pharma.representative"].sudo()
        rep = reps_sudo.browse(values[0]).exists().display_name or "?"
        day = self._format_day(values[1])
        if kind == "rep":
            return self.env._(
                "If %(representative)s might call, on %(day)s",
                representative=rep,
                day=day,
            )
        return self.env._(
            "If %(representative)s worked %(minutes)s minutes longer on %(day)s",
            representative=rep,
            minutes=values[2] // 60,
            day=day,
        )

    def _format_day(self, ordinal):
        return format_date(self.env, date.fromordinal(ordinal))

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.clinic_engine.planner import ITERATIONS
from odoo.addons.clinic_engine.planner_data import Weights

from ..const import MODALITIES

STATES = [
    ("draft", "Draft"),
    ("queued", "Waiting"),
    ("running", "Planning"),
    ("proposed", "Proposed"),
    ("accepted", "Accepted"),
    ("cancelled", "Cancelled"),
    ("failed", "Failed"),
]
#: Why there is no plan; the log of the server holds the rest.
ERRORS = [
    (
        "rule",
        "The plan that was found broke a rule and was thrown away. Plan anew with "
        "another seed, or tell your administrator.",
    ),
    (
        "data",
        "Something that the plan depends on is incomplete or contradicts itself. Your "
        "administrator finds what in the log of the server.",
    ),
    (
        "large",
        "There are more doctors than one plan holds: choose a campaign, or divide the "
        "territory.",
    ),
    ("interrupted", "The server was interrupted while it planned. Plan anew."),
    (
        "internal",
        "The planner failed. Your administrator finds why in the log of the server.",
    ),
]
ENGINES = [("pyvrp", "PyVRP"), ("greedy", "Greedy insertion")]
PLANNER = "pharma_showcase.ir_cron_plan"

#: At most so many calls on one doctor are planned at a time.
MOST_CALLS = 2
#: Bounds of one plan: days, doctors, iterations and minutes of a call.
MOST_DAYS, MOST_DOCTORS, MOST_ITERATIONS, MOST_MINUTES = 62, 1500, 100_000, 480


class PharmaPlan(models.Model):
    """Who calls on which doctors when, for some days or weeks: a proposal.

    How it is computed is in ``pharma_plan_job.py``, from what in
    ``pharma_plan_load.py``.
    """

    _name = "pharma.plan"
    _description = "Call Plan"
    _inherit = ["mail.thread", "clinic.protected.mixin"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True, default=lambda self: self.env._("Plan"))
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    territory_id = fields.Many2one(
        "pharma.territory", required=True, index=True, check_company=True
    )
    campaign_id = fields.Many2one(
        "pharma.campaign",
        check_company=True,
        help="Plan the doctors and products of a campaign. Empty: whoever is due.",
    )
    representative_ids = fields.Many2many(
        "pharma.representative",
        string="Representatives",
        check_company=True,
        help="Empty: all of the territory.",
    )
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="Until", required=True)
    hour_from = fields.Float(
        string="Day Begins",
        default=8.0,
        help="Where working hours say nothing else, on the representative's clock.",
    )
    hour_to = fields.Float(string="Day Ends", default=18.0)
    duration = fields.Integer(
        string="Call (min)", default=20, required=True, aggregator=None
    )
    modality = fields.Selection(
        MODALITIES,
        default="in_person",
        required=True,
        help="Where a practice does not take calls of this kind, another is planned.",
    )
    freeze_hours = fields.Float(
        string="Nothing Within (hours)",
        default=24.0,
        help="Calls are not planned at shorter notice.",
    )
    travel_minutes = fields.Integer(
        string="A Point Is Worth (min)",
        default=10,
        required=True,
        aggregator=None,
        help="So many minutes of travel are accepted for one point of value.",
    )
    seed = fields.Integer(
        default=1, aggregator=None, help="The same seed, the same plan."
    )
    iterations = fields.Integer(
        default=ITERATIONS,
        aggregator=None,
        help="How long the search goes on. 0: greedy insertion alone.",
    )
    state = fields.Selection(
        STATES, default="draft", required=True, readonly=True, copy=False, tracking=True
    )
    progress = fields.Float(readonly=True, copy=False, aggregator=None)
    cancel_asked = fields.Boolean(readonly=True, copy=False)
    error = fields.Selection(ERRORS, readonly=True, copy=False)
    engine = fields.Selection(ENGINES, readonly=True, copy=False)
    engine_version = fields.Char(readonly=True, copy=False)
    reproducible = fields.Boolean(
        readonly=True,
        copy=False,
        help="Unset: the clock ended the search, another run may find another plan.",
    )
    problem_hash = fields.Char(string="Hash of the Input", readonly=True, copy=False)
    plan_hash = fields.Char(string="Hash of the Plan", readonly=True, copy=False)
    objective = fields.Integer(readonly=True, copy=False, aggregator=None)
    value = fields.Integer(string="Points", readonly=True, copy=False)
    travel_hours = fields.Float(string="Travel (hours)", readonly=True, copy=False)
    baseline_objective = fields.Integer(
        string="Greedy Objective", readonly=True, copy=False, aggregator=None
    )
    baseline_value = fields.Integer(string="Greedy Points", readonly=True, copy=False)
    baseline_calls = fields.Integer(string="Greedy Calls", readonly=True, copy=False)
    baseline_travel_hours = fields.Float(
        string="Greedy Travel (hours)", readonly=True, copy=False
    )
    call_ids = fields.One2many("pharma.plan.call", "plan_id", readonly=True)
    omission_ids = fields.One2many("pharma.plan.omission", "plan_id", readonly=True)
    day_ids = fields.One2many("pharma.plan.day", "plan_id", readonly=True)
    call_count = fields.Integer(compute="_compute_call_count")
    open_count = fields.Integer(compute="_compute_call_count")
    omission_count = fields.Integer(compute="_compute_call_count")

    _check_dates = models.Constraint(
        "CHECK (date_to >= date_from)", "A plan ends after it starts."
    )
    _check_numbers = models.Constraint(
        "CHECK (duration > 0 AND iterations >= 0 AND travel_minutes > 0"
        " AND freeze_hours >= 0)",
        "Calls take time, and limits are not negative.",
    )
    _check_hours = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_from < hour_to AND hour_to <= 24)",
        "A day begins before it ends.",
    )

    @api.depends("call_ids.state", "omission_ids")
    def _compute_call_count(self):
        for plan in self:
            calls = plan.call_ids
            plan.call_count = len(calls)
            plan.open_count = len(calls.filtered(lambda item: item.state == "open"))
            plan.omission_count = len(plan.omission_ids)

    @api.model_create_multi
    def create(self, vals_list):
        """Override: what the planner found is said by the planner alone."""
        plans = self._refuse_forgeries(vals_list)
        return super(PharmaPlan, plans).create(vals_list)

    def write(self, vals):
        """Override: as above."""
        if not self.env.su:
            self._refuse_fields(self._get_protected_fields() & vals.keys())
        return super().write(vals)

    @api.constrains("date_from", "date_to", "iterations", "duration")
    def _check_bounds(self):
        """Refuse plans that would keep the planner busy for hours."""
        for plan in self:
            last = plan.date_from + timedelta(days=MOST_DAYS - 1)
            if plan.date_to > last:
                raise ValidationError(
                    self.env._("A plan is of at most %(most)s days.", most=MOST_DAYS)
                )
            if plan.iterations > MOST_ITERATIONS:
                raise ValidationError(
                    self.env._(
                        "The planner makes at most %(most)s iterations.",
                        most=MOST_ITERATIONS,
                    )
                )
            if plan.duration > MOST_MINUTES:
                raise ValidationError(
                    self.env._(
                        "A call takes at most %(most)s minutes.", most=MOST_MINUTES
                    )
                )

    def _check_doctors(self):
        """Refuse to plan for more doctors than are planned in a few minutes.

        :raise UserError: says how many there are
        """
        count = len(self.sudo()._get_doctors())
        if count > MOST_DOCTORS:
            raise UserError(
                self.env._(
                    "%(plan)s is about %(count)s doctors, and a plan is of at most "
                    "%(most)s: choose a campaign, or divide the territory.",
                    plan=self.name,
                    count=count,
                    most=MOST_DOCTORS,
                )
            )

    # ------------------------------------------------------------------
    # What is planned
    # ------------------------------------------------------------------

    def _get_representatives(self):
        """Return whose days are planned."""
        self.ensure_one()
        territory = self.territory_id
        reps = self.env["pharma.representative"].search(
            [("territory_ids", "in", territory.ids)]
        )
        return self.representative_ids or reps | territory.representative_ids

    def _get_doctors(self):
        """Return the doctors whom the plan is about."""
        self.ensure_one()
        domain = Domain("territory_id", "=", self.territory_id.id)
        if self.campaign_id:
            domain &= self.campaign_id._get_target_domain()
        else:
            domain &= Domain("segment_id", "!=", False)
        return self.env["clinic.doctor"].search(domain, order="id")

    def _get_wanted(self, doctor, dates):
        """Return how many calls on a doctor are still wanted in the plan's dates.

        :param dates: local dates of the doctor's calls that stand
        """
        self.ensure_one()
        campaign = self.campaign_id
        if campaign:
            target = campaign.target_ids.filtered(
                lambda item: item.segment_id == doctor.segment_id
            )
            goal, first = target[:1].target_calls, campaign.date_start
        else:
            goal = doctor.target_calls
            first = self.date_to - timedelta(days=doctor.target_period_days)
        held = sum(first <= date <= self.date_to for date in dates)
        return max(0, min(goal - held, MOST_CALLS))

    def _get_promising(self):
        """Return the doctors who have an open opportunity."""
        self.ensure_one()
        leads = self.env["crm.lead"].search(
            [
                ("pharma_doctor_id.territory_id", "=", self.territory_id.id),
                ("won_status", "=", "pending"),
            ]
        )
        return leads.pharma_doctor_id

    def _get_weights(self):
        """Return what the terms of the objective weigh; one second of travel is 10."""
        return Weights(value=self.travel_minutes * 600)

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_plan(self):
        """Let these plans be computed soon; a proposal not accepted is replaced.

        :raise UserError: one is at work or too large, or calls of it are booked
        """
        self.check_access("write")
        for plan in self:
            if plan._is_at_work() or plan.call_ids.showcase_id:
                raise UserError(
                    self.env._(
                        "%(plan)s is being planned, or calls of it are booked: make "
                        "a new plan.",
                        plan=plan.name,
                    )
                )
            plan._check_doctors()
        # sudo: what the planner says of itself; the right to plan was asked for
        self.sudo().write(
            {"state": "queued", "progress": 0, "cancel_asked": False, "error": False}
        )
        self._run_planner()

    def _run_planner(self):
        # sudo: who plans may have the planner run, and nothing else of it
        self.env.ref(PLANNER).sudo()._trigger()

    def action_cancel(self):
        """Stop planning, or give the proposal up; what is booked stays booked."""
        self.check_access("write")
        running = self.filtered(
            lambda plan: plan.state == "running" and plan._is_at_work()
        )
        # sudo: as above
        running.sudo().write({"cancel_asked": True})
        (self - running).sudo().write({"state": "cancelled"})

    def action_view_calls(self):
        """Open the calls of this plan."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pharma_showcase.pharma_plan_call_action"
        )
        context = {"search_default_by_representative": 1}
        if self.date_from:
            context["initial_date"] = str(self.date_from)
        return {**action, "domain": [("plan_id", "=", self.id)], "context": context}

    def action_view_omissions(self):
        """Open what this plan leaves out."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pharma_showcase.pharma_plan_omission_action"
        )
        return {**action, "domain": [("plan_id", "=", self.id)]}

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from odoo.addons.clinic_engine.queue_policy import MINUTE, Level, Policy

from ..const import HEAD_STARTS, PRESETS, REASSESS_MINUTES


class ClinicQueuePolicy(models.Model):
    """The numbers by which a waiting room is served; each queue has one."""

    _name = "clinic.queue.policy"
    _description = "Queue Policy"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, default=lambda self: self.env.company
    )
    preset = fields.Selection(
        [(key, key.replace("_", " / ")) for key in PRESETS],
        string="Minutes by Level",
        help="Fills in the times of the levels. They can be changed one by one.",
    )
    level_ids = fields.One2many(
        "clinic.triage.level", "policy_id", string="Levels", copy=True
    )
    default_code = fields.Integer(
        string="Level Before Triage",
        default=4,
        required=True,
        help="Whoever nobody has looked at yet waits as one of this level.",
    )
    triage_minutes = fields.Integer(
        string="Triage Within (min)",
        default=10,
        required=True,
        help="Staff are reminded of walk-ins whom nobody has given a level for so "
        "long. 0: never, where nobody triages.",
    )
    appointment_target = fields.Integer(
        string="Appointments Seen Within (min)",
        default=15,
        required=True,
        help="Counted from the slot, or from a later check-in.",
    )
    appointment_tier = fields.Integer(default=2, required=True)
    grace = fields.Integer(
        string="Grace (min)",
        default=10,
        required=True,
        help="Whoever checks in later than this after the slot waits like a walk-in.",
    )
    late_target = fields.Integer(
        string="Late Ones Seen Within (min)", default=60, required=True
    )
    credit_ids = fields.One2many(
        "clinic.queue.credit", "policy_id", string="Credits", copy=True
    )
    credit_limit = fields.Float(
        default=0.25,
        digits=(4, 2),
        required=True,
        help="What all credits of one ticket are worth together at most.",
    )
    absent_after = fields.Integer(
        string="Absent After (calls)", default=3, required=True
    )
    parking_keeps_clock = fields.Boolean(
        string="The Clock Goes On While Parked", default=True
    )
    allow_reorder = fields.Boolean(
        string="Staff May Move Tickets Ahead",
        help="As a credit with a reason, within the limit of the credits.",
    )

    _check_numbers = models.Constraint(
        "CHECK (appointment_target > 0 AND late_target > 0 AND grace >= 0"
        " AND triage_minutes >= 0"
        " AND credit_limit >= 0 AND credit_limit <= 1 AND absent_after > 0)",
        "Targets and calls are positive, the grace and the minutes until triage are "
        "not negative, and the limit of credits lies between 0 and 1.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Override: a policy without levels starts with the neutral scale."""
        for vals in vals_list:
            if not vals.get("level_ids"):
                preset = vals.get("preset") or next(iter(PRESETS))
                vals["level_ids"] = self._prepare_levels(preset)
        policies = super().create(vals_list)
        policies.level_ids._translate_names()
        return policies

    @api.model
    def _get_level_names(self):
        """Return what the five levels are called, in the context's language."""
        return (
            self.env._("Immediate"),
            self.env._("Very urgent"),
            self.env._("Urgent"),
            self.env._("Standard"),
            self.env._("Not urgent"),
        )

    def _prepare_levels(self, preset):
        """Return commands that make the five levels of a preset."""
        names = self._get_level_names()
        colors = (1, 2, 3, 10, 4)
        return [
            Command.create(
                {
                    "code": code,
                    "name": names[code - 1],
                    "color": colors[code - 1],
                    "target": target,
                    "threshold": threshold,
                    "tier": min(code - 1, 2),
                    "head_start": HEAD_STARTS[code - 1],
                    "reassess": REASSESS_MINUTES[code - 1],
                    "is_alarm": code == 1,
                }
            )
            for code, (target, threshold) in enumerate(
                zip(*PRESETS[preset], strict=True), start=1
            )
        ]

    @api.onchange("preset")
    def _onchange_preset(self):
        if not self.preset:
            return
        targets, thresholds = PRESETS[self.preset]
        for level in self.level_ids.filtered(lambda item: 1 <= item.code <= 5):
            level.target = targets[level.code - 1]
            level.threshold = thresholds[level.code - 1]

    @api.constrains("default_code", "level_ids")
    def _check_default_code(self):
        for policy in self:
            if policy.default_code not in policy.level_ids.mapped("code"):
                raise ValidationError(
                    self.env._("Choose one of the levels for who is not triaged yet.")
                )

    def _get_default_level(self):
        """Return the level of who is not triaged yet.

        Where the chosen one was deleted since, the least urgent one.
        """
        self.ensure_one()
        levels = self.level_ids.sorted("code")
        return (
            levels.filtered(lambda item: item.code == self.default_code) or levels[-1:]
        )

    def _get_engine_policy(self):
        """Return the policy as the engine takes it; levels are known by their ids."""
        self.ensure_one()
        levels = {level.id: level._get_engine_level() for level in self.level_ids}
        return Policy(
            levels=levels,
            default=levels[self._get_default_level().id],
            appointment=Level(
                "appointment", self.appointment_target * MINUTE, self.appointment_tier
            ),
            late=Level("late", self.late_target * MINUTE, self.appointment_tier),
            grace=self.grace * MINUTE,
            credit_limit=self.credit_limit,
        )

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Times for one call, the best first, and why. Nothing is booked before the choice."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.clinic_engine.clock import from_epoch
from odoo.addons.clinic_engine.planner_times import Wishes, rank_times

from ..const import MODALITIES
from ..models.pharma_plan_load import PlanLoader

#: How many times are offered, and how far ahead they are looked for.
OFFERED, AHEAD = 8, 14
#: A share of what could be wished for that is worth a word.
GOOD = 0.66
#: Days that are looked at, at most.
MOST_DAYS = 62


class PharmaFindTime(models.TransientModel):
    """Which doctor, which representative, when."""

    _name = "pharma.find.time"
    _description = "Find a Time"

    doctor_id = fields.Many2one("clinic.doctor", required=True)
    representative_id = fields.Many2one(
        "pharma.representative",
        required=True,
        default=lambda self: self._default_representative_id(),
    )
    showcase_id = fields.Many2one(
        "pharma.showcase", help="The call that is to move. Empty: a new one."
    )
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: fields.Date.context_today(self),
    )
    date_to = fields.Date(
        string="Until",
        required=True,
        default=lambda self: fields.Date.context_today(self) + timedelta(days=AHEAD),
    )
    duration = fields.Integer(string="Minutes", required=True, default=20)
    modality = fields.Selection(MODALITIES, required=True, default="in_person")
    line_ids = fields.One2many("pharma.find.time.line", "wizard_id", string="Times")
    is_searched = fields.Boolean()

    def _default_representative_id(self):
        return self.env["pharma.representative"].search(
            [("user_id", "=", self.env.uid)], limit=1
        )

    def action_find(self):
        """Look for the times anew and show them.

        :raise UserError: the days or the minutes make no sense
        """
        self.ensure_one()
        length = (self.date_to - self.date_from).days
        if not 0 <= length <= MOST_DAYS or self.duration <= 0:
            raise UserError(
                self.env._(
                    "Choose a time of at least a minute on at most %(days)s days.",
                    days=MOST_DAYS,
                )
            )
        self.line_ids.unlink()
        self.write({"is_searched": True, "line_ids": list(self._get_lines())})
        return self._reopen()

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "name": self.env._("Find a Time"),
        }

    def _get_lines(self):
        """Yield commands that make the lines of the best times."""
        loaded = self._load()
        if not loaded.problem.visits:
            return
        wishes = self._get_wishes()
        for time in rank_times(loaded.problem, 0, wishes, OFFERED):
            site_id, modality = loaded.places[0][time.option]
            yield Command.create(
                {
                    "start": from_epoch(time.start).replace(tzinfo=None),
                    "site_id": site_id,
                    "modality": modality,
                    "score": time.score,
                    "travel_minutes": time.travel // 60,
                    "reasons": self._get_reasons(dict(time.terms)),
                }
            )

    def _load(self):
        """Return the planner's problem of this one call."""
        for record in (self.doctor_id, self.representative_id, self.showcase_id):
            record.check_access("read")
        # sudo: what is taken binds whoever looks; nobody is told by what
        plan_sudo = self.env["pharma.plan"].sudo()
        plan_sudo = plan_sudo.new(
            {
                "company_id": self.env.company.id,
                "territory_id": self.doctor_id.sudo().territory_id.id,
                "date_from": self.date_from,
                "date_to": self.date_to,
                "duration": self.duration,
                "modality": self.modality,
                "freeze_hours": 0,
                "hour_from": 8,
                "hour_to": 18,
                "travel_minutes": 10,
            }
        )
        loader = PlanLoader(
            plan_sudo,
            fields.Datetime.now(),
            doctors=self.doctor_id.sudo(),
            reps=self.representative_id.sudo(),
            movable=self.showcase_id.sudo(),
        )
        return loader.load()

    def _get_wishes(self):
        doctor_sudo = self.doctor_id.sudo()
        due = self.date_from
        if doctor_sudo.last_showcase_on:
            calls = max(1, doctor_sudo.target_calls)
            gap = doctor_sudo.target_period_days // calls or 30
            due = max(due, doctor_sudo.last_showcase_on + timedelta(days=gap))
        return Wishes(due.toordinal())

    def _get_reasons(self, terms):
        """Return in words what speaks for a time."""
        words = {
            "preference": self.env._("when the doctor likes it"),
            "nearness": self.env._("near to other calls"),
            "due": self.env._("when the next call is due"),
            "fragmentation": self.env._("no gap that is of no use"),
        }
        good = [word for name, word in words.items() if terms[name] >= GOOD]
        return ", ".join(good)


class PharmaFindTimeLine(models.TransientModel):
    """One time that is offered."""

    _name = "pharma.find.time.line"
    _description = "Time That Is Offered"
    _order = "score desc, start, id"

    wizard_id = fields.Many2one("pharma.find.time", required=True, ondelete="cascade")
    start = fields.Datetime(readonly=True)
    site_id = fields.Many2one("clinic.site", readonly=True)
    modality = fields.Selection(MODALITIES, readonly=True)
    score = fields.Float(readonly=True, digits=(4, 2))
    travel_minutes = fields.Integer(string="Added Travel (min)", readonly=True)
    reasons = fields.Char(string="Why", readonly=True)

    @api.depends("start")
    def _compute_display_name(self):
        for line in self:
            line.display_name = fields.Datetime.to_string(line.start)

    def action_choose(self):
        """Book or move the call to this time; return its form.

        :raise BookingError: it was taken meanwhile, or a rule forbids it
        """
        self.ensure_one()
        wizard = self.wizard_id
        wanted = {
            "start": self.start,
            "duration": wizard.duration,
            "modality": self.modality,
            "site_id": self.site_id.id,
        }
        showcase = wizard.showcase_id
        if showcase:
            wanted["representative_id"] = wizard.representative_id.id
            showcase.reschedule(wanted)
        else:
            wanted["doctor_id"] = wizard.doctor_id.id
            wanted["representative_id"] = wizard.representative_id.id
            showcase = self.env["pharma.showcase"].book(wanted)
        return {
            "type": "ir.actions.act_window",
            "res_model": showcase._name,
            "res_id": showcase.id,
            "view_mode": "form",
        }

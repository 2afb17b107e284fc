# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""After a cancellation: the freed time is filled, and as few calls move as can be.

The proposal is a plan of its own. Its calls are new ones on the freed days, and moves
of calls whose doctors did not answer yet; whatever a doctor confirmed stays.
"""

from dataclasses import replace
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.clinic_engine.planner_data import Call, Option, Visit
from odoo.addons.clinic_engine.planner_replan import MOST, replan
from odoo.addons.clinic_engine.planner_value import get_value
from odoo.addons.clinic_scheduling.models.clinic_schedule import epoch

from .pharma_plan_load import PlanLoader, Wish, get_kind

#: Points that it costs to move a call whose time the doctor was told.
TOLD = 6
FREED_STATES = ("cancelled", "declined")


class RepairLoader(PlanLoader):
    """The problem in which some calls stand but may move, and few days have room."""

    def __init__(self, plan, now, movable):
        super().__init__(plan, now, movable=movable)
        self.due = self.doctors - plan.freed_ids.filtered(_is_declined).doctor_id
        self.doctors |= movable.doctor_id
        self.freed = {
            (call.representative_id.id, _get_day(call)) for call in plan.freed_ids
        }
        #: Which visit is which call that stands: {index: (showcase, option)}.
        self.moving = {}

    def get_current(self, loaded):
        """Return the calls that stand and may move, as far as their days are known."""
        days = {key: index for index, key in enumerate(loaded.days)}
        return [
            Call(days[key], epoch(call.start), visit, option)
            for visit, (call, option) in self.moving.items()
            if (key := (call.representative_id.id, _get_day(call))) in days
        ]

    def _get_visits(self, doctor, loaded):
        """Override: calls that may move; others only on the freed days."""
        mine = self.movable.filtered(lambda call: call.doctor_id == doctor)
        visits = [self._get_moving(call, loaded) for call in mine.sorted("start")]
        if doctor in self.due:
            visits += map(self._restrict, super()._get_visits(doctor, loaded))
        return visits

    def _restrict(self, visit):
        """Return a visit that is possible in the freed time alone."""
        options = [
            replace(
                option,
                reps=tuple(
                    rep
                    for rep in visit.get_reps(option)
                    if (rep, option.day) in self.freed
                ),
            )
            for option in visit.options
        ]
        return replace(visit, options=tuple(options))

    def _get_moving(self, call, loaded):
        doctor, rep = call.doctor_id, call.representative_id
        minutes = (call.stop - call.start).total_seconds() // 60
        products = call.line_ids.product_id
        wish = Wish(int(minutes), call.modality, products, call.site_id.id)
        options, places = self._get_options(doctor, wish)
        start = epoch(call.start)
        fits = (i for i, it in enumerate(options) if it.first <= start <= it.last)
        current = next(fits, len(options))
        if current == len(options):
            # agreed outside of the hours: it may stay, and nothing like it
            options.append(self._get_exception(call))
            places.append((call.site_id.id, call.modality))
        self.moving[len(loaded.doctors)] = (call, current)
        loaded.doctors.append(doctor.id)
        loaded.places.append(places)
        reps = {*self._get_reps_of(doctor, wish), rep.id}
        worth = self._get_worth(doctor, self._get_mine(doctor) - call, 0)
        value, terms = get_value(worth)
        return Visit(
            f"showcase-{call.id}",
            doctor.id,
            value,
            tuple(options),
            tuple(sorted(reps)),
            call.solicited_by_doctor,
            terms=terms,
        )

    def _get_exception(self, call):
        start, place = epoch(call.start), self._get_call_place(call)
        return Option(
            _get_day(call),
            start,
            start,
            epoch(call.stop) - start,
            place,
            self._get_keys(call.doctor_id, call.site_id),
            get_kind(call.modality),
            reps=(call.representative_id.id,),
        )


class PharmaPlan(models.Model):
    """Filling time that was freed."""

    _inherit = "pharma.plan"

    is_repair = fields.Boolean(string="Fills Freed Time", readonly=True, copy=False)
    freed_ids = fields.Many2many(
        "pharma.showcase", string="Freed By", readonly=True, copy=False
    )
    value_before = fields.Integer(string="Points Before", readonly=True, copy=False)
    freed_count = fields.Integer(compute="_compute_freed_count")

    @api.depends("call_ids.showcase_id.state")
    def _compute_freed_count(self):
        for plan in self:
            plan.freed_count = len(plan._get_freed())

    def _get_freed(self):
        """Return the booked calls of this plan that were cancelled and are to come."""
        return self.call_ids.showcase_id.filtered("is_freed")

    def action_fill(self):
        """Propose how the time of cancelled calls of this plan is used.

        :raise UserError: none was cancelled
        """
        self.ensure_one()
        freed = self._get_freed()
        if not freed:
            raise UserError(self.env._("No call of this plan was cancelled."))
        return freed._fill_freed_time(self)

    def action_repair(self):
        """Look anew for calls that fill the freed time."""
        self.check_access("write")
        for plan in self:
            if not plan.is_repair or plan.call_ids.showcase_id:
                raise UserError(
                    self.env._("Calls of %(plan)s are booked.", plan=plan.name)
                )
            # sudo: what stands binds, seen or not; a proposal is written by the planner
            plan.sudo()._repair()

    def _repair(self):
        """Write the proposal with the fewest changes."""
        loader, loaded, found = self._find_repair()
        self.call_ids.unlink()
        self._write_days(loaded, found.calls)
        changed = {call.visit for call in found.added}
        changed |= {call.visit for _before, call in found.moved}
        for call, vals in self._prepare_repair(loader, loaded, found.calls):
            if call.visit in changed:
                self.env["pharma.plan.call"].create(vals)
        self.write(
            {
                "state": "proposed",
                "value_before": found.before.value,
                "value": found.after.value,
                "travel_hours": found.after.travel / 3600,
                "objective": found.after.objective,
            }
        )

    def _prepare_repair(self, loader, loaded, calls):
        """Yield the calls with their values, and what they are now."""
        calls = sorted(calls)
        for call, vals in zip(calls, self._prepare_calls(loaded, calls), strict=True):
            if call.visit in loader.moving:
                moved, _option = loader.moving[call.visit]
                vals["moved_id"] = moved.id
                vals["old_start"], vals["old_stop"] = moved.start, moved.stop
                vals["old_representative_id"] = moved.representative_id.id
            yield call, vals

    def _find_repair(self):
        """Return loader, problem and the mended plan.

        A call that the planner itself would not have made stays, and is planned around.
        """
        now, movable = fields.Datetime.now(), self._get_movable()
        while True:
            loader = RepairLoader(self, now, movable)
            loaded = loader.load()
            current = loader.get_current(loaded)
            told = dict.fromkeys(loader.moving, TOLD)
            found = replan(loaded.problem, current, told, MOST, may_drop=False)
            fine = {call.visit for call in current}
            fine -= {call.visit for call in found.illegal}
            if fine == loader.moving.keys():
                return loader, loaded, found
            movable = movable.browse(loader.moving[visit][0].id for visit in fine)

    def _get_movable(self):
        """Return the calls of these days whose doctors did not answer yet."""
        earliest = fields.Datetime.now() + timedelta(hours=self.freeze_hours)
        first = fields.Datetime.to_datetime(self.date_from)
        last = fields.Datetime.to_datetime(self.date_to + timedelta(days=1))
        return self.env["pharma.showcase"].search(
            [
                ("representative_id", "in", self._get_representatives().ids),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "proposed"),
                ("start", ">=", max(earliest, first)),
                ("start", "<", last),
            ],
            order="start, id",
        )


class PharmaShowcase(models.Model):
    """Calls that were cancelled leave time to others."""

    _inherit = "pharma.showcase"

    is_freed = fields.Boolean(compute="_compute_is_freed")

    @api.depends("state", "start")
    def _compute_is_freed(self):
        now = fields.Datetime.now()
        for showcase in self:
            is_off = showcase.state in FREED_STATES
            showcase.is_freed = bool(is_off and showcase.start and showcase.start > now)

    def action_fill_freed_time(self):
        """Propose how the time of these cancelled calls is used.

        :raise UserError: nothing of it is to come
        """
        self.check_access("read")
        freed = self.filtered("is_freed")
        if not freed:
            raise UserError(self.env._("This call has freed no time that is to come."))
        # sudo: which plan a call is of; the plan itself is only copied
        calls_sudo = self.env["pharma.plan.call"].sudo()
        known = calls_sudo.search([("showcase_id", "in", freed.ids)], limit=1).plan_id
        return freed._fill_freed_time(known.sudo(False))

    def _fill_freed_time(self, plan):
        """Make the proposal, within the days of a plan or the weeks of the calls."""
        plans = self.env["pharma.plan"]
        if not plans.has_access("create"):
            raise AccessError(self.env._("Only schedulers may do this."))
        days = [item._localize(item.start).date() for item in self]
        monday = min(days) - timedelta(days=min(days).weekday())
        sunday = max(days) + timedelta(days=6 - max(days).weekday())
        vals = {
            "name": self.env._(
                "Freed: %(calls)s", calls=", ".join(self.mapped("display_name"))
            ),
            "company_id": self.company_id[:1].id,
            "territory_id": self[0]._get_freed_territory().id,
            "date_from": max(monday, fields.Date.context_today(self)),
            "date_to": sunday,
        }
        if plan and plan.has_access("read"):
            vals = {**plan.copy_data()[0], "name": vals["name"]}
        vals |= {"is_repair": True, "freed_ids": self.ids}
        # sudo: that it repairs is said here alone; who asks must have the right to plan
        repair_sudo = plans.sudo().create(vals)
        repair = repair_sudo.sudo(False)
        repair.check_access("write")
        repair_sudo._repair()
        return {
            "type": "ir.actions.act_window",
            "res_model": repair._name,
            "res_id": repair.id,
            "view_mode": "form",
        }

    def _get_freed_territory(self):
        """Return the territory whose doctors may use the freed time."""
        territories = self.territory_id | self.representative_id.territory_ids
        if not territories:
            raise UserError(
                self.env._("Nobody knows in whose territory this call was to be.")
            )
        return territories[0]


def _is_declined(showcase):
    return showcase.state == "declined"


def _get_day(showcase):
    """Return the ordinal of the day of a call, on the practice's clock."""
    return showcase._localize(showcase.start).date().toordinal()

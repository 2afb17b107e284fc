# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date
from itertools import pairwise

from odoo import api, fields, models

from odoo.addons.clinic_engine.planner_days import get_days
from odoo.addons.clinic_engine.planner_travel import DETOUR, get_distance

from .pharma_plan_load import to_utc


class PharmaPlanDay(models.Model):
    """What a plan asks of one representative on one day. Written by the planner."""

    _name = "pharma.plan.day"
    _description = "Day of a Plan"
    _order = "date, representative_id, id"
    _rec_name = "representative_id"

    plan_id = fields.Many2one(
        "pharma.plan", required=True, index=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    territory_id = fields.Many2one(
        related="plan_id.territory_id", store=True, index=True
    )
    representative_id = fields.Many2one(
        "pharma.representative", required=True, readonly=True
    )
    date = fields.Date(string="Day", required=True, readonly=True)
    start = fields.Datetime(string="First Call", readonly=True)
    stop = fields.Datetime(string="Last Call Ends", readonly=True)
    call_count = fields.Integer(string="Calls", readonly=True)
    standing_count = fields.Integer(
        string="Booked Before", readonly=True, help="Calls that stood already."
    )
    travel_minutes = fields.Integer(string="Travel (min)", readonly=True)
    distance = fields.Float(
        string="Way (km)",
        digits=(8, 1),
        readonly=True,
        help="As the crow flies and a detour of roads, from home to home.",
    )
    wait_minutes = fields.Integer(string="Waiting (min)", readonly=True)
    latitude = fields.Float(
        string="Latitude of Home", readonly=True, digits=(10, 7), aggregator=None
    )
    longitude = fields.Float(
        string="Longitude of Home", readonly=True, digits=(10, 7), aggregator=None
    )


class PharmaPlan(models.Model):
    """The days of a plan, and a sketch of its ways."""

    _inherit = "pharma.plan"

    sketch = fields.Json(compute="_compute_sketch")

    @api.depends("call_ids", "day_ids")
    def _compute_sketch(self):
        """Say where the calls of each representative and day are, in their order."""
        for plan in self:
            plan.sketch = [
                {
                    "id": day.id,
                    "day": str(day.date),
                    "representative": day.representative_id.display_name,
                    "home": [day.latitude, day.longitude],
                    "calls": plan._get_sketched_calls(day),
                }
                for day in plan.day_ids
            ]

    def _get_sketched_calls(self, day):
        mine = self.call_ids.filtered(
            lambda call: (
                call.representative_id == day.representative_id
                and call.date == day.date
                and (call.latitude or call.longitude)
            )
        )
        return [
            {
                "id": call.id,
                "doctor": call.doctor_id.display_name,
                "start": fields.Datetime.to_string(call.start),
                "point": [call.latitude, call.longitude],
            }
            for call in mine.sorted("start")
        ]

    def _write_days(self, loaded, calls):
        """Replace the days by those of these calls."""
        self.day_ids.unlink()
        days = get_days(loaded.problem, calls)
        self.env["pharma.plan.day"].create(
            [self._prepare_day(loaded, day) for day in days]
        )

    def _prepare_day(self, loaded, day):
        rep_id, ordinal = loaded.days[day.rep_day]
        ways = pairwise(loaded.points[place] for place in day.places)
        home = loaded.problem.rep_days[day.rep_day].origin
        latitude, longitude = (0, 0) if home is None else loaded.points[home]
        return {
            "plan_id": self.id,
            "representative_id": rep_id,
            "date": date.fromordinal(ordinal),
            "start": to_utc(day.start),
            "stop": to_utc(day.stop),
            "call_count": day.calls,
            "standing_count": day.standing,
            "travel_minutes": day.travel // 60,
            "distance": sum(get_distance(*way) for way in ways) * DETOUR,
            "wait_minutes": day.wait // 60,
            "latitude": latitude,
            "longitude": longitude,
        }

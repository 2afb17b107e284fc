# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Planning in the background: asked for with a button, done by a scheduled action."""

import logging
import time
from datetime import date

from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.clinic_engine import planner

from .pharma_plan_load import PlanLoader, to_utc

_logger = logging.getLogger(__name__)

#: Seconds between two reports of how far a plan is.
REPORT = 2.0
#: First key of the advisory locks of territories.
LOCK = 1886216558
#: Nothing that is shown gets longer.
NAMED = 3


class PharmaPlan(models.Model):
    """Computing."""

    _inherit = "pharma.plan"

    @api.model
    def _cron_plan(self):
        """Scheduled action: compute the plans that wait, one after the other."""
        # sudo: a scheduled action plans for every team
        waiting_sudo = self.sudo().search([("state", "=", "queued")], order="id")
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(waiting_sudo))
        for plan_sudo in waiting_sudo:
            if plan_sudo._lock_territory():
                try:
                    plan_sudo._run_noting()
                finally:
                    plan_sudo._unlock_territory()
            if not cron._commit_progress(1):
                break

    def _lock_territory(self):
        """Return whether nobody else plans in this territory now."""
        self.env.cr.execute(
            "SELECT pg_try_advisory_lock(%s, %s)", (LOCK, self.territory_id.id)
        )
        return self.env.cr.fetchone()[0]

    def _unlock_territory(self):
        self.env.cr.execute(
            "SELECT pg_advisory_unlock(%s, %s)", (LOCK, self.territory_id.id)
        )

    def _run_noting(self):
        """Compute one plan, and note how it goes; others are not hindered."""
        self.write({"state": "running", "progress": 0})
        self.env["ir.cron"]._commit_progress()
        try:
            with self.env.cr.savepoint():
                loaded = PlanLoader(self, fields.Datetime.now()).load()
            result = self._find_plan(loaded)
            with self.env.cr.savepoint():
                self._write_result(loaded, result)
        except planner.Cancelled:
            self.write({"state": "cancelled"})
        except Exception as error:  # whatever the records hold
            _logger.exception("Plan %s", self.id)
            self.write({"state": "failed", "error": str(error)})

    def _find_plan(self, loaded):
        """Return the planner's result; tells now and then how far it is."""
        cron = self.env["ir.cron"]
        cron._commit_progress()
        told = {"at": time.monotonic(), "cancelled": False}

        def progress(part):
            if time.monotonic() - told["at"] < REPORT:
                return
            # a fresh transaction for each, so that nobody waits for a lock
            self.progress = 100 * part
            cron._commit_progress()
            self.invalidate_recordset(["cancel_asked"])
            told["cancelled"] = self.cancel_asked
            cron._commit_progress()
            told["at"] = time.monotonic()

        return planner.plan(
            loaded.problem,
            self.seed,
            self.iterations,
            progress=progress,
            cancelled=lambda: told["cancelled"],
        )

    def _write_result(self, loaded, result):
        """Replace the proposal by this one."""
        self.call_ids.unlink()
        self.omission_ids.unlink()
        self._write_days(loaded, result.calls)
        self.env["pharma.plan.call"].create(
            list(self._prepare_calls(loaded, result.calls))
        )
        self.env["pharma.plan.omission"].create(
            [self._prepare_omission(loaded, item) for item in result.omissions]
        )
        score, baseline = result.score, result.baseline
        self.write(
            {
                "state": "proposed",
                "progress": 100,
                "engine": result.engine,
                "engine_version": result.version,
                "reproducible": result.reproducible,
                "problem_hash": result.problem_hash,
                "plan_hash": result.plan_hash,
                "objective": score.objective,
                "value": score.value,
                "travel_hours": score.travel / 3600,
                "baseline_objective": baseline.objective,
                "baseline_value": baseline.value,
                "baseline_calls": baseline.calls,
                "baseline_travel_hours": baseline.travel / 3600,
            }
        )

    def _prepare_calls(self, loaded, calls):
        """Yield the values of the calls, in the order of each day."""
        problem, before = loaded.problem, {}
        for call in sorted(calls):
            visit = problem.visits[call.visit]
            option = visit.options[call.option]
            rep_id, day = loaded.days[call.rep_day]
            home = problem.rep_days[call.rep_day].origin
            place = before.get(call.rep_day, home)
            way = 0
            if option.place is not None:
                way = 0 if place is None else problem.travel[place][option.place]
                before[call.rep_day] = option.place
            site_id, modality = loaded.places[call.visit][call.option]
            yield {
                "plan_id": self.id,
                "doctor_id": loaded.doctors[call.visit],
                "representative_id": rep_id,
                "site_id": site_id,
                "modality": modality,
                "start": to_utc(call.start),
                "stop": to_utc(call.start + option.duration),
                "date": date.fromordinal(day),
                "value": visit.value,
                "travel_minutes": way // 60,
                "approval": option.approval,
                **_prepare_point(loaded, option.place),
            }

    def _prepare_omission(self, loaded, omission):
        doctors = self.env["clinic.doctor"]
        problem = loaded.problem
        blockers = [
            self.env._(
                "%(doctor)s (%(points)s points)",
                doctor=doctors.browse(loaded.doctors[call.visit]).display_name,
                points=problem.visits[call.visit].value,
            )
            for call in omission.blockers[:NAMED]
        ]
        return {
            "plan_id": self.id,
            "doctor_id": loaded.doctors[omission.visit],
            "value": problem.visits[omission.visit].value,
            "code": omission.code,
            "blockers": ", ".join(blockers),
            "hint": self._get_hint(omission.counterfactual),
        }

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
        rep = self.env["pharma.representative"].browse(values[0]).display_name
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


def _prepare_point(loaded, place):
    """Return the coordinates of a place of the planner's, as far as it has any."""
    if place is None:
        return {}
    return dict(zip(("latitude", "longitude"), loaded.points[place], strict=True))

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Planning in the background: asked for with a button, done by a scheduled action."""

import logging
import time
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import config

from odoo.addons.clinic_engine import planner

from .pharma_plan import MOST_DOCTORS, PLANNER
from .pharma_plan_load import PlanLoader, to_utc

_logger = logging.getLogger(__name__)

#: Seconds between two reports of how far a plan is.
REPORT = 2.0
#: The share of the server's limit of processor time that a search may take.
SHARE = 0.5
#: When a plan is tried again whose territory somebody else plans.
RETRY = timedelta(minutes=1)
#: First key of the advisory locks of territories.
LOCK = 1886216558
#: Nothing that is shown gets longer.
NAMED = 3


class PharmaPlan(models.Model):
    """Computing."""

    _inherit = "pharma.plan"

    @api.model
    def _cron_plan(self):
        """Scheduled action: compute the plans that wait, one after the other.

        It ends while there is processor time left; Odoo calls it again for the rest.
        """
        if not self._cron_accept():
            return
        # sudo: a scheduled action plans for every team
        plans_sudo = self.sudo()
        plans_sudo._note_interrupted()
        waiting_sudo = plans_sudo.search([("state", "=", "queued")], order="id")
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(waiting_sudo))
        began = time.thread_time()
        for plan_sudo in waiting_sudo:
            if not plan_sudo._run_alone():
                # somebody else plans in that territory
                retry = fields.Datetime.now() + RETRY
                self.env.ref(PLANNER).sudo()._trigger(at=retry)
            is_over = not cron._commit_progress(1)
            if is_over or time.thread_time() - began > _get_seconds() / 2:
                break

    def _note_interrupted(self):
        """Fail the plans whose process ended before they did."""
        for plan in self.search([("state", "=", "running")]):
            if not plan._is_at_work():
                _logger.warning("Plan %s was interrupted", plan.id)
                plan.write({"state": "failed", "error": "interrupted"})

    def _is_at_work(self):
        """Return whether the plan waits for the planner or is being computed.

        The process that computes holds the territory; if nobody does, it is gone.
        """
        self.ensure_one()
        if self.state == "running":
            self.env.cr.execute(
                "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted"
                " AND classid = %s AND objid = %s AND objsubid = 2 AND database ="
                " (SELECT oid FROM pg_database WHERE datname = current_database())",
                (LOCK, self.territory_id.id),
            )
            return bool(self.env.cr.fetchone())
        return self.state == "queued"

    def _run_alone(self):
        """Compute one plan; return False where somebody else plans the territory."""
        cr, territory = self.env.cr, self.territory_id.id
        cr.execute("SELECT pg_try_advisory_lock(%s, %s)", (LOCK, territory))
        if not cr.fetchone()[0]:
            return False
        try:
            self._run_noting()
            self.env["ir.cron"]._commit_progress()
        except BaseException:
            # the lock outlives a broken transaction, in which nothing can be run
            cr.rollback()
            raise
        finally:
            cr.execute("SELECT pg_advisory_unlock(%s, %s)", (LOCK, territory))
        return True

    def _run_noting(self):
        """Compute one plan, and note how it goes; others are not hindered."""
        self.write({"state": "running", "progress": 0})
        self.env["ir.cron"]._commit_progress()
        try:
            self._compute_plan()
        except planner.Cancelled:
            self.write({"state": "cancelled"})
        except Exception as error:  # whatever the records hold
            _logger.exception("Plan %s", self.id)
            self.env.cr.rollback()
            self.write({"state": "failed", "error": _get_error(error)})

    def _compute_plan(self):
        if len(self._get_doctors()) > MOST_DOCTORS:
            self.write({"state": "failed", "error": "large"})
            return
        with self.env.cr.savepoint():
            loaded = PlanLoader(self, fields.Datetime.now()).load()
        result = self._find_plan(loaded)
        with self.env.cr.savepoint():
            self._write_result(loaded, result)

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
            _get_seconds(),
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
                "is_asked": visit.solicited,
                **_prepare_point(loaded, option.place),
            }

    def _prepare_omission(self, loaded, omission):
        problem = loaded.problem
        blockers = [
            (loaded.doctors[call.visit], problem.visits[call.visit].value)
            for call in omission.blockers[:NAMED]
        ]
        return {
            "plan_id": self.id,
            "doctor_id": loaded.doctors[omission.visit],
            "value": problem.visits[omission.visit].value,
            "code": omission.code,
            "blocker_data": blockers,
            "hint_data": omission.counterfactual,
        }


def _get_seconds():
    """Return the processor time for one search, well below the server's limit."""
    limit = config["limit_time_cpu"]
    return min(planner.SECONDS, limit * SHARE) if limit else planner.SECONDS


def _get_error(error):
    """Return the code of what went wrong; the log holds the rest."""
    if isinstance(error, planner.PlanError):
        return "rule"
    return "data" if isinstance(error, (ValueError, UserError)) else "internal"


def _prepare_point(loaded, place):
    """Return the coordinates of a place of the planner's, as far as it has any."""
    if place is None:
        return {}
    return dict(zip(("latitude", "longitude"), loaded.points[place], strict=True))

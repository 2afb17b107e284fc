# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""`make test`: all kinds of checks, or the one that was asked for."""

import time

from .. import addons as addons_of_ours
from .. import browser, lint, live, pot
from ..console import Problem, say
from ..state import ROOT
from ..workspace import environments, workspace
from . import compare, kinds, odoo_run, pytest_runs, upstream
from .outcome import Outcome, closing, table

DATABASE = "clinic_test"
ENGINE = "clinic_engine"
WIDTH = 78  # characters of a heading


class Suite:
    """One run of checks on some addons."""

    def __init__(self, space, addon):
        self.space = space
        self.addon = addon
        self.all = addons_of_ours.discover()
        self.addons = addons_of_ours.select(self.all, addon)
        self.tested = {k: v for k, v in self.addons.items() if v.tests}

    def lint(self):
        """Run the linters."""
        return lint.check(self.space.environments, self.addons, whole=not self.addon)

    def tools(self):
        """Run the tests of tools/ itself."""
        arguments = ["-p", "no:odoo", "-q", "tools/tests"]
        return self._pytest("tools", arguments)

    def engine(self):
        """Run the engine's tests without Odoo."""
        return self._pytest("engine", ["-p", "no:odoo", "-q", f"addons/{ENGINE}"])

    def odoo(self):
        """Run all tests in Odoo's own runner, on a fresh database."""
        outcome = odoo_run.run(self.space, DATABASE, self.addons)
        self.space.databases.note(DATABASE, self.addons)
        return outcome

    def orm(self):
        """Run the tests that need no browser in pytest, inside Odoo."""
        return self._inside_odoo("orm", "never")

    def browser(self):
        """Run the tests of the browser and of HTTP in pytest, inside Odoo."""
        return self._inside_odoo("browser", "only")

    def pot(self):
        """Check that the exported texts are those of the code."""
        return pot.check(self.space, self.addons)

    def live(self):
        """Run the tests that use running servers."""
        variables = live.variables(self.space, self.all)
        return self._pytest("live", ["-p", "no:odoo", "tests"], variables)

    def upstream(self):
        """Run Odoo's own tests of what our addons change, with ours installed."""
        return upstream.run(self.space, self.all)

    def _inside_odoo(self, name, wanted):
        self.space.databases.ensure(DATABASE, self.addons)
        http = wanted == "only"
        arguments = pytest_runs.addon_arguments(self.space, DATABASE, self.tested, http)
        return self._pytest(name, arguments, browser=wanted)

    def _pytest(self, name, arguments, environment=None, browser=None):
        environment = environment or self.space.odoo.environment
        return pytest_runs.run(self.space, name, arguments, environment, browser)

    def plan(self, kind):
        """Return the kinds that make sense here; complain if the wanted one is not."""
        possible = set(kinds.KINDS if kind else kinds.FULL)
        if self.addon or not any(ROOT.glob("tests/**/test_*.py")):
            possible.discard("live")
        if self.addon:
            possible -= {"tools", "upstream"}
        if ENGINE not in self.tested:
            possible.discard("engine")
        if not self.tested:
            possible -= {"odoo", "orm", "browser"}
        if kind and kind not in possible:
            where = f"in {self.addon}" if self.addon else "here"
            raise Problem(f"There are no tests of the kind {kind} {where}.")
        wanted = possible & {kind} if kind else possible
        return [name for name in kinds.KINDS if name in wanted]


def test(addon=None, kind=None):
    """Run the checks; return the exit code."""
    if kind == "lint":
        return check_style(addon)
    with workspace() as space, space.state.lock("test"):
        suite = Suite(space, addon)
        planned = suite.plan(kind)
        if {"odoo", "browser", "live", "upstream"} & set(planned):
            say(f"Browser: {browser.ensure(space.state)}")
        outcomes = [timed(name, getattr(suite, name)) for name in planned]
        outcomes += cross_checks({outcome.name: outcome for outcome in outcomes})
    return conclude(outcomes)


def check_style(addon=None):
    """Run the linters alone, which need no database; return the exit code."""
    addons = addons_of_ours.select(addons_of_ours.discover(), addon)
    found = environments()
    return conclude([timed("lint", lambda: lint.check(found, addons, not addon))])


def format_code(addon=None):
    """Lay out the code of one addon, or of everything."""
    addons = addons_of_ours.select(addons_of_ours.discover(), addon)
    lint.format_code(environments(), addons, not addon)


def timed(name, check):
    """Run one kind of checks under a heading; a problem counts as its failure."""
    say(f"\n{name.upper() + ' ':=<{WIDTH}}")
    start = time.monotonic()
    try:
        outcome = check()
    except Problem as problem:
        outcome = Outcome(name, findings=[f"{name}: {problem}"])
    outcome.seconds = time.monotonic() - start
    return outcome


def cross_checks(outcomes):
    """Return the outcome of comparing the two runners, if both ran."""
    if "odoo" not in outcomes or "orm" not in outcomes:
        return []
    odoo, orm = outcomes["odoo"], outcomes["orm"]
    findings = compare.compare(odoo, orm)
    both = set(odoo.tests) & set(orm.tests)
    say(f"\nBoth runners see {len(both)} tests.")
    return [Outcome("compare", findings=findings)]


def conclude(outcomes):
    """Print findings, table and the closing line; return the exit code."""
    findings = [finding for outcome in outcomes for finding in outcome.findings]
    if findings:
        say("\nFindings:")
        for finding in findings:
            say(f"  - {finding}")
    say()
    for line in table(outcomes):
        say(line)
    say()
    say(closing(outcomes))
    return 1 if any(outcome.failures for outcome in outcomes) else 0

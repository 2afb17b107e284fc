# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Runs of pytest: the engine, our tools, the addons, the live tests."""

import json
import subprocess

from ..console import say
from ..state import ROOT
from .outcome import Outcome

NO_TESTS = 5  # pytest's exit code when it found none
CODES = {0, 1}  # all passed; some failed


def run(space, name, arguments, environment, browser=None):
    """Run pytest on the terminal; return the outcome."""
    report = space.state.path("log", f"pytest-{name}.json")
    report.unlink(missing_ok=True)
    environment = {
        **environment,
        "CLINIC_GATE_REPORT": str(report),
        "CLINIC_GATE_BROWSER": browser or "",
        "PYTHONPATH": str(ROOT),
    }
    command = [space.python.python, "-m", "pytest", "-p", "tools.gate.pytest_plugin"]
    command = [str(part) for part in [*command, *arguments]]
    say(f"$ pytest {' '.join(str(part) for part in arguments)}")
    subprocess.call(command, env=environment, cwd=ROOT)
    if not report.exists():
        return Outcome(name, findings=[f"{name}: pytest ended without a report"])
    return read_report(name, json.loads(report.read_text()))


def read_report(name, report):
    """Turn the report of our plugin into an outcome."""
    outcomes = report["outcomes"]
    browser = set(report["browser"])
    found = list(outcomes.values())
    outcome = Outcome(
        name,
        passed=found.count("passed"),
        failed=found.count("failed"),
        skipped=found.count("skipped"),
        tests={key: value is not None for key, value in outcomes.items()},
        browser=browser,
    )
    outcome.findings += [f"{name}: {error}" for error in report["errors"]]
    for key, value in outcomes.items():
        if value == "skipped" and key in browser:
            reason = report["reasons"].get(key, "no reason")
            outcome.findings.append(f"{name}: browser test skipped: {key} ({reason})")
    if report["exit"] == NO_TESTS or not any(outcome.tests.values()):
        outcome.findings.append(f"{name}: no test ran")
    elif report["exit"] not in CODES:
        outcome.findings.append(f"{name}: pytest ended with code {report['exit']}")
    return outcome


def addon_arguments(space, database, addons, http):
    """Return pytest's arguments for the tests of addons inside Odoo."""
    arguments = [f"--odoo-config={space.odoo.conf}", f"--odoo-database={database}"]
    arguments += ["--odoo-http"] if http else []
    folders = [addon.tests.relative_to(ROOT) for addon in addons.values()]
    return [*arguments, *folders]

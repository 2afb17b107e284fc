# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A run of Odoo's own test runner, judged by its log."""

import re

from ..console import Problem, Progress, say
from ..odoo import show_loading
from ..odoo_log import parse, problems
from ..serve import claim_port
from .outcome import Outcome

STARTING = re.compile(r"^Starting (\S+) \.\.\.")
SKIPPED = re.compile(r"^skipped (\S+) : (.*)")
FAILED = re.compile(r"^(?:FAIL|ERROR): (?:Subtest )?(.+)")
TOTAL = re.compile(r"^(\d+) failed, (\d+) error\(s\) of (\d+) tests when loading")
TEST_LOGGER = re.compile(r"^odoo\.addons\.\w+\.tests\.")
RESULT_LOGGER = "odoo.tests.result"


def run(space, database, addons):
    """Install addons in a fresh database, running their tests; return the outcome."""
    space.databases.fresh(database, demo=False)
    names = ",".join(addons)
    arguments = ["-d", database, "-i", names, "--http-port", claim_port(None)]
    arguments += ["--test-tags", ",".join(f"/{name}" for name in addons)]
    progress = Progress("Odoo's test runner")
    log = space.state.log("odoo-tests")
    say(f"$ odoo-bin server {' '.join(str(part) for part in arguments)}")
    try:
        text = space.odoo.run(log, "testing", arguments, show(progress))
    except Problem as problem:
        text = log.read_text(encoding="utf-8")
        if not any(TOTAL.match(entry.message) for entry in parse(text)):
            raise problem
    outcome = judge(text)
    progress.done(f"{outcome.passed} passed, {outcome.failed} failed")
    show_failures(text)
    return outcome


def show(progress):
    """Return a function that shows what the runner is doing."""
    loading = show_loading(progress)
    count = 0

    def on_line(line):
        nonlocal count
        found = re.search(r": Starting (\S+) \.\.\.", line)
        if found:
            count += 1
            progress.update(f"test {count} ({found[1]})")
        else:
            loading(line)

    return on_line


def judge(text):
    """Return the outcome that a log of the runner tells of."""
    outcome = Outcome("odoo")
    entries = parse(text)
    for entry in entries:
        in_test = TEST_LOGGER.match(entry.logger)
        started = in_test and STARTING.match(entry.message)
        skipped = in_test and SKIPPED.match(entry.message)
        total = entry.logger == RESULT_LOGGER and TOTAL.match(entry.message)
        if started:
            outcome.tests[f"{entry.logger}:{started[1]}"] = True
        elif skipped:
            outcome.skipped += 1
            outcome.tests[f"{entry.logger}:{skipped[1]}"] = False
        elif total:
            outcome.failed = int(total[1]) + int(total[2])
            outcome.passed = int(total[3]) - outcome.failed - outcome.skipped
    if not any(outcome.tests.values()):
        outcome.findings.append("odoo: no test ran")
    if not any(TOTAL.match(entry.message) for entry in entries):
        outcome.findings.append("odoo: the runner ended without a result")
    outcome.findings += unexpected(text)
    return outcome


def unexpected(text):
    """Return the log's warnings and errors, except those that a failed test made."""
    return [
        f"odoo: in the log: {entry.headline}"
        for entry in problems(text)
        if entry.logger != RESULT_LOGGER and not is_failure(entry)
    ]


def is_failure(entry):
    """Tell whether an entry reports a failed test, which is counted already."""
    return entry.level == "ERROR" and FAILED.match(entry.message)


def show_failures(text):
    """Print the failed tests with their tracebacks."""
    for entry in parse(text):
        if is_failure(entry):
            say(f"\n{entry.logger}: {entry.message}")

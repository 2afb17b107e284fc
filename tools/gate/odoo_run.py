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
FAILED = re.compile(r"^(?:FAIL|ERROR): (?:Subtest )?(\S+)")
TOTAL = re.compile(r"^(\d+) failed, (\d+) error\(s\) of (\d+) tests when loading")
TEST_LOGGER = re.compile(r"^odoo\.addons\.\w+\.tests\.")
RESULT_LOGGER = "odoo.tests.result"
# Entries that only repeat that tests failed, or that none ran
SUMMARY = re.compile(
    r"^\w+ (odoo\.tests\.result: \d+ failed"
    r"|odoo\.modules\.loading: (Module \w+: \d+ failures|At least one test failed))"
)


def run(space, database, addons):
    """Install addons in a fresh database, running their tests; return the outcome."""
    space.databases.fresh(database)
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
    failed = set()
    for entry in entries:
        in_test = TEST_LOGGER.match(entry.logger)
        started = in_test and STARTING.match(entry.message)
        skipped = in_test and SKIPPED.match(entry.message)
        if started:
            outcome.tests[f"{entry.logger}:{started[1]}"] = True
        elif skipped:
            outcome.skipped += 1
            outcome.tests[f"{entry.logger}:{skipped[1]}"] = False
        elif is_failure(entry):
            failed.add(f"{entry.logger}:{FAILED.match(entry.message)[1]}")
    outcome.failed = len(failed)
    outcome.passed = sum(outcome.tests.values()) - len(failed & set(outcome.tests))
    outcome.findings = [*check_result(outcome, entries), *unexpected(text)]
    return outcome


def check_result(outcome, entries):
    """Return findings where the runner's own count does not bear the outcome out."""
    totals = [TOTAL.match(e.message) for e in entries if e.logger == RESULT_LOGGER]
    totals = [total for total in totals if total]
    findings = []
    if not any(outcome.tests.values()):
        findings.append("odoo: no test ran")
    if not totals:
        findings.append("odoo: the runner ended without a result")
    elif not outcome.failed and (int(totals[-1][1]) or int(totals[-1][2])):
        findings.append(f"odoo: {totals[-1][0]}")
    return findings


def unexpected(text):
    """Return the log's warnings and errors, except those that a failed test made."""
    headlines = [
        entry.headline
        for entry in problems(text)
        if not is_failure(entry) and not SUMMARY.search(entry.headline)
    ]
    return [f"odoo: in the log: {headline}" for headline in dict.fromkeys(headlines)]


def is_failure(entry):
    """Tell whether an entry reports a failed test."""
    return entry.level == "ERROR" and FAILED.match(entry.message)


def show_failures(text):
    """Print the failed tests with their tracebacks."""
    for entry in parse(text):
        if is_failure(entry):
            say(f"\n{entry.logger}: {entry.message}")

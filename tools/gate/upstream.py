# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Odoo's own tests of the addons that ours change, with ours installed.

Some of them fail on any machine (they need demo data of other addons, or a service of
the network), others now and then on a busy one: a tour of portal sends its form before
the page's script has taken hold of it. So what fails with our addons runs again with
them, then without them: only what never passes with them, and does without, counts
against us.
"""

from ..addons import foreign
from ..console import Problem, Progress, say
from ..odoo_log import parse
from ..serve import claim_port
from . import odoo_run
from .outcome import Outcome

#: Addons of Odoo whose records and pages ours extend or stand in
SUITES = ("payment", "payment_stripe", "portal")
AGAIN = 3  # times that a failed test may try
WITH, WITHOUT = "clinic_upstream", "clinic_upstream_bare"


def run(space, addons):
    """Run Odoo's suites beside our addons; return the outcome."""
    space.databases.ensure(WITH, addons, demo=True)
    text = suites(space, WITH, tags(SUITES))
    left = failed(text)
    for _turn in range(AGAIN):
        if left:
            say("What failed runs again:")
            left &= failed(suites(space, WITH, methods(left)))
    if left:
        say("What failed each time runs without our addons:")
        space.databases.fresh(WITHOUT, demo=True)
        if missing := set(SUITES) - set(foreign(addons)):
            space.odoo.install(WITHOUT, sorted(missing), demo=True)
        left -= failed(suites(space, WITHOUT, methods(left)))
    return conclude(text, failed(text) - left)


def tags(names):
    """Return the tags that choose whole suites."""
    return ",".join(f"/{name}" for name in names)


def methods(ids):
    """Return the tags that choose single tests: ``/addon:Class.method``.

    What failed before its first test, such as ``setUpClass``, chooses its whole addon.
    """
    chosen = set()
    for key in ids:
        logger, _colon, name = key.partition(":")
        addon = f"/{logger.split('.')[2]}"
        chosen.add(f"{addon}:{name}" if "." in name else addon)
    return ",".join(sorted(chosen))


def suites(space, database, chosen):
    """Run tests in a database; return the log's text."""
    progress = Progress(f"Odoo's own tests in {database}")
    log = space.state.log(f"upstream-{database}")
    # Odoo runs tests of the addons that it updates, and only those.
    arguments = ["-d", database, "-u", ",".join(SUITES)]
    arguments += ["--http-port", claim_port(None), "--test-tags", chosen]
    say(f"$ odoo-bin server {' '.join(str(part) for part in arguments)}")
    try:
        text = space.odoo.run(log, "testing", arguments, odoo_run.show(progress))
    except Problem:  # a failed test makes the exit code 1
        text = log.read_text(encoding="utf-8")
    outcome = odoo_run.judge(text)
    progress.done(f"{outcome.passed} passed, {outcome.failed} failed")
    return text


def failed(text):
    """Return the ids of the tests that failed in a log, those of set-ups included."""
    found = set()
    for entry in parse(text):
        if odoo_run.is_failure(entry):
            name = odoo_run.FAILED.match(entry.message)[1]
            found.add(f"{entry.logger}:{name}")
    return frozenset(found)


def conclude(text, known):
    """Return the outcome of a log, without the failures that are not ours."""
    outcome = odoo_run.judge(text)
    # Odoo's tests log warnings of their own: only what failed counts.
    findings = [
        finding
        for finding in outcome.findings
        if not finding.startswith("odoo: in the log")
    ]
    against_us = failed(text) - known
    for key in sorted(failed(text) & known):
        say(f"  passed when it ran again, or fails without our addons too: {key}")
    for key in sorted(against_us):
        say(f"  fails with our addons: {key}")
    return Outcome(
        "upstream",
        passed=outcome.passed,
        failed=len(against_us),
        skipped=outcome.skipped + len(failed(text) & known),
        findings=findings,
        tests=outcome.tests,
    )

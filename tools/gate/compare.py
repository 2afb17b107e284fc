# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Do both test runners see the same tests?"""

SHOWN = 20  # names that are printed of each difference


def compare(odoo, pytest):
    """Return findings on tests that only one of two outcomes knows.

    Odoo's runner silently leaves out test files that ``tests/__init__.py`` does not
    import, plain ``unittest`` classes and inherited test methods; pytest leaves out
    what is not named like a test. Either way somebody believes in a test that is
    not run.
    """
    return [
        *differences("only pytest sees", set(pytest.tests) - set(odoo.tests)),
        *differences("only Odoo's runner sees", set(odoo.tests) - set(pytest.tests)),
        *differences("a browser test was skipped:", skipped(odoo) & pytest.browser),
    ]


def skipped(outcome):
    """Return the ids of the tests that were seen and did not run."""
    return {key for key, ran in outcome.tests.items() if not ran}


def differences(label, ids):
    """Return one finding for each id, up to a limit."""
    findings = [f"compare: {label} {key}" for key in sorted(ids)]
    if len(findings) > SHOWN:
        rest = len(findings) - SHOWN
        findings[SHOWN:] = [f"compare: {label} {rest} more"]
    return findings

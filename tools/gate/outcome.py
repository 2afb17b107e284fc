# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The outcome of one kind of checks, and of all of them."""

from dataclasses import dataclass, field


@dataclass
class Outcome:
    """What one kind of checks brought to light.

    ``findings`` are sentences on what is wrong beyond failed tests; each counts as
    a failure. ``tests`` maps the id of each test that was seen to whether it ran;
    ``browser`` holds the ids of those that need a browser or HTTP, where known.
    """

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    findings: list = field(default_factory=list)
    tests: dict = field(default_factory=dict)
    browser: set = field(default_factory=set)
    seconds: float = 0.0

    @property
    def failures(self):
        """Failed tests and findings together."""
        return self.failed + len(self.findings)


def table(outcomes):
    """Return the lines of the table at the end of a run."""
    form = "  {:<10} {:>7} {:>7} {:>8} {:>9} {:>8}"
    lines = [form.format("", "passed", "failed", "skipped", "findings", "seconds")]
    for outcome in outcomes:
        numbers = (outcome.passed, outcome.failed, outcome.skipped)
        seconds = f"{outcome.seconds:.0f}"
        lines.append(
            form.format(outcome.name, *numbers, len(outcome.findings), seconds)
        )
    return lines


def closing(outcomes):
    """Return the last line: every test run and check, findings among the failed."""
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(outcome.failures for outcome in outcomes)
    skipped = sum(outcome.skipped for outcome in outcomes)
    return f"{passed} passed, {failed} failed, {skipped} skipped"

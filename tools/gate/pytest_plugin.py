# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A plugin of pytest that notes every test it sees, and what became of it.

It is loaded with ``-p tools.gate.pytest_plugin``. Two variables steer it:
CLINIC_GATE_REPORT names the file to write; CLINIC_GATE_BROWSER says what to do with
the tests of a browser or of HTTP: ``only`` them, or ``never`` (default: all tests).
"""

import json
import os
from pathlib import Path

RANK = {"passed": 0, "skipped": 1, "failed": 2}  # a test is as bad as its worst part


def identify(item):
    """Return the id that both test runners share: ``module:Class.method``."""
    cls = getattr(item, "cls", None)
    if cls is None:
        return item.nodeid
    return f"{cls.__module__}:{cls.__qualname__}.{item.originalname}"


def is_browser(item):
    """Tell whether a test needs Odoo's HTTP server."""
    classes = getattr(getattr(item, "cls", None), "__mro__", ())
    return any(cls.__name__ == "HttpCase" for cls in classes)


def is_standard(item):
    """Tell whether Odoo runs the test by default (not tagged ``-standard``)."""
    tags = getattr(getattr(item, "cls", None), "test_tags", None)
    return tags is None or "standard" in tags


class Recorder:
    """Collects ids, outcomes and errors; writes them when the session ends."""

    def __init__(self, report, browser):
        self.report = Path(report)
        self.browser = browser
        self.ids = {}  # node id -> shared id
        self.browser_ids = []
        self.outcomes = {}  # shared id -> outcome; None where the test did not run
        self.reasons = {}
        self.errors = []

    def pytest_collection_modifyitems(self, config, items):
        """Leave out the tests that are not to run, but note that they are there."""
        standard = [item for item in items if is_standard(item)]
        for item in standard:
            self.ids[item.nodeid] = identify(item)
            self.outcomes[identify(item)] = None
        self.browser_ids = [identify(item) for item in standard if is_browser(item)]
        wanted = [item for item in standard if self._is_wanted(item)]
        left_out = [item for item in items if item not in wanted]
        config.hook.pytest_deselected(items=left_out)
        items[:] = wanted

    def _is_wanted(self, item):
        return self.browser not in ("only", "never") or (
            is_browser(item) == (self.browser == "only")
        )

    def pytest_collectreport(self, report):
        """Note a file that cannot be imported."""
        if report.failed:
            self.errors.append(f"{report.nodeid} could not be collected")

    def pytest_runtest_logreport(self, report):
        """Note the outcome of a part of a test: set-up, call, sub-test, tear-down."""
        key = self.ids.get(report.nodeid, report.nodeid)
        if RANK[report.outcome] >= RANK.get(self.outcomes.get(key), -1):
            self.outcomes[key] = report.outcome
        if report.skipped and isinstance(report.longrepr, tuple):
            self.reasons[key] = report.longrepr[2]

    def pytest_sessionfinish(self, exitstatus):
        """Write the report."""
        content = {
            "outcomes": self.outcomes,
            "reasons": self.reasons,
            "browser": sorted(set(self.browser_ids)),
            "errors": self.errors,
            "exit": int(exitstatus),
        }
        self.report.write_text(json.dumps(content))


def pytest_configure(config):
    """Register the recorder where a report is asked for."""
    report = os.environ.get("CLINIC_GATE_REPORT")
    if report:
        browser = os.environ.get("CLINIC_GATE_BROWSER")
        config.pluginmanager.register(Recorder(report, browser), "clinic-gate")

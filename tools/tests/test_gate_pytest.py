# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
import os
import subprocess
import sys

import pytest

from tools.gate import pytest_runs
from tools.state import ROOT

TESTS = """
import unittest

class HttpCase(unittest.TestCase):
    pass

class TestPage(HttpCase):
    def test_page(self):
        raise unittest.SkipTest("no browser")

class TestModel(unittest.TestCase):
    def test_good(self):
        pass

    def test_bad(self):
        assert False

class TestLive(unittest.TestCase):
    test_tags = {"external"}

    def test_network(self):
        assert False
"""


@pytest.fixture
def run_plugin(tmp_path):
    """Return a function that runs pytest with our plugin and returns the outcome."""

    def run(text, browser=""):
        (tmp_path / "test_sample.py").write_text(text)
        report = tmp_path / "report.json"
        environment = {
            **os.environ,
            "CLINIC_GATE_REPORT": str(report),
            "CLINIC_GATE_BROWSER": browser,
            "PYTHONPATH": str(ROOT),
        }
        command = [sys.executable, "-m", "pytest", "-p", "no:odoo", "--rootdir=."]
        command += ["-p", "tools.gate.pytest_plugin", "-c", os.devnull, "."]
        subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True)
        return pytest_runs.read_report("sample", json.loads(report.read_text()))

    return run


def test_every_test_is_seen_and_judged(run_plugin):
    outcome = run_plugin(TESTS)
    assert (outcome.passed, outcome.failed, outcome.skipped) == (1, 1, 1)
    assert outcome.browser == {"test_sample:TestPage.test_page"}
    assert outcome.findings == [
        "sample: browser test skipped: test_sample:TestPage.test_page"
        " (Skipped: no browser)"
    ]


def test_a_test_that_is_not_standard_is_left_out(run_plugin):
    assert "test_sample:TestLive.test_network" not in run_plugin(TESTS).tests


def test_browser_tests_can_be_left_out_and_are_still_seen(run_plugin):
    outcome = run_plugin(TESTS, browser="never")
    assert (outcome.passed, outcome.failed, outcome.skipped) == (1, 1, 0)
    assert outcome.tests["test_sample:TestPage.test_page"] is False
    assert outcome.findings == []


def test_only_browser_tests_can_be_run(run_plugin):
    outcome = run_plugin(TESTS, browser="only")
    assert (outcome.passed, outcome.failed, outcome.skipped) == (0, 0, 1)


def test_no_test_is_a_finding(run_plugin):
    assert run_plugin("").findings == ["sample: no test ran"]


def test_a_file_that_cannot_be_imported_is_a_finding(run_plugin):
    findings = run_plugin("import nowhere").findings
    assert "sample: test_sample.py could not be collected" in findings


def test_a_failed_subtest_fails_its_test(run_plugin):
    text = (
        "import unittest\n"
        "class TestTable(unittest.TestCase):\n"
        "    def test_rows(self):\n"
        "        for row in (1, 2):\n"
        "            with self.subTest(row=row):\n"
        "                self.assertEqual(row, 2)\n"
    )
    outcome = run_plugin(text)
    assert (outcome.passed, outcome.failed) == (0, 1)

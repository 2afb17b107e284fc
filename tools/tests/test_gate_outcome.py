# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from tools.gate.compare import SHOWN, compare
from tools.gate.outcome import Outcome, closing, table


def outcome(name, *tests, **values):
    return Outcome(name, tests=dict.fromkeys(tests, True), **values)


def test_the_same_tests_are_no_finding():
    assert compare(outcome("odoo", "a", "b"), outcome("orm", "b", "a")) == []


def test_a_test_that_one_runner_misses_is_named():
    findings = compare(outcome("odoo", "a", "b"), outcome("orm", "b", "c"))
    assert findings == [
        "compare: only pytest sees c",
        "compare: only Odoo's runner sees a",
    ]


def test_many_differences_are_cut_off():
    tests = [f"t{number:03}" for number in range(SHOWN + 30)]
    findings = compare(outcome("odoo"), outcome("orm", *tests))
    assert len(findings) == SHOWN + 1
    assert findings[-1] == "compare: only pytest sees 30 more"


def test_a_browser_test_that_odoo_skipped_is_a_finding():
    odoo = Outcome("odoo", tests={"page": False, "model": False})
    orm = Outcome("orm", tests={"page": False, "model": False}, browser={"page"})
    assert compare(odoo, orm) == ["compare: a browser test was skipped: page"]


def test_findings_count_as_failures():
    outcomes = [
        Outcome("odoo", passed=5, skipped=1, findings=["a warning"]),
        Outcome("orm", passed=4, failed=1),
    ]
    assert closing(outcomes) == "9 passed, 2 failed, 1 skipped"
    assert table(outcomes)[1].split() == ["odoo", "5", "0", "1", "1", "0"]

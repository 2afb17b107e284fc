# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from tools.gate import odoo_run
from tools.tests.test_odoo_log import line

MODULE = "odoo.addons.clinic_scheduling.tests.test_slot"
STARTS = [
    line("INFO", MODULE, "Starting TestSlot.test_one ..."),
    line("INFO", MODULE, "Starting TestSlot.test_two ..."),
]
GOOD = line(
    "INFO", "odoo.tests.result", "0 failed, 0 error(s) of 2 tests when loading 'x'"
)


def test_a_good_run():
    outcome = odoo_run.judge("\n".join([*STARTS, GOOD]))
    assert (outcome.passed, outcome.failed, outcome.skipped) == (2, 0, 0)
    assert outcome.findings == []
    assert outcome.tests == {
        f"{MODULE}:TestSlot.test_one": True,
        f"{MODULE}:TestSlot.test_two": True,
    }


def test_a_failed_test_is_counted_once():
    name = "FAIL: Subtest TestSlot.test_two (row={})\nTraceback: x"
    failures = [line("ERROR", MODULE, name.format(row)) for row in (1, 2)]
    total = "2 failed, 0 error(s) of 2 tests when loading database 'x'"
    repeated = "Module clinic_scheduling: 2 failures, 0 errors of 2 tests"
    log = [*STARTS, *failures, line("ERROR", "odoo.modules.loading", repeated)]
    log.append(line("ERROR", "odoo.tests.result", total))
    outcome = odoo_run.judge("\n".join(log))
    assert (outcome.passed, outcome.failed, outcome.findings) == (1, 1, [])


def test_a_failed_set_up_of_a_class_is_a_failure():
    failure = line("ERROR", MODULE, f"ERROR: setUpClass ({MODULE}.TestSlot)")
    total = "0 failed, 1 error(s) of 0 tests when loading database 'x'"
    log = [failure, line("ERROR", "odoo.tests.result", total)]
    outcome = odoo_run.judge("\n".join(log))
    assert outcome.failed == 1
    assert outcome.findings == ["odoo: no test ran"]


def test_a_failure_that_left_no_trace_is_a_finding():
    total = "1 failed, 0 error(s) of 2 tests when loading database 'x'"
    log = [*STARTS, line("ERROR", "odoo.tests.result", total)]
    outcome = odoo_run.judge("\n".join(log))
    assert outcome.findings == [
        "odoo: 1 failed, 0 error(s) of 2 tests when loading",
    ]


def test_no_test_is_a_finding_though_odoo_exits_with_0():
    total = "0 failed, 0 error(s) of 0 tests when loading database 'x'"
    outcome = odoo_run.judge(line("WARNING", "odoo.tests.result", total))
    assert outcome.findings == ["odoo: no test ran"]
    assert outcome.failures == 1


def test_a_run_that_broke_off_is_a_finding():
    outcome = odoo_run.judge("\n".join(STARTS))
    assert outcome.findings == ["odoo: the runner ended without a result"]


def test_a_skipped_test_did_not_run():
    skipped = line("INFO", MODULE, "skipped TestSlot.test_two : no browser")
    outcome = odoo_run.judge("\n".join([*STARTS, skipped, GOOD]))
    assert (outcome.passed, outcome.skipped) == (1, 1)
    assert outcome.tests[f"{MODULE}:TestSlot.test_two"] is False


def test_a_warning_is_a_finding():
    warning = line("WARNING", "odoo.schema", "Table 'x': unable to add constraint")
    outcome = odoo_run.judge("\n".join([*STARTS, warning, GOOD]))
    assert [finding.strip() for finding in outcome.findings] == [
        "odoo: in the log: WARNING odoo.schema: Table 'x': unable to add constraint"
    ]

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from tools.gate import kinds, upstream
from tools.tests.test_odoo_log import line

MODULE = "odoo.addons.payment.tests.test_flows"
TOTAL = "{} failed, 0 error(s) of 2 tests when loading database 'x'"


def log(*failed):
    """Return the log of a run of two tests, some of which failed."""
    lines = [
        line("INFO", MODULE, f"Starting TestFlows.test_{name} ...") for name in "ab"
    ]
    lines += [line("ERROR", MODULE, f"FAIL: TestFlows.test_{name}") for name in failed]
    lines.append(line("WARNING", "odoo.addons.payment", "as every run of Odoo says"))
    level = "ERROR" if failed else "INFO"
    lines.append(line(level, "odoo.tests.result", TOTAL.format(len(failed))))
    return "\n".join(lines)


def test_only_what_passes_without_ours_counts_against_us():
    text = log("a", "b")
    known = upstream.failed(log("b"))
    outcome = upstream.conclude(text, known)
    assert (outcome.failed, outcome.skipped, outcome.findings) == (1, 1, [])


def test_a_good_run():
    outcome = upstream.conclude(log(), frozenset())
    assert (outcome.passed, outcome.failed, outcome.failures) == (2, 0, 0)


def test_no_test_is_a_finding():
    text = line("INFO", "odoo.tests.result", TOTAL.format(0))
    assert upstream.conclude(text, frozenset()).findings == ["odoo: no test ran"]


def test_a_failed_test_is_chosen_by_its_method_and_a_set_up_by_its_addon():
    ids = {f"{MODULE}:TestFlows.test_a", "odoo.addons.portal.tests.x:setUpClass"}
    assert upstream.methods(ids) == "/payment:TestFlows.test_a,/portal"


def test_it_runs_when_it_is_asked_for_alone():
    assert "upstream" in kinds.KINDS
    assert "upstream" not in kinds.FULL

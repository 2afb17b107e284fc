# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import pytest

from tools import odoo_log

HEAD = "2026-11-21 11:38:52,617 4441 {} clinic_test {}: {} "


def line(level, logger, message):
    return HEAD.format(level, logger, message)


LOG = "\n".join(
    [
        "Running as user 'root' is a security risk.",
        line("INFO", "odoo.modules.loading", "Modules loaded."),
        line("WARNING", "odoo.models", "a field is unknown"),
        line("ERROR", "odoo.sql_db", "bad query: SELECT"),
        "Traceback (most recent call last):",
        "  File ...",
        line("INFO", "odoo.registry", "Registry loaded"),
    ]
)


def test_a_traceback_belongs_to_its_entry():
    entries = odoo_log.parse(LOG)
    assert [entry.level for entry in entries] == ["INFO", "WARNING", "ERROR", "INFO"]
    assert "Traceback" in entries[2].message
    assert entries[2].headline.strip() == "ERROR odoo.sql_db: bad query: SELECT"


def test_warnings_and_errors_are_problems():
    found = odoo_log.problems(LOG, [])
    assert [entry.level for entry in found] == ["WARNING", "ERROR"]


def test_an_allowed_line_is_no_problem():
    allowed = odoo_log.read_allowances("# Known.\nWARNING odoo.models: a field\n")
    assert [entry.level for entry in odoo_log.problems(LOG, allowed)] == ["ERROR"]


def test_a_pattern_needs_a_reason():
    text = "# Why the first is harmless.\nfirst\n\nsecond\n"
    with pytest.raises(ValueError, match="line 4: a pattern without a reason"):
        odoo_log.read_allowances(text)


def test_the_repository_s_list_can_be_read():
    odoo_log.read_allowances(odoo_log.ALLOWED.read_text())

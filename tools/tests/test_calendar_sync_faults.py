# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The page on calendars names tests that are there, and a test for each fault."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "calendar-sync.md"
ADDONS = ("calendar_sync", "clinic_engine")

FAULT = re.compile(r"^\| ([A-Z]\d+) \|.*\|(?P<tests>[^|]*)\|$", re.MULTILINE)
NAMED = re.compile(r"`(test_\w+)`")
DEFINED = re.compile(r"def (test_\w+)\(")

#: How many faults of each kind there are.
KINDS = {"L": 4, "R": 4, "I": 7, "A": 6, "W": 5, "S": 7, "D": 12}


def read_faults():
    """Return {fault: names of its tests}."""
    text = PAGE.read_text(encoding="utf-8")
    rows = FAULT.finditer(text)
    return {row[1]: NAMED.findall(row["tests"]) for row in rows}


def read_tests():
    """Return the names of all tests of the addons."""
    files = (
        file
        for addon in ADDONS
        for file in (ROOT / "addons" / addon / "tests").glob("*.py")
    )
    return {name for file in files for name in DEFINED.findall(file.read_text())}


def test_each_fault_has_a_test():
    faults = read_faults()
    expected = {
        f"{kind}{n}" for kind, last in KINDS.items() for n in range(1, last + 1)
    }
    assert faults.keys() == expected
    assert [fault for fault, tests in faults.items() if not tests] == []


def test_the_tests_are_there():
    tests = read_tests()
    named = {name for names in read_faults().values() for name in names}
    assert sorted(named - tests) == []

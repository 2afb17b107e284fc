# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A linter of sizes: what is short is read, what is long is believed."""

import ast

from .state import ROOT

FUNCTION = 40  # lines
FILE = 500
TEST_FILE = 400


def check(folders):
    """Return a complaint for each file and function that is too long."""
    complaints = []
    for folder in folders:
        for file in sorted(folder.rglob("*.py")):
            complaints += check_file(file.relative_to(ROOT), file.read_text())
    return complaints


def check_file(name, text):
    """Return the complaints on one file of Python."""
    limit = TEST_FILE if name.name.startswith("test_") else FILE
    lines = len(text.splitlines())
    complaints = []
    if lines > limit:
        complaints.append(f"{name}: {lines} lines, {limit} are allowed")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = node.end_lineno - node.lineno + 1
            if length > FUNCTION:
                complaints.append(
                    f"{name}:{node.lineno}: {node.name} has {length} lines,"
                    f" {FUNCTION} are allowed"
                )
    return complaints

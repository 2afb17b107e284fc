# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Small helpers without a model."""

#: A spreadsheet takes a cell that starts so for a formula and runs it.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def to_safe_cell(value):
    """Return a cell for CSV that no spreadsheet runs as a formula.

    Text that looks like one gets an apostrophe in front; numbers stay numbers.
    Empty values become an empty text.
    """
    if value is None or value is False:
        return ""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value

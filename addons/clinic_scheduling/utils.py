# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Small helpers without a model."""

import re
from urllib.parse import urlsplit

#: Characters that no text of a person needs, and that PostgreSQL may refuse.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

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


def clean_text(value, length):
    """Return what somebody typed without control characters, edges and excess.

    :param int length: at most this many characters are kept
    """
    return CONTROLS.sub("", str(value or "")).strip()[:length]


def is_web_address(text):
    """Whether ``text`` is an address that a browser may be sent to."""
    try:
        parts = urlsplit(text or "")
        return parts.scheme in ("https", "http") and bool(parts.hostname)
    except ValueError:
        return False

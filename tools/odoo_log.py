# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Reading Odoo's log: its lines, and what in them is not to be expected."""

import re
from dataclasses import dataclass
from pathlib import Path

LINE = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} \d+ "
    r"(?P<level>DEBUG|INFO|RUNBOT|WARNING|ERROR|CRITICAL) (?P<database>\S+) "
    r"(?P<logger>[\w.\-]+): (?P<message>.*)$"
)
BAD = {"WARNING", "ERROR", "CRITICAL"}
ALLOWED = Path(__file__).with_name("allowed_log_lines.txt")


@dataclass(frozen=True)
class Entry:
    """One entry of the log; a traceback belongs to the entry before it."""

    level: str
    logger: str
    message: str

    @property
    def headline(self):
        """The entry in one line."""
        return f"{self.level} {self.logger}: {self.message.splitlines()[0]}"


@dataclass(frozen=True)
class Allowance:
    """A pattern of lines that are known to be harmless, and why."""

    pattern: re.Pattern
    reason: str


def parse(text):
    """Return the entries of a log."""
    heads, bodies = [], []
    for line in text.splitlines():
        found = LINE.match(line)
        if found:
            heads.append(found)
            bodies.append([found["message"]])
        elif bodies:
            bodies[-1].append(line)
    return [
        Entry(head["level"], head["logger"], "\n".join(body).rstrip() or "-")
        for head, body in zip(heads, bodies, strict=True)
    ]


def read_allowances(text):
    """Parse the list of allowed lines: a comment with the reason, then patterns."""
    allowances, reason = [], ""
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if line.startswith("#"):
            reason = f"{reason} {line.lstrip('# ')}".strip()
        elif not line:
            reason = ""
        elif not reason:
            raise ValueError(f"line {number}: a pattern without a reason above it")
        else:
            allowances.append(Allowance(re.compile(line), reason))
    return allowances


def problems(text, allowances=None):
    """Return the entries of level WARNING and above that nobody has allowed."""
    if allowances is None:
        allowances = read_allowances(ALLOWED.read_text())
    return [
        entry
        for entry in parse(text)
        if entry.level in BAD
        and not any(allowed.pattern.search(entry.headline) for allowed in allowances)
    ]

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import io
import sys

import pytest

from tools.console import Problem, Progress, explain, run


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_progress_is_sparse_where_output_is_no_terminal():
    stream, clock = io.StringIO(), Clock()
    progress = Progress("Downloading", stream, clock)
    for megabytes in range(12):
        clock.now = float(megabytes)
        progress.update(f"{megabytes} of 11 MB")
    progress.done()
    assert stream.getvalue().splitlines() == [
        "  Downloading ...",
        "  Downloading: 0 of 11 MB",
        "  Downloading: 5 of 11 MB",
        "  Downloading: 10 of 11 MB",
        "  Downloading: done (11 s)",
    ]


def test_progress_shows_at_once_what_takes_long():
    stream = io.StringIO()
    progress = Progress("Installing", stream, Clock())
    progress.update("1 of 2")
    progress.update("2 of 2")
    progress.update("unpacking", always=True)
    assert stream.getvalue().splitlines()[1:] == [
        "  Installing: 1 of 2",
        "  Installing: unpacking",
    ]


def test_progress_rewrites_one_line_of_a_terminal():
    stream = Terminal()
    progress = Progress("Downloading", stream, Clock())
    progress.update("5 MB")
    progress.done("11 MB")
    assert stream.getvalue().count("\n") == 1
    assert stream.getvalue().endswith("\r\033[K  Downloading: 11 MB (0 s)\n")


def test_run_returns_and_logs_the_output(tmp_path):
    log, seen = tmp_path / "log" / "step.log", []
    command = [sys.executable, "-c", "print('one'); print('two')"]
    assert run(command, log, "It failed", seen.append) == "one\ntwo\n"
    assert log.read_text() == "one\ntwo\n"
    assert seen == ["one", "two"]


def test_run_names_the_log_of_a_failed_command(tmp_path):
    command = [sys.executable, "-c", "raise SystemExit(3)"]
    with pytest.raises(Problem, match=r"It failed \(details: .*step.log\)"):
        run(command, tmp_path / "step.log", "It failed")


def test_run_says_what_command_is_missing(tmp_path):
    with pytest.raises(Problem, match="no-such-program is missing: install it"):
        run(["no-such-program"], tmp_path / "step.log", "It failed")


def test_a_full_disk_is_recognised():
    tail = ["Unpacking\n", "write error: No space left on device\n"]
    assert explain("It failed", tail, "x.log").startswith("The disk is full: free")
    assert explain("It failed", ["other"], "x.log") == "It failed (details: x.log)"


def test_what_happened_first_is_shown_beside_what_it_led_to():
    lines = [
        "odoo.exceptions.UserError: This cannot be rated any more.\n",
        "The above exception was the direct cause of the following exception:\n",
        "odoo.tools.convert.ParseError: while parsing pharma_demo.xml:3\n",
        "psycopg2.InterfaceError: cursor already closed\n",
    ]
    said = explain("It failed", lines, "x.log")
    assert said.startswith("It failed (odoo.exceptions.UserError: This cannot be")
    assert said.endswith(
        "psycopg2.InterfaceError: cursor already closed; details: x.log)"
    )


def test_the_cause_of_a_failure_is_shown():
    lines = [
        "Traceback\n",
        "odoo.exceptions.UserError: icalendar is missing\n",
        "end\n",
    ]
    assert explain("It failed", lines, "x.log") == (
        "It failed (odoo.exceptions.UserError: icalendar is missing; details: x.log)"
    )

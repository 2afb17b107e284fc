# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the user sees, and how commands are run."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time

NO_SPACE = "No space left on device"
WIDTH = 60  # characters of a detail of progress that are shown
# What apt, pip, npm and Python call the cause of a failure
CAUSE = re.compile(r"E: |ERROR: |npm error \w+ |[\w.]+(?:Error|Exception): ")


class Problem(Exception):
    """Something the user can put right; its text is one clear sentence or two."""


def say(text=""):
    """Print one line at once."""
    print(text, flush=True)


class Progress:
    """One line of progress: rewritten on a terminal, printed sparsely elsewhere."""

    INTERVAL = 5.0  # seconds between two lines where output is no terminal

    def __init__(self, title, stream=None, clock=time.monotonic):
        self.title = title
        self.stream = stream or sys.stdout
        self.clock = clock
        self.live = self.stream.isatty()
        self.last = None
        self.started = clock()
        self._write(f"  {title} ...", final=not self.live)

    def update(self, detail, always=False):
        """Show how far the work is, e.g. ``45 of 130 MB``.

        ``always``: also right after another line, for what takes long itself.
        """
        now = self.clock()
        pause = 0.2 if self.live else self.INTERVAL
        if always or self.last is None or now - self.last >= pause:
            self.last = now
            self._write(f"  {self.title}: {detail[:WIDTH]}", final=not self.live)

    def done(self, detail="done"):
        """Close the line with the result and the time it took."""
        seconds = self.clock() - self.started
        self._write(f"  {self.title}: {detail} ({seconds:.0f} s)", final=True)

    def _write(self, text, final):
        before = "\r\033[K" if self.live else ""
        self.stream.write(before + text + ("\n" if final else ""))
        self.stream.flush()


def explain(problem, lines, log):
    """Turn the output of a failed command into the sentence for the user."""
    if any(NO_SPACE in line for line in lines):
        return "The disk is full: free some space, then run the command again."
    causes = [line.strip() for line in lines if CAUSE.match(line)]
    # the first is what happened, the last what it led to
    cause = "".join(f"{text}; " for text in dict.fromkeys([*causes[:1], *causes[-1:]]))
    return f"{problem} ({cause}details: {log})"


def run(command, log, problem, on_line=None, **options):
    """Run a command, its output going to the file ``log``; return the output.

    ``on_line`` sees every line as it comes. A command that cannot start, or
    fails, raises :class:`Problem` with the sentence ``problem``.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    lines = []
    with log.open("w", encoding="utf-8") as file, started(command, options) as process:
        for line in process.stdout:
            file.write(line)
            lines.append(line)
            if on_line:
                on_line(line.rstrip("\n"))
    if process.returncode:
        raise Problem(explain(problem, lines, log))
    return "".join(lines)


@contextlib.contextmanager
def started(command, options):
    """Start a command whose output is read; it ends with this block."""
    options = {"stdin": subprocess.DEVNULL, **options}
    try:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            **options,
        )
    except FileNotFoundError as error:
        message = f"The command {command[0]} is missing: install it, then run again."
        raise Problem(message) from error
    try:
        yield process
        process.wait()
    finally:
        stop(process)


def stop(process, patience=30):
    """End a process: ask first, and force it after ``patience`` seconds."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(timeout=patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def is_alive(pid):
    """Tell whether a process of this id runs (also another user's)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def stop_on_signals():
    """Make every signal to stop unwind the stack, so that everything is stopped."""

    def interrupt(_number, _frame):
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)

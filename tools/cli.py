# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The commands behind the Makefile's targets."""

import argparse
import errno
import subprocess
import sys

from . import clean, lock, pot, serve
from .bench import bench
from .console import NO_SPACE, Problem, say, stop_on_signals
from .gate import kinds, suite
from .state import ROOT
from .workspace import workspace

INTERRUPTED = 130  # the exit code after Ctrl-C, by the shell's convention
DATABASE = "clinic"


def parser():
    """Return the parser of the command line."""
    root = argparse.ArgumentParser(prog="python3 -m tools", description=__doc__)
    commands = root.add_subparsers(dest="command", required=True)

    run = commands.add_parser("run", help="serve a practice with demo data")
    run.add_argument("--port", type=int, help="the port to serve at")
    run.add_argument("--db", default=DATABASE, help="the database's name")

    test = commands.add_parser("test", help="run tests and linters")
    test.add_argument("--addon", help="only this addon")
    test.add_argument("--kind", choices=kinds.KINDS, help="only this kind")

    check = commands.add_parser("lint", help="run the linters")
    check.add_argument("--addon", help="only this addon")

    layout = commands.add_parser("format", help="lay out the code")
    layout.add_argument("--addon", help="only this addon")

    measure = commands.add_parser("bench", help="run the benchmarks")
    measure.add_argument("arguments", nargs="*", help="passed to the benchmarks")

    shell = commands.add_parser("shell", help="Python with the practice's data")
    shell.add_argument("--db", default=DATABASE, help="the database's name")

    commands.add_parser("pot", help="export the texts to be translated")
    commands.add_parser("setup", help="set up, and leave PostgreSQL running")
    commands.add_parser("lock", help="write the lock files anew")
    commands.add_parser("clean", help="stop everything and remove the state")
    return root


def main(arguments=None):
    """Run one command; return its exit code."""
    stop_on_signals()
    options = parser().parse_args(arguments)
    try:
        return COMMANDS[options.command](options) or 0
    except Problem as problem:
        say(f"\n{problem}")
    except KeyboardInterrupt:
        say("\nStopped.")
        return INTERRUPTED
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        say(f"\n{NO_SPACE}: free some space, then run the command again.")
    return 1


def setup(_options):
    """Set up, and leave PostgreSQL running until `make clean`."""
    with workspace() as space:
        keep = space.state.path("postgres", "keep-running")
        if keep.parent.exists():
            keep.touch()
        variables = space.odoo.client.variables
        for name, value in variables.items():
            say(f"export {name}={value}")
        say(f"export PATH={space.python.bin}:{space.python.postgres_bin}:$PATH")
        say(f"export ODOO_CONF={space.odoo.conf}")


def shell(options):
    """Open Odoo's shell on the practice's database."""
    with workspace() as space:
        command = space.odoo.command("shell", "-d", options.db, "--no-http")
        command = [str(part) for part in command]
        return subprocess.call(command, env=space.odoo.environment, cwd=ROOT)


COMMANDS = {
    "run": lambda options: serve.serve(options.db, options.port),
    "test": lambda options: suite.test(options.addon, options.kind),
    "lint": lambda options: suite.check_style(options.addon),
    "format": lambda options: suite.format_code(options.addon),
    "bench": lambda options: bench(options.arguments),
    "shell": shell,
    "pot": lambda options: pot.export(),
    "setup": setup,
    "lock": lambda options: lock.write_locks(ROOT),
    "clean": lambda options: clean.clean(),
}

if __name__ == "__main__":
    sys.exit(main())

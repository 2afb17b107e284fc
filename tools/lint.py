# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The linters; all of them work without a network."""

import os
import subprocess
from dataclasses import dataclass, field

from . import sizes
from .addons import FOLDER
from .console import say
from .gate.outcome import Outcome
from .state import ROOT

CODE = ("addons", "benchmarks", "tests", "tools")  # folders with Python
# Odoo's own checkers, shipped with its addon test_lint as plugins of pylint
ODOO_CHECKERS = {
    "_odoo_checker_sql_injection": ("sql-injection",),
    "_odoo_checker_gettext": (
        "missing-gettext",
        "gettext-variable",
        "gettext-placeholders",
        "gettext-repr",
    ),
    "_odoo_checker_unlink_override": ("raise-unlink-override",),
}
WEB = ("js", "scss", "xml")  # what prettier formats


@dataclass
class Check:
    """One linter: a command, and where it runs."""

    name: str
    command: list
    cwd: os.PathLike = ROOT
    environment: dict = field(default_factory=lambda: dict(os.environ))

    def run(self):
        """Run the command; return its complaints, empty when there are none."""
        done = subprocess.run(
            [str(part) for part in self.command],
            cwd=self.cwd,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        output = done.stdout.strip()
        return (output or f"exit code {done.returncode}") if done.returncode else ""


def python_folders(addons, whole):
    """Return the folders of Python that are checked."""
    if whole:
        return [ROOT / name for name in CODE if any(ROOT.glob(f"{name}/**/*.py"))]
    return [addon.path for addon in addons.values()]


def python_checks(found, addons, whole):
    """Return the linters of Python."""
    run = found.python.bin
    folders = [folder.relative_to(ROOT) for folder in python_folders(addons, whole)]
    rules = f"--rcfile={ROOT / '.pylintrc-mandatory'}"
    return [
        Check("ruff", [run / "ruff", "check", "--no-cache", *folders]),
        Check(
            "ruff format", [run / "ruff", "format", "--no-cache", "--check", *folders]
        ),
        Check("pylint-odoo", [run / "pylint", rules, *addons], FOLDER),
        odoo_checkers(found, addons),
    ]


def odoo_checkers(found, addons):
    """Return Odoo's own linter for SQL injection, translations and unlink."""
    plugins = found.source.find_addon_file("test_lint/tests")
    symbols = [symbol for group in ODOO_CHECKERS.values() for symbol in group]
    command = [
        found.python.bin / "pylint",
        f"--rcfile={os.devnull}",
        "--disable=all",
        f"--enable={','.join(symbols)}",
        f"--load-plugins={','.join(ODOO_CHECKERS)}",
        "--reports=n",
        "--score=n",
        *addons,
    ]
    environment = {**os.environ, "PYTHONPATH": str(plugins)}
    return Check("Odoo's checkers", command, FOLDER, environment)


def addon_checks(found, addons):
    """Return the linters of addons as a whole and of their texts."""
    run = found.python.bin
    manifests = [addon.path / "__manifest__.py" for addon in addons.values()]
    checks = [Check("OCA modules", [run / "oca-checks-odoo-module", *manifests])]
    texts = [
        file for addon in addons.values() for file in addon.path.glob("i18n/*.po*")
    ]
    if texts:
        checks.append(Check("OCA texts", [run / "oca-checks-po", *texts]))
    return checks


def web_checks(found, addons):
    """Return the linters of JavaScript, styles and views."""
    checks, node = [], found.node
    scripts = [a.path / "static" for a in addons.values() if any(web_files(a, ("js",)))]
    if scripts:
        command = [*node.command("eslint"), "--max-warnings=0", *scripts]
        checks.append(Check("eslint", command, environment=node.environment))
    files = [file for addon in addons.values() for file in web_files(addon, WEB)]
    if files:
        command = [*node.command("prettier"), "--check", "--log-level=warn", *files]
        checks.append(Check("prettier", command, environment=node.environment))
    return checks


def web_files(addon, suffixes):
    """Yield an addon's files of some kinds, without vendored libraries."""
    for suffix in suffixes:
        for file in sorted(addon.path.rglob(f"*.{suffix}")):
            if "lib" not in file.relative_to(addon.path).parts:
                yield file


def check(found, addons, whole):
    """Run all linters; return the outcome."""
    outcome = Outcome("lint")
    checks = python_checks(found, addons, whole) + addon_checks(found, addons)
    for linter in checks + web_checks(found, addons):
        judge(outcome, linter.name, linter.run())
    complaints = sizes.check(python_folders(addons, whole))
    judge(outcome, "sizes", "\n".join(complaints))
    return outcome


def format_code(found, addons, whole):
    """Lay out Python, scripts, styles and views as the linters want them."""
    folders = python_folders(addons, whole)
    formatters = [Check("ruff format", [found.python.bin / "ruff", "format", *folders])]
    for linter in web_checks(found, addons):
        if linter.name == "prettier":
            linter.command[linter.command.index("--check")] = "--write"
            formatters.append(linter)
    for formatter in formatters:
        complaints = formatter.run()
        say(f"{complaints or formatter.name + ': done'}")


def judge(outcome, name, complaints):
    """Note and print the result of one linter."""
    if complaints:
        outcome.failed += 1
        say(f"{complaints}\n")
    else:
        outcome.passed += 1
    say(f"  {name}: {'failed' if complaints else 'clean'}")

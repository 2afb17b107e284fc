# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Our addons: found by their manifests, never listed by hand."""

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .console import Problem
from .state import ROOT, fingerprint

FOLDER = ROOT / "addons"
# What may change without an update of the database
NO_DATA = {"tests", "__pycache__", "readme", "README.rst", "README.md"}
NO_DATA_SUFFIXES = {".pot", ".pyc"}


@dataclass(frozen=True)
class Addon:
    """One addon of this repository."""

    name: str
    path: Path
    depends: tuple

    @cached_property
    def fingerprint(self):
        """What changes when the database must be updated."""
        parts = []
        for file in filter(self._counts, sorted(self.path.rglob("*"))):
            parts += [str(file.relative_to(self.path)), file]
        return fingerprint(*parts)

    def _counts(self, file):
        parts = file.relative_to(self.path).parts
        if file.suffix in NO_DATA_SUFFIXES or NO_DATA.intersection(parts):
            return False
        return file.is_file()

    @property
    def tests(self):
        """The folder of the addon's tests, or None."""
        folder = self.path / "tests"
        return folder if any(folder.glob("test_*.py")) else None


def read_manifest(path):
    """Return the manifest of an addon's folder as a dict."""
    file = path / "__manifest__.py"
    try:
        return ast.literal_eval(file.read_text())
    except (ValueError, SyntaxError) as error:
        raise Problem(f"{file} is not a plain dictionary: {error}") from error


def discover(folder=FOLDER):
    """Return {name: addon} of all installable addons, dependencies first."""
    found = {}
    for file in sorted(Path(folder).glob("*/__manifest__.py")):
        manifest = read_manifest(file.parent)
        if manifest.get("installable", True):
            depends = tuple(manifest.get("depends", ("base",)))
            found[file.parent.name] = Addon(file.parent.name, file.parent, depends)
    return sort(found)


def sort(addons):
    """Order addons so that each comes after those it depends on."""
    ordered = {}

    def visit(name):
        if name in addons and name not in ordered:
            for dependency in addons[name].depends:
                visit(dependency)
            ordered[name] = addons[name]

    for name in sorted(addons):
        visit(name)
    return ordered


def select(addons, name=None):
    """Return all addons, or the one that was asked for."""
    if not name:
        return addons
    if name not in addons:
        names = ", ".join(addons) or "none"
        raise Problem(f"There is no addon {name} here (there are: {names}).")
    return {name: addons[name]}


def foreign(addons):
    """Return the sorted names of addons of others that ours depend on."""
    needed = {name for addon in addons.values() for name in addon.depends}
    return sorted(needed - set(discover()))

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Where Odoo 19 comes from: given, importable, Debian's package, or a clone."""

import importlib.util
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from . import debian
from .console import Problem, Progress, run, say
from .state import fingerprint

SERIES = 19
REPOSITORY = "https://github.com/odoo/odoo.git"
BRANCH = "19.0"
# The package links to these. The two fonts of the second list changed their file
# names since Odoo's links were made: the released suite still has the old ones.
PACKAGES = (
    "odoo-19",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-glyphicons-halflings",
)
PACKAGES_OF_STABLE = ("fonts-font-awesome", "fonts-inconsolata")
# Debian leaves this file out, and mail's backend assets name it: without it every
# backend page logs an error, which fails the browser tests.
SELFIE = Path("mail/static/lib/selfie_segmentation/selfie_segmentation.js")
NOWHERE = (
    "Odoo 19 was not found: set ODOO_SOURCE to a folder that holds it (a clone of its"
    " branch 19.0), or run this on Debian, or install git and connect to the network."
)


@dataclass(frozen=True)
class OdooSource:
    """An Odoo 19 tree: ``folder`` is the one that holds ``odoo/``."""

    folder: Path
    own: bool = False  # extracted or cloned by us, so that we may complete it

    @property
    def package(self):
        """The folder of the Python package."""
        return self.folder / "odoo"

    @property
    def addons_paths(self):
        """The folders of Odoo's own addons."""
        folders = (self.package / "addons", self.folder / "addons")
        return [path for path in folders if any(path.glob("*/__manifest__.py"))]

    @property
    def identity(self):
        """What changes when another Odoo is used."""
        return fingerprint(str(self.folder), self.package / "release.py")

    def find_addon_file(self, relative):
        """Return a file of one of Odoo's addons, or None."""
        found = (path / relative for path in self.addons_paths)
        return next((path for path in found if path.exists()), None)


def series(folder):
    """Return the major version of the Odoo in a folder, or None."""
    release = Path(folder, "odoo", "release.py")
    if not release.is_file():
        return None
    found = re.search(r"(?m)^version_info = \(\D*(\d+)", release.read_text())
    return int(found[1]) if found else None


def locate(state):
    """Return the Odoo source to use; fetch it into the state folder if need be."""
    given = os.environ.get("ODOO_SOURCE")
    if given:
        return from_folder(Path(given).expanduser().resolve())
    return importable() or from_debian(state) or from_clone(state)


def from_folder(folder):
    """Return the source in the folder that the user named."""
    for candidate in (folder, folder.parent):
        if series(candidate) == SERIES:
            return OdooSource(candidate)
    found = series(folder)
    what = f"holds Odoo {found}" if found else "does not hold Odoo"
    raise Problem(
        f"ODOO_SOURCE={folder} {what}: name a folder with odoo/release.py of {BRANCH}."
    )


def importable():
    """Return the Odoo 19 that this Python imports, or None."""
    spec = importlib.util.find_spec("odoo")
    places = spec.submodule_search_locations if spec else None
    for place in places or ():
        folder = Path(place).parent
        if series(folder) == SERIES:
            return OdooSource(folder)
    return None


def from_debian(state):
    """Return Debian's package, extracted below the state folder, or None."""
    target = state.path("odoo")
    source = OdooSource(target / "usr/lib/python3/dist-packages", own=True)
    key = fingerprint(*PACKAGES, *PACKAGES_OF_STABLE)
    if state.is_done("odoo", key) and series(source.folder) == SERIES:
        return source
    origin = debian.available()
    if not origin:
        return None
    say("Odoo 19 (from Debian's package)")
    archive = debian.Archive(state, origin)
    archive.update()
    names = [f"{name}/unstable" for name in PACKAGES]
    names += [f"{name}/{origin.stable}" for name in PACKAGES_OF_STABLE]
    files = archive.download("Downloading Odoo", names)
    replace_folder(target, lambda folder: archive.extract(files, folder))
    archive.discard()
    state.mark_done("odoo", key)
    return source


def from_clone(state):
    """Return a shallow clone of the official repository below the state folder."""
    target = state.path("odoo-clone")
    source = OdooSource(target, own=True)
    if state.is_done("odoo-clone", BRANCH) and series(target) == SERIES:
        return source
    if not shutil.which("git"):
        raise Problem(NOWHERE)
    say("Odoo 19 (from its repository)")
    progress = Progress("Cloning")
    command = ["git", "clone", "--progress", "--depth", "1", "--branch", BRANCH]
    log = state.log("odoo-clone")

    def clone(folder):
        run([*command, REPOSITORY, folder], log, NOWHERE, progress.update)

    replace_folder(target, clone)
    progress.done()
    state.mark_done("odoo-clone", BRANCH)
    return source


def replace_folder(target, fill):
    """Fill a new folder and put it in the place of ``target`` when it is whole."""
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    fill(partial)
    shutil.rmtree(target, ignore_errors=True)
    partial.rename(target)


def complete(source, selfie):
    """Add the script that Debian leaves out, from the file ``selfie``.

    A source that is not ours stays as it is.
    """
    if source.find_addon_file(SELFIE):
        return
    mail = source.find_addon_file(Path("mail/__manifest__.py"))
    if not source.own or not mail:
        say(f"  note: {source.folder} lacks {SELFIE}: backend browser tests will fail")
        return
    target = mail.parent.parent / SELFIE
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(selfie, target)

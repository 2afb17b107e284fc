# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The files of texts to be translated: exported, and checked to be up to date.

They are exported from a database that holds our addons and what they name as their
dependencies: with other addons around, Odoo counts fields that those add to our models
among our texts. That the addons install there also proves that they name all they need.
"""

import re
import tempfile
from pathlib import Path

from . import addons as addons_of_ours
from .console import run, say
from .gate.outcome import Outcome
from .workspace import workspace

DATABASE = "clinic_pot"
DATES = re.compile(r'(?m)^"(?:POT-Creation-Date|PO-Revision-Date): .*\n')


def pot_file(addon):
    """Return the path of an addon's file of texts."""
    return addon.path / "i18n" / f"{addon.name}.pot"


def export(addons=None):
    """Write the file of every addon that has texts."""
    addons = addons or addons_of_ours.discover()
    with workspace() as space, space.state.lock("test"):
        space.databases.ensure(DATABASE, addons, bare=True)
        for addon in addons.values():
            text = texts(space, addon)
            if write(pot_file(addon), text):
                say(f"  written: {pot_file(addon)}")


def write(file, text):
    """Write a file where the texts, not just the dates, changed; tell whether."""
    if not text:
        return False
    if file.exists() and undated(file.read_text()) == undated(text):
        return False
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    return True


def check(space, addons):
    """Compare the files with what Odoo exports now."""
    space.databases.ensure(DATABASE, addons, bare=True)
    outcome = Outcome("pot")
    for addon in addons.values():
        file = pot_file(addon)
        before = file.read_text() if file.exists() else ""
        if undated(before) == undated(texts(space, addon)):
            outcome.passed += 1
        else:
            outcome.findings.append(f"pot: {addon.name}: run `make pot` and commit")
    return outcome


def texts(space, addon):
    """Return what Odoo exports for an addon; nothing where it has no texts."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, f"{addon.name}.pot")
        arguments = ["export", "-c", space.odoo.conf, "-d", DATABASE, "-o", file]
        command = [space.odoo.program, "i18n", *arguments, addon.name]
        log = space.state.log(f"pot-{addon.name}")
        problem = f"The texts of {addon.name} could not be exported"
        run(command, log, problem, env=space.odoo.environment, cwd=folder)
        text = file.read_text()
    return text if re.search(r'(?m)^msgid "."?', text) else ""


def undated(text):
    """Return the text without the lines that change with every export."""
    return DATES.sub("", text)

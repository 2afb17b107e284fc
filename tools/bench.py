# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""`make bench`: the measurements of the folder benchmarks/."""

import subprocess

from . import addons as addons_of_ours
from .console import Problem
from .live import variables
from .state import ROOT
from .workspace import workspace

#: What is compared with the peer: addons that extend it would only slow it down.
MEASURED = ("clinic_engine", "clinic_scheduling")
DATABASE = "clinic_bench"


def bench(arguments):
    """Run the benchmarks with the environment of the live tests."""
    if not (ROOT / "benchmarks" / "__main__.py").exists():
        raise Problem(
            "There are no benchmarks here: the folder benchmarks/ is missing."
        )
    with workspace() as space:
        addons = addons_of_ours.discover()
        measured = {name: addons[name] for name in MEASURED}
        environment = variables(space, measured, DATABASE)
        command = [str(space.python.python), "-m", "benchmarks", *arguments]
        return subprocess.call(command, env=environment, cwd=ROOT)

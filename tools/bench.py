# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""`make bench`: the measurements of the folder benchmarks/."""

import subprocess

from . import addons as addons_of_ours
from .console import Problem
from .live import variables
from .state import ROOT
from .workspace import workspace


def bench(arguments):
    """Run the benchmarks with the environment of the live tests."""
    if not (ROOT / "benchmarks" / "__main__.py").exists():
        raise Problem(
            "There are no benchmarks here: the folder benchmarks/ is missing."
        )
    with workspace() as space:
        environment = variables(space, addons_of_ours.discover())
        command = [str(space.python.python), "-m", "benchmarks", *arguments]
        return subprocess.call(command, env=environment, cwd=ROOT)

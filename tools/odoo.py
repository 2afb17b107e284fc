# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Running Odoo's programs with the configuration of the state folder."""

import base64
import configparser
import os
import re

from .addons import FOLDER
from .console import Problem, Progress, run
from .node_env import NodeEnv
from .odoo_log import problems
from .state import ROOT, write_whole

CONFIG = ROOT / "config" / "development.conf"
LOADING = re.compile(r"Loading module (\S+) \((\d+)/(\d+)\)")
READING = re.compile(r"modules\.loading: loading (\S+/\S+)")  # a file of the module


class Odoo:
    """Odoo with our addons on its path, talking to one PostgreSQL."""

    def __init__(self, state, env, source, client):
        self.state, self.env, self.source, self.client = state, env, source, client
        self.conf = state.path("odoo.conf")
        self.data = state.path("data")
        self.program = env.bin / "odoo-bin"

    @property
    def environment(self):
        """The environment of Odoo's processes."""
        variables = self.client.environment
        # tests of what leaves for other programs read it with packages of Node.js
        node = NodeEnv(self.state, self.env)
        paths = (str(self.env.bin), str(node.program.parent), variables["PATH"])
        variables["PATH"] = os.pathsep.join(paths)
        variables["NODE_PATH"] = str(node.modules)
        variables["VIRTUAL_ENV"] = str(self.env.folder)
        # Nothing of the caller's settings may change what a run shows.
        for name in [name for name in variables if name.startswith("ODOO_")]:
            del variables[name]
        return variables

    def addons_path(self):
        """Return the folders of addons: Odoo's, OCA's, ours."""
        folders = [*self.source.addons_paths, self.env.oca_addons, FOLDER]
        return [path for path in folders if any(path.glob("*/__manifest__.py"))]

    def write_config(self):
        """Write the configuration: the repository's, with this machine's paths."""
        parser = configparser.RawConfigParser()
        parser.read_string(CONFIG.read_text())
        options = parser["options"]
        options["addons_path"] = ",".join(str(path) for path in self.addons_path())
        options["data_dir"] = str(self.data)
        parser["calendar_sync"] = {"key": self._get_key()}
        lines = [f"# Written by make from {CONFIG.name}: do not edit."]
        for section in parser.sections():
            lines.append(f"[{section}]")
            lines += [f"{key} = {value}" for key, value in parser[section].items()]
        self.data.mkdir(exist_ok=True)
        write_whole(self.conf, "\n".join(lines) + "\n")

    def _get_key(self):
        """Return the key that encrypts secrets of development databases."""
        file = self.state.path("calendar_sync.key")
        if not file.exists():
            write_whole(file, base64.urlsafe_b64encode(os.urandom(32)).decode())
        return file.read_text()

    def command(self, subcommand, *arguments):
        """Return the command line of one of Odoo's sub-commands."""
        return [self.program, subcommand, "-c", self.conf, *arguments]

    def run(self, log, title, arguments, on_line):
        """Run ``odoo-bin server`` to its end; return its log."""
        command = self.command("server", *arguments, "--stop-after-init")
        failure = f"Odoo failed while {title}"
        return run(
            command,
            log,
            failure,
            on_line,
            env=self.environment,
            cwd=self.state.folder,
        )

    def install(self, database, install=(), update=(), demo=False, bare=False):
        """Install and update addons in a database; complain when one did not.

        ``demo`` counts for an empty database only; ``bare`` leaves out what Odoo
        would install by itself beside the addons. Returns the log's entries that
        are not to be expected.
        """
        arguments = ["-d", database, "--no-http"]
        arguments += ["-i", ",".join(install)] if install else []
        arguments += ["-u", ",".join(update)] if update else []
        arguments += ["--with-demo"] if demo else []
        arguments += ["--skip-auto-install"] if bare else []
        progress = Progress(f"Database {database}")
        log = self.state.log(f"install-{database}")
        title = f"preparing the database {database}"
        text = self.run(log, title, arguments, show_loading(progress))
        missing = {*install, *update} - self.installed(database)
        if missing:
            names = ", ".join(sorted(missing))
            raise Problem(f"Not installed in {database}: {names} (details: {log}).")
        progress.done()
        return problems(text)

    def installed(self, database):
        """Return the names of the addons that are installed in a database."""
        if not self.client.sql("SELECT to_regclass('ir_module_module')", database)[0][
            0
        ]:
            return set()
        statement = "SELECT name FROM ir_module_module WHERE state = 'installed'"
        return {row[0] for row in self.client.sql(statement, database)}


def show_loading(progress):
    """Return a function that shows which module, and file, Odoo is loading."""
    module = ""

    def show(line):
        nonlocal module
        if found := LOADING.search(line):
            name, number, total = found.groups()
            module = f"module {number} of {total}"
            progress.update(f"{module} ({name})")
        elif found := READING.search(line):
            progress.update(f"{module} ({found[1].rpartition('/')[2]})")

    return show

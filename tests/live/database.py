# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A database of its own for the live tests, and SQL that no ORM stands between."""

import json
import os
import shutil
import subprocess
import time
from contextlib import closing
from pathlib import Path

import psycopg2
import psycopg2.errors
from psycopg2 import sql

from .settings import MissingSetup

#: Ours, and Odoo's provider of payments that nobody has to pay.
ADDONS = (
    "calendar_sync",
    "clinic_scheduling",
    "clinic_queue",
    "clinic_payment_stripe",
    "clinic_sms_twilio",
    "payment_demo",
    "pharma_showcase",
)

DROP_ATTEMPTS = 30  # one a second
PRESENT = "SELECT name FROM ir_module_module WHERE state = 'installed'"


class Database:
    """One database of a run, with its own folder for files and sessions."""

    def __init__(self, settings, name, folder):
        self.settings, self.name = settings, name
        self.data_dir = Path(folder) / "data"
        self.data_dir.mkdir(parents=True)

    def create(self, addons=ADDONS):
        """Copy the template, and install which addons it lacks."""
        template = self.settings.template
        self._administer("CREATE DATABASE {} TEMPLATE {}", template or "template0")
        if template:
            files = self.settings.data_dir / "filestore" / template
            if files.exists():
                # files are named by their content and never written again
                target = self.data_dir / "filestore" / self.name
                shutil.copytree(files, target, copy_function=_link_or_copy)
        present = [name for (name,) in self.query(PRESENT)] if template else []
        if missing := [name for name in addons if name not in present]:
            names = ",".join(missing)
            self.odoo("server", "--no-http", "-i", names, "--stop-after-init")

    def drop(self):
        """Drop the database; its folder belongs to whoever gave it."""
        for attempt in reversed(range(DROP_ATTEMPTS)):
            try:
                self._administer("DROP DATABASE IF EXISTS {} WITH (FORCE)")
                return
            except psycopg2.errors.InsufficientPrivilege:
                # autovacuum works in it, as the superuser: it ends by itself
                if not attempt:
                    raise
                time.sleep(1)

    def command(self, subcommand, *arguments):
        """Return the command line of one of Odoo's sub-commands on this database."""
        fixed = ["-c", self.settings.conf, "-d", self.name, "--data-dir", self.data_dir]
        parts = [self.settings.odoo_bin, subcommand, *fixed, *arguments]
        return [str(part) for part in parts]

    def odoo(self, subcommand, *arguments, script=None, environment=None):
        """Run one of Odoo's sub-commands to its end.

        :param script: text for its standard input
        """
        done = subprocess.run(
            self.command(subcommand, *arguments),
            input=script,
            env={**os.environ, **(environment or {})},
            cwd=self.data_dir,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise MissingSetup(f"odoo-bin {subcommand} failed:\n{done.stderr[-4000:]}")

    def start_script(self, script, environment, output=subprocess.DEVNULL):
        """Start a script in Odoo's shell, in a process group of its own.

        :param script: text for its standard input
        :param output: where to its standard output goes; its errors are piped
        :return: the process, which reads nothing more
        """
        process = subprocess.Popen(
            self.command("shell", "--no-http"),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.PIPE,
            cwd=self.data_dir,
            env={**os.environ, **environment},
            start_new_session=True,
            text=True,
        )
        process.stdin.write(script)
        process.stdin.close()
        process.stdin = None
        return process

    def run_script(self, script, environment, patience, output=subprocess.PIPE):
        """Run a script in Odoo's shell to its end; return what it printed.

        :param patience: how long to wait for it, in seconds
        """
        process = self.start_script(script, environment, output)
        printed, errors = process.communicate(timeout=patience)
        assert process.returncode == 0, errors[-4000:]
        return printed

    def query(self, statement, *parameters):
        """Return the rows of a statement, in a transaction of its own."""
        with closing(psycopg2.connect(dbname=self.name)) as connection, connection:
            with connection.cursor() as cursor:
                cursor.execute(statement, parameters or None)
                return cursor.fetchall() if cursor.description else []

    def count_deadlocks(self):
        """Return how many deadlocks PostgreSQL has seen in this database."""
        with closing(psycopg2.connect(dbname="postgres")) as connection, connection:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT deadlocks FROM pg_stat_database WHERE datname = %s",
                    [self.name],
                )
                return cursor.fetchone()[0]

    def send(self, channel, kind, payload):
        """Send a message on a string channel of the bus, past all models."""
        name = json.dumps([self.name, channel], separators=(",", ":"))
        self.query(
            "INSERT INTO bus_bus (channel, message, create_date)"
            " VALUES (%s, %s, now() AT TIME ZONE 'UTC')",
            name,
            json.dumps({"type": kind, "payload": payload}),
        )
        with closing(psycopg2.connect(dbname="postgres")) as connection, connection:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_notify('imbus', %s)", [f"[{name}]"])

    def _administer(self, statement, *names):
        names = [sql.Identifier(name) for name in (self.name, *names)]
        with closing(psycopg2.connect(dbname="postgres")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql.SQL(statement).format(*names))


def _link_or_copy(source, target):
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)

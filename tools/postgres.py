# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""PostgreSQL: the one that PG* variables name, else one in the state folder."""

import contextlib
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import time
from pathlib import Path

from .console import Problem, is_alive, say

ROLE = "odoo"  # Odoo refuses to connect as the role postgres
SYSTEM_USER = "clinic_postgres"  # PostgreSQL refuses to run as root
PORT = "5432"
MAX_SOCKET_PATH = 100  # bytes; the kernel allows 107 for the whole path
EXTERNAL = ("PGHOST", "PGHOSTADDR", "PGPORT", "PGUSER", "PGSERVICE", "PGPASSWORD")
DROP_ATTEMPTS = 30  # one a second
EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")

# For development and tests only: with fsync off a crash of the machine may destroy
# the databases, and every commit is several times faster.
SETTINGS = """\
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
max_connections = 300
max_locks_per_transaction = 256
shared_buffers = '256MB'
max_wal_size = '2GB'
fsync = off
synchronous_commit = off
full_page_writes = off
"""


class Client:
    """Runs SQL and the client programs with a connection's environment."""

    def __init__(self, bin_folder, variables):
        self.bin = bin_folder
        self.variables = variables

    @property
    def environment(self):
        """The environment for programs that talk to the database."""
        path = f"{self.bin}{os.pathsep}{os.environ['PATH']}"
        return {**os.environ, **self.variables, "PATH": path}

    def sql(self, statement, database="postgres"):
        """Run one statement; return its rows as lists of texts."""
        command = [self.bin / "psql", "-XAtq", "-F", "\t", "-v", "ON_ERROR_STOP=1"]
        command += ["-w", "-d", database, "-c", statement]
        done = subprocess.run(
            [str(part) for part in command],
            env=self.environment,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise Problem(f"PostgreSQL refused: {done.stderr.strip()}")
        return [line.split("\t") for line in done.stdout.splitlines()]

    def databases(self):
        """Return the names of all databases."""
        return {row[0] for row in self.sql("SELECT datname FROM pg_database")}

    def create(self, name, template="template0"):
        """Create a database, as a copy of ``template``."""
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}" ENCODING \'UTF8\'')

    def drop(self, name):
        """Drop a database, also when somebody is connected to it.

        A worker of autovacuum is the superuser's, and cannot be sent away: it ends by
        itself.
        """
        for attempt in range(DROP_ATTEMPTS):
            try:
                self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                return
            except Problem as problem:
                is_last = attempt == DROP_ATTEMPTS - 1
                if is_last or "permission denied to terminate" not in str(problem):
                    raise
                time.sleep(1)


class Server:
    """The server of the state folder; it runs while somebody uses it."""

    def __init__(self, state, bin_folder):
        self.state = state
        self.bin = bin_folder
        self.folder = state.path("postgres")
        self.data = self.folder / "data"
        self.users = self.folder / "users"
        self.keep = self.folder / "keep-running"
        self.socket = short_folder(self.folder / "socket")

    def client(self, role=ROLE):
        """Return a client of this server."""
        return Client(
            self.bin, {"PGHOST": str(self.socket), "PGPORT": PORT, "PGUSER": role}
        )

    def start(self):
        """Start the server unless it runs, and see to it that the role exists."""
        self._prepare_folders()
        if not (self.data / "PG_VERSION").exists():
            say("PostgreSQL: new server in the state folder")
            self._program("initdb", "--auth=trust", "--encoding=UTF8",
                          "--locale=C.UTF-8", "-U", "postgres")  # fmt: skip
        if not self.pid():
            self._write_settings()
            log = self.folder / "server.log"
            self._program("pg_ctl", "--wait", "--log", log, "start")
        superuser = self.client("postgres")
        if [ROLE] not in superuser.sql("SELECT rolname FROM pg_roles"):
            superuser.sql(f"CREATE ROLE {ROLE} LOGIN CREATEDB")

    def stop(self):
        """Stop the server if it runs."""
        self.keep.unlink(missing_ok=True)
        if self.pid():
            self._program("pg_ctl", "--wait", "--mode", "fast", "stop")

    def pid(self):
        """Return the id of the running server, or None."""
        file = self.data / "postmaster.pid"
        with contextlib.suppress(FileNotFoundError, IndexError, ValueError):
            pid = int(file.read_text().splitlines()[0])
            return pid if is_alive(pid) else None
        return None

    def enter(self):
        """Note that this process uses the server."""
        self.users.mkdir(exist_ok=True)
        (self.users / str(os.getpid())).touch()

    def leave(self):
        """Stop the server when this process was its last user."""
        (self.users / str(os.getpid())).unlink(missing_ok=True)
        for file in self.users.iterdir():
            if is_alive(int(file.name)):
                return
            file.unlink(missing_ok=True)
        if not self.keep.exists():
            self.stop()

    def _prepare_folders(self):
        owner = system_user()
        for folder in (self.folder, self.data, self.socket):
            folder.mkdir(parents=True, exist_ok=True)
            if owner:
                os.chown(folder, owner.pw_uid, owner.pw_gid)
        self.data.chmod(0o700)
        if owner:
            open_path(self.folder)
            open_path(self.bin)

    def _write_settings(self):
        include = "include_if_exists = 'clinic.conf'\n"
        main = self.data / "postgresql.conf"
        if include not in main.read_text():
            with main.open("a") as file:
                file.write(include)
        settings = self.data / "clinic.conf"
        settings.write_text(SETTINGS.format(socket=self.socket))
        owner = system_user()
        if owner:
            os.chown(settings, owner.pw_uid, owner.pw_gid)

    def _program(self, name, *arguments):
        """Run one of PostgreSQL's programs as the account that owns the data."""
        owner = system_user()
        options = {"cwd": "/", "stdin": subprocess.DEVNULL}
        if owner:
            options |= {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        command = [str(part) for part in (self.bin / name, "-D", self.data, *arguments)]
        log = self.state.log(f"postgres-{name}")
        # The server that pg_ctl starts keeps its output open: a pipe would never end.
        with log.open("w") as output:
            code = subprocess.call(command, stdout=output, stderr=output, **options)
        if code:
            lines = log.read_text().strip().splitlines() or [f"exit code {code}"]
            raise Problem(
                f"PostgreSQL's {name} failed: {lines[-1].strip()} (details: {log} and"
                f" {self.folder / 'server.log'}). `make clean` starts afresh."
            )


def system_user():
    """Return the account that PostgreSQL runs as when we are root, else None."""
    if os.geteuid():
        return None
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if not useradd:
        raise Problem(
            "PostgreSQL does not run as root and no account could be made for it:"
            " run this as an ordinary user, or set PGHOST to a server of your own."
        )
    command = [useradd, "--system", "--no-create-home", "--shell", "/bin/false"]
    subprocess.run([*command, SYSTEM_USER], check=True)
    return pwd.getpwnam(SYSTEM_USER)


def open_path(folder):
    """Let other accounts pass through the folders above, without listing them."""
    for parent in [folder, *folder.parents]:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            say(f"  letting PostgreSQL's account pass through {parent}")
            parent.chmod(mode | stat.S_IXGRP | stat.S_IXOTH)


def short_folder(folder):
    """Return ``folder``, or one with a short path, as sockets need."""
    if len(os.fsencode(folder)) <= MAX_SOCKET_PATH - len(f"/.s.PGSQL.{PORT}"):
        return folder
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    return Path(tempfile.gettempdir(), f"clinic-postgres-{name}")


def is_external(environment=os.environ):
    """Tell whether PG* variables name a server."""
    return any(environment.get(name) for name in EXTERNAL)


@contextlib.contextmanager
def connection(state, bin_folder):
    """Yield a client; a server of ours stops with its last user."""
    if is_external():
        client = Client(bin_folder, {})
        check(client)
        yield client
        return
    server = Server(state, bin_folder)
    with state.lock():
        server.start()
        server.enter()
    try:
        client = server.client()
        check(client)
        yield client
    finally:
        with state.lock():
            server.leave()


def check(client):
    """Complain, before any work, about a server that cannot serve us."""
    try:
        row = client.sql(
            "SELECT current_user, rolcreatedb OR rolsuper, current_setting("
            "'server_version_num')::int FROM pg_roles WHERE rolname = current_user"
        )[0]
    except Problem as error:
        raise Problem(
            f"{error}\nCheck the variables PGHOST, PGPORT, PGUSER and PGPASSWORD, or"
            " unset them to get a server in the state folder."
        ) from error
    user, may_create, version = row
    if user == "postgres":
        raise Problem("Odoo refuses the role postgres: set PGUSER to another role.")
    if may_create != "t":
        raise Problem(
            f"The role {user} may not create databases: ALTER ROLE … CREATEDB."
        )
    if int(version) < 130000:
        raise Problem("PostgreSQL 13 or newer is needed.")
    present = {row[0] for row in client.sql("SELECT name FROM pg_available_extensions")}
    missing = [name for name in EXTENSIONS if name not in present]
    if missing:
        names = ", ".join(missing)
        raise Problem(
            f"PostgreSQL lacks {names}: install its package of contributions."
        )

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Real server processes of Odoo on free ports of the loopback interface."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import closing
from itertools import pairwise
from pathlib import Path

HOST = "127.0.0.1"
PATIENCE = 90  # seconds until a server answers
GOODBYE = 20  # seconds until a server that was asked to stop is ended by force

ENTRY = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ (?P<level>[A-Z]+) ", re.MULTILINE)
#: Odoo logs each statement that PostgreSQL refused, also those that it repeats
#: (serialization) and the one by which the door finds out about a twin request.
REPEATED = re.compile(
    r"odoo\.sql_db: bad query: .*?ERROR: +(could not serialize access|"
    r'duplicate key value violates unique constraint "clinic_appointment_unique_key")',
    re.DOTALL,
)


class LiveServer:
    """One server: threaded (``workers`` 0) or prefork.

    It runs background jobs only with ``modules`` that have ``queue_job``: most tests
    run what they need themselves.

    A threaded server has its websocket at its port. A prefork one has it at
    ``websocket_port``, where a child of its own listens.
    """

    def __init__(self, database, name, folder, workers=0, modules="base,web"):
        self.database, self.name, self.workers = database, name, workers
        self.modules = modules
        self.log = Path(folder) / f"server-{name}.log"
        self.port, self.child_port = free_port(), free_port()
        self.process = None

    @property
    def address(self):
        """The address of pages and RPC."""
        return f"http://{HOST}:{self.port}"

    @property
    def websocket_port(self):
        """The port of the websocket."""
        return self.child_port if self.workers else self.port

    def start(self):
        """Start the process; ``wait`` tells when it answers."""
        command = self.database.command(
            "server",
            f"--db-filter=^{self.database.name}$",
            f"--http-interface={HOST}",
            f"--http-port={self.port}",
            f"--gevent-port={self.child_port}",
            f"--workers={self.workers}",
            f"--load={self.modules}",
            "--max-cron-threads=0",
        )
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                command,
                cwd=self.database.data_dir,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, "ODOO_MAX_HTTP_THREADS": "32"},
                start_new_session=True,
            )
        return self

    def wait(self):
        """Wait until the server, and its websocket, answer."""
        self._wait_for(f"{self.address}/web/health?db_server_status=1")
        self._wait_for(f"{self.address}/web/login")
        self._wait_for(f"http://{HOST}:{self.websocket_port}/websocket/health")
        return self

    def _wait_for(self, address):
        deadline = time.monotonic() + PATIENCE
        while not _answers(address):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name}: no answer\n{self.read_log()[-4000:]}")
            time.sleep(0.2)

    def ask_to_stop(self):
        """Ask the process that was started here to end."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def stop(self):
        """Stop the process that was started here, and its children."""
        if self.process is None:
            return
        self.ask_to_stop()
        try:
            self.process.wait(GOODBYE)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def keep_log(self, folder):
        """Copy the log to where a developer finds it after the run."""
        if folder and self.log.exists():
            shutil.copy(self.log, folder / f"live-{self.log.name}")

    def read_log(self, offset=0):
        """Return the log from ``offset`` (bytes) on."""
        with self.log.open("rb") as file:
            file.seek(offset)
            return file.read().decode(errors="replace")

    def log_size(self):
        """Return the log's length in bytes: an offset for ``read_log``."""
        return self.log.stat().st_size

    def complaints(self, offset=0):
        """Return what should never stand in the log of a race.

        These are errors, deadlocks (also those that Odoo repeats), and requests that
        were repeated in vain.
        """
        text = self.read_log(offset)
        starts = [found.start() for found in ENTRY.finditer(text)]
        entries = [text[a:b] for a, b in pairwise([*starts, len(text)])]
        return [entry for entry in entries if _is_complaint(entry)]


def _is_complaint(entry):
    level = ENTRY.match(entry)["level"]
    if re.search(r"deadlock|maximum number of tries", entry, re.IGNORECASE):
        return True
    return level in ("ERROR", "CRITICAL") and not REPEATED.search(entry)


def _answers(address):
    try:
        with urllib.request.urlopen(address, timeout=60) as response:
            return response.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def free_port():
    """Return a port of the loopback interface that nobody has at the moment."""
    with closing(socket.socket()) as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]

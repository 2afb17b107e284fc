# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""`make run`: a practice with demo data at a local address."""

import contextlib
import csv
import socket
import subprocess
import time
import urllib.error
import urllib.request

from . import addons as addons_of_ours
from .console import Problem, Progress, say, stop
from .workspace import workspace

HOST = "127.0.0.1"
PORT = 8069
PORTS = 100  # how many ports are tried from the first
PATIENCE = 180  # seconds until the first answer
ADMIN = {"role": "Administrator", "login": "admin", "password": "admin"}


def serve(database, port=None):
    """Set up, serve until Ctrl-C, and stop all that was started."""
    if port:
        claim_port(port)  # before the minutes that setting up takes
    with workspace() as space:
        addons = addons_of_ours.discover()
        with space.state.lock():
            space.databases.ensure(database, addons, demo=True)
        # only now: while it was set up, another program may have taken a port
        chosen = claim_port(port)
        address = f"http://{HOST}:{chosen}"
        space.databases.set_address(database, address)
        with serving(space, database, chosen) as process:
            greet(space, address, logins(addons))
            try:
                code = process.wait()
            except KeyboardInterrupt:
                say("\nStopping ...")
                return
            log = space.state.log("server")
            raise Problem(f"Odoo ended by itself with code {code} (details: {log}).")


def claim_port(wanted):
    """Return the wanted port, or the first free one from the usual."""
    if wanted:
        if not is_free(wanted):
            raise Problem(
                f"Port {wanted} is taken: stop the program that has it, or choose"
                f" another one (make run PORT={wanted + 1})."
            )
        return wanted
    for port in range(PORT, PORT + PORTS):
        if is_free(port):
            return port
    raise Problem(f"No port from {PORT} to {PORT + PORTS} is free: set PORT=...")


def is_free(port):
    """Tell whether a server could listen on the port."""
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError as error:
            raise Problem(f"Port {port} needs root: choose one above 1023.") from error
        except OSError:
            return False
    return True


@contextlib.contextmanager
def serving(space, database, port):
    """Run Odoo's server, yield its process once it answers, stop it at the end."""
    odoo, log = space.odoo, space.state.log("server")
    arguments = ["-d", database, "--db-filter", f"^{database}$"]
    arguments += ["--http-interface", HOST, "--http-port", port]
    command = [str(part) for part in odoo.command("server", *arguments)]
    with log.open("w") as output:
        # In a session of its own: Ctrl-C reaches us alone, and we stop it in order.
        process = subprocess.Popen(
            command,
            env=odoo.environment,
            cwd=space.state.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until_ready(process, port, log)
        yield process
    finally:
        stop(process)


def wait_until_ready(process, port, log):
    """Wait for the first answer; it also builds the pages' assets."""
    progress = Progress("Starting Odoo")
    started = time.monotonic()
    deadline = started + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Problem(f"Odoo did not start{explain_port(port)} (details: {log}).")
        if answers(f"http://{HOST}:{port}/web/login"):
            progress.done("ready")
            return
        progress.update(f"{time.monotonic() - started:.0f} s")
        time.sleep(0.2)
    raise Problem(f"Odoo did not answer within {PATIENCE} s (details: {log}).")


def explain_port(port):
    """Return why a server that ended could not listen, or ""."""
    return "" if is_free(port) else f": another program has taken port {port}"


def answers(address):
    """Tell whether a page can be had."""
    try:
        with urllib.request.urlopen(address, timeout=60) as response:
            return response.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def logins(addons):
    """Return rows of role, login and password: those of the demo data."""
    rows = []
    for addon in addons.values():
        file = addon.path / "demo" / "logins.txt"
        if file.exists():
            with file.open(newline="") as lines:
                rows += csv.DictReader(lines)
    known = any(row["login"] == ADMIN["login"] for row in rows)
    return rows if known else [ADMIN, *rows]


def greet(space, address, rows):
    """Print where the practice is and who can log in."""
    say()
    say(f"The practice is open at {address}")
    say()
    columns = ("role", "login", "password")
    for row in [dict(zip(columns, columns, strict=True)), *rows]:
        say(f"  {row['role']:<28} {row['login']:<28} {row['password']}")
    say()
    say(f"Log: {space.state.log('server')}    Stop: Ctrl-C")

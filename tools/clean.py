# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""`make clean`: stop what runs, and remove the state folder."""

import os
import shutil
import signal
import time
from pathlib import Path

from .console import Problem, is_alive, say
from .postgres import Server
from .python_env import PythonEnv
from .state import State

PATIENCE = 60  # seconds for the other commands to stop what they started


def clean():
    """Stop the commands and the server that use the state folder; remove it."""
    state = State()
    if not state.folder.exists():
        say("Nothing to remove.")
        return
    server = Server(state, PythonEnv(state.path("venv")).postgres_bin)
    stop_users(server)
    if server.pid():
        server.stop()
    try:
        shutil.rmtree(state.folder)
        shutil.rmtree(server.socket, ignore_errors=True)
    except PermissionError as error:
        raise Problem(
            f"{error.filename} belongs to somebody else: run as root."
        ) from error
    say(f"Removed {state.folder}")


def stop_users(server):
    """Ask the commands that use the server to stop, and wait for them."""
    pids = [int(file.name) for file in server.users.glob("[0-9]*")]
    pids = [pid for pid in pids if is_ours(pid)]
    for pid in pids:
        say(f"Stopping the command with process id {pid}")
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while any(is_alive(pid) for pid in pids):
        if time.monotonic() > deadline:
            raise Problem(f"Process {pids} does not stop: end it, then run again.")
        time.sleep(0.2)


def is_ours(pid):
    """Tell whether a process is one of these commands, not another of its id."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, PermissionError):
        return False
    return b"tools" in words

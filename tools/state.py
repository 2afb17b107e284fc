# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The state folder: one folder that git ignores, and the stamps of what is done."""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from pathlib import Path

from .console import Problem, say

ROOT = Path(__file__).resolve().parent.parent
NEEDED_SPACE = 4 * 1024**3  # bytes: Odoo 1.3 GB, packages 0.8 GB, databases, logs


def fingerprint(*parts):
    """Return a short hash of texts and of the contents of paths, in their order."""
    digest = hashlib.sha256()
    for part in parts:
        content = part.read_bytes() if isinstance(part, Path) else str(part).encode()
        digest.update(b"%d:" % len(content) + content)
    return digest.hexdigest()[:16]


class State:
    """Paths below the state folder (``.state``, or the variable CLINIC_STATE)."""

    def __init__(self, folder=None):
        folder = folder or os.environ.get("CLINIC_STATE") or ROOT / ".state"
        self.folder = Path(folder).resolve()
        self.stamps = self.folder / "stamps"
        self.logs = self.folder / "log"

    def path(self, *parts):
        """Return a path below the state folder."""
        return self.folder.joinpath(*parts)

    def log(self, name):
        """Return the path of the log of one step."""
        return self.logs / f"{name}.log"

    def prepare(self):
        """Create the folder; complain when it cannot be used."""
        try:
            self.stamps.mkdir(parents=True, exist_ok=True)
            self.logs.mkdir(parents=True, exist_ok=True)
        except PermissionError as error:
            raise Problem(
                f"The folder {self.folder} belongs to somebody else: run `make clean`"
                " as its owner, or set CLINIC_STATE to a folder of your own."
            ) from error
        self._check_space()

    def _check_space(self):
        if (self.stamps / "database").exists():
            return  # set up before: what follows needs little
        free = shutil.disk_usage(self.folder).free
        if free < NEEDED_SPACE:
            raise Problem(
                f"The disk of {self.folder} has {free / 1024**3:.1f} GB left and"
                f" {NEEDED_SPACE / 1024**3:.0f} GB are needed: free some space."
            )

    def is_done(self, name, key):
        """Tell whether step ``name`` was completed with the same inputs."""
        stamp = self.stamps / name
        return stamp.exists() and stamp.read_text() == key

    def mark_done(self, name, key):
        """Remember that step ``name`` is complete for these inputs."""
        write_whole(self.stamps / name, key)

    def forget(self, name):
        """Forget a step, before it is done anew."""
        (self.stamps / name).unlink(missing_ok=True)

    def read_json(self, name, default):
        """Return the content of a JSON file of the state folder."""
        file = self.path(name)
        return json.loads(file.read_text()) if file.exists() else default

    def write_json(self, name, value):
        """Write a JSON file of the state folder."""
        file = self.path(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, json.dumps(value, indent=1, sort_keys=True))

    @contextlib.contextmanager
    def lock(self, subject="setup"):
        """Let one command at a time do what the subject names."""
        with self.path(f"{subject}.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say(f"  waiting for another make ({subject}) ...")
                fcntl.flock(file, fcntl.LOCK_EX)
            yield


def write_whole(path, text):
    """Write a file so that nobody ever sees half of it."""
    temporary = path.with_name(path.name + ".new")
    temporary.write_text(text)
    temporary.replace(path)

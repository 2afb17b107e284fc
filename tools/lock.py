# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Write the lock files: every package with its exact version, no address.

Run it with the oldest Python that is supported (``make lock PYTHON=python3.10``):
what installs there installs on the newer ones too, not the other way round.
"""

import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

LOCKS = {
    "requirements.in": "requirements.txt",
    "requirements-dev.in": "requirements-dev.txt",
}
HEADER = "# Written by `make lock` from {source}: do not edit.\n"


def pins(report, exclude=frozenset()):
    """Return sorted ``name==version`` lines of a report of ``pip install``."""
    found = {
        item["metadata"]["name"].lower().replace("_", "-"): item["metadata"]["version"]
        for item in report["install"]
    }
    return [
        f"{name}=={version}"
        for name, version in sorted(found.items())
        if name not in exclude
    ]


def names(lines):
    """Return the package names of pinned lines."""
    return {line.split("==")[0] for line in lines if "==" in line}


def resolve(python, folder, source):
    """Ask pip which packages ``source`` needs; nothing is installed."""
    command = [python, "-m", "pip", "install", "--quiet", "--dry-run"]
    command += ["--ignore-installed", "--report", "-", "-r", source]
    done = subprocess.run(
        command, cwd=folder, check=True, stdout=subprocess.PIPE, text=True
    )
    return json.loads(done.stdout)


def write_locks(root):
    """Resolve each ``.in`` file of folder ``root`` and write its lock file."""
    root = Path(root)
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder, "bin", "python"))
        subprocess.run([python, "-m", "pip", "install", "-qU", "pip"], check=True)
        taken = set()
        for source, target in LOCKS.items():
            lines = pins(resolve(python, root, source), exclude=taken)
            taken |= names(lines)
            text = HEADER.format(source=source) + "\n".join(lines) + "\n"
            (root / target).write_text(text)
            print(f"{target}: {len(lines)} packages", file=sys.stderr)

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Write the lock files: every package with its exact version, no address.

Run it with the oldest Python that is supported (``make lock PYTHON=python3.10``):
what installs there installs on the newer ones too, not the other way round.

What a newer Python alone can have is asked for with its version, exactly as
``name == 1.0 ; python_version >= "3.11"``. It is resolved for that version, next to
what the oldest one got, and it and all that it needs stand in the lock file under the
same condition, so that the others pass them over.
"""

import json
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

LOCKS = {
    "requirements.in": "requirements.txt",
    "requirements-dev.in": "requirements-dev.txt",
}
NEWER = re.compile(
    r'(?m)^(?P<package>[^#;\n]+?)\s*;\s*python_version\s*>=\s*"(?P<version>[\d.]+)"'
)
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


def newer(text):
    """Return {version of Python: [requirement, …]} of a ``.in`` file's text."""
    found = {}
    for line in NEWER.finditer(text):
        found.setdefault(line["version"], []).append(line["package"])
    return found


def resolve(python, folder, *arguments):
    """Ask pip which packages the arguments need; nothing is installed."""
    command = [python, "-m", "pip", "install", "--quiet", "--dry-run"]
    command += ["--ignore-installed", "--report", "-", *arguments]
    done = subprocess.run(
        command, cwd=folder, check=True, stdout=subprocess.PIPE, text=True
    )
    return json.loads(done.stdout)


def resolve_newer(python, folder, source, lines):
    """Return the lines of what newer Pythons have more than ``lines``."""
    constraints = Path(python).with_name("constraints.txt")
    constraints.write_text("\n".join(lines))
    more = []
    for version, wanted in newer(Path(folder, source).read_text()).items():
        arguments = ["--python-version", version, "--only-binary=:all:"]
        report = resolve(python, folder, *arguments, "-c", str(constraints), *wanted)
        found = pins(report, exclude=names(lines))
        more += [f'{line} ; python_version >= "{version}"' for line in found]
    return more


def write_locks(root):
    """Resolve each ``.in`` file of folder ``root`` and write its lock file."""
    root = Path(root)
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder, "bin", "python"))
        subprocess.run([python, "-m", "pip", "install", "-qU", "pip"], check=True)
        taken = set()
        for source, target in LOCKS.items():
            lines = pins(resolve(python, root, "-r", source), exclude=taken)
            taken |= names(lines)
            lines += resolve_newer(python, root, source, lines)
            text = HEADER.format(source=source) + "\n".join(lines) + "\n"
            (root / target).write_text(text)
            print(f"{target}: {len(lines)} packages", file=sys.stderr)

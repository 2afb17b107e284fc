# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Packages of Debian, fetched and extracted without installing them.

The machine's own apt does it, with a private sources list and private folders, so
that no administrator is needed. Mirror and keyring are those that the machine's
configured sources name; only the suite differs.
"""

import os
import re
import shutil
import threading
from dataclasses import dataclass
from pathlib import Path

from .console import Progress, run

SOURCES = Path("/etc/apt")
ROLLING = {"sid", "unstable", "testing", "experimental"}
NO_NETWORK = (
    "Debian's packages could not be reached: check the network connection and the"
    " machine's apt sources, then run the command again"
)
PROGRESS_PAUSE = 0.5  # seconds between two looks at a download


@dataclass(frozen=True)
class Source:
    """A Debian archive as the machine knows it."""

    address: str
    suite: str  # the machine's own suite, e.g. a release's code name
    options: str = ""  # e.g. [signed-by=...]

    def line(self, suite):
        """Return the line of a sources list for another suite of this archive."""
        return " ".join(
            filter(None, ("deb", self.options, self.address, suite, "main"))
        )

    @property
    def stable(self):
        """The suite to take released packages from."""
        return "stable" if self.suite in ROLLING else self.suite


def parse_list(text):
    """Yield (address, suites, components, options) of a one-line-style file."""
    for line in text.splitlines():
        found = re.match(r"\s*deb\s+(\[[^\]]*\])?\s*(\S+)\s+(\S+)\s+([^#]*)", line)
        if found:
            options, address, suite, components = found.groups()
            yield address, [suite], components.split(), keep_trust(options or "")


def keep_trust(options):
    """Keep only the options that say whom to trust."""
    words = options.strip("[] ").split()
    kept = [word for word in words if word.startswith(("signed-by=", "trusted="))]
    return f"[{' '.join(kept)}]" if kept else ""


def parse_deb822(text):
    """Yield (address, suites, components, options) of a deb822-style file."""
    text = re.sub(r"(?m)^#.*\n?", "", text)
    for stanza in re.split(r"\n\s*\n", text):
        pairs = re.findall(r"(?m)^([A-Za-z-]+):[ \t]*(.*(?:\n[ \t].*)*)", stanza)
        fields = {key.lower(): value.strip() for key, value in pairs}
        if "deb" not in fields.get("types", "").split():
            continue
        if fields.get("enabled", "yes").lower() in ("no", "false"):
            continue
        keyring = fields.get("signed-by", "")
        options = f"[signed-by={keyring}]" if keyring.startswith("/") else ""
        for address in fields.get("uris", "").split():
            suites = fields.get("suites", "").split()
            yield address, suites, fields.get("components", "").split(), options


def find_source(folder=SOURCES, release="/etc/os-release"):
    """Return the machine's Debian archive, or None where there is none."""
    if not Path(release).exists():
        return None
    names = dict(re.findall(r'(?m)^(\w+)="?([^"\n]*)"?$', Path(release).read_text()))
    if names.get("ID") != "debian":
        return None
    wanted = ROLLING | {"stable", names.get("VERSION_CODENAME")}
    lists = [folder / "sources.list", *sorted(folder.glob("sources.list.d/*.list"))]
    entries = [entry for file in lists for entry in read(file, parse_list)]
    for file in sorted(folder.glob("sources.list.d/*.sources")):
        entries += read(file, parse_deb822)
    for address, suites, components, options in entries:
        for suite in suites:
            if suite in wanted and "main" in components:
                return Source(address, suite, options)
    return None


def read(file, parse):
    """Parse a sources file, which may be absent."""
    return list(parse(file.read_text())) if file.exists() else []


class Archive:
    """A private apt below ``folder``: nothing of the machine's own is changed."""

    def __init__(self, state, source):
        self.state = state
        self.source = source
        self.folder = state.path("apt")
        self.packages = self.folder / "packages"

    def options(self):
        """Return the options that keep apt inside the private folder."""
        pairs = {
            "Dir::Etc::sourcelist": self.folder / "sources.list",
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::Etc::preferences": "/dev/null",
            "Dir::Etc::preferencesparts": "/dev/null",
            "Dir::State": self.folder,
            "Dir::State::lists": self.folder / "lists",
            "Dir::State::status": self.folder / "status",
            "Dir::Cache": self.folder / "cache",
            "Acquire::Languages": "none",
            "Acquire::Retries": "2",
            "APT::Sandbox::User": "root",
        }
        return [
            part for key, value in pairs.items() for part in ("-o", f"{key}={value}")
        ]

    def update(self):
        """Fetch the lists of packages."""
        for name in ("lists/partial", "cache/archives/partial", "packages"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "status").touch()
        suites = dict.fromkeys(("unstable", self.source.stable))
        lines = [self.source.line(suite) + "\n" for suite in suites]
        (self.folder / "sources.list").write_text("".join(lines))
        progress = Progress("Debian's package lists")
        command = ["apt-get", *self.options(), "update", "--error-on=any"]
        run(command, self.state.log("apt-update"), NO_NETWORK, progress.update)
        progress.done()

    def download(self, title, names):
        """Download packages, each ``name/suite``; return their files."""
        command = ["apt-get", *self.options(), "download"]
        log = self.state.log("apt-download")
        listing = run([*command, "--print-uris", *names], log, NO_NETWORK)
        sizes = parse_uris(listing)
        progress = Progress(title)
        with watching(self.packages, sizes, progress):
            run([*command, *names], log, NO_NETWORK, cwd=self.packages)
        progress.done(f"{sum(sizes.values()) / 1e6:.0f} MB")
        return [self.packages / name for name in sizes]

    def extract(self, files, target):
        """Unpack package files into the folder ``target``."""
        progress = Progress("Unpacking")
        target.mkdir(parents=True, exist_ok=True)
        for number, file in enumerate(files, 1):
            progress.update(f"{number} of {len(files)}")
            log = self.state.log("unpack")
            run(["dpkg-deb", "-x", file, target], log, f"{file.name} is damaged.")
        progress.done()

    def discard(self):
        """Remove the downloads."""
        shutil.rmtree(self.folder, ignore_errors=True)


def parse_uris(text):
    """Return {file name: bytes} of the output of ``apt-get download --print-uris``."""
    found = re.findall(r"(?m)^'[^']*' (\S+) (\d+)(?: |$)", text)
    return {name: int(size) for name, size in found}


class watching:
    """Show how much of a download has arrived, while the block runs."""

    def __init__(self, folder, sizes, progress):
        self.folder, self.sizes, self.progress = folder, sizes, progress
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *_error):
        self.over.set()
        self.thread.join()

    def _watch(self):
        total = sum(self.sizes.values())
        while not self.over.wait(PROGRESS_PAUSE):
            here = sum(f.stat().st_size for f in self.folder.glob("*") if f.is_file())
            self.progress.update(f"{here / 1e6:.0f} of {total / 1e6:.0f} MB")


def available():
    """Return the machine's Debian archive if its apt can be used, else None."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return None
    return find_source()


def install(state, name, problem):
    """Install a package on the machine, as root; raise Problem if it fails."""
    progress = Progress(f"Installing {name}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", name]):
        log = state.log(f"apt-{arguments[0]}-{name}")
        run(["apt-get", *arguments], log, problem, progress.update, env=quiet)
    progress.done()

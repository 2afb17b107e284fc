# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The browser of the tests: found, or installed where we may."""

import os
import shutil

from . import debian
from .console import Problem

PROGRAMS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
MISSING = (
    "No browser for the browser tests: install the package chromium (as root:"
    " apt-get install chromium), then run the command again"
)


def find():
    """Return the path of the browser that Odoo would use, or None."""
    found = (shutil.which(program) for program in PROGRAMS)
    return next(filter(None, found), None)


def ensure(state):
    """Return the browser's path; as root on Debian it is installed when missing."""
    if not find() and os.geteuid() == 0 and shutil.which("apt-get"):
        debian.install(state, "chromium", MISSING)
    browser = find()
    if not browser:
        raise Problem(MISSING + ".")
    return browser

# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Where the programs are: from the environment, with defaults that suit a shell.

See README.md of tests/ for the variables.
"""

import configparser
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONFS = ("odoo.conf", "odoo-dev.conf")
BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")


class MissingSetup(Exception):
    """Something that the live tests need is not there."""


@dataclass(frozen=True)
class Settings:
    """Paths and names that the live tests work with.

    ``template`` is a database with our addons to copy, or None: install them anew.
    """

    odoo_bin: str
    conf: Path
    data_dir: Path
    template: str | None
    browser: str | None
    log_dir: Path | None


def read_settings():
    """Return the settings of this run.

    :raise MissingSetup: naming what was not found
    """
    odoo_bin = os.environ.get("CLINIC_ODOO_BIN") or shutil.which("odoo-bin")
    if not odoo_bin:
        raise MissingSetup("odoo-bin is not on the PATH: run `make test KIND=live`.")
    conf = _find_conf()
    log_dir = os.environ.get("CLINIC_LOG_DIR")
    return Settings(
        odoo_bin=odoo_bin,
        conf=conf,
        data_dir=Path(os.environ.get("CLINIC_DATA_DIR") or _read_data_dir(conf)),
        template=os.environ.get("CLINIC_TEMPLATE_DB") or None,
        browser=os.environ.get("CLINIC_BROWSER") or _find_browser(),
        log_dir=Path(log_dir) if log_dir else None,
    )


def _find_conf():
    named = os.environ.get("CLINIC_ODOO_CONF") or os.environ.get("ODOO_CONF")
    state = Path(os.environ.get("CLINIC_STATE") or ROOT / ".state")
    candidates = [Path(named)] if named else [state / name for name in CONFS]
    for path in candidates:
        if path.is_file():
            return path
    names = ", ".join(str(path) for path in candidates)
    raise MissingSetup(f"No configuration of Odoo ({names}): run `make setup`.")


def _read_data_dir(conf):
    parser = configparser.RawConfigParser()
    parser.read(conf)
    default = Path.home() / ".local" / "share" / "Odoo"
    return parser.get("options", "data_dir", fallback=default)


def _find_browser():
    found = (shutil.which(program) for program in BROWSERS)
    return next(filter(None, found), None)

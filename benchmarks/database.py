# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The benchmarks' database: both parties' addons, none of the suite's others."""

from contextlib import closing
from pathlib import Path

import psycopg2

from tests.live.database import Database

ADDONS = ("clinic_scheduling", "resource_booking", "bench_lean")
FOLDER = Path(__file__).parent / "addons"

INSTALLED = "SELECT name FROM ir_module_module WHERE state = 'installed'"


class BenchDatabase(Database):
    """A database for one run, or one with a name that stays."""

    def prepare(self):
        """Make the database unless it is there, and install what is missing."""
        if not self._exists():
            self._make()
        has_odoo = self.query("SELECT to_regclass('ir_module_module')")[0][0]
        installed = {row[0] for row in self.query(INSTALLED)} if has_odoo else set()
        missing = [name for name in ADDONS if name not in installed]
        if missing:
            path = f"--addons-path={addons_path(self.settings)}"
            names = ",".join(missing)
            self.odoo("server", path, "--no-http", "-i", names, "--stop-after-init")

    def _make(self):
        if self.settings.template:
            self.create(addons=())
        else:
            self._administer("CREATE DATABASE {} TEMPLATE {}", "template0")

    def _exists(self):
        with closing(psycopg2.connect(dbname="postgres")) as connection:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT 1 FROM pg_database WHERE datname = %s", [self.name]
                )
                return bool(cursor.fetchone())


def addons_path(settings):
    """Return the configured folders of addons and that of the benchmarks."""
    text = Path(settings.conf).read_text()
    lines = [line for line in text.splitlines() if line.startswith("addons_path")]
    return ",".join([lines[0].partition("=")[2].strip(), str(FOLDER)])

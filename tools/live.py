# Copyright 2026 Clinic Suite contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What live tests and benchmarks get to know (see tests/README.md)."""

from . import browser

DATABASE = "clinic_live"


def variables(space, addons, database=DATABASE):
    """Return the environment: programs, and a database that holds the addons."""
    with space.state.lock():
        space.databases.ensure(database, addons, demo=True)
    return {
        **space.odoo.environment,
        "CLINIC_ODOO_BIN": str(space.odoo.program),
        "CLINIC_ODOO_CONF": str(space.odoo.conf),
        "CLINIC_DATA_DIR": str(space.odoo.data),
        "CLINIC_TEMPLATE_DB": database,
        "CLINIC_BROWSER": browser.find() or "",
        "CLINIC_LOG_DIR": str(space.state.logs),
    }
